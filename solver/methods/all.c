#include "solver/methods/all.h"

#include "solver/methods/glpk.h"
#include "solver/methods/lemon.h"
#include "solver/methods/random.h"

#include <string.h>

static const tnm_method *const foreign_methods[] = {
    &tnm_lemon_network_simplex,
    &tnm_lemon_cost_scaling,
    &tnm_lemon_capacity_scaling,
    &tnm_lemon_cycle_canceling,
    &tnm_glpk_ilp,
    &tnm_glpk_lp,
    &tnm_random_method,
    NULL,
};

const tnm_method *tnm_method_at(size_t index)
{
    size_t own = 0;
    while (tnm_own_methods[own] != NULL)
        own++;
    if (index < own)
        return tnm_own_methods[index];
    index -= own;
    return index < sizeof foreign_methods / sizeof *foreign_methods ? foreign_methods[index] : NULL;
}

const tnm_method *tnm_method_find(const char *name)
{
    const tnm_method *method;
    for (size_t index = 0; (method = tnm_method_at(index)) != NULL; index++) {
        if (strcmp(method->name, name) == 0)
            return method;
    }
    return NULL;
}
