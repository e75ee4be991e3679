/* The tuned constants of the dual ascent, and the choice of its kernels. */
#include "solver/exact/augment.h"
#include "solver/exact/kernel.h"
#include "solver/exact/paths.h"

/* Best factors found by search on |N(0,1)| at half density (docs/exact.md); between the tuned sides
 * the next larger one stands in. */
tnm_relaxation tnm_relaxation_for(int m)
{
    if (m <= 4)
        return (tnm_relaxation){.factor = 11141, .half_rounds = 7};
    if (m <= 8)
        return (tnm_relaxation){.factor = 19661, .half_rounds = 11};
    if (m <= 16)
        return (tnm_relaxation){.factor = 26214, .ramp = 3, .first_test = 6, .half_rounds = 40};
    if (m <= 32)
        return (tnm_relaxation){.factor = 32767, .ramp = 4, .first_test = 10, .half_rounds = 50};
    return (tnm_relaxation){.factor = 32767, .ramp = 6, .first_test = 14, .half_rounds = 60};
}

TNM_DISPATCH(const tnm_small_kernel, tnm_small_kernel)
TNM_DISPATCH(const tnm_large_kernel, tnm_large_kernel)
TNM_DISPATCH(tnm_augment_kernel, tnm_augment_kernel)
TNM_DISPATCH(tnm_paths_kernel, tnm_paths_kernel)
