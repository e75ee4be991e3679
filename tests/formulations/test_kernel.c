#include "formulations/kernel.h"

#include "tests/opinion.h"

/* Bands longer than a piece, and such as end within one. */
static void test_long_bands(void)
{
    static const struct {
        int m;
        size_t tiles;
    } cases[] = {{4, 300}, {4, 513}, {3, 200}, {8, 77}, {6, 40}, {16, 19}, {13, 9}, {32, 5}};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        sample planted;
        tnm_problem problem = {cases[k].m / 2, cases[k].m, k % 2 ? TNM_EQUAL : TNM_ATMOST};
        sample_init(&planted, problem, cases[k].tiles, false);
        plant_sample(&planted, &random, 15, -12);
        tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
        CU_ASSERT_EQUAL(verdict.exact, cases[k].tiles);
        for (size_t t = 0; t < cases[k].tiles; t += 1 + tnm_random_next(&random) % 20) {
            switch (tnm_random_next(&random) % 4) { /* spoils some tiles */
            case 0:
                certificate(&planted, t)[0] = TNM_NO_PRICES;
                break;
            case 1:
                certificate(&planted, t)[1] += 1 << (tnm_random_next(&random) % 30);
                break;
            case 2:
                planted.rows[t] ^= 1;
                break;
            default:
                set_score(&planted, t, 0, 0, 1e6);
            }
        }
        check_band(&problem, &planted.band, planted.rows, planted.prices);
        check_band(&problem, &planted.band, planted.rows, NULL);
        sample_free(&planted);
    }
}

/* Scores over the whole range of floats and doubles at once: no sum may round. */
static void test_wide_exponent_ranges(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int trial = 0; trial < 200; trial++) {
        sample wide;
        bool doubles = trial % 2;
        int m = 1 + (int)(tnm_random_next(&random) % 12);
        tnm_problem problem = {m / 2, m, trial % 3 ? TNM_EQUAL : TNM_ATMOST};
        sample_init(&wide, problem, 4, doubles);
        plant_sample(&wide, &random, 20, 0);
        for (size_t k = 0; k < 4 * (size_t)(m * m); k++) {
            int exponent = doubles ? (int)(tnm_random_next(&random) % 2090) - 1074
                                   : (int)(tnm_random_next(&random) % 276) - 149;
            double score = tnm_random_next(&random) % 5 == 0
                               ? 0
                               : ldexp(1 + tnm_random_uniform(&random), exponent);
            set_score(&wide, k / (size_t)(m * m), k / (size_t)m % (size_t)m, k % (size_t)m,
                      doubles ? score : (double)(float)score);
        }
        for (size_t t = 0; t < 4; t++)
            certificate(&wide, t)[0] = (int)(tnm_random_next(&random) % 2000) - 1100;
        check_band(&problem, &wide.band, wide.rows, wide.prices);
        check_band(&problem, &wide.band, wide.rows, NULL);
        sample_free(&wide);
    }
}

/* One score far below the rest of a piece, at every distance: sums in lanes must give up in time.
 */
static void test_sums_at_the_edge_of_lanes(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {4, 8, TNM_EQUAL};
    for (int doubles = 0; doubles < 2; doubles++) {
        sample piece;
        sample_init(&piece, problem, 32, doubles);
        plant_sample(&piece, &random, 15, -12);
        for (size_t k = 0; k < 32 * 64 && doubles; k++) /* fills the last places of some */
            piece.doubles[k / 256 * piece.band.stride + k % 256] *= k % 3 ? 1 : 1.1;
        for (int distance = 10; distance <= 149; distance++) {
            set_score(&piece, (size_t)distance % 32, 3, (size_t)distance % 8,
                      ldexp(1.75, -distance));
            if (distance % 3 == 0)
                set_score(&piece, (size_t)distance % 29, 1, 1, 0);
            check_band(&problem, &piece.band, piece.rows, NULL);
            check_band(&problem, &piece.band, piece.rows, piece.prices);
        }
        sample_free(&piece);
    }
}

/* Puts one score in `share` on its prices, or one unit in the last place to the right side of them;
 * once in a while to the wrong one. The others lie well on the right side. */
static void plant_near_misses(sample *self, tnm_random *random, size_t share)
{
    size_t m = self->band.m;
    for (size_t k = 0; k < self->band.tiles * m * m; k++) {
        size_t t = k / (m * m), i = k / m % m, j = k % m;
        const int64_t *prices = certificate(self, t);
        double price = ldexp((double)(prices[1 + i] + prices[1 + m + j]), (int)prices[0]);
        bool kept = self->rows[i * self->band.tiles + t] >> j & 1;
        bool right = tnm_random_next(random) % (500 / share + 2) != 0;
        double to = kept == right ? INFINITY : 0;
        double near = self->doubles != NULL ? nextafter(price, to)
                                            : (double)nextafterf((float)price, (float)to);
        if (tnm_random_next(random) % share != 0)
            set_score(self, t, i, j, kept ? 2 * price + 1 : price / 2);
        else
            set_score(self, t, i, j, tnm_random_next(random) % 2 == 0 ? price : near);
    }
}

/* Moves a constant from the row prices of each tile to its column prices. */
static void shift_prices(sample *self, tnm_random *random)
{
    for (size_t t = 0; t < self->band.tiles; t++) {
        int64_t by = (int64_t)(tnm_random_next(random) >> 44);
        for (size_t k = 0; k < self->band.m; k++) {
            certificate(self, t)[1 + k] -= by;
            certificate(self, t)[1 + self->band.m + k] += by;
        }
    }
}

