/* All there is to say about the mask diversity of a pattern: see diversity.h. */
#include "formulations/diversity/diversity.h"

#include "formulations/diversity/estimate.h"
#include "formulations/problem.h"

#include <math.h>

static double tiles(const tnm_diversity *self)
{
    int m = self->problem.m;
    return (double)(self->extent.rows / m) * (self->extent.cols / m);
}

static tnm_error count_transposable(tnm_diversity *self, const tnm_need *limit,
                                    tnm_progress progress, void *context)
{
    tnm_count tile = {0};
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_need_estimate(&self->need, &self->problem, false));
    if (limit != NULL && !tnm_need_within(&self->need, limit))
        goto out;
    TNM_TRY(tnm_count_transposable(&tile, &self->problem, progress, context));
    TNM_TRY(tnm_count_tiled(&self->transposable, &tile, &self->problem, &self->extent));
    self->counted = true;
out:
    tnm_count_free(&tile);
    return error;
}

static tnm_error estimate(tnm_diversity *self)
{
    if (self->problem.constraint == TNM_ATMOST) {
        self->canfield_mckay = NAN;
        tnm_error error = tnm_estimate_independent(&self->estimate, &self->problem);
        self->estimate *= tiles(self);
        return error;
    }
    self->canfield_mckay = tiles(self) * tnm_estimate_canfield_mckay(&self->problem);
    self->estimate = tiles(self) * tnm_estimate_sharper(&self->problem);
    return TNM_OK;
}

tnm_error tnm_diversity_measure(tnm_diversity *diversity, const tnm_problem *problem,
                                const tnm_extent *extent, const tnm_need *limit,
                                tnm_progress progress, void *context)
{
    tnm_error error = TNM_OK;
    *diversity = (tnm_diversity){.problem = *problem, .extent = *extent};
    TNM_TRY(tnm_problem_validate(problem));
    TNM_TRY(tnm_extent_validate(extent, problem));
    TNM_TRY(tnm_count_structured(&diversity->structured, problem, extent));
    TNM_TRY(tnm_count_unstructured(&diversity->unstructured, problem, extent));
    for (tnm_reading reading = TNM_READING_ZEROS; reading <= TNM_READING_KEPT; reading++)
        TNM_TRY(tnm_count_published(&diversity->published[reading], problem, reading, extent));
    TNM_TRY(estimate(diversity));
    TNM_TRY(count_transposable(diversity, limit, progress, context));
out:
    return error;
}

void tnm_diversity_free(tnm_diversity *diversity)
{
    tnm_count_free(&diversity->transposable);
    tnm_count_free(&diversity->structured);
    tnm_count_free(&diversity->unstructured);
    tnm_count_free(&diversity->published[TNM_READING_ZEROS]);
    tnm_count_free(&diversity->published[TNM_READING_KEPT]);
}

double tnm_diversity_log2(const tnm_diversity *diversity)
{
    return diversity->counted ? diversity->transposable.log2 : diversity->estimate;
}

double tnm_diversity_bits(const tnm_diversity *diversity, double log2_count)
{
    return log2_count / diversity->extent.rows / diversity->extent.cols;
}

double tnm_diversity_published_ratio(const tnm_diversity *diversity, tnm_reading reading)
{
    const tnm_count *published = &diversity->published[reading];
    if (diversity->counted)
        return tnm_count_ratio(published, &diversity->transposable);
    return exp2(published->log2 - diversity->estimate);
}

double tnm_diversity_error(const tnm_diversity *diversity, double estimate)
{
    if (!diversity->counted)
        return NAN;
    return expm1((estimate - diversity->transposable.log2) * M_LN2);
}
