/* The tuned constants of the dual ascent, and the choice of its kernels. */
#include "solver/exact/augment.h"
#include "solver/exact/kernel.h"
#include "solver/exact/paths.h"

/* Best factors found by search on |N(0,1)| at half density (docs/exact.md); between the tuned sides
 * the next larger one stands in. */
tnm_relaxation tnm_small_relaxation_for(int m)
{
    if (m <= 4)
        return (tnm_relaxation){.factor = 11141, .half_rounds = 7, .patience = 15};
    if (m <= 8)
        return (tnm_relaxation){.factor = 19661, .half_rounds = 11, .patience = 21};
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

TNM_DISPATCH(const tnm_deal_kernel, tnm_deal_kernel)
TNM_DISPATCH(tnm_small_kernel, tnm_small_kernel)
TNM_DISPATCH(const tnm_large_kernel, tnm_large_kernel)
TNM_DISPATCH(const tnm_balance_kernel, tnm_balance_kernel)
TNM_DISPATCH(const tnm_augment_kernel, tnm_augment_kernel)
TNM_DISPATCH(tnm_paths_kernel, tnm_paths_kernel)
