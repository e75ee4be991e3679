/* What the commands of tnm share: see command.h. */
#include "cli/command.h"

#include "bench/banner.h"
#include "cli/version.h"
#include "solver/methods/all.h"
#include "training/blas.h"

#include <string.h>

void cli_command_libraries(char *text, size_t size)
{
    char blas[64];
    tnm_banner_libraries(text, size);
    tnm_blas_describe(blas, sizeof blas);
    size_t length = strlen(text);
    snprintf(text + length, size - length, ", %s", blas);
}

void cli_command_version(FILE *stream)
{
    const tnm_method *method;
    char libraries[256];
    cli_command_libraries(libraries, sizeof libraries);
    cli_print_version(stream, "tnm");
    fprintf(stream, "%s\n", libraries);
    fputs("methods:", stream);
    for (size_t index = 0; (method = tnm_method_at(index)) != NULL; index++)
        fprintf(stream, " %s", method->name);
    fputc('\n', stream);
}

void cli_command_parse(const char *command, const struct argp *argp, int argc, char **argv,
                       void *input)
{
    cli_program who = {.program = "tnm", .command = command, .print_version = cli_command_version};
    cli_parse(&who, argp, argc, argv, input);
}

const tnm_method *cli_command_method(const char *name)
{
    const tnm_method *method = tnm_method_find(name);
    if (method == NULL)
        cli_usage_error("unknown method '%s': see 'tnm methods'", name);
    return method;
}
