/* Sorting networks: Batcher's odd-even merge sort [batcher1968], written as straight-line code.
 *
 * Each function sorts, largest first, the elements a[base], a[base + 1], ... (merge: the two sorted
 * halves of a[base], a[base + step], ...). All indices are constants once inlined, so the array
 * lives in registers, comparators whose results nobody uses disappear, and the loop over lanes
 * around a call becomes vector code: a comparator is one min and one max of whole vectors. */
#ifndef TNM_SOLVER_EXACT_SORTING_H
#define TNM_SOLVER_EXACT_SORTING_H

#include "solver/exact/lanes.h"

#ifndef TNM_SORTED
#define TNM_SORTED tnm_short /* the type of what is sorted */
#endif

/* Statements X(k), X(k + 1) ..., for arrays in registers: a loop might not be unrolled. */
#define TNM_REPEAT_4(X, k)  X(k) X((k) + 1) X((k) + 2) X((k) + 3)
#define TNM_REPEAT_12(X, k) TNM_REPEAT_4(X, k) TNM_REPEAT_4(X, (k) + 4) TNM_REPEAT_4(X, (k) + 8)
#define TNM_REPEAT_16(X, k) TNM_REPEAT_12(X, k) TNM_REPEAT_4(X, (k) + 12)
#define TNM_REPEAT_64(X)                                                                           \
    TNM_REPEAT_16(X, 0) TNM_REPEAT_16(X, 16) TNM_REPEAT_16(X, 32) TNM_REPEAT_16(X, 48)

TNM_INLINE void tnm_compare(TNM_SORTED *a, int i, int j)
{
    TNM_SORTED high = a[i] > a[j] ? a[i] : a[j];
    a[j] = a[i] < a[j] ? a[i] : a[j];
    a[i] = high;
}

/* The odd-even merge of 2h elements: merge the even and the odd ones, then compare neighbours. */
#define TNM_MERGE(size, half, comparators)                                                         \
    TNM_INLINE void tnm_merge_##size(TNM_SORTED *a, int base, int step)                            \
    {                                                                                              \
        tnm_merge_##half(a, base, 2 * step);                                                       \
        tnm_merge_##half(a, base + step, 2 * step);                                                \
        comparators                                                                                \
    }

#define TNM_NEIGHBOURS(k)    tnm_compare(a, base + (k)*step, base + ((k) + 1) * step);
#define TNM_NEIGHBOURS_3(k)  TNM_NEIGHBOURS(k) TNM_NEIGHBOURS((k) + 2) TNM_NEIGHBOURS((k) + 4)
#define TNM_NEIGHBOURS_4(k)  TNM_NEIGHBOURS_3(k) TNM_NEIGHBOURS((k) + 6)
#define TNM_NEIGHBOURS_7(k)  TNM_NEIGHBOURS_4(k) TNM_NEIGHBOURS_3((k) + 8)
#define TNM_NEIGHBOURS_8(k)  TNM_NEIGHBOURS_4(k) TNM_NEIGHBOURS_4((k) + 8)
#define TNM_NEIGHBOURS_15(k) TNM_NEIGHBOURS_8(k) TNM_NEIGHBOURS_7((k) + 16)
#define TNM_NEIGHBOURS_16(k) TNM_NEIGHBOURS_8(k) TNM_NEIGHBOURS_8((k) + 16)
#define TNM_NEIGHBOURS_31(k) TNM_NEIGHBOURS_16(k) TNM_NEIGHBOURS_15((k) + 32)

TNM_INLINE void tnm_merge_2(TNM_SORTED *a, int base, int step)
{
    tnm_compare(a, base, base + step);
}

TNM_MERGE(4, 2, TNM_NEIGHBOURS(1))
TNM_MERGE(8, 4, TNM_NEIGHBOURS_3(1))
TNM_MERGE(16, 8, TNM_NEIGHBOURS_7(1))
TNM_MERGE(32, 16, TNM_NEIGHBOURS_15(1))
TNM_MERGE(64, 32, TNM_NEIGHBOURS_31(1))

/* Both halves, then their merge; and all of it but for the last comparators, those of a[1] with
 * a[2], a[3] with a[4] and so on, which is enough for a pair in any order. */
#define TNM_SORT(size, half)                                                                       \
    TNM_INLINE void tnm_sort_##size(TNM_SORTED *a, int base)                                       \
    {                                                                                              \
        tnm_sort_##half(a, base);                                                                  \
        tnm_sort_##half(a, base + (half));                                                         \
        tnm_merge_##size(a, base, 1);                                                              \
    }                                                                                              \
    TNM_INLINE void tnm_sort_pairs_##size(TNM_SORTED *a, int base)                                 \
    {                                                                                              \
        tnm_sort_##half(a, base);                                                                  \
        tnm_sort_##half(a, base + (half));                                                         \
        tnm_merge_##half(a, base, 2);                                                              \
        tnm_merge_##half(a, base + 1, 2);                                                          \
    }

TNM_INLINE void tnm_sort_2(TNM_SORTED *a, int base)
{
    tnm_compare(a, base, base + 1);
}

TNM_SORT(4, 2)
TNM_SORT(8, 4)
TNM_SORT(16, 8)
TNM_SORT(32, 16)
TNM_SORT(64, 32)

#endif
