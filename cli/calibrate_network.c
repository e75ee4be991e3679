/* tnm calibrate, of a network with a data set. */
#include "cli/calibrate_request.h"
#include "cli/ending.h"
#include "cli/json.h"
#include "cli/network.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/table.h"
#include "instances/build.h"
#include "training/calibration/calibrate.h"
#include "training/calibration/mask_file.h"

#include <math.h>

/* How well a network does on the test samples, at one stage. */
typedef struct stages {
    tnm_score_card whole, start, masked, calibrated; /* start: unstructured */
} stages;

/* Everything a run holds. */
typedef struct run {
    const cli_calibrate_request *asked;
    cli_trial trial;
    stages grades;
    double seconds;
} run;

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error open_run(run *self)
{
    const cli_calibrate_request *asked = self->asked;
    const cli_trial_request wanted = {.network = asked->input,
                                      .data = asked->data,
                                      .samples = asked->samples,
                                      .effort = &asked->effort,
                                      .selection = &asked->selection};
    return cli_trial_open(&self->trial, &wanted);
}

static tnm_error fit(run *self, cli_progress *bar)
{
    const cli_calibrate_request *asked = self->asked;
    const tnm_calibration_fit wanted = {.samples = &self->trial.samples,
                                        .how =
                                            cli_calibrate_fitting(asked, &asked->question.problem),
                                        .sequential = asked->sequential,
                                        .stop = &cli_interrupted,
                                        .progress = cli_network_progress,
                                        .progress_context = bar};
    return tnm_calibration_run(&self->trial.calibration, &wanted);
}

/* One stage after the other, each graded. */
static tnm_error calibrate(run *self, cli_progress *bar)
{
    tnm_error error = TNM_OK;
    const cli_calibrate_request *asked = self->asked;
    const tnm_mask_search search =
        cli_network_search(&asked->effort, asked->method, asked->question.score);
    tnm_network *masked = &self->trial.masked;
    TNM_TRY(tnm_passes_grade(masked, &self->trial.tests, &self->grades.whole));
    self->grades.start = self->grades.whole;
    if (asked->unstructured > 0) {
        TNM_TRY(tnm_calibration_start_sparse(&self->trial.calibration, asked->unstructured,
                                             asked->confidence));
        TNM_TRY(tnm_passes_grade(masked, &self->trial.tests, &self->grades.start));
    }
    TNM_TRY(tnm_calibration_mask(&self->trial.calibration, &search));
    TNM_TRY(tnm_passes_grade(masked, &self->trial.tests, &self->grades.masked));
    TNM_TRY(fit(self, bar));
    TNM_TRY(tnm_passes_grade(masked, &self->trial.tests, &self->grades.calibrated));
out:
    return error;
}

/* ---- the report -------------------------------------------------------------------------- */

static double accuracy(const tnm_score_card *card)
{
    return (double)card->right / (double)card->samples;
}

/* Of what masking took from the network that was calibrated; NaN where it took nothing. */
static double recovered(const stages *grades)
{
    double lost = accuracy(&grades->start) - accuracy(&grades->masked);
    return lost > 0 ? (accuracy(&grades->calibrated) - accuracy(&grades->masked)) / lost
                    : (double)NAN;
}

/* Kept |w| over all |w| of what is masked, before any fit. */
static double retention(const run *self)
{
    tnm_retention sums = {0};
    for (size_t k = 0; k < self->trial.calibration.count; k++) {
        const tnm_calibrated_layer *layer = &self->trial.calibration.layers[k];
        sums.kept += layer->wanted ? layer->retention.kept : 0;
        sums.total += layer->wanted ? layer->retention.total : 0;
    }
    return sums.total > 0 ? sums.kept / sums.total : 1;
}

static void print_banner(const run *self)
{
    const cli_calibrate_request *asked = self->asked;
    printf("c tnm %s (%s)\n", tnm_version(), tnm_build_commit());
    printf("c input %s: %s\n", asked->input, self->trial.whole.architecture);
    printf("c data %s: %zu of %zu images to calibrate, %zu to test, seed %llu\n", asked->data,
           self->trial.samples.count, self->trial.train.count, self->trial.tests.count,
           (unsigned long long)asked->effort.seed);
    printf("c method %s, by %s%s\n", asked->method->name, tnm_fit_rule_name(asked->rule),
           asked->sequential ? ", in sequence" : "");
    fflush(stdout);
}

static tnm_error add_layer(cli_table *table, const tnm_calibrated_layer *layer, bool ridge)
{
    tnm_error error = TNM_OK;
    const double size = (double)tnm_parameter_size(layer->weight);
    TNM_TRY(cli_table_add(table, "%s", layer->weight->name));
    if (!layer->wanted)
        return cli_table_add_row(table, "dense", "100.00", "-", "-", "-", NULL);
    TNM_TRY(cli_table_add(table, "%d:%d", layer->problem.n, layer->problem.m));
    TNM_TRY(cli_table_add(table, "%.2f", 100 * (double)layer->kept / size));
    TNM_TRY(cli_table_add(table, "%.4f", layer->fit.masked));
    TNM_TRY(cli_table_add(table, "%.4f", layer->fit.fitted));
    TNM_TRY(ridge ? cli_table_add(table, "%g", layer->fit.ridge) : cli_table_add(table, "-"));
out:
    return error;
}

