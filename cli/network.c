/* Networks that fit a data set, and their layers: see network.h. */
#include "cli/network.h"

#include "cli/progress.h"
#include "cli/signals.h"

enum { TOGETHER = 100 }; /* samples of a pass */

/* Opens a network whose input and classes are those of the data. On failure nothing is owned. */
static tnm_error open_network(tnm_network *network, const char *path, const tnm_dataset *data,
                              int threads)
{
    tnm_error error = tnm_network_load(network, path, TOGETHER, threads);
    if (error != TNM_OK)
        return error;
    const tnm_shape *input = &network->input;
    if (input->channels == 1 && input->height == data->height && input->width == data->width &&
        network->classes == data->classes)
        return TNM_OK;
    error = tnm_fail(TNM_ERROR_DATA,
                     "%s: a network of %zu x %zu x %zu inputs and %zu classes, the images are 1 x "
                     "%zu x %zu of %zu",
                     path, input->channels, input->height, input->width, network->classes,
                     data->height, data->width, data->classes);
    tnm_network_close(network);
    return error;
}

tnm_eligibility cli_network_judge(const tnm_selection *selection, const tnm_parameter *weight,
                                  tnm_problem *problem)
{
    const tnm_tensor tensor = {.name = weight->name,
                               .type = TNM_TENSOR_F32,
                               .shape = weight->shape,
                               .rank = weight->rank,
                               .size = tnm_parameter_size(weight) * sizeof *weight->values};
    return tnm_select(selection, &tensor, problem);
}

/* Marks the layers that are to be masked, with their patterns. */
static tnm_error mark_layers(tnm_calibration *calibration, const tnm_selection *selection)
{
    size_t wanted = 0;
    for (size_t k = 0; k < calibration->count; k++) {
        tnm_calibrated_layer *layer = &calibration->layers[k];
        bool last = k + 1 == calibration->count && selection->include.count == 0;
        layer->wanted =
            !last && cli_network_judge(selection, layer->weight, &layer->problem) == TNM_ELIGIBLE;
        wanted += layer->wanted;
    }
    if (wanted == 0)
        return tnm_fail(TNM_ERROR_USAGE, "no weights of %s are to be masked",
                        calibration->masked->architecture);
    return TNM_OK;
}

tnm_error cli_trial_open(cli_trial *trial, const cli_trial_request *asked)
{
    tnm_error error = TNM_OK;
    const cli_effort *effort = asked->effort;
    *trial = (cli_trial){0};
    TNM_TRY(tnm_dataset_open(&trial->train, asked->data, TNM_DATASET_TRAIN));
    TNM_TRY(tnm_dataset_open(&trial->test, asked->data, TNM_DATASET_TEST));
    TNM_TRY(open_network(&trial->whole, asked->network, &trial->train, effort->threads));
    TNM_TRY(open_network(&trial->masked, asked->network, &trial->train, effort->threads));
    TNM_TRY(tnm_sample_choice_draw(&trial->samples, &trial->train, asked->samples, effort->seed));
    TNM_TRY(tnm_sample_choice_all(&trial->tests, &trial->test));
    TNM_TRY(tnm_calibration_open(&trial->calibration, &trial->whole, &trial->masked));
    TNM_TRY(mark_layers(&trial->calibration, asked->selection));
out:
    return error;
}

void cli_trial_close(cli_trial *trial)
{
    tnm_calibration_close(&trial->calibration);
    tnm_sample_choice_close(&trial->samples);
    tnm_sample_choice_close(&trial->tests);
    tnm_dataset_close(&trial->train);
    tnm_dataset_close(&trial->test);
    tnm_network_close(&trial->whole);
    tnm_network_close(&trial->masked);
}

tnm_mask_search cli_network_search(const cli_effort *effort, const tnm_method *method,
                                   tnm_score score)
{
    return (tnm_mask_search){.method = method,
                             .parameters = effort->parameters.list,
                             .score = score,
                             .seed = effort->seed,
                             .threads = effort->threads,
                             .time_limit = effort->time_limit,
                             .stop = &cli_interrupted};
}

void cli_network_progress(void *context, size_t done, size_t all)
{
    (void)cli_progress_step(context, done, all);
}
