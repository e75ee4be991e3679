/* The work of tnm allocate: measuring, choosing, trying. See allocate.h. */
#include "cli/allocate.h"

#include "cli/network.h"
#include "cli/progress.h"
#include "cli/signals.h"

#include <string.h>

static tnm_error open_run(cli_allocate_run *self)
{
    tnm_error error = TNM_OK;
    const cli_allocate_request *asked = self->asked;
    TNM_TRY(tnm_dataset_open(&self->train, asked->data, TNM_DATASET_TRAIN));
    TNM_TRY(tnm_dataset_open(&self->test, asked->data, TNM_DATASET_TEST));
    TNM_TRY(cli_network_open(&self->whole, asked->input, &self->train, asked->effort.threads));
    TNM_TRY(cli_network_open(&self->masked, asked->input, &self->train, asked->effort.threads));
    TNM_TRY(
        tnm_sample_choice_draw(&self->samples, &self->train, asked->samples, asked->effort.seed));
    TNM_TRY(tnm_sample_choice_all(&self->tests, &self->test));
    TNM_TRY(tnm_calibration_open(&self->calibration, &self->whole, &self->masked));
    TNM_TRY(cli_network_select(&self->calibration, &asked->selection));
out:
    return error;
}

void cli_allocate_close(cli_allocate_run *self)
{
    for (int k = 0; k < TNM_CHOOSERS; k++)
        tnm_choice_close(&self->answers[k].choice);
    tnm_allocation_close(&self->allocation);
    tnm_damage_table_close(&self->damages);
    tnm_calibration_close(&self->calibration);
    tnm_sample_choice_close(&self->samples);
    tnm_sample_choice_close(&self->tests);
    tnm_dataset_close(&self->train);
    tnm_dataset_close(&self->test);
    tnm_network_close(&self->whole);
    tnm_network_close(&self->masked);
}

static tnm_mask_search search_of(const cli_allocate_run *self)
{
    const cli_effort *effort = &self->asked->effort;
    return (tnm_mask_search){.method = self->asked->method,
                             .parameters = effort->parameters.list,
                             .seed = effort->seed,
                             .threads = effort->threads,
                             .time_limit = effort->time_limit,
                             .stop = &cli_interrupted};
}

static tnm_calibration_fit fit_of(const cli_allocate_run *self)
{
    const cli_allocate_request *asked = self->asked;
    return (tnm_calibration_fit){.samples = &self->samples,
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
    tnm_damage_request wanted = {.calibration = &self->calibration,
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
        const tnm_parameter *weight = tnm_network_find(&self->whole, row->layer);
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

const tnm_damage_row *cli_allocated_row(const cli_allocate_run *run, tnm_chooser chooser,
                                        size_t layer)
{
    const tnm_allocation *allocation = &run->allocation;
    size_t option = run->answers[chooser].choice.options[layer];
    return &run->damages.rows[allocation->rows[layer * allocation->table.options + option]];
}

static tnm_error grade(tnm_network *network, const cli_allocate_run *self, double *accuracy)
{
    tnm_score_card card;
    tnm_error error = tnm_passes_grade(network, &self->tests, &card);
    if (error == TNM_OK)
        *accuracy = (double)card.right / (double)card.samples;
    return error;
}

/* Marks the layers of an answer with their patterns, and no others. */
static void follow(cli_allocate_run *self, tnm_chooser chooser)
{
    tnm_calibration *calibration = &self->calibration;
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
    TNM_TRY(tnm_calibration_mask(&self->calibration, &search));
    if (fit.how.rule != TNM_FIT_NONE)
        TNM_TRY(tnm_calibration_run(&self->calibration, &fit));
    TNM_TRY(grade(&self->masked, self, &answer->accuracy));
    tnm_calibration_restore(&self->calibration);
out:
    return error;
}

tnm_error cli_allocate_work(cli_allocate_run *self)
{
    tnm_error error = TNM_OK;
    const cli_allocate_request *asked = self->asked;
    const bool text = asked->telling.format == CLI_TEXT;
    const double start = tnm_now();
    TNM_TRY(open_run(self));
    if (text && !asked->telling.quiet)
        cli_allocate_banner(self);
    TNM_TRY(find_damages(self));
    TNM_TRY(grade(&self->whole, self, &self->accuracy));
    for (int k = 0; k < TNM_CHOOSERS; k++)
        TNM_TRY(try_answer(self, (tnm_chooser)k));
    if (asked->output != NULL)
        TNM_TRY(cli_allocate_map(self, asked->output));
    self->seconds = tnm_now() - start;
    TNM_TRY(text ? cli_allocate_text(self) : cli_allocate_json(self));
out:
    return error;
}