static tnm_error print_layers(const run *self)
{
    tnm_error error = TNM_OK;
    const tnm_calibration *calibration = &self->trial.calibration;
    const bool ridge = self->asked->rule == TNM_FIT_LEAST_SQUARES;
    cli_table table;
    cli_table_init(&table, "lrrrrr");
    TNM_TRY(cli_table_add_row(&table, "layer", "pattern", "kept %", "masked", "calibrated", "ridge",
                              NULL));
    for (size_t k = 0; k < calibration->count; k++)
        TNM_TRY(add_layer(&table, &calibration->layers[k], ridge));
    cli_table_print(&table, stdout);
out:
    cli_table_free(&table);
    return error;
}

static tnm_error print_text(const run *self)
{
    const stages *grades = &self->grades;
    const cli_calibrate_request *asked = self->asked;
    tnm_error error = print_layers(self);
    if (error != TNM_OK)
        return error;
    printf("a dense %.4f\n", accuracy(&grades->whole));
    if (asked->unstructured > 0)
        printf("a unstructured %.4f\n", accuracy(&grades->start));
    printf("a masked %.4f\na calibrated %.4f\n", accuracy(&grades->masked),
           accuracy(&grades->calibrated));
    if (asked->telling.quiet)
        return TNM_OK;
    printf("c retention %.6f\n", retention(self));
    if (isfinite(recovered(grades)))
        printf("c recovered %.1f %% of what masking lost\n", 100 * recovered(grades));
    puts("c masked, calibrated: of a layer its relative output error, |W X - W' X| / |W X|");
    if (asked->output != NULL)
        printf("c wrote %s\n", asked->output);
    printf("c seconds %.6f\n", self->seconds);
    return TNM_OK;
}

static json_t *json_layer(const tnm_calibrated_layer *layer, bool ridge)
{
    const cli_json_member members[] = {
        {"layer", json_string(layer->weight->name)},
        {"pattern", layer->wanted ? cli_json_pattern(&layer->problem) : json_null()},
        {"weights", cli_json_count(tnm_parameter_size(layer->weight))},
        {"kept", cli_json_count(layer->kept)},
        {"masked", layer->wanted ? cli_json_real(layer->fit.masked) : json_null()},
        {"calibrated", layer->wanted ? cli_json_real(layer->fit.fitted) : json_null()},
        {"ridge", layer->wanted && ridge ? cli_json_real(layer->fit.ridge) : json_null()},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_layers(const run *self)
{
    json_t *list = json_array();
    for (size_t k = 0; k < self->trial.calibration.count && list != NULL; k++) {
        const bool ridge = self->asked->rule == TNM_FIT_LEAST_SQUARES;
        if (json_array_append_new(list, json_layer(&self->trial.calibration.layers[k], ridge)) !=
            0) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

static tnm_error print_json(const run *self)
{
    const cli_calibrate_request *asked = self->asked;
    const stages *grades = &self->grades;
    const cli_json_member members[] = {
        {"input", cli_json_text(asked->input)},
        {"data", cli_json_text(asked->data)},
        {"architecture", json_string(self->trial.whole.architecture)},
        {"pattern", cli_json_pattern(&asked->question.problem)},
        {"method", json_string(asked->method->name)},
        {"by", json_string(tnm_fit_rule_name(asked->rule))},
        {"sequential", json_boolean(asked->sequential)},
        {"samples", cli_json_count(self->trial.samples.count)},
        {"seed", cli_json_count((size_t)asked->effort.seed)},
        {"retention", cli_json_real(retention(self))},
        {"layers", json_layers(self)},
        {"dense", cli_json_real(accuracy(&grades->whole))},
        {"start", cli_json_real(accuracy(&grades->start))},
        {"masked", cli_json_real(accuracy(&grades->masked))},
        {"calibrated", cli_json_real(accuracy(&grades->calibrated))},
        {"recovered", cli_json_real(recovered(grades))},
        {"seconds", cli_json_real(self->seconds)},
        {"version", json_string(TNM_VERSION)},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stdout);
}

/* ---- all of it --------------------------------------------------------------------------- */

static tnm_error write_outputs(const run *self)
{
    tnm_error error = TNM_OK;
    const cli_calibrate_request *asked = self->asked;
    if (asked->masks != NULL)
        TNM_TRY(tnm_mask_file_write(&self->trial.masked, asked->masks, asked->question.score));
    if (asked->output != NULL)
        TNM_TRY(tnm_network_save(&self->trial.masked, asked->output, NULL));
out:
    return error;
}

static tnm_error work(run *self)
{
    const cli_calibrate_request *asked = self->asked;
    const bool text = asked->telling.format == CLI_TEXT;
    const double start = tnm_now();
    tnm_error error = TNM_OK;
    cli_progress bar;
    TNM_TRY(open_run(self));
    if (text && !asked->telling.quiet)
        print_banner(self);
    cli_progress_start(&bar, "calibrate", asked->telling.quiet || asked->effort.no_progress);
    bar.unit = "layers";
    error = calibrate(self, &bar);
    cli_progress_end(&bar);
    TNM_TRY(error);
    self->seconds = tnm_now() - start;
    TNM_TRY(text ? print_text(self) : print_json(self));
    TNM_TRY(cli_flush());
    TNM_TRY(write_outputs(self));
out:
    return error;
}

tnm_error cli_calibrate_network(const cli_calibrate_request *asked)
{
    run self = {.asked = asked};
    tnm_error error = work(&self);
    cli_trial_close(&self.trial);
    return error;
}
