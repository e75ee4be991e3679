#include "solver/methods/four.h"

const uint8_t tnm_four_pairs[6] = {0x3, 0x5, 0x9, 0x6, 0xA, 0xC};

TNM_DISPATCH(const tnm_four_kernel, tnm_four_kernel)

const char *tnm_four_refuses(const tnm_problem *problem)
{
    return problem->n == 2 && problem->m == 4 ? NULL : "only 2:4";
}
