/* Options that commands share: parsers to put among the children of a command's argp.
 *
 *     static const struct argp_child children[] = {
 *         {&cli_question_argp, 0, NULL, 0}, {&cli_standard_argp, 0, NULL, 0}, {0}};
 *
 * A child writes into the structure that the command's parser hands it in ARGP_KEY_INIT through
 * state->child_inputs. Every complaint is one line on stderr and ends the program with exit code
 * 64, the one code argp is taught too. */
#ifndef TNM_CLI_OPTIONS_H
#define TNM_CLI_OPTIONS_H

#include "instances/base.h"

#include <argp.h>
#include <stdio.h>

/* -p, --constraint, --score, --edges: what is asked. */
typedef struct cli_question {
    tnm_problem problem;
    bool pattern_given, constraint_given; /* otherwise a text instance may say */
    tnm_score score;
    const char *score_file; /* TNM_SCORE_GIVEN */
    tnm_edges edges;
} cli_question;
extern const struct argp cli_question_argp;

enum { CLI_MAX_PARAMETERS = 32 };

/* "name=value" strings, borrowed, ended by NULL. */
typedef struct cli_parameters {
    const char *list[CLI_MAX_PARAMETERS + 1];
    size_t count;
} cli_parameters;

/* -j, --seed, --time-limit, --set, --isa, -v, --no-progress: how it is to be answered. */
typedef struct cli_effort {
    int threads; /* 0: all cores */
    uint64_t seed;
    double time_limit; /* seconds; 0: none */
    bool flat;         /* tiles as solver/flat.h cuts them */
    cli_parameters parameters;
    char start[64]; /* "start=METHOD" */
    bool verbose;
    bool no_progress;
} cli_effort;
extern const struct argp cli_effort_argp;
/* --layout alone, for commands that run a method over one matrix; its input is the effort, too. */
extern const struct argp cli_layout_argp;

typedef enum cli_format { CLI_TEXT, CLI_CSV, CLI_JSON } cli_format;

/* --format, -q: what is told. cli_format_argp is --format alone. */
typedef struct cli_telling {
    cli_format format;
    bool csv_allowed; /* set by the command */
    bool quiet;
} cli_telling;
extern const struct argp cli_telling_argp, cli_format_argp;

/* --help, --usage, --version; takes no input. */
extern const struct argp cli_standard_argp;

/* Who is parsing; set once by cli_parse, for messages, help and version. */
typedef struct cli_program {
    const char *program; /* "tnm" */
    const char *command; /* "tnm solve" */
    bool in_order;       /* options after the first argument are not its own */
    void (*print_version)(FILE *stream);
} cli_program;

void cli_question_init(cli_question *question);

/* Runs argp over argv (argv[0] is replaced). Ends the program on a mistake or after --help. */
void cli_parse(const cli_program *who, const struct argp *argp, int argc, char **argv, void *input);

/* Inside a parser: one line on stderr, exit code 64. */
_Noreturn void cli_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a call that failed, with its message. */
void cli_require(tnm_error error);

/* The same with the exit code of the failure, for files named in options. */
void cli_require_file(tnm_error error);

/* A whole number between 0 and `largest`, or a usage error that names `what`. */
uint64_t cli_whole_number(const char *what, const char *text, uint64_t largest);

/* A number between `low` and `high`, both included, or a usage error that names `what`. */
double cli_real_number(const char *what, const char *text, double low, double high);

/* From now on only this instruction set; a usage error where the machine does not have it. */
void cli_force_isa(const char *name);

/* Adds the argument of --set, or complains. */
void cli_parameter_add(cli_parameters *parameters, const char *text);

/* Puts a positional argument in its place, or complains that there are too many. */
void cli_positional(const char **places, size_t count, size_t number, const char *argument);

/* "abs", "square", or the name of the score file. */
const char *cli_score_name(const cli_question *question);
/* "pad", "dense", "error". */
const char *cli_edges_name(tnm_edges edges);

#endif
