/* Grades the mask of a whole matrix: every band, all threads. What tnm-check runs. */
#ifndef TNM_FORMULATIONS_CHECK_H
#define TNM_FORMULATIONS_CHECK_H

#include "formulations/verify.h"

/* Adds to `verdict` what verification finds in every tile, and the dense margin. `prices` may be
 * NULL; threads 0 means all cores. Ragged tiles are graded by what their real entries allow: see
 * formulations/padding.h. */
tnm_error tnm_check_mask(tnm_verdict *verdict, const tnm_scoring *scoring, const tnm_tiling *tiling,
                         const tnm_problem *problem, const tnm_mask_view *mask,
                         const int64_t *prices, int threads);

/* Adds the dense margin, where there is one: all of it to bound and total, what `mask` keeps of it
 * to the objective (all of it where mask is NULL). An entry that is not kept breaks the rule. */
tnm_error tnm_verdict_add_margin(tnm_verdict *verdict, const tnm_scoring *scoring,
                                 const tnm_tiling *tiling, const tnm_mask_view *mask);

/* Threads to start for so many pieces of work when `threads` (0: all cores) are asked for: never
 * more than pieces, and never more than 64 and four a core. */
int tnm_thread_count(int threads, size_t pieces);

/* Makes the result that of a call which has learned nothing; fails where there is none. */
tnm_error tnm_result_begin(tnm_result *result);

/* A mask has data, of a known kind. */
tnm_error tnm_mask_view_validate(const tnm_mask_view *mask);

/* Checks that the parts of a question are there, known and fit each other: a valid problem, equal
 * shapes, a tiling. */
tnm_error tnm_question_init(tnm_scoring *scoring, tnm_tiling *tiling, const tnm_matrix *weights,
                            const tnm_problem *problem, const tnm_options *options);

#endif
