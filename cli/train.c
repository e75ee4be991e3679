/* tnm train: train a network, dense or with masks in both passes. */
#include "cli/train.h"
#include "cli/command.h"
#include "cli/paths.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "instances/output.h"
#include "training/state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Who hears of a training. */
typedef struct listener {
    cli_training *training;
    bool talks;   /* in lines */
    double start; /* of its products' clock */
    cli_progress progress;
} listener;

static void hear_start(void *context, const tnm_product_times *times)
{
    listener *self = context;
    cli_training *training = self->training;
    for (size_t k = 0; k < training->layer_count; k++) {
        cli_layer *layer = &training->layers[k];
        if (layer->aim != NULL)
            layer->chosen_by = times[layer->aim - training->aims];
    }
    if (self->talks)
        cli_training_print_products(training, stdout);
}

static void hear_step(void *context, size_t done, size_t all)
{
    listener *self = context;
    (void)cli_progress_step(&self->progress, done, all);
}

static tnm_error hear_epoch(void *context, size_t number)
{
    listener *self = context;
    cli_progress_end(&self->progress);
    if (self->talks)
        cli_training_print_epoch(self->training, number, stdout);
    tnm_error error = cli_flush();
    return error != TNM_OK ? error : cli_training_log(self->training, false);
}

static tnm_error train(const cli_train_request *asked, cli_training *training, const char *state)
{
    listener listening = {.training = training,
                          .talks = asked->telling.format == CLI_TEXT && !asked->telling.quiet};
    tnm_training wanted = {
        .network = &training->network,
        .train = &training->train,
        .test = &training->test,
        .recipe = &training->recipe,
        .state = state,
        .resume = asked->resume,
        .stop = &cli_interrupted,
        .events = {
            .context = &listening, .start = hear_start, .step = hear_step, .epoch = hear_epoch}};
    if (asked->effort.time_limit > 0)
        wanted.deadline = tnm_now() + asked->effort.time_limit;
    cli_progress_start(&listening.progress, "train",
                       asked->telling.quiet || asked->effort.no_progress);
    listening.progress.unit = "steps";
    tnm_error error = tnm_train(&wanted, &training->record);
    cli_progress_end(&listening.progress);
    if ((error == TNM_ERROR_INTERRUPTED || error == TNM_ERROR_LIMIT) && listening.talks)
        printf("c stopped after %zu steps; --resume goes on\n",
               tnm_training_record_steps(&training->record));
    return error;
}

/* Outputs that cannot be made are refused before hours are spent. */
static tnm_error try_output(const char *path)
{
    tnm_output output = {0};
    tnm_error error = path != NULL ? tnm_output_open(&output, path) : TNM_OK;
    tnm_output_abort(&output);
    return error;
}

/* The report is told before outputs are replaced, and they are safe before the state goes: should
 * one of these fail, --resume has little left to do. */
static tnm_error finish(const cli_train_request *asked, cli_training *training, const char *state)
{
    tnm_error error = TNM_OK;
    if (asked->telling.format == CLI_JSON)
        TNM_TRY(cli_training_json(training, stdout));
    else
        cli_training_print_end(training, stdout, asked->telling.quiet);
    TNM_TRY(cli_flush());
    TNM_TRY(cli_training_save(training));
    TNM_TRY(cli_training_log(training, true));
    (void)unlink(state);
out:
    return error;
}

static tnm_error work(const cli_train_request *asked, cli_training *training)
{
    tnm_error error = TNM_OK;
    const cli_training_wish wish = {.architecture = asked->architecture,
                                    .selection = &asked->selection,
                                    .threads = asked->effort.threads};
    const cli_paths paths = {.inputs = {training->from},
                             .images = training->data,
                             .outputs = {training->output, training->log},
                             .selection = &asked->selection};
    char *state = tnm_training_state_name(training->output);
    if (state == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(cli_paths_check(&paths));
    TNM_TRY(cli_training_open(training, &wish));
    TNM_TRY(try_output(training->output));
    TNM_TRY(try_output(training->log));
    if (asked->telling.format == CLI_TEXT && !asked->telling.quiet)
        cli_training_banner(training, stdout);
    TNM_TRY(cli_flush());
    TNM_TRY(train(asked, training, state));
    TNM_TRY(finish(asked, training, state));
out:
    free(state);
    return error;
}

tnm_error cli_train(int argc, char **argv, cli_outcome *outcome)
{
    cli_train_request asked;
    cli_train_parse(&asked, argc, argv);
    cli_catch_interrupts();
    tnm_error error = work(&asked, &asked.training);
    cli_training_close(&asked.training);
    tnm_selection_free(&asked.selection);
    *outcome = CLI_DONE;
    return error;
}
