/* Options that commands share: see options.h. */
#include "cli/options.h"

#include "cli/ending.h"
#include "formulations/problem.h"
#include "instances/isa.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* argp gives its parsers no way to know who runs them before the first option. */
static cli_program parsing;

void cli_usage_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: error: ", parsing.program);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(tnm_error_exit_code(TNM_ERROR_USAGE));
}

void cli_require(tnm_error error)
{
    if (error != TNM_OK)
        cli_usage_error("%s", tnm_error_message());
}

void cli_require_file(tnm_error error)
{
    if (error != TNM_OK)
        exit(cli_end(parsing.program, error, CLI_DONE));
}

/* ---- values ------------------------------------------------------------------------------ */

uint64_t cli_whole_number(const char *what, const char *text, uint64_t largest)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    bool digits = *text != '\0' && strspn(text, "0123456789") == strlen(text);
    if (!digits || errno != 0 || number > largest)
        cli_usage_error("%s '%s': expected a whole number up to %llu", what, text,
                        (unsigned long long)largest);
    return number;
}

double cli_real_number(const char *what, const char *text, double low, double high)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= low && value <= high))
        cli_usage_error("%s '%s': expected a number from %g to %g", what, text, low, high);
    return value;
}

static double seconds(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(value) || value <= 0)
        cli_usage_error("time limit '%s': expected seconds above 0", text);
    return value;
}

/* The position of a word in a list that ends with NULL, or a usage error. */
static int choose(const char *what, const char *text, const char *const *words)
{
    for (int k = 0; words[k] != NULL; k++) {
        if (strcmp(text, words[k]) == 0)
            return k;
    }
    cli_usage_error("unknown %s '%s'", what, text);
}

void cli_positional(const char **places, size_t count, size_t number, const char *argument)
{
    if (number >= count)
        cli_usage_error("one argument too many: '%s'", argument);
    places[number] = argument;
}

/* ---- the question ------------------------------------------------------------------------ */

enum {
    KEY_CONSTRAINT = 0x100,
    KEY_SCORE,
    KEY_EDGES,
    KEY_SEED,
    KEY_TIME_LIMIT,
    KEY_SET,
    KEY_START,
    KEY_LAYOUT,
    KEY_ISA
};
enum { KEY_NO_PROGRESS = 0x180, KEY_FORMAT, KEY_USAGE };

static const char *const score_names[] = {"abs", "square", NULL};
static const char *const layout_names[] = {"tiles", "flat", NULL};
static const char *const edges_names[] = {"pad", "dense", "error", NULL};

const char *cli_score_name(const cli_question *question)
{
    return question->score == TNM_SCORE_GIVEN ? question->score_file : score_names[question->score];
}

const char *cli_edges_name(tnm_edges edges)
{
    return edges_names[edges];
}

void cli_question_init(cli_question *question)
{
    *question = (cli_question){.problem = {.n = 4, .m = 8, .constraint = TNM_EQUAL}};
}

static void choose_score(cli_question *question, const char *text)
{
    if (strcmp(text, score_names[TNM_SCORE_ABS]) == 0) {
        question->score = TNM_SCORE_ABS;
    } else if (strcmp(text, score_names[TNM_SCORE_SQUARE]) == 0) {
        question->score = TNM_SCORE_SQUARE;
    } else {
        question->score = TNM_SCORE_GIVEN;
        question->score_file = text;
    }
}

