#include "formulations/certificate.h"

#include "formulations/kernel.h"

#include <math.h>

bool tnm_prices_are_valid(const tnm_tile_proof *proof)
{
    const int64_t *prices = proof->prices;
    if (prices == NULL || prices[0] < TNM_SUM_MIN_SCALE || prices[0] > TNM_SUM_MAX_SCALE)
        return false;
    for (size_t k = 1; k <= 2 * proof->band->m; k++) {
        if (proof->problem->constraint == TNM_ATMOST && prices[k] < 0)
            return false;
    }
    return true;
}

/* Whether scores and sums of two prices can be compared as doubles, without rounding. */
static bool prices_fit_doubles(const tnm_tile_proof *proof)
{
    enum { BITS = 51, MIN_SCALE = -1074, MAX_SCALE = 960 };
    const int64_t limit = INT64_C(1) << BITS;
    bool fit = proof->prices[0] >= MIN_SCALE && proof->prices[0] <= MAX_SCALE;
    for (size_t k = 1; k <= 2 * proof->band->m; k++)
        fit &= proof->prices[k] >= -limit && proof->prices[k] <= limit;
    return fit;
}

static tnm_int128 price_sum(const tnm_tile_proof *proof, size_t i, size_t j)
{
    const int64_t *u = proof->prices + 1, *v = u + proof->band->m;
    return (tnm_int128)u[i] + v[j];
}

/* Sign of score - price * 2^scale, exactly. */
static int compare_score(double score, tnm_int128 price, int scale)
{
    if (score == 0)
        return price == 0 ? 0 : (price < 0 ? 1 : -1);
    if (price <= 0)
        return 1;
    int exponent;
    double fraction = frexp(score, &exponent);
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53); /* score = mantissa * 2^(exponent - 53) */
    uint64_t high = (uint64_t)(price >> 64), low = (uint64_t)price;
    int length = high != 0 ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
    if (exponent != length + scale)
        return exponent > length + scale ? 1 : -1;
    /* Same leading bit: align both to it, at bit 65 (price < 2^65). */
    tnm_int128 left = (tnm_int128)mantissa << 12;
    tnm_int128 right = price << (65 - length);
    return left > right ? 1 : (left < right ? -1 : 0);
}

/* 1 where the score lies above its prices, -1 below, 0 on them. */
static int side_of(const tnm_tile_proof *proof, size_t i, size_t j)
{
    return compare_score(tnm_band_score(proof->band, proof->tile, i, j), price_sum(proof, i, j),
                         (int)proof->prices[0]);
}

static bool is_kept(const tnm_tile_proof *proof, size_t i, size_t j)
{
    return proof->rows[i] >> j & 1;
}

bool tnm_rooms_are_free(const tnm_tile_proof *proof)
{
    const int64_t *u = proof->prices + 1, *v = u + proof->band->m;
    int n = proof->problem->n;
    for (size_t k = 0; k < proof->band->m; k++) {
        if ((proof->row_kept[k] < n && u[k] != 0) || (proof->col_kept[k] < n && v[k] != 0))
            return false;
    }
    return true;
}

bool tnm_entries_are_slack(const tnm_tile_proof *proof)
{
    if (prices_fit_doubles(proof))
        return tnm_tile_kernel_for(tnm_isa_best())
            ->is_slack(proof->band, proof->tile, proof->rows, proof->prices);
    for (size_t i = 0; i < proof->band->m; i++) {
        for (size_t j = 0; j < proof->band->m; j++) {
            int side = side_of(proof, i, j);
            if (is_kept(proof, i, j) ? side < 0 : side > 0)
                return false;
        }
    }
    return true;
}

bool tnm_proof_is_slack(const tnm_tile_proof *proof)
{
    return tnm_rooms_are_free(proof) && tnm_entries_are_slack(proof);
}

/* u_i (N - r_i) and v_j (N - c_j), in units of the scale */
static tnm_int128 price_of_rooms(const tnm_tile_proof *proof)
{
    const int64_t *u = proof->prices + 1, *v = u + proof->band->m;
    tnm_int128 price = 0;
    for (size_t k = 0; k < proof->band->m; k++) {
        price += (tnm_int128)u[k] * (proof->problem->n - proof->row_kept[k]);
        price += (tnm_int128)v[k] * (proof->problem->n - proof->col_kept[k]);
    }
    return price;
}

/* What entry (i,j) adds to the excess; nothing, most often. */
static void add_entry(tnm_sum *excess, const tnm_tile_proof *proof, size_t i, size_t j)
{
    int side = side_of(proof, i, j);
    bool kept = is_kept(proof, i, j);
    if (kept ? side >= 0 : side <= 0)
        return;
    double score = tnm_band_score(proof->band, proof->tile, i, j);
    tnm_int128 price = price_sum(proof, i, j);
    tnm_sum_add_double(excess, kept ? -score : score);
    tnm_sum_add_scaled(excess, kept ? price : -price, (int)proof->prices[0]);
}

/* The entries of row i that are on the wrong side of their prices, and perhaps some that are on
 * them. */
static uint64_t suspects(const tnm_tile_proof *proof, size_t i, bool doubles)
{
    const int64_t *u = proof->prices + 1, *v = u + proof->band->m;
    uint64_t above = 0, below = 0;
    if (!doubles)
        return tnm_low_bits(proof->band->m);
    double unit = ldexp(1, (int)proof->prices[0]);
    for (size_t j = 0; j < proof->band->m; j++) {
        double price = (double)(u[i] + v[j]) * unit;
        double score = tnm_band_score(proof->band, proof->tile, i, j);
        above |= (uint64_t)(score > price) << j;
        below |= (uint64_t)(score < price) << j;
    }
    return (above & ~proof->rows[i]) | (below & proof->rows[i]);
}

void tnm_proof_excess(tnm_sum *excess, const tnm_tile_proof *proof)
{
    bool doubles = prices_fit_doubles(proof);
    *excess = (tnm_sum){0};
    tnm_sum_add_scaled(excess, price_of_rooms(proof), (int)proof->prices[0]);
    for (size_t i = 0; i < proof->band->m; i++) {
        for (uint64_t left = suspects(proof, i, doubles); left != 0; left &= left - 1)
            add_entry(excess, proof, i, (size_t)__builtin_ctzll(left));
    }
}
