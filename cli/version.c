/* What was built, from what, with what: see version.h. The Makefile gives TNM_COMMIT. */
#include "cli/version.h"

#include "tnm.h"

#include <jansson.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

const char *cli_commit(void)
{
    return TNM_COMMIT;
}

void cli_print_version(FILE *stream, const char *program)
{
    fprintf(stream, "%s %s (commit %s, %s)\n", program, tnm_version(), cli_commit(), COMPILER);
    fprintf(stream, "jansson %s\n", jansson_version_str());
}
