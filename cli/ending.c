/* How a program ends: see ending.h. */
#include "cli/ending.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

tnm_error cli_flush(void)
{
    errno = 0;
    bool failed = fflush(stdout) != 0;
    if (failed || ferror(stdout))
        return tnm_fail(TNM_ERROR_IO, "standard output: %s",
                        errno != 0 ? strerror(errno) : "a write failed");
    return TNM_OK;
}

int cli_end(const char *program, tnm_error error, cli_outcome outcome)
{
    if (error == TNM_OK)
        error = cli_flush();
    if (error == TNM_OK)
        return (int)outcome;
    fprintf(stderr, "%s: error: %s\n", program, tnm_error_message());
    return tnm_error_exit_code(error);
}
