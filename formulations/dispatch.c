/* Which build of the kernels runs. */
#include "formulations/kernel.h"

TNM_DISPATCH(const tnm_tile_kernel, tnm_tile_kernel)
TNM_DISPATCH(const tnm_bits_kernel, tnm_bits_kernel)
