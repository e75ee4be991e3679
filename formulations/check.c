#include "formulations/check.h"

#include "formulations/padding.h"
#include "instances/floating.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

enum { MARGIN_RUN = 256 }; /* entries of the dense margin read at once */

void tnm_options_init(tnm_options *options)
{
    *options = (tnm_options){0};
}

const char *tnm_status_name(tnm_status status)
{
    static const char *const names[] = {"OPTIMAL", "FEASIBLE", "INFEASIBLE", "LIMIT"};
    return (unsigned)status <= TNM_LIMIT ? names[status] : "UNKNOWN";
}

static double gap_of(const tnm_result *result)
{
    if (isinf(result->bound)) /* none, or beyond the doubles */
        return 1 - result->kept_of_bound;
    return result->bound == 0 ? 0 : (result->bound - result->objective) / result->bound;
}

static double retention_of(const tnm_result *result)
{
    if (isinf(result->total))
        return result->kept_of_total;
    return result->total == 0 ? 1 : result->objective / result->total;
}

/* Sums may be subnormal, too. What is volatile is worked out before the environment goes. */
static double in_default_environment(double (*ratio)(const tnm_result *), const tnm_result *result)
{
    fenv_t outside;
    tnm_floating_enter(&outside);
    volatile double value = ratio(result);
    tnm_floating_leave(&outside);
    return value;
}

double tnm_result_gap(const tnm_result *result)
{
    return in_default_environment(gap_of, result);
}

double tnm_result_retention(const tnm_result *result)
{
    return in_default_environment(retention_of, result);
}

static tnm_error check_matrix(const tnm_matrix *matrix)
{
    if (matrix == NULL || matrix->data == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "a matrix without data");
    if ((unsigned)matrix->dtype > TNM_F8_E5M2)
        return tnm_fail(TNM_ERROR_USAGE, "unknown element type %d", (int)matrix->dtype);
    return TNM_OK;
}

static tnm_error check_options(const tnm_options *options)
{
    if ((unsigned)options->score > TNM_SCORE_GIVEN)
        return tnm_fail(TNM_ERROR_USAGE, "unknown score %d", (int)options->score);
    if ((unsigned)options->edges > TNM_EDGES_ERROR)
        return tnm_fail(TNM_ERROR_USAGE, "unknown edge rule %d", (int)options->edges);
    if (options->threads < 0)
        return tnm_fail(TNM_ERROR_USAGE, "%d threads: expected 0, for all cores, or more",
                        options->threads);
    if (!(options->time_limit >= 0)) /* nor a NaN */
        return tnm_fail(TNM_ERROR_USAGE, "a time limit of %g s: expected 0, for none, or more",
                        options->time_limit);
    return TNM_OK;
}

static tnm_error check_given(const tnm_matrix *given, const tnm_matrix *weights)
{
    if (given == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "no score matrix is given");
    if (given->rows != weights->rows || given->cols != weights->cols)
        return tnm_fail(TNM_ERROR_DATA, "scores are %zux%zu, weights %zux%zu", given->rows,
                        given->cols, weights->rows, weights->cols);
    return check_matrix(given);
}

tnm_error tnm_mask_view_validate(const tnm_mask_view *mask)
{
    if (mask->data == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "a mask without data");
    if ((unsigned)mask->kind > TNM_MASK_BITS)
        return tnm_fail(TNM_ERROR_USAGE, "unknown kind of mask %d", (int)mask->kind);
    return TNM_OK;
}

tnm_error tnm_result_begin(tnm_result *result)
{
    if (result == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "no place for the result is given");
    *result = (tnm_result){.status = TNM_LIMIT};
    return TNM_OK;
}

tnm_error tnm_question_init(tnm_scoring *scoring, tnm_tiling *tiling, const tnm_matrix *weights,
                            const tnm_problem *problem, const tnm_options *options)
{
    tnm_error error = TNM_OK;
    if (problem == NULL || options == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "no %s given",
                        problem == NULL ? "problem is" : "options are");
    TNM_TRY(tnm_problem_validate(problem));
    TNM_TRY(check_options(options));
    TNM_TRY(check_matrix(weights));
    if (options->score == TNM_SCORE_GIVEN)
        TNM_TRY(check_given(options->given_scores, weights));
    *scoring =
        (tnm_scoring){.weights = weights, .given = options->given_scores, .score = options->score};
    TNM_TRY(tnm_tiling_init(tiling, weights->rows, weights->cols, problem->m, options->edges));
out:
    return error;
}

/* ---- the dense margin -------------------------------------------------------------------- */

static tnm_error add_margin_run(tnm_verdict *verdict, const tnm_scoring *scoring,
                                const tnm_mask_view *mask, size_t row, size_t first_col,
                                size_t count)
{
    double scores[MARGIN_RUN];
    tnm_error error = tnm_score_run(scores, scoring, row, first_col, count);
    if (error != TNM_OK)
        return error;
    for (size_t k = 0; k < count; k++) {
        tnm_sum_add_double(&verdict->bound, scores[k]);
        tnm_sum_add_double(&verdict->total, scores[k]);
        if (mask == NULL || tnm_mask_kept(mask, row, first_col + k))
            tnm_sum_add_double(&verdict->objective, scores[k]);
        else
            tnm_verdict_drop_margin(verdict, row, first_col + k);
    }
    return TNM_OK;
}

