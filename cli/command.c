/* What the commands of tnm share: see command.h. */
#include "cli/command.h"

#include "cli/version.h"
#include "instances/generate.h"
#include "solver/methods/all.h"
#include "solver/methods/glpk.h"
#include "solver/methods/lemon_shim.h"

void cli_command_version(FILE *stream)
{
    const tnm_method *method;
    cli_print_version(stream, "tnm");
    fprintf(stream, "LEMON %s, GLPK %s, GSL %s\n", tnm_lemon_version(), tnm_glpk_version(),
            tnm_generator_gsl_version());
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
