/* Instruction sets: which of a kernel's builds runs on this machine.
 *
 * The hot loops live in files named kernel*.c, written with the compiler's vector extensions. The
 * Makefile compiles each of them once for every instruction set below, with TNM_ISA defined as its
 * name; inside, TNM_KERNEL(sort) names that build's own `sort`: sort_baseline, sort_avx2,
 * sort_avx512. A small table beside the kernels' callers picks by tnm_isa_best(). All builds of a
 * kernel give the same bytes, so the choice is one of speed alone. */
#ifndef TNM_INSTANCES_ISA_H
#define TNM_INSTANCES_ISA_H

#include "instances/base.h"

/* From slowest to fastest. */
typedef enum tnm_isa {
    TNM_ISA_BASELINE, /* what every machine of the architecture has */
    TNM_ISA_AVX2,     /* x86-64-v3 */
    TNM_ISA_AVX512    /* x86-64-v4 */
} tnm_isa;

/* The sets that the Makefile builds kernels for on this architecture, and the choice among the
 * builds of a kernel: TNM_DISPATCH(type, sort) defines sort_for(isa), which returns that set's
 * `sort`. The type is that of a constant struct or of a function. */
#ifdef __x86_64__
enum { TNM_ISA_COUNT = TNM_ISA_AVX512 + 1 };
#define TNM_DISPATCH(type, name)                                                                   \
    extern type name##_baseline, name##_avx2, name##_avx512;                                       \
    type *name##_for(tnm_isa isa)                                                                  \
    {                                                                                              \
        static type *const builds[TNM_ISA_COUNT] = {&name##_baseline, &name##_avx2,                \
                                                    &name##_avx512};                               \
        return builds[isa];                                                                        \
    }
#else
enum { TNM_ISA_COUNT = TNM_ISA_BASELINE + 1 };
#define TNM_DISPATCH(type, name)                                                                   \
    extern type name##_baseline;                                                                   \
    type *name##_for(tnm_isa isa)                                                                  \
    {                                                                                              \
        (void)isa;                                                                                 \
        return &name##_baseline;                                                                   \
    }
#endif

#define TNM_ISA_JOIN_EXPANDED(name, isa) name##_##isa
#define TNM_ISA_JOIN(name, isa)          TNM_ISA_JOIN_EXPANDED(name, isa)
/* In a kernel file: the name of this build's function. */
#define TNM_KERNEL(name)                 TNM_ISA_JOIN(name, TNM_ISA)

const char *tnm_isa_name(tnm_isa isa); /* "baseline", "avx2", "avx512" */
/* Reads a name; TNM_ERROR_USAGE for any other text. */
tnm_error tnm_isa_parse(tnm_isa *isa, const char *text);

/* Whether kernels are built for this set and the machine has it. */
bool tnm_isa_supported(tnm_isa isa);
/* The fastest supported set, or the one forced. */
tnm_isa tnm_isa_best(void);
/* Makes tnm_isa_best() return this set from now on, in all threads; TNM_ERROR_USAGE where it is not
 * supported. For tests and comparisons; not while another thread solves. */
tnm_error tnm_isa_force(tnm_isa isa);
/* Takes a forced choice back. */
void tnm_isa_release(void);

#endif