tnm_error tnm_verdict_add_margin(tnm_verdict *verdict, const tnm_scoring *scoring,
                                 const tnm_tiling *tiling, const tnm_mask_view *mask)
{
    for (size_t row = 0; row < tiling->rows; row++) {
        bool below = row >= tnm_tiling_covered_rows(tiling);
        size_t col = below ? 0 : tnm_tiling_covered_cols(tiling);
        for (size_t count; col < tiling->cols; col += count) {
            count = tiling->cols - col < MARGIN_RUN ? tiling->cols - col : MARGIN_RUN;
            tnm_error error = add_margin_run(verdict, scoring, mask, row, col, count);
            if (error != TNM_OK)
                return error;
        }
    }
    return TNM_OK;
}

/* ---- all bands --------------------------------------------------------------------------- */

/* What one thread needs to grade bands. */
typedef struct grader {
    tnm_band_buffer buffer;
    uint64_t *rows;
    tnm_verdict *verdict;
} grader;

static void grader_free(grader *self)
{
    tnm_band_buffer_free(&self->buffer);
    free(self->rows);
    free(self->verdict);
}

static tnm_error grader_init(grader *self, const tnm_tiling *tiling, const tnm_scoring *scoring)
{
    tnm_error error = TNM_OK;
    *self = (grader){0};
    TNM_TRY(tnm_band_buffer_init(&self->buffer, tiling, scoring));
    TNM_TRY(TNM_NEW(self->rows, tiling->m * tiling->stretch));
    TNM_TRY(TNM_NEW(self->verdict, 1));
out:
    return error;
}

static tnm_error grade_band(grader *self, const tnm_scoring *scoring, const tnm_tiling *tiling,
                            const tnm_problem *problem, const tnm_mask_view *mask,
                            const int64_t *prices, size_t unit)
{
    tnm_band band;
    tnm_error error = tnm_band_load(&band, &self->buffer, tiling, scoring, unit / tiling->stretches,
                                    unit % tiling->stretches);
    if (error != TNM_OK)
        return error;
    tnm_mask_load(self->rows, mask, tiling, &band);
    tnm_padding_fill(problem, tiling, &band, self->rows);
    const int64_t *band_prices =
        prices != NULL ? prices + band.first_tile * tnm_certificate_length(band.m) : NULL;
    tnm_verify_band(self->verdict, problem, &band, self->rows, band_prices, NULL);
    return TNM_OK;
}

/* More threads than these gain nothing, and OpenMP's library ends the process where the system has
 * no more to give. */
static size_t most_threads(void)
{
    enum { ALWAYS = 64, A_PROCESSOR = 4 };
    size_t many = A_PROCESSOR * (size_t)omp_get_num_procs();
    return many > ALWAYS ? many : ALWAYS;
}

int tnm_thread_count(int threads, size_t pieces)
{
    size_t wanted = (size_t)(threads > 0 ? threads : omp_get_num_procs()), most = most_threads();
    wanted = wanted < most ? wanted : most;
    return (int)(pieces < wanted ? (pieces > 0 ? pieces : 1) : wanted);
}

tnm_error tnm_check_mask(tnm_verdict *verdict, const tnm_scoring *scoring, const tnm_tiling *tiling,
                         const tnm_problem *problem, const tnm_mask_view *mask,
                         const int64_t *prices, int threads)
{
    tnm_failure failure = {0};
    size_t units = tiling->tile_rows * tiling->stretches;
#pragma omp parallel num_threads(tnm_thread_count(threads, units))
    {
        grader self;
        fenv_t outside;
        size_t failed_unit = 0;
        tnm_floating_enter(&outside);
        tnm_error error = grader_init(&self, tiling, scoring);
/* Every thread takes its units in rising order: it stops at its own lowest failing unit. */
#pragma omp for schedule(monotonic : dynamic) nowait
        for (size_t unit = 0; unit < units; unit++) {
            if (error == TNM_OK) {
                error = grade_band(&self, scoring, tiling, problem, mask, prices, unit);
                failed_unit = unit;
            }
        }
#pragma omp critical(tnm_check_end)
        {
            tnm_failure_note(&failure, error, failed_unit);
            if (error == TNM_OK)
                tnm_verdict_add(verdict, self.verdict);
        }
        grader_free(&self);
        tnm_floating_leave(&outside);
    }
    tnm_error error = tnm_failure_raise(&failure);
    return error != TNM_OK ? error : tnm_verdict_add_margin(verdict, scoring, tiling, mask);
}

static tnm_error check(const tnm_matrix *weights, const tnm_problem *problem,
                       const tnm_options *options, const tnm_mask_view *mask, const int64_t *prices,
                       tnm_result *result)
{
    tnm_error error = TNM_OK;
    tnm_scoring scoring;
    tnm_tiling tiling;
    tnm_verdict *verdict = NULL;
    double start = tnm_now();
    TNM_TRY(tnm_result_begin(result));
    if (mask == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "no mask is given");
    TNM_TRY(tnm_mask_view_validate(mask));
    TNM_TRY(tnm_question_init(&scoring, &tiling, weights, problem, options));
    TNM_TRY(TNM_NEW(verdict, 1));
    TNM_TRY(tnm_check_mask(verdict, &scoring, &tiling, problem, mask, prices, options->threads));
    tnm_verdict_result(verdict, result);
    result->seconds = tnm_now() - start;
out:
    free(verdict);
    return error;
}

tnm_error tnm_check(const tnm_matrix *weights, const tnm_problem *problem,
                    const tnm_options *options, const tnm_mask_view *mask, const int64_t *prices,
                    tnm_result *result)
{
    fenv_t outside;
    tnm_floating_enter(&outside);
    tnm_error error = check(weights, problem, options, mask, prices, result);
    tnm_floating_leave(&outside);
    return error;
}
