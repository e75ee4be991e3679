#include "instances/isa.h"

#include <stdatomic.h>
#include <string.h>

enum { NOT_FORCED = -1 };
static atomic_int forced = NOT_FORCED;

static const char *const names[] = {"baseline", "avx2", "avx512"};

const char *tnm_isa_name(tnm_isa isa)
{
    return names[isa];
}

tnm_error tnm_isa_parse(tnm_isa *isa, const char *text)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *isa = (tnm_isa)i;
            return TNM_OK;
        }
    }
    return tnm_fail(TNM_ERROR_USAGE,
                    "'%s' is no instruction set: expected baseline, avx2 or avx512", text);
}

bool tnm_isa_supported(tnm_isa isa)
{
    if (isa == TNM_ISA_BASELINE)
        return true;
#ifdef __x86_64__
    /* Every machine with these has the lesser parts of x86-64-v3 too (f16c, lzcnt, movbe). */
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    if (isa == TNM_ISA_AVX2)
        return avx2;
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

tnm_isa tnm_isa_best(void)
{
    int choice = atomic_load_explicit(&forced, memory_order_relaxed);
    if (choice != NOT_FORCED)
        return (tnm_isa)choice;
    if (tnm_isa_supported(TNM_ISA_AVX512))
        return TNM_ISA_AVX512;
    return tnm_isa_supported(TNM_ISA_AVX2) ? TNM_ISA_AVX2 : TNM_ISA_BASELINE;
}

tnm_error tnm_isa_force(tnm_isa isa)
{
    if (!tnm_isa_supported(isa))
        return tnm_fail(TNM_ERROR_USAGE, "this machine has no %s instructions", tnm_isa_name(isa));
    atomic_store(&forced, (int)isa);
    return TNM_OK;
}

void tnm_isa_release(void)
{
    atomic_store(&forced, NOT_FORCED);
}