/* Writes the prices of some tiles in a smaller unit. */
static void lengthen_prices(sample *self, tnm_random *random)
{
    for (size_t t = 0; t < self->band.tiles; t++) {
        int zeros = tnm_random_next(random) % 2 ? (int)(tnm_random_next(random) % 36) : 0;
        certificate(self, t)[0] -= zeros;
        for (size_t k = 1; k <= 2 * self->band.m; k++)
            certificate(self, t)[k] *= INT64_C(1) << zeros;
    }
}

/* Differences of scores and prices as small as they get, and none. */
static void test_near_misses(void)
{
    static const int sides[] = {3, 4, 8, 13, 16, 32, 40}, scales[] = {-126, -120, -30, 80};
    static const int widths[] = {1, 15, 23, 24}; /* of prices, in bits; floats round the last */
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
        for (size_t c = 0; c < 8 * sizeof scales / sizeof *scales; c++) {
            sample near;
            int bits = widths[tnm_random_next(&random) % 4];
            int n = tnm_random_next(&random) % 4 == 0 ? sides[k] : sides[k] / 2;
            tnm_problem problem = {n, sides[k], c % 2 ? TNM_EQUAL : TNM_ATMOST};
            sample_init(&near, problem, 4096 / (size_t)(sides[k] * sides[k]) + 1, c / 2 % 2);
            plant_sample(&near, &random, bits, scales[c / 8]);
            plant_near_misses(&near, &random, c / 4 % 2 ? (size_t)(sides[k] * sides[k]) : 1);
            if (problem.constraint == TNM_EQUAL)
                shift_prices(&near, &random);
            lengthen_prices(&near, &random);
            tnm_verdict verdict = check_band(&problem, &near.band, near.rows, near.prices);
            CU_ASSERT(verdict.exact > 0 || bits == 24 || sides[k] > 16);
            sample_free(&near);
        }
    }
}

/* Prices and scales that are just of use to the kernels, just not, or to nobody. */
static void test_prices_at_the_edges(void)
{
    static const int64_t edges[] = {0,
                                    -1,
                                    (1 << 23) - 1,
                                    1 << 23,
                                    (1 << 23) + 1,
                                    -(1 << 23),
                                    -(1 << 23) - 1,
                                    INT64_C(1) << 32,
                                    (INT64_C(1) << 32) + 7,
                                    -(INT64_C(1) << 32),
                                    INT64_C(1) << 51,
                                    (INT64_C(1) << 51) + 1,
                                    INT64_MAX,
                                    INT64_MIN};
    static const int64_t scales[] = {-127, -126, 100, 101, -1152, -1153, INT64_MAX, INT64_MIN};
    enum { EDGES = sizeof edges / sizeof *edges, SCALES = sizeof scales / sizeof *scales };
    tnm_random random = {tnm_test_seed()};
    for (int m = 3; m <= 16; m++) {
        for (size_t k = 0; k < EDGES + SCALES; k++) {
            sample planted;
            tnm_problem problem = {m / 2, m, (k + (size_t)m) % 2 ? TNM_EQUAL : TNM_ATMOST};
            sample_init(&planted, problem, 64, false);
            plant_sample(&planted, &random, 15, -12);
            size_t odd = tnm_random_next(&random) % 64, line = k % (size_t)m;
            int64_t *prices = certificate(&planted, odd);
            if (k < EDGES) {
                prices[1 + line] = edges[k];
                prices[1 + (size_t)m + line] = edges[tnm_random_next(&random) % EDGES];
                double price = (double)prices[1 + line] + (double)prices[1 + (size_t)m + line];
                set_score(&planted, odd, line, line, price > 0 ? ldexp(price, -12) : 0);
            } else {
                prices[0] = scales[k - EDGES];
            }
            tnm_verdict verdict = check_band(&problem, &planted.band, planted.rows, planted.prices);
            CU_ASSERT(verdict.exact >= 63);
            sample_free(&planted);
        }
    }
}

/* Bits side by side, and bytes, by every instruction set. */
static void test_packs_and_spreads(void)
{
    tnm_random random = {tnm_test_seed()};
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (!tnm_isa_supported((tnm_isa)isa))
            continue;
        const tnm_bits_kernel *kernel = tnm_bits_kernel_for((tnm_isa)isa);
        for (size_t m = 4; m <= 64; m *= 2) {
            for (size_t count = 0; count <= 64; count++) {
                uint64_t words[64], line[64], wrong = 0;
                uint8_t bytes[64 * 64 + 1];
                size_t line_words = (count * m + 63) / 64;
                for (size_t t = 0; t < 64; t++)
                    words[t] = tnm_random_next(&random); /* bits from m on are left out */
                bytes[line_words * 64] = 7;
                kernel->pack(line, words, count, m);
                kernel->spread(bytes, line, line_words);
                for (size_t k = 0; k < line_words * 64; k++) {
                    uint64_t bit = k < count * m ? words[k / m] >> k % m & 1 : 0;
                    wrong += (line[k / 64] >> k % 64 & 1) != bit || bytes[k] != bit;
                }
                CU_ASSERT_EQUAL(wrong, 0);
                CU_ASSERT_EQUAL(bytes[line_words * 64], 7);
            }
        }
    }
}

TNM_SUITE(tile_kernel, {"packs and spreads", test_packs_and_spreads},
          {"long bands", test_long_bands}, {"wide exponent ranges", test_wide_exponent_ranges},
          {"sums at the edge of lanes", test_sums_at_the_edge_of_lanes},
          {"near misses", test_near_misses}, {"prices at the edges", test_prices_at_the_edges})
