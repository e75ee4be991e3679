/* The work of tnm allocate: measuring, choosing, trying. See allocate_run.h. */
#include "cli/allocate_run.h"

#include "cli/ending.h"
#include "cli/paths.h"
#include "cli/progress.h"
#include "cli/signals.h"

#include <string.h>

static tnm_error check_paths(const cli_allocate_request *asked)
{
    const cli_paths paths = {.inputs = {asked->input, asked->table},
                             .images = asked->data,
                             .outputs = {asked->output, asked->write_table},
                             .selection = &asked->selection};
    return cli_paths_check(&paths);
}

static tnm_error open_run(cli_allocate_run *self)
{
    const cli_allocate_request *asked = self->asked;
    const cli_trial_request wanted = {.network = asked->input,
                                      .data = asked->data,
                                      .samples = asked->samples,
                                      .effort = &asked->effort,
                                      .selection = &asked->selection};
    return cli_trial_open(&self->trial, &wanted);
}

void cli_allocate_close(cli_allocate_run *self)
{
    for (int k = 0; k < TNM_CHOOSERS; k++)
        tnm_choice_close(&self->answers[k].choice);
    tnm_allocation_close(&self->allocation);
    tnm_damage_table_close(&self->damages);
    cli_trial_close(&self->trial);
}

static tnm_mask_search search_of(const cli_allocate_run *self)
{
    return cli_network_search(&self->asked->effort, self->asked->method, TNM_SCORE_ABS);
}

static tnm_calibration_fit fit_of(const cli_allocate_run *self)
{
    const cli_allocate_request *asked = self->asked;
    return (tnm_calibration_fit){.samples = &self->trial.samples,
                                 .how = {.rule = asked->rule,
                                         .ridge = asked->ridge,
                                         .adam = tnm_adam_published(asked->effort.seed, 1),
                                         .threads = asked->effort.threads},
                                 .stop = &cli_interrupted};
}

static tnm_error measure(cli_allocate_run *self)
{
    const cli_allocate_request *asked = self->asked;
    cli_progress bar;
    const tnm_mask_search search = search_of(self);
    tnm_damage_request wanted = {.calibration = &self->trial.calibration,
                                 .patterns = asked->patterns,
                                 .count = asked->pattern_count,
                                 .search = &search,
                                 .fit = fit_of(self),
                                 .kind = asked->damage};
    wanted.fit.progress = cli_network_progress;
    wanted.fit.progress_context = &bar;
    cli_progress_start(&bar, "allocate", asked->telling.quiet || asked->effort.no_progress);
    bar.unit = "measurements";
    tnm_error error = tnm_damage_measure(&self->damages, &wanted);
    cli_progress_end(&bar);
    return error;
}

/* A table from elsewhere has to be about layers of this network. */
static tnm_error check_table(const cli_allocate_run *self)
{
    for (size_t k = 0; k < self->damages.count; k++) {
        const tnm_damage_row *row = &self->damages.rows[k];
        const tnm_parameter *weight = tnm_network_find(&self->trial.whole, row->layer);
        if (weight == NULL || weight->role != TNM_ROLE_WEIGHT)
            return tnm_fail(TNM_ERROR_DATA, "%s: %s has no weights '%s'", self->asked->table,
                            self->asked->input, row->layer);
        if (tnm_parameter_size(weight) != row->weights)
            return tnm_fail(TNM_ERROR_DATA, "%s: '%s' has %zu weights, %s has %zu",
                            self->asked->table, row->layer, row->weights, self->asked->input,
                            tnm_parameter_size(weight));
    }
    return TNM_OK;
}

static tnm_error find_damages(cli_allocate_run *self)
{
    tnm_error error = TNM_OK;
    const cli_allocate_request *asked = self->asked;
    if (asked->table != NULL) {
        TNM_TRY(tnm_damage_table_read(&self->damages, asked->table));
        TNM_TRY(check_table(self));
    } else {
        TNM_TRY(measure(self));
    }
    if (asked->write_table != NULL)
        TNM_TRY(tnm_damage_table_write(&self->damages, asked->write_table));
    TNM_TRY(tnm_allocation_open(&self->allocation, &self->damages, asked->cost));
    self->budget = (size_t)(asked->budget * (double)self->allocation.whole);
out:
    return error;
}

static tnm_error grade(tnm_network *network, const cli_allocate_run *self, double *accuracy)
{
    tnm_score_card card;
    tnm_error error = tnm_passes_grade(network, &self->trial.tests, &card);
    if (error == TNM_OK)
        *accuracy = (double)card.right / (double)card.samples;
    return error;
}

/* Marks the layers of an answer with their patterns, and no others. */
static void follow(cli_allocate_run *self, tnm_chooser chooser)
{
    tnm_calibration *calibration = &self->trial.calibration;
    for (size_t k = 0; k < calibration->count; k++)
        calibration->layers[k].wanted = false;
    for (size_t layer = 0; layer < self->allocation.table.layers; layer++) {
        const tnm_damage_row *row = cli_allocated_row(self, chooser, layer);
        for (size_t k = 0; k < calibration->count; k++) {
            tnm_calibrated_layer *own = &calibration->layers[k];
            if (strcmp(own->weight->name, row->layer) != 0)
                continue;
            own->wanted = true;
            own->problem = (tnm_problem){row->n, row->m, TNM_EQUAL};
        }
    }
}

/* Masks the network as an answer says, calibrates it where that was asked for, and tests it. */
static tnm_error try_answer(cli_allocate_run *self, tnm_chooser chooser)
{
    tnm_error error = TNM_OK;
    const tnm_mask_search search = search_of(self);
    const tnm_calibration_fit fit = fit_of(self);
    cli_allocated *answer = &self->answers[chooser];
    TNM_TRY(tnm_choose(&answer->choice, &self->allocation.table, self->budget, chooser,
                       self->asked->effort.time_limit));
    if (!answer->choice.found)
        return TNM_OK;
    follow(self, chooser);
    TNM_TRY(tnm_calibration_mask(&self->trial.calibration, &search));
    if (fit.how.rule != TNM_FIT_NONE)
        TNM_TRY(tnm_calibration_run(&self->trial.calibration, &fit));
    TNM_TRY(grade(&self->trial.masked, self, &answer->accuracy));
    tnm_calibration_restore(&self->trial.calibration);
out:
    return error;
}

tnm_error cli_allocate_work(cli_allocate_run *self)
{
    tnm_error error = TNM_OK;
    const cli_allocate_request *asked = self->asked;
    const bool text = asked->telling.format == CLI_TEXT;
    const double start = tnm_now();
    TNM_TRY(check_paths(asked));
    TNM_TRY(open_run(self));
    if (text && !asked->telling.quiet)
        cli_allocate_banner(self);
    TNM_TRY(find_damages(self));
    TNM_TRY(grade(&self->trial.whole, self, &self->accuracy));
    for (int k = 0; k < TNM_CHOOSERS; k++)
        TNM_TRY(try_answer(self, (tnm_chooser)k));
    self->seconds = tnm_now() - start;
    TNM_TRY(text ? cli_allocate_text(self) : cli_allocate_json(self));
    TNM_TRY(cli_flush());
    if (asked->output != NULL)
        TNM_TRY(cli_allocate_map(self, asked->output));
out:
    return error;
}
