/* Histograms of column capacities: see histogram.h. */
#include "formulations/diversity/histogram.h"

#include <stdlib.h>

static uint64_t *place(const tnm_histograms *histograms, int highest, int columns)
{
    size_t row = (size_t)highest * ((size_t)histograms->columns + 1) + (size_t)columns;
    return histograms->counts + row * ((size_t)histograms->largest + 1);
}

/* count(c, m, s) = count(c-1, m, s) + count(c, m-1, s-c): either no column is in class c, or one is
 * and is taken away. */
static void fill(tnm_histograms *histograms, int highest, int columns)
{
    uint64_t *counts = place(histograms, highest, columns);
    int step = histograms->unit * highest;
    if (columns == 0 || highest == 0) {
        counts[0] = 1;
        return;
    }
    const uint64_t *without = place(histograms, highest - 1, columns);
    const uint64_t *fewer = place(histograms, highest, columns - 1);
    for (int sum = 0; sum <= histograms->largest; sum++)
        counts[sum] = without[sum] + (sum >= step ? fewer[sum - step] : 0);
}

tnm_error tnm_histograms_init(tnm_histograms *histograms, int columns, int highest, int largest)
{
    *histograms = (tnm_histograms){.columns = columns,
                                   .highest = highest,
                                   .largest = largest < 0 ? 0 : largest,
                                   .unit = largest < 0 ? 0 : 1};
    size_t rows = ((size_t)highest + 1) * ((size_t)columns + 1);
    histograms->counts =
        tnm_allocate(rows, ((size_t)histograms->largest + 1) * sizeof *histograms->counts);
    if (histograms->counts == NULL)
        return TNM_ERROR_MEMORY;
    for (int capacity = 0; capacity <= highest; capacity++) {
        for (int count = 0; count <= columns; count++)
            fill(histograms, capacity, count);
    }
    return TNM_OK;
}

void tnm_histograms_free(tnm_histograms *histograms)
{
    free(histograms->counts);
    *histograms = (tnm_histograms){0};
}

uint64_t tnm_histograms_number(const tnm_histograms *histograms, int highest, const int *held)
{
    uint64_t number = 0;
    int columns = histograms->columns, sum = 0;
    for (int capacity = 1; capacity <= highest; capacity++)
        sum += histograms->unit * capacity * held[capacity];
    for (int capacity = highest; capacity > 0; capacity--)
        number += tnm_histograms_share(histograms, capacity, held[capacity], &columns, &sum);
    return number;
}

void tnm_histograms_at(const tnm_histograms *histograms, int highest, int sum, uint64_t number,
                       int *held)
{
    int columns = histograms->columns;
    for (int capacity = highest; capacity > 0; capacity--) {
        int step = histograms->unit * capacity;
        held[capacity] = 0;
        for (;;) {
            uint64_t none = tnm_histograms_count(histograms, capacity - 1, columns, sum);
            if (number < none)
                break;
            number -= none;
            held[capacity]++;
            columns--;
            sum -= step;
        }
    }
    held[0] = columns;
}
