/* What counts as a proof: weak duality, recomputed from scores, mask and prices alone.
 *
 * Dual of the problem, with one price u_i a row and v_j a column:
 *
 *     minimise  N (sum u_i + sum v_j) + sum max(0, s_ij - u_i - v_j)       (u, v >= 0 for atmost)
 *
 * ANY prices give an upper bound on every mask; prices whose bound equals the mask's objective
 * prove it optimal. Prices are int64 at a scale of the tile's own, price = integer * 2^scale, and
 * may be coarse: everything here is exact arithmetic on the scores as given, so coarse prices still
 * prove optimality unless a tie hides below them. verify trusts nobody; every method, ours
 * included, is graded by it. */
#ifndef TNM_FORMULATIONS_VERIFY_H
#define TNM_FORMULATIONS_VERIFY_H

#include "formulations/mask.h"
#include "instances/sum.h"

/* The certificate of a tile is 2m+1 integers: scale, u[0..m-1], v[0..m-1]. */
static inline size_t tnm_certificate_length(size_t m)
{
    return 2 * m + 1;
}

/* The first line of a tile that breaks the constraint; where none does, the first entry of the
 * dense margin that is dropped. */
typedef struct tnm_violation {
    bool found;
    bool margin;     /* an entry of the margin, not a line of a tile */
    bool column;     /* a column, not a row */
    size_t tile;     /* row-major within the matrix */
    size_t line;     /* within the tile */
    size_t kept;     /* of the line */
    size_t row, col; /* of the entry, within the matrix */
} tnm_violation;

/* What verification found; sums over bands, exact and independent of their order. */
typedef struct tnm_verdict {
    tnm_sum objective; /* kept score */
    tnm_sum bound;     /* upper bound by the prices; see unbounded */
    tnm_sum total;     /* score of all entries */
    size_t tiles;
    size_t unbounded;      /* tiles without usable prices: they add their total to `bound` */
    size_t proven;         /* bound - objective <= half an ulp of the tile's objective */
    size_t exact;          /* bound = objective */
    size_t broken;         /* tiles that break the constraint */
    size_t short_lines;    /* lines with fewer than N kept */
    size_t margin_dropped; /* entries of the dense margin that are not kept: there may be none */
    double worst_gap;      /* (bound - objective) / bound of a tile, and which */
    size_t worst_tile;
    tnm_violation violation; /* of the lowest-numbered broken tile, or else of the margin */
} tnm_verdict;

/* Grades one band and adds what it finds to `verdict`. `prices` may be NULL. Where
 * `tile_objectives` is not NULL it receives the objective of each tile, correctly rounded. */
void tnm_verify_band(tnm_verdict *verdict, const tnm_problem *problem, const tnm_band *band,
                     const uint64_t *rows, const int64_t *prices, double *tile_objectives);

/* Whether prices prove the mask of one tile (m words) optimal, to the last bit: the mask obeys the
 * constraint, and prices and mask are complementary. For methods that want to know whether to go
 * on; nobody takes their word for it. */
bool tnm_tile_is_proven(const tnm_problem *problem, const tnm_band *band, size_t tile,
                        const uint64_t *tile_rows, const int64_t *certificate);

/* Notes that an entry of the dense margin is dropped: what is to be kept whole is not. */
void tnm_verdict_drop_margin(tnm_verdict *verdict, size_t row, size_t col);

/* Adds up verdicts of disjoint bands. */
void tnm_verdict_add(tnm_verdict *verdict, const tnm_verdict *other);

/* OPTIMAL, FEASIBLE or INFEASIBLE, and all numbers of the result but times. */
void tnm_verdict_result(const tnm_verdict *verdict, tnm_result *result);

#endif
