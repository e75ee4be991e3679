/* Which build of the kernels runs. */
#include "formulations/kernel.h"

#define X(isa, ISA) extern const tnm_tile_kernel tnm_tile_kernel_##isa;
TNM_FOR_EACH_ISA(X)
#undef X

const tnm_tile_kernel *tnm_tile_kernel_for(tnm_isa isa)
{
    static const tnm_tile_kernel *const kernels[TNM_ISA_COUNT] = {
#define X(isa, ISA) [TNM_ISA_##ISA] = &tnm_tile_kernel_##isa,
        TNM_FOR_EACH_ISA(X)
#undef X
    };
    return kernels[isa];
}
