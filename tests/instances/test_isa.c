#include "instances/isa.h"
#include "tests/testlib.h"

static void test_names_and_parses(void)
{
    static const char *const names[] = {"baseline", "avx2", "avx512"};
    for (int isa = TNM_ISA_BASELINE; isa <= TNM_ISA_AVX512; isa++) {
        tnm_isa parsed = TNM_ISA_BASELINE;
        CU_ASSERT_STRING_EQUAL(tnm_isa_name((tnm_isa)isa), names[isa]);
        ASSERT_OK(tnm_isa_parse(&parsed, names[isa]));
        CU_ASSERT_EQUAL((int)parsed, isa);
    }
    tnm_isa untouched = TNM_ISA_AVX2;
    ASSERT_FAILS(tnm_isa_parse(&untouched, "avx"), TNM_ERROR_USAGE, "'avx' is no instruction set");
    CU_ASSERT_EQUAL(untouched, TNM_ISA_AVX2);
}

static void test_best_is_the_fastest_supported(void)
{
    tnm_isa best = tnm_isa_best();
    CU_ASSERT(tnm_isa_supported(TNM_ISA_BASELINE));
    CU_ASSERT(tnm_isa_supported(best));
    CU_ASSERT((int)best < TNM_ISA_COUNT);
    for (int isa = (int)best + 1; isa <= TNM_ISA_AVX512; isa++)
        CU_ASSERT_FALSE(tnm_isa_supported((tnm_isa)isa));
}

static void test_forces_supported_sets_only(void)
{
    tnm_isa best = tnm_isa_best();
    for (int isa = TNM_ISA_BASELINE; isa <= TNM_ISA_AVX512; isa++) {
        if (tnm_isa_supported((tnm_isa)isa)) {
            ASSERT_OK(tnm_isa_force((tnm_isa)isa));
            CU_ASSERT_EQUAL((int)tnm_isa_best(), isa);
        } else {
            ASSERT_FAILS(tnm_isa_force((tnm_isa)isa), TNM_ERROR_USAGE, "this machine has no");
        }
    }
    tnm_isa_release();
    CU_ASSERT_EQUAL(tnm_isa_best(), best);
}

TNM_SUITE(isa, {"names and parses", test_names_and_parses},
          {"best is the fastest supported", test_best_is_the_fastest_supported},
          {"forces supported sets only", test_forces_supported_sets_only})
