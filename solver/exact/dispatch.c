/* Which build of the kernels runs. */
#include "solver/exact/augment.h"
#include "solver/exact/balance.h"
#include "solver/exact/kernel.h"
#include "solver/exact/paths.h"

TNM_DISPATCH(const tnm_deal_kernel, tnm_deal_kernel)
TNM_DISPATCH(tnm_small_kernel, tnm_small_kernel)
TNM_DISPATCH(const tnm_large_kernel, tnm_large_kernel)
TNM_DISPATCH(const tnm_balance_kernel, tnm_balance_kernel)
TNM_DISPATCH(const tnm_augment_kernel, tnm_augment_kernel)
TNM_DISPATCH(tnm_paths_kernel, tnm_paths_kernel)
