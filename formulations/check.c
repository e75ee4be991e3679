#include "formulations/check.h"
#include "formulations/padding.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

void tnm_options_init(tnm_options *options)
{
    *options = (tnm_options){0};
}

const char *tnm_status_name(tnm_status status)
{
    static const char *const names[] = {"OPTIMAL", "FEASIBLE", "INFEASIBLE", "LIMIT"};
    return names[status];
}

double tnm_result_gap(const tnm_result *result)
{
    if (isinf(result->bound))
        return 1;
    return result->bound == 0 ? 0 : (result->bound - result->objective) / result->bound;
}

double tnm_result_retention(const tnm_result *result)
{
    return result->total == 0 ? 1 : result->objective / result->total;
}

tnm_error tnm_question_init(tnm_scoring *scoring, tnm_tiling *tiling, const tnm_matrix *weights,
                            const tnm_problem *problem, const tnm_options *options)
{
    const tnm_matrix *given = options->given_scores;
    if (options->score == TNM_SCORE_GIVEN) {
        if (given == NULL)
            return tnm_fail(TNM_ERROR_USAGE, "no score matrix is given");
        if (given->rows != weights->rows || given->cols != weights->cols)
            return tnm_fail(TNM_ERROR_DATA, "scores are %zux%zu, weights %zux%zu", given->rows,
                            given->cols, weights->rows, weights->cols);
    }
    *scoring = (tnm_scoring){.weights = weights, .given = given, .score = options->score};
    tnm_error error = tnm_problem_validate(problem);
    if (error != TNM_OK)
        return error;
    return tnm_tiling_init(tiling, weights->rows, weights->cols, problem->m, options->edges);
}

static tnm_error add_margin_entry(tnm_verdict *verdict, const tnm_scoring *scoring,
                                  const tnm_mask_view *mask, size_t row, size_t col)
{
    double score;
    tnm_error error = tnm_score_entry(&score, scoring, row, col);
    if (error != TNM_OK)
        return error;
    tnm_sum_add_double(&verdict->bound, score);
    tnm_sum_add_double(&verdict->total, score);
    if (mask == NULL || tnm_mask_kept(mask, row, col))
        tnm_sum_add_double(&verdict->objective, score);
    return TNM_OK;
}

tnm_error tnm_verdict_add_margin(tnm_verdict *verdict, const tnm_scoring *scoring,
                                 const tnm_tiling *tiling, const tnm_mask_view *mask)
{
    for (size_t row = 0; row < tiling->rows; row++) {
        bool below = row >= tnm_tiling_covered_rows(tiling);
        for (size_t col = below ? 0 : tnm_tiling_covered_cols(tiling); col < tiling->cols; col++) {
            tnm_error error = add_margin_entry(verdict, scoring, mask, row, col);
            if (error != TNM_OK)
                return error;
        }
    }
    return TNM_OK;
}

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

tnm_error tnm_check_mask(tnm_verdict *verdict, const tnm_scoring *scoring, const tnm_tiling *tiling,
                         const tnm_problem *problem, const tnm_mask_view *mask,
                         const int64_t *prices, int threads)
{
    tnm_failure failure = {0};
    size_t units = tiling->tile_rows * tiling->stretches;
#pragma omp parallel num_threads(threads > 0 ? threads : omp_get_num_procs())
    {
        grader self;
        size_t failed_unit = 0;
        tnm_error error = grader_init(&self, tiling, scoring);
#pragma omp for schedule(dynamic) nowait
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
    }
    tnm_error error = tnm_failure_raise(&failure);
    return error != TNM_OK ? error : tnm_verdict_add_margin(verdict, scoring, tiling, mask);
}

tnm_error tnm_check(const tnm_matrix *weights, const tnm_problem *problem,
                    const tnm_options *options, const tnm_mask_view *mask, const int64_t *prices,
                    tnm_result *result)
{
    tnm_scoring scoring;
    tnm_tiling tiling;
    double start = tnm_now();
    tnm_error error = tnm_question_init(&scoring, &tiling, weights, problem, options);
    if (error != TNM_OK)
        return error;
    tnm_verdict verdict = {0};
    error = tnm_check_mask(&verdict, &scoring, &tiling, problem, mask, prices, options->threads);
    *result = (tnm_result){0};
    tnm_verdict_result(&verdict, result);
    result->seconds = tnm_now() - start;
    return error;
}
