/* What the prices of a single tile prove, in exact arithmetic on the scores as given.
 *
 * With prices p_ij = u_i + v_j, and r_i, c_j entries kept in row i and column j, the bound of the
 * prices exceeds the objective of the mask by
 *
 *     sum u_i (N - r_i) + sum v_j (N - c_j)        lines with room that have a price
 *     + sum over dropped entries max(0, s_ij - p_ij)
 *     + sum over kept entries    max(0, p_ij - s_ij)
 *
 * For a mask that obeys the constraint no term is negative: the excess is zero, and the mask
 * optimal, exactly where all of them are (complementary slackness). */
#ifndef TNM_FORMULATIONS_CERTIFICATE_H
#define TNM_FORMULATIONS_CERTIFICATE_H

#include "formulations/mask.h"
#include "instances/sum.h"

/* A tile, its mask, and what is claimed about it. */
typedef struct tnm_tile_proof {
    const tnm_problem *problem;
    const tnm_band *band;
    size_t tile;
    const int64_t *prices; /* scale, u, v; NULL: none */
    uint64_t rows[TNM_MAX_TILE];
    uint8_t row_kept[TNM_MAX_TILE];
    uint8_t col_kept[TNM_MAX_TILE];
} tnm_tile_proof;

/* Whether there are prices, at a scale in range and, for atmost, none of them negative. */
bool tnm_prices_are_valid(const tnm_tile_proof *proof);

/* Whether the excess of valid prices is zero, for a mask that obeys the constraint. */
bool tnm_proof_is_slack(const tnm_tile_proof *proof);
/* The two halves of that: lines with room have no price, and no entry is on the wrong side of its
 * prices. */
bool tnm_rooms_are_free(const tnm_tile_proof *proof);
bool tnm_entries_are_slack(const tnm_tile_proof *proof);

/* The excess of valid prices, by the formula above; any mask. */
void tnm_proof_excess(tnm_sum *excess, const tnm_tile_proof *proof);

#endif
