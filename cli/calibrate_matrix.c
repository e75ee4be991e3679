/* tnm calibrate, of a matrix with inputs of its own. */
#include "cli/calibrate_request.h"
#include "cli/ending.h"
#include "cli/job.h"
#include "cli/json.h"
#include "cli/signals.h"
#include "cli/table.h"
#include "instances/build.h"
#include "instances/npy.h"
#include "instances/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Inputs and what was found about them. */
typedef struct inputs {
    const char *name; /* borrowed; NULL: there are none */
    tnm_input file;
    float *samples; /* owned, count * inputs */
    size_t count;
    tnm_moments first, rest; /* of the first samples, or all of them, and of the others */
    tnm_fit_result result;
} inputs;

/* Everything a run holds. */
typedef struct run {
    const cli_calibrate_request *asked;
    cli_instance instance;
    float *weights, *fitted; /* owned, as is all below */
    uint8_t *mask;
    tnm_masked_layer layer;
    inputs calibration, evaluation;
    double seconds;
} run;

/* ---- reading ----------------------------------------------------------------------------- */

/* The numbers of a matrix as packed floats; refuses what is none. */
static tnm_error read_floats(float **floats, const tnm_input *input)
{
    const tnm_matrix *matrix = &input->matrix;
    tnm_error error = TNM_NEW(*floats, matrix->rows * matrix->cols);
    for (size_t row = 0; error == TNM_OK && row < matrix->rows; row++) {
        float *numbers = *floats + row * matrix->cols;
        tnm_number_to_float(numbers, matrix, row, 0, matrix->cols);
        for (size_t col = 0; error == TNM_OK && col < matrix->cols; col++) {
            if (!isfinite(numbers[col]))
                error = tnm_fail(TNM_ERROR_DATA, "%s: row %zu, column %zu: not a finite number",
                                 input->name, row, col);
        }
    }
    return error;
}

/* `parted`: some are held out for the choice of the ridge. */
static tnm_error read_inputs(inputs *self, const char *path, size_t expected, bool parted,
                             int threads)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_input_open(&self->file, path));
    self->name = self->file.name;
    self->count = self->file.matrix.rows;
    if (self->file.matrix.cols != expected)
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: samples of %zu numbers, the matrix has %zu inputs",
                         self->name, self->file.matrix.cols, expected));
    TNM_TRY(read_floats(&self->samples, &self->file));
    TNM_TRY(tnm_moments_open(&self->first, expected, false));
    TNM_TRY(tnm_moments_open(&self->rest, expected, false));
    const size_t part = parted ? tnm_ridge_first_part(self->count) : self->count;
    tnm_moments_add_samples(&self->first, self->samples, part, threads);
    tnm_moments_add_samples(&self->rest, self->samples + part * expected, self->count - part,
                            threads);
out:
    return error;
}

static void close_inputs(inputs *self)
{
    tnm_input_close(&self->file);
    tnm_moments_close(&self->first);
    tnm_moments_close(&self->rest);
    free(self->samples);
}

/* ---- the mask ---------------------------------------------------------------------------- */

/* The put_mask of a sink into memory. */
static tnm_error keep_piece(void *context, const uint8_t *bytes, size_t row, size_t col,
                            size_t rows, size_t cols)
{
    run *self = context;
    for (size_t k = 0; k < rows; k++)
        memcpy(self->mask + (row + k) * self->layer.inputs + col, bytes + k * cols, cols);
    return TNM_OK;
}

static tnm_error find_mask(run *self)
{
    const cli_calibrate_request *asked = self->asked;
    const tnm_sink sink = {.context = self, .put_mask = keep_piece};
    const cli_job job = {.instance = &self->instance,
                         .effort = &asked->effort,
                         .method = asked->method,
                         .all_parameters = true,
                         .silent = asked->telling.quiet,
                         .sink = &sink};
    tnm_result result;
    tnm_error error = cli_job_run(&job, &result);
    if (error != TNM_OK)
        return error;
    if (result.status == TNM_LIMIT)
        return atomic_load(&cli_interrupted)
                   ? tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted")
                   : tnm_fail(TNM_ERROR_LIMIT, "no time left for the mask");
    if (result.status == TNM_INFEASIBLE && !(asked->method->capabilities & TNM_METHOD_RELAXED))
        return tnm_fail(TNM_ERROR_INTERNAL, "the mask of %s breaks its constraint",
                        asked->method->name);
    return TNM_OK;
}