static error_t parse_question(int key, char *argument, struct argp_state *state)
{
    cli_question *question = state->input;
    switch (key) {
    case 'p':
        cli_require(tnm_problem_parse(&question->problem, argument));
        question->pattern_given = true;
        return 0;
    case KEY_CONSTRAINT:
        cli_require(tnm_constraint_parse(&question->problem.constraint, argument));
        question->constraint_given = true;
        return 0;
    case KEY_SCORE:
        choose_score(question, argument);
        return 0;
    case KEY_EDGES:
        question->edges = (tnm_edges)choose("edge rule", argument, edges_names);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option question_options[] = {
    {"pattern", 'p', "N:M", 0,
     "Keep N of every M consecutive entries, M up to 64 (default: that of a text instance, or 4:8)",
     0},
    {"constraint", KEY_CONSTRAINT, "RULE", 0,
     "equal: keep exactly N in every line (default); atmost: keep N or fewer", 0},
    {"score", KEY_SCORE, "SCORE", 0,
     "What the mask is to keep most of: abs, the magnitude |w| (default); square, w^2; or the name "
     "of a file with a matrix of non-negative scores of the same shape",
     0},
    {"edges", KEY_EDGES, "RULE", 0,
     "Where a side is no multiple of M: pad, solve ragged tiles as if padded with zeros (default); "
     "dense, keep the ragged margin whole; error, refuse",
     0},
    {0}};

const struct argp cli_question_argp = {.options = question_options, .parser = parse_question};

/* ---- the effort -------------------------------------------------------------------------- */

void cli_parameter_add(cli_parameters *parameters, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        cli_usage_error("parameter '%s': expected NAME=VALUE", text);
    if (parameters->count == CLI_MAX_PARAMETERS)
        cli_usage_error("more than %d parameters", (int)CLI_MAX_PARAMETERS);
    parameters->list[parameters->count++] = text;
}

void cli_force_isa(const char *name)
{
    tnm_isa isa;
    cli_require(tnm_isa_parse(&isa, name));
    cli_require(tnm_isa_force(isa));
}

static error_t parse_effort(int key, char *argument, struct argp_state *state)
{
    cli_effort *effort = state->input;
    switch (key) {
    case 'j':
        effort->threads = (int)cli_whole_number("threads", argument, 4096);
        return 0;
    case KEY_SEED:
        effort->seed = cli_whole_number("seed", argument, UINT64_MAX);
        return 0;
    case KEY_TIME_LIMIT:
        effort->time_limit = seconds(argument);
        return 0;
    case KEY_SET:
        cli_parameter_add(&effort->parameters, argument);
        return 0;
    case KEY_START:
        snprintf(effort->start, sizeof effort->start, "start=%s", argument);
        cli_parameter_add(&effort->parameters, effort->start);
        return 0;
    case KEY_ISA:
        cli_force_isa(argument);
        return 0;
    case 'v':
        effort->verbose = true;
        return 0;
    case KEY_NO_PROGRESS:
        effort->no_progress = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option effort_options[] = {
    {"threads", 'j', "COUNT", 0, "Threads to work with; 0: one for each core (default)", 0},
    {"seed", KEY_SEED, "SEED", 0, "Of methods that draw random numbers (default: 0)", 0},
    {"time-limit", KEY_TIME_LIMIT, "SECONDS", 0,
     "Stop a method after this long and report what is proven so far", 0},
    {"set", KEY_SET, "NAME=VALUE", 0,
     "Set a parameter of the methods that have it: see 'tnm methods'; may be repeated", 0},
    {"start", KEY_START, "METHOD", 0, "The same as --set start=METHOD, for swap", 0},
    {"isa", KEY_ISA, "NAME", 0,
     "Use this instruction set, not the machine's best: baseline, avx2 or avx512; the results are "
     "the same",
     0},
    {"verbose", 'v', NULL, 0, "Also report what the method says about itself", 0},
    {"no-progress", KEY_NO_PROGRESS, NULL, 0, "Draw no progress bar", 0},
    {0}};

const struct argp cli_effort_argp = {.options = effort_options, .parser = parse_effort};

static error_t parse_layout(int key, char *argument, struct argp_state *state)
{
    cli_effort *effort = state->input;
    if (key != KEY_LAYOUT)
        return ARGP_ERR_UNKNOWN;
    effort->flat = choose("layout", argument, layout_names) == 1;
    return 0;
}

static const struct argp_option layout_options[] = {
    {"layout", KEY_LAYOUT, "LAYOUT", 0,
     "What a method takes for a tile: tiles, M x M entries of the matrix (default); flat, M^2 "
     "consecutive entries of a row, as the code of 2021 does. Flat masks break the constraint "
     "along "
     "columns, and are graded, and written, all the same",
     0},
    {0}};

const struct argp cli_layout_argp = {.options = layout_options, .parser = parse_layout};

/* ---- the telling ------------------------------------------------------------------------- */

static cli_format choose_format(const cli_telling *telling, const char *text)
{
    static const char *const names[] = {"text", "csv", "json", NULL};
    cli_format format = (cli_format)choose("format", text, names);
    if (format == CLI_CSV && !telling->csv_allowed)
        cli_usage_error("'%s' does not write csv", parsing.command);
    return format;
}

static error_t parse_format(int key, char *argument, struct argp_state *state)
{
    cli_telling *telling = state->input;
    if (key != KEY_FORMAT)
        return ARGP_ERR_UNKNOWN;
    telling->format = choose_format(telling, argument);
    return 0;
}

static error_t parse_telling(int key, char *argument, struct argp_state *state)
{
    cli_telling *telling = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = telling;
        return 0;
    case 'q':
        telling->quiet = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option format_options[] = {
    {"format", KEY_FORMAT, "FORMAT", 0,
     "text (default) or json; compare and diversity also write csv", 0},
    {0}};

static const struct argp_option telling_options[] = {
    {"quiet", 'q', NULL, 0, "Only results: no comments, no progress bar", 0}, {0}};

const struct argp cli_format_argp = {.options = format_options, .parser = parse_format};

static const struct argp_child telling_children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
const struct argp cli_telling_argp = {
    .options = telling_options, .parser = parse_telling, .children = telling_children};

/* ---- help and version -------------------------------------------------------------------- */

static _Noreturn void end_after_printing(void)
{
    exit(cli_end(parsing.program, TNM_OK, CLI_DONE));
}

static error_t parse_standard(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    char name[64];
    snprintf(name, sizeof name, "%s", parsing.command);
    switch (key) {
    case ARGP_KEY_INIT:
        state->err_stream = NULL; /* getopt has said its line; argp's advice is a second one */
        return 0;
    case '?':
        argp_help(state->root_argp, stdout, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
        end_after_printing();
    case KEY_USAGE:
        argp_help(state->root_argp, stdout, ARGP_HELP_USAGE, name);
        end_after_printing();
    case 'V':
        parsing.print_version(stdout);
        end_after_printing();
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option standard_options[] = {
    {"help", '?', NULL, 0, "Print this text", -1},
    {"usage", KEY_USAGE, NULL, 0, "Print the usage in short", -1},
    {"version", 'V', NULL, 0, "Print versions of the program and its libraries", -1},
    {0}};

const struct argp cli_standard_argp = {.options = standard_options, .parser = parse_standard};

void cli_parse(const cli_program *who, const struct argp *argp, int argc, char **argv, void *input)
{
    char name[64]; /* what getopt begins its complaints with */
    snprintf(name, sizeof name, "%s: error", who->program);
    parsing = *who;
    argv[0] = name;
    unsigned flags = ARGP_NO_HELP | (who->in_order ? ARGP_IN_ORDER : 0);
    if (argp_parse(argp, argc, argv, flags, NULL, input) != 0)
        exit(tnm_error_exit_code(TNM_ERROR_USAGE));
}
