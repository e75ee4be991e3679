/* The commands of tnm: one file each, one row of the table in tnm.c each.
 *
 * A command parses its own arguments (argv[0] is its name), does its work, prints results on
 * stdout, and returns either TNM_OK with an outcome, or the error of a failed call. */
#ifndef TNM_CLI_COMMAND_H
#define TNM_CLI_COMMAND_H

#include "cli/ending.h"
#include "cli/options.h"
#include "solver/method.h"

/* cli_parse in the name of `command` ("tnm solve"), with the version of tnm. */
void cli_command_parse(const char *command, const struct argp *argp, int argc, char **argv,
                       void *input);

/* The libraries that tnm is linked to, with their versions. */
void cli_command_libraries(char *text, size_t size);
/* Prints versions of tnm and of all it is linked to, and the names of its methods. */
void cli_command_version(FILE *stream);

/* The method of this name, or a usage error. */
const tnm_method *cli_command_method(const char *name);

tnm_error cli_solve(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_compare(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_generate(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_info(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_pack(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_export(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_bench(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_diversity(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_sample(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_train(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_study(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_prune(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_calibrate(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_allocate(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_verify(int argc, char **argv, cli_outcome *outcome);
tnm_error cli_methods(int argc, char **argv, cli_outcome *outcome);

#endif