static tnm_error read_mask(run *self)
{
    tnm_error error = TNM_OK;
    const size_t rows = self->layer.rows, cols = self->layer.inputs;
    tnm_input_mask given = {0};
    TNM_TRY(tnm_input_open_mask(&given, self->asked->mask, rows, cols));
    for (size_t k = 0; k < rows * cols; k++)
        self->mask[k] = tnm_mask_kept(&given.view, k / cols, k % cols);
out:
    tnm_input_close_mask(&given);
    return error;
}

/* ---- outputs ----------------------------------------------------------------------------- */

static tnm_error write_array(const char *path, tnm_npy_type type, const void *elements,
                             const tnm_masked_layer *layer)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    void *place;
    if (path == NULL)
        return TNM_OK;
    cli_guard(&output.temporary);
    TNM_TRY(tnm_npy_create(&output, path, type, layer->rows, layer->inputs, &place));
    memcpy(place, elements, layer->rows * layer->inputs * tnm_npy_size(type));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    cli_guard_nothing();
    return error;
}

static tnm_error write_outputs(const run *self)
{
    tnm_error error = write_array(self->asked->masks, TNM_NPY_BOOL, self->mask, &self->layer);
    if (error == TNM_OK)
        error = write_array(self->asked->output, TNM_NPY_FLOAT32, self->fitted, &self->layer);
    return error;
}

static FILE *report_stream(const cli_calibrate_request *asked)
{
    bool taken = (asked->output != NULL && strcmp(asked->output, "-") == 0) ||
                 (asked->masks != NULL && strcmp(asked->masks, "-") == 0);
    return taken ? stderr : stdout;
}

static void print_banner(const run *self, FILE *stream)
{
    const cli_calibrate_request *asked = self->asked;
    const tnm_problem *problem = &self->instance.problem;
    fprintf(stream, "c tnm %s (%s)\n", tnm_version(), tnm_build_commit());
    fprintf(stream, "c input %s: %zu x %zu %s\n", self->layer.name, self->layer.rows,
            self->layer.inputs, tnm_dtype_name(self->instance.weights.matrix.dtype));
    if (asked->mask != NULL)
        fprintf(stream, "c mask %s\n", asked->mask);
    else
        fprintf(stream, "c pattern %d:%d, method %s\n", problem->n, problem->m,
                asked->method->name);
    fprintf(stream, "c by %s\n", tnm_fit_rule_name(asked->rule));
    fputs("c error: |W X - W' X| / |W X|\n", stream);
    fflush(stream);
}

static tnm_error add_row(cli_table *table, const char *role, const inputs *self)
{
    tnm_error error = TNM_OK;
    if (self->name == NULL)
        return TNM_OK;
    TNM_TRY(cli_table_add(table, "%s", role));
    TNM_TRY(cli_table_add(table, "%zu", self->count));
    TNM_TRY(cli_table_add(table, "%.6f", self->result.masked));
    TNM_TRY(cli_table_add(table, "%.6f", self->result.fitted));
out:
    return error;
}

static tnm_error print_text(const run *self, FILE *stream)
{
    tnm_error error = TNM_OK;
    cli_table table;
    cli_table_init(&table, "lrrr");
    TNM_TRY(cli_table_add_row(&table, "inputs", "samples", "masked", "calibrated", NULL));
    TNM_TRY(add_row(&table, "calibration", &self->calibration));
    TNM_TRY(add_row(&table, "evaluation", &self->evaluation));
    cli_table_print(&table, stream);
    if (!self->asked->telling.quiet) {
        if (self->asked->rule == TNM_FIT_LEAST_SQUARES)
            fprintf(stream, "c ridge %g\n", self->calibration.result.ridge);
        if (self->asked->output != NULL)
            fprintf(stream, "c wrote %s\n", self->asked->output);
        fprintf(stream, "c seconds %.6f\n", self->seconds);
    }
out:
    cli_table_free(&table);
    return error;
}

