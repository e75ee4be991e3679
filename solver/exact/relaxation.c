/* The tuned constants of the dual ascent. */
#include "solver/exact/kernel.h"

/* Best factors found by search on |N(0,1)| at half density (docs/exact.md); between the tuned sides
 * the next larger one stands in. */
tnm_relaxation tnm_small_relaxation_for(int m)
{
    if (m <= 4)
        return (tnm_relaxation){.factor = 11141, .half_rounds = 7, .again = 15};
    if (m <= 8)
        return (tnm_relaxation){.factor = 19661, .half_rounds = 11, .again = 21};
    return (tnm_relaxation){.factor = 26214, .half_rounds = 13};
}

tnm_relaxation tnm_large_relaxation_for(int m)
{
    if (m <= 16)
        return (tnm_relaxation){.factor = 26214,
                                .ramp = 3,
                                .first_test = 6,
                                .tie_test = 6,
                                .half_rounds = 18,
                                .patience = 20,
                                .dead_patience = 40};
    if (m <= 32)
        return (tnm_relaxation){.factor = 32767,
                                .ramp = 4,
                                .first_test = 10,
                                .tie_test = 10,
                                .half_rounds = 24,
                                .patience = 26,
                                .dead_patience = 40};
    return (tnm_relaxation){.factor = 32767,
                            .ramp = 6,
                            .first_test = 10,
                            .tie_test = 10,
                            .half_rounds = 12,
                            .patience = 20,
                            .dead_patience = 40};
}

/* Of M > 32. Half rounds of lists are cheap, so there may be many. */
tnm_relaxation tnm_shortlist_relaxation(void)
{
    return (tnm_relaxation){.factor = 39322, .ramp = 6, .listed = 5, .half_rounds = 60};
}

/* Prices are good by now. The first window is expected to suffice; the others are for tiles whose
 * scores spread over many orders of magnitude. */
tnm_relaxation tnm_refined_relaxation_for(int m, int level)
{
    int factor = m <= 16 ? 26214 : m <= 32 ? 36000 : 40000;
    return (tnm_relaxation){.factor = factor,
                            .first_test = 1,
                            .tie_test = 6,
                            .half_rounds = level == 0 ? 30
                                           : m <= 32  ? 14
                                                      : 16,
                            .patience = 8};
}

/* Of M = 16, where small tiles have gone so far that few half rounds are missing. */
tnm_relaxation tnm_continued_relaxation_for(int m)
{
    tnm_relaxation relaxation = tnm_large_relaxation_for(m);
    relaxation.ramp = 0;
    relaxation.first_test = 1;
    relaxation.tie_test = 4;
    relaxation.half_rounds = 10;
    return relaxation;
}
