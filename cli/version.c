/* What was built, and from what: see version.h. */
#include "cli/version.h"

#include "instances/build.h"
#include "tnm.h"

void cli_print_version(FILE *stream, const char *program)
{
    fprintf(stream, "%s %s (commit %s, %s)\n", program, tnm_version(), tnm_build_commit(),
            tnm_build_compiler());
}
