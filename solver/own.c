#include "solver/own.h"

#include <string.h>

const tnm_method *const tnm_own_methods[] = {
    &tnm_exact_method,
    &tnm_greedy_keep_method,
    &tnm_greedy_prune_method,
    &tnm_reference_2021_method,
    &tnm_torch_greedy_method,
    &tnm_bi_nm_method,
    &tnm_tsenor_method,
    &tnm_swap_method,
    &tnm_enumerate_method,
    &tnm_brute_method,
    &tnm_row_nm_method,
    &tnm_unstructured_method,
    NULL,
};

const char *tnm_method_name(size_t number)
{
    size_t count = sizeof tnm_own_methods / sizeof *tnm_own_methods - 1;
    return number < count ? tnm_own_methods[number]->name : NULL;
}

const tnm_method *tnm_own_method(const char *name)
{
    for (const tnm_method *const *method = tnm_own_methods; *method != NULL; method++) {
        if (strcmp((*method)->name, name) == 0)
            return *method;
    }
    return NULL;
}

const char *tnm_method_refuses(const tnm_method *method, const tnm_problem *problem)
{
    const char *refusal = method->refuses != NULL ? method->refuses(problem) : NULL;
    if (refusal == NULL && problem->m > method->largest_m)
        return "tiles too large";
    return refusal;
}
