/* tnm bench: how fast the methods are, one against another, in one run. */
#include "bench/banner.h"
#include "bench/throughput.h"
#include "cli/command.h"
#include "cli/table.h"
#include "formulations/problem.h"
#include "instances/generate.h"
#include "instances/output.h"
#include "solver/methods/all.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEED = 1 };

typedef struct request {
    const char *families, *patterns; /* names with commas between them */
    const char *csv;                 /* NULL: none */
    bool quick, all, isa_given;
    tnm_isa isa;
} request;

enum { KEY_QUICK = 0x200, KEY_FAMILIES, KEY_PATTERNS, KEY_CSV, KEY_ISA, KEY_ALL };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case KEY_QUICK:
        self->quick = true;
        return 0;
    case KEY_ALL:
        self->all = true;
        return 0;
    case KEY_FAMILIES:
        self->families = argument;
        return 0;
    case KEY_PATTERNS:
        self->patterns = argument;
        return 0;
    case KEY_CSV:
        self->csv = argument;
        return 0;
    case KEY_ISA:
        cli_require(tnm_isa_parse(&self->isa, argument));
        if (!tnm_isa_supported(self->isa))
            cli_usage_error("this machine does not have %s", argument);
        self->isa_given = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_usage_error("one argument too many: '%s'", argument);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"quick", KEY_QUICK, NULL, 0, "Fewer tiles and repetitions: half a minute", 1},
    {"all", KEY_ALL, NULL, 0, "The other engines that prove their masks, too", 1},
    {"families", KEY_FAMILIES, "LIST", 0, "Families of 'tnm generate', with commas between", 1},
    {"patterns", KEY_PATTERNS, "LIST", 0, "Patterns N:M, with commas between", 1},
    {"csv", KEY_CSV, "FILE", 0, "Write the rows there as CSV, too", 1},
    {"isa", KEY_ISA, "NAME", 0, "Only this instruction set: baseline, avx2 or avx512", 1},
    {0}};

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp bench_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .doc = "Measure the time methods take for a tile, with proofs, on bands in memory, one thread, "
           "all methods in turn in one run."
           "\v"
           "Columns: ns/tile, the median over repetitions, between the least and the most; x lemon "
           "and x greedy, how many times faster than lemon-network-simplex and than the faster "
           "greedy method; proven, the share of tiles whose optimality verification "
           "accepts.\n\n" CLI_EXIT_CODES,
};

static void enter(tnm_cell *cell, const tnm_method *method, tnm_isa isa, tnm_constraint constraint)
{
    tnm_problem problem = {cell->n, cell->m, constraint};
    if (cell->count < TNM_MOST_CONTESTANTS && tnm_method_refuses(method, &problem) == NULL)
        cell->contestants[cell->count++] =
            (tnm_contestant){.method = method, .isa = isa, .constraint = constraint};
}

/* Who takes part: the reference, the greedy rules as published, exact on each instruction set. */
static void enter_all(tnm_cell *cell, const request *asked)
{
    const tnm_method *exact = tnm_method_find("exact"), *method;
    const tnm_method *reference = tnm_method_find("lemon-network-simplex");
    tnm_isa best = asked->isa_given ? asked->isa : tnm_isa_best();
    enter(cell, reference, best, TNM_EQUAL);
    enter(cell, tnm_method_find("greedy-keep"), best, TNM_ATMOST);
    enter(cell, tnm_method_find("greedy-prune"), best, TNM_ATMOST);
    enter(cell, exact, best, TNM_EQUAL);
    enter(cell, exact, best, TNM_ATMOST);
    for (int isa = 0; isa < TNM_ISA_COUNT && !asked->isa_given; isa++) {
        if ((tnm_isa)isa != best && tnm_isa_supported((tnm_isa)isa))
            enter(cell, exact, (tnm_isa)isa, TNM_EQUAL);
    }
    for (size_t k = 0; asked->all && (method = tnm_method_at(k)) != NULL; k++) {
        if ((method->capabilities & TNM_METHOD_EXACT) && method != exact && method != reference)
            enter(cell, method, best, TNM_EQUAL);
    }
}

