#include "instances/build.h"

/* A build without the Makefile knows neither. */
#ifndef TNM_COMMIT
#define TNM_COMMIT "unknown"
#endif
#ifndef TNM_FLAGS
#define TNM_FLAGS "unknown"
#endif

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

const char *tnm_build_commit(void)
{
    return TNM_COMMIT;
}

const char *tnm_build_compiler(void)
{
    return COMPILER;
}

const char *tnm_build_flags(void)
{
    return TNM_FLAGS;
}