static json_t *json_errors(const inputs *self)
{
    if (self->name == NULL)
        return json_null();
    const cli_json_member members[] = {
        {"inputs", cli_json_text(self->name)},
        {"samples", cli_json_count(self->count)},
        {"masked", cli_json_real(self->result.masked)},
        {"calibrated", cli_json_real(self->result.fitted)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static tnm_error print_json(const run *self, FILE *stream)
{
    const cli_calibrate_request *asked = self->asked;
    const cli_json_member members[] = {
        {"input", cli_json_text(self->layer.name)},
        {"rows", cli_json_count(self->layer.rows)},
        {"cols", cli_json_count(self->layer.inputs)},
        {"mask", cli_json_text(asked->mask)},
        {"pattern", asked->mask != NULL ? json_null() : cli_json_pattern(&self->instance.problem)},
        {"method", json_string(asked->method->name)},
        {"by", json_string(tnm_fit_rule_name(asked->rule))},
        {"ridge", asked->rule == TNM_FIT_LEAST_SQUARES
                      ? cli_json_real(self->calibration.result.ridge)
                      : json_null()},
        {"calibration", json_errors(&self->calibration)},
        {"evaluation", json_errors(&self->evaluation)},
        {"seconds", cli_json_real(self->seconds)},
        {"version", json_string(TNM_VERSION)},
    };
    return cli_json_print(CLI_JSON_ADD(json_object(), members), stream);
}

/* ---- the work ---------------------------------------------------------------------------- */

static tnm_error open_run(run *self)
{
    tnm_error error = TNM_OK;
    const cli_calibrate_request *asked = self->asked;
    TNM_TRY(cli_instance_open(&self->instance, asked->input, &asked->question));
    const tnm_matrix *matrix = &self->instance.weights.matrix;
    const size_t size = matrix->rows * matrix->cols;
    TNM_TRY(read_floats(&self->weights, &self->instance.weights));
    TNM_TRY(TNM_NEW(self->mask, size));
    TNM_TRY(TNM_NEW(self->fitted, size));
    self->layer = (tnm_masked_layer){self->instance.name, matrix->rows, matrix->cols, self->weights,
                                     self->mask};
    TNM_TRY(
        read_inputs(&self->calibration, asked->inputs, matrix->cols, true, asked->effort.threads));
    if (asked->evaluate != NULL)
        TNM_TRY(read_inputs(&self->evaluation, asked->evaluate, matrix->cols, false,
                            asked->effort.threads));
out:
    return error;
}

/* Adam wants inputs as rows. */
static tnm_error transpose(float **columns, const inputs *self, size_t length)
{
    tnm_error error = TNM_NEW(*columns, self->count * length);
    for (size_t k = 0; error == TNM_OK && k < self->count * length; k++)
        (*columns)[k % length * self->count + k / length] = self->samples[k];
    return error;
}

static tnm_error fit(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_fitting how = cli_calibrate_fitting(self->asked, &self->instance.problem);
    const tnm_masked_layer *layer = &self->layer;
    inputs *other = &self->evaluation;
    float *columns = NULL;
    if (how.rule == TNM_FIT_ADAM)
        TNM_TRY(transpose(&columns, &self->calibration, layer->inputs));
    const tnm_samples samples = {.seen = columns, .count = self->calibration.count, .columns = 1};
    if (other->name != NULL) {
        tnm_apply_mask(layer, self->fitted);
        other->result.masked =
            tnm_moments_error(&other->first, layer->weights, self->fitted, NULL, layer->rows);
    }
    const tnm_fit_inputs all = {&self->calibration.first, &self->calibration.rest, &samples};
    TNM_TRY(tnm_fit(layer, &all, &how, self->fitted, NULL, &self->calibration.result));
    if (other->name != NULL)
        other->result.fitted =
            tnm_moments_error(&other->first, layer->weights, self->fitted, NULL, layer->rows);
out:
    free(columns);
    return error;
}

static tnm_error work(run *self)
{
    const cli_calibrate_request *asked = self->asked;
    const bool text = asked->telling.format == CLI_TEXT;
    const double start = tnm_now();
    tnm_error error = TNM_OK;
    FILE *stream = report_stream(asked);
    TNM_TRY(open_run(self));
    if (text && !asked->telling.quiet)
        print_banner(self, stream);
    TNM_TRY(asked->mask != NULL ? read_mask(self) : find_mask(self));
    TNM_TRY(fit(self));
    self->seconds = tnm_now() - start;
    TNM_TRY(text ? print_text(self, stream) : print_json(self, stream));
    TNM_TRY(cli_flush());
    TNM_TRY(write_outputs(self));
out:
    return error;
}

tnm_error cli_calibrate_matrix(const cli_calibrate_request *asked)
{
    run self = {.asked = asked};
    tnm_error error = work(&self);
    close_inputs(&self.calibration);
    close_inputs(&self.evaluation);
    cli_instance_close(&self.instance);
    free(self.weights);
    free(self.fitted);
    free(self.mask);
    return error;
}