static tnm_error add_rows(cli_table *table, const tnm_cell *cell, bool *sound)
{
    tnm_error error = TNM_OK;
    const tnm_contestant *rows = cell->contestants; /* as enter_all ordered them */
    double lemon = rows[0].seconds.median, greedy = rows[1].seconds.median;
    if (rows[2].seconds.median < greedy)
        greedy = rows[2].seconds.median;
    for (size_t k = 0; k < cell->count; k++) {
        const tnm_contestant *row = &rows[k];
        bool exact = row->method->capabilities & TNM_METHOD_EXACT;
        *sound &= row->broken == 0 && (!exact || row->proven == cell->tiles);
        TNM_TRY(cli_table_add(table, "%d:%d", cell->n, cell->m));
        TNM_TRY(cli_table_add(table, "%s", cell->family));
        TNM_TRY(cli_table_add(table, "%s", tnm_constraint_name(row->constraint)));
        TNM_TRY(cli_table_add(table, "%s", row->method->name));
        TNM_TRY(cli_table_add(table, "%s", tnm_isa_name(row->isa)));
        TNM_TRY(cli_table_add(table, "%.4g", 1e9 * row->seconds.median));
        TNM_TRY(cli_table_add(table, "%.4g", 1e9 * row->seconds.least));
        TNM_TRY(cli_table_add(table, "%.4g", 1e9 * row->seconds.most));
        TNM_TRY(cli_table_add(table, "%.3g", lemon / row->seconds.median));
        TNM_TRY(cli_table_add(table, "%.3g", greedy / row->seconds.median));
        TNM_TRY(cli_table_add(table, "%.6g", (double)row->proven / (double)cell->tiles));
    }
out:
    return error;
}

static tnm_error measure(const request *asked, const char *family, const char *pattern,
                         cli_table *table, bool *sound)
{
    tnm_contestant contestants[TNM_MOST_CONTESTANTS];
    tnm_problem problem;
    tnm_error error = tnm_problem_parse(&problem, pattern);
    if (error != TNM_OK)
        return error;
    size_t entries = (size_t)1 << (asked->quick ? 15 : 19), area = (size_t)(problem.m * problem.m);
    tnm_cell cell = {.family = family,
                     .n = problem.n,
                     .m = problem.m,
                     .tiles = entries / area,
                     .seconds = asked->quick ? 0.002 : 0.02,
                     .repetitions = asked->quick ? 3 : 5,
                     .contestants = contestants};
    enter_all(&cell, asked);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "c %s %s\n", pattern, family);
    error = tnm_cell_measure(&cell, SEED);
    return error != TNM_OK ? error : add_rows(table, &cell, sound);
}

static tnm_error measure_all(const request *asked, cli_table *table, bool *sound)
{
    tnm_error error = TNM_OK;
    char *families = NULL, *patterns = tnm_copy_string(asked->patterns);
    char *rest = patterns;
    for (char *pattern; rest != NULL && (pattern = strsep(&rest, ",")) != NULL;) {
        free(families);
        char *left = families = tnm_copy_string(asked->families);
        for (char *family; left != NULL && (family = strsep(&left, ",")) != NULL;)
            TNM_TRY(measure(asked, family, pattern, table, sound));
    }
out:
    free(families);
    free(patterns);
    return error;
}

/* The rows as CSV below lines that say what measured them. */
static tnm_error write_csv(const cli_table *table, const char *path, const tnm_banner *banner)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    tnm_banner_print(banner, stream);
    cli_table_print_csv(table, stream);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

tnm_error cli_bench(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    bool sound = true;
    cli_table table;
    request asked = {.families =
                         "gaussian,bf16,laplace,student-t,ties,binary,wide,dead,sparse,constant",
                     .patterns = "1:4,2:4,2:8,4:8,4:16,8:16,16:32,32:64"};
    char *command = tnm_banner_command("tnm bench", argc, argv);
    tnm_banner banner = {.command = command, .seed = SEED};
    cli_table_init(&table, "lllllrrrrrr");
    if (command == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    cli_command_parse("tnm bench", &bench_argp, argc, argv, &asked);
    TNM_TRY(cli_table_add_row(&table, "pattern", "family", "constraint", "method", "isa", "ns/tile",
                              "least", "most", "x lemon", "x greedy", "proven", NULL));
    TNM_TRY(measure_all(&asked, &table, &sound));
    cli_table_print(&table, stdout);
    if (asked.csv != NULL)
        TNM_TRY(write_csv(&table, asked.csv, &banner));
    *outcome = sound ? CLI_DONE : CLI_WANTING;
out:
    cli_table_free(&table);
    free(command);
    return error;
}
