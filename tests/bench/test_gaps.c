/* The distribution of gaps: bins, quantiles, and its text. */
#include "bench/gaps.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t only_bin(double gap)
{
    tnm_gaps gaps = {0};
    size_t bin = 0;
    tnm_gaps_add(&gaps, gap);
    while (bin < TNM_GAPS_BINS && gaps.bins[bin] == 0)
        bin++;
    return bin;
}

static void test_bins(void)
{
    CU_ASSERT_EQUAL(only_bin(-0.5), TNM_GAPS_NEGATIVE);
    CU_ASSERT_EQUAL(only_bin(0), TNM_GAPS_ZERO);
    CU_ASSERT_EQUAL(only_bin(-0.0), TNM_GAPS_ZERO);
    CU_ASSERT_EQUAL(only_bin(1e-300), TNM_GAPS_TINY);
    CU_ASSERT_EQUAL(only_bin(1.01e-6), 3);
    CU_ASSERT_EQUAL(only_bin(0.99), TNM_GAPS_BINS - 1);
    CU_ASSERT_EQUAL(only_bin(1), TNM_GAPS_BINS - 1);
    for (int k = 1; k <= 1000; k++) {
        double gap = k / 1000.0;
        size_t bin = only_bin(gap);
        CU_ASSERT(gap > tnm_gaps_edge(bin - 1) * (1 - 1e-12));
        CU_ASSERT(gap <= tnm_gaps_edge(bin) * (1 + 1e-12));
        CU_ASSERT(fabs(tnm_gaps_centre(bin) / gap - 1) < 0.024);
    }
}

static void test_quantiles(void)
{
    tnm_gaps gaps = {0}, other = {0};
    CU_ASSERT_EQUAL(tnm_gaps_quantile(&gaps, 0.5), 0);
    for (int k = 1; k <= 100; k++)
        tnm_gaps_add(k % 2 ? &gaps : &other, k <= 40 ? 0 : k / 1000.0);
    tnm_gaps_merge(&gaps, &other);
    CU_ASSERT_EQUAL(gaps.count, 100);
    CU_ASSERT_EQUAL(tnm_gaps_quantile(&gaps, 0.4), 0);
    double p95 = tnm_gaps_quantile(&gaps, 0.95);
    CU_ASSERT(p95 >= 0.095 && p95 <= 0.095 * 1.048);
}

static char *text_of(const tnm_gaps *gaps)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    tnm_gaps_print(gaps, stream);
    fclose(stream);
    return text;
}

static void test_text(void)
{
    tnm_gaps gaps = {0}, again;
    char *text = text_of(&gaps);
    CU_ASSERT_STRING_EQUAL(text, "");
    free(text);
    for (int k = 0; k < 12; k++)
        tnm_gaps_add(&gaps, k < 10 ? 0 : 1);
    tnm_gaps_add(&gaps, -1);
    text = text_of(&gaps);
    CU_ASSERT_STRING_EQUAL(text, "0:1 1:10 302:2");
    ASSERT_OK(tnm_gaps_parse(&again, text));
    CU_ASSERT(memcmp(&again, &gaps, sizeof gaps) == 0);
    free(text);
}

static void test_broken_text(void)
{
    static const char *const broken[] = {
        "1",     "1:",   "1:0",     "1:1 ",  "2:1 1:1", " 1:1", "1:1  2:1",
        "303:1", "1:-1", "1:1 1:1", "1:1,2", "x:1",     "1:1x", "1:99999999999999999999"};
    tnm_gaps gaps;
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++)
        ASSERT_FAILS(tnm_gaps_parse(&gaps, broken[k]), TNM_ERROR_DATA, "no distribution of gaps");
}

TNM_SUITE(gaps, {"bins", test_bins}, {"quantiles", test_quantiles}, {"text", test_text},
          {"broken text", test_broken_text})
