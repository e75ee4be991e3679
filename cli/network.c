/* Networks that fit a data set, and their layers: see network.h. */
#include "cli/network.h"

#include "cli/options.h"
#include "cli/progress.h"

enum { TOGETHER = 100 }; /* samples of a pass */

tnm_error cli_network_open(tnm_network *network, const char *path, const tnm_dataset *data,
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

static tnm_eligibility judge(const tnm_parameter *weight, const tnm_selection *selection,
                             tnm_problem *problem)
{
    const tnm_tensor tensor = {.name = weight->name,
                               .type = TNM_TENSOR_F32,
                               .shape = weight->shape,
                               .rank = weight->rank,
                               .size = tnm_parameter_size(weight) * sizeof *weight->values};
    return tnm_select(selection, &tensor, problem);
}

tnm_error cli_network_select(tnm_calibration *calibration, const tnm_selection *selection)
{
    size_t wanted = 0;
    for (size_t k = 0; k < calibration->count; k++) {
        tnm_calibrated_layer *layer = &calibration->layers[k];
        bool last = k + 1 == calibration->count && selection->include.count == 0;
        layer->wanted = !last && judge(layer->weight, selection, &layer->problem) == TNM_ELIGIBLE;
        wanted += layer->wanted;
    }
    if (wanted == 0)
        return tnm_fail(TNM_ERROR_USAGE, "no weights of %s are to be masked",
                        calibration->masked->architecture);
    return TNM_OK;
}

void cli_network_progress(void *context, size_t done, size_t all)
{
    (void)cli_progress_step(context, done, all);
}
