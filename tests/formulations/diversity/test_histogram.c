#include "formulations/diversity/histogram.h"

#include "tests/testlib.h"

#include <string.h>

/* Numbers run from 0 without gaps, and lead back to their histograms. */
static void assert_numbering(int columns, int highest, int sum)
{
    tnm_histograms histograms;
    int held[TNM_CLASSES], before[TNM_CLASSES] = {0};
    ASSERT_OK(tnm_histograms_init(&histograms, columns, highest, sum));
    int told = sum < 0 ? 0 : sum;
    uint64_t count = tnm_histograms_count(&histograms, highest, columns, told);
    for (uint64_t number = 0; number < count; number++) {
        int all = 0, weighted = 0, larger = highest;
        memset(held, 0, sizeof held);
        tnm_histograms_at(&histograms, highest, told, number, held);
        for (int c = 0; c <= highest; c++) {
            all += held[c];
            weighted += c * held[c];
        }
        CU_ASSERT_EQUAL(all, columns);
        CU_ASSERT(sum < 0 || weighted == sum);
        CU_ASSERT_EQUAL(tnm_histograms_number(&histograms, highest, held), number);
        while (larger > 0 && held[larger] == before[larger])
            larger--;
        CU_ASSERT(number == 0 || held[larger] > before[larger]);
        memcpy(before, held, sizeof before);
    }
    tnm_histograms_free(&histograms);
}

static void test_numbers_without_gaps(void)
{
    for (int columns = 1; columns <= 6; columns++) {
        for (int highest = 0; highest <= 4; highest++) {
            for (int sum = -1; sum <= columns * highest; sum++)
                assert_numbering(columns, highest, sum);
        }
    }
}

/* Partitions of 32 into at most 8 parts of at most 4; C(12, 4) histograms of any sum. */
static void test_counts(void)
{
    tnm_histograms histograms;
    ASSERT_OK(tnm_histograms_init(&histograms, 8, 4, 32));
    CU_ASSERT_EQUAL(tnm_histograms_count(&histograms, 4, 8, 16), 33);
    CU_ASSERT_EQUAL(tnm_histograms_count(&histograms, 4, 8, 32), 1);
    CU_ASSERT_EQUAL(tnm_histograms_count(&histograms, 4, 0, 0), 1);
    CU_ASSERT_EQUAL(tnm_histograms_count(&histograms, 4, 0, 1), 0);
    tnm_histograms_free(&histograms);
    ASSERT_OK(tnm_histograms_init(&histograms, 8, 4, -1));
    CU_ASSERT_EQUAL(tnm_histograms_count(&histograms, 4, 8, 0), 495);
    tnm_histograms_free(&histograms);
}

TNM_SUITE(diversity_histogram, {"numbers without gaps", test_numbers_without_gaps},
          {"counts", test_counts})
