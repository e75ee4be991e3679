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
    sample piece;
    sample_init(&piece, problem, 32, false);
    plant_sample(&piece, &random, 15, -12);
    for (int distance = 10; distance <= 149; distance++) {
        set_score(&piece, (size_t)distance % 32, 3, (size_t)distance % 8, ldexp(1.75, -distance));
        if (distance % 3 == 0)
            set_score(&piece, (size_t)distance % 29, 1, 1, 0);
        check_band(&problem, &piece.band, piece.rows, NULL);
    }
    sample_free(&piece);
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
          {"sums at the edge of lanes", test_sums_at_the_edge_of_lanes})
