/* tnm sample: write random masks of a pattern. */
#include "formulations/diversity/sample.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "formulations/diversity/chain.h"
#include "formulations/problem.h"
#include "instances/npy.h"

#include <math.h>
#include <string.h>

typedef enum sampler { SAMPLER_AUTO, SAMPLER_EXACT, SAMPLER_CHAIN } sampler;

typedef struct request {
    tnm_problem problem;
    const char *pattern;
    size_t count;
    uint64_t seed;
    const char *output;
    sampler sampler;
    bool no_progress;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_CONSTRAINT = 0x200, KEY_COUNT, KEY_SEED, KEY_SAMPLER, KEY_NO_PROGRESS };

static sampler parse_sampler(const char *text)
{
    static const char *const names[] = {"auto", "exact", "chain"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcmp(text, names[k]) == 0)
            return (sampler)k;
    }
    cli_usage_error("unknown sampler '%s': expected auto, exact or chain", text);
}

static void check_arguments(const request *self)
{
    if (self->pattern == NULL)
        cli_usage_error("sample: expected a pattern N:M");
    if (self->count == 0)
        cli_usage_error("sample: expected at least one mask: --count COUNT");
    if (self->output == NULL)
        cli_usage_error("sample: no output given: -o FILE");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    request *self = state->input;
    switch (key) {
    case 'o':
        self->output = argument;
        return 0;
    case KEY_CONSTRAINT:
        cli_require(tnm_constraint_parse(&self->problem.constraint, argument));
        return 0;
    case KEY_COUNT:
        self->count = cli_whole_number("count", argument, UINT32_MAX);
        return 0;
    case KEY_SEED:
        self->seed = cli_whole_number("seed", argument, UINT64_MAX);
        return 0;
    case KEY_SAMPLER:
        self->sampler = parse_sampler(argument);
        return 0;
    case KEY_NO_PROGRESS:
        self->no_progress = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_positional(&self->pattern, 1, state->arg_num, argument);
        cli_require(tnm_problem_parse(&self->problem, argument));
        return 0;
    case ARGP_KEY_END:
        check_arguments(self);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Where to write the masks, .npy; '-': standard output", 1},
    {"count", KEY_COUNT, "COUNT", 0, "How many masks (default: 1)", 1},
    {"seed", KEY_SEED, "SEED", 0, "Of the random numbers (default: 0)", 1},
    {"constraint", KEY_CONSTRAINT, "RULE", 0, "equal (default) or atmost", 1},
    {"sampler", KEY_SAMPLER, "NAME", 0,
     "exact: uniform, from the counting table; chain: approximate, for any M; auto (default): "
     "exact where the table takes no more than 1 GiB and 1e11 steps",
     1},
    {"no-progress", KEY_NO_PROGRESS, NULL, 0, "Draw no progress bar", 1},
    {0}};

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp sample_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "N:M -o FILE",
    .doc =
        "Write random masks that keep N of M along rows and columns of an M x M tile: bool, of "
        "shape (COUNT, M, M). The same arguments give the same bytes."
        "\v"
        "The exact sampler draws every mask with the same probability. The chain starts from "
        "one mask and deals the entries of pairs of rows out again; how fast it forgets where it "
        "was is measured, and that many sweeps, twenty times over, lie between two "
        "masks.\n\n" CLI_EXIT_CODES,
};

/* ---- the work ---------------------------------------------------------------------------- */

/* Where masks go, and where is told about them. */
typedef struct destination {
    tnm_output file;
    uint8_t *next;
    FILE *report;
} destination;

static tnm_error create(destination *to, const request *asked)
{
    void *data = NULL;
    size_t m = (size_t)asked->problem.m;
    tnm_error error =
        tnm_npy_create_stack(&to->file, asked->output, TNM_NPY_BOOL, asked->count, m, m, &data);
    to->next = data;
    to->report = strcmp(asked->output, "-") == 0 ? stderr : stdout;
    return error;
}

static void store(destination *to, const uint64_t *rows, int m)
{
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++)
            *to->next++ = (uint8_t)(rows[i] >> j & 1);
    }
}

static tnm_error draw_exactly(destination *to, const request *asked)
{
    tnm_error error = TNM_OK;
    tnm_masks *masks = NULL;
    tnm_drawer *drawer = NULL;
    tnm_stream stream = {asked->seed};
    cli_progress progress;
    cli_progress_start(&progress, asked->pattern, asked->no_progress);
    progress.unit = "states";
    error = tnm_masks_open(&masks, &asked->problem, cli_progress_step, &progress);
    cli_progress_end(&progress);
    TNM_TRY(error);
    TNM_TRY(tnm_drawer_open(&drawer, masks));
    for (size_t k = 0; k < asked->count; k++) {
        uint64_t rows[TNM_MAX_TILE];
        tnm_drawer_draw(drawer, &stream, rows);
        store(to, rows, asked->problem.m);
    }
    fprintf(to->report, "c exactly uniform among 10^%.4f masks\n",
            tnm_masks_log2(masks) * log10(2));
out:
    tnm_drawer_close(drawer);
    tnm_masks_close(masks);
    return error;
}

static tnm_error draw_by_chain(destination *to, const request *asked)
{
    enum { DIAGNOSED = 2000, APART = 20 };
    tnm_error error = TNM_OK;
    tnm_chain chain;
    tnm_mixing mixing;
    tnm_chain_start(&chain, &asked->problem, asked->seed);
    for (int sweep = 0; sweep < DIAGNOSED / 10; sweep++)
        tnm_chain_sweep(&chain);
    TNM_TRY(tnm_chain_diagnose(&mixing, &chain, DIAGNOSED));
    int apart = (int)ceil(APART * mixing.time);
    for (size_t k = 0; k < asked->count; k++) {
        for (int sweep = 0; sweep < apart; sweep++)
            tnm_chain_sweep(&chain);
        store(to, chain.rows, asked->problem.m);
    }
    fprintf(to->report, "c approximate: a chain of trades, %d sweeps between masks\n", apart);
    fprintf(to->report,
            "c overlap with the first mask, over %d sweeps: mean %.4f, variance %.4f, integrated "
            "autocorrelation time %.3f sweeps\n",
            (int)DIAGNOSED, mixing.mean, mixing.variance, mixing.time);
out:
    return error;
}

static tnm_error choose(sampler *chosen, const request *asked)
{
    tnm_need need;
    tnm_error error = tnm_need_estimate(&need, &asked->problem, true);
    if (error != TNM_OK)
        return error;
    tnm_need machine = tnm_need_machine();
    bool small = tnm_need_within(&need, &tnm_need_usual);
    if (asked->sampler == SAMPLER_EXACT && !tnm_need_within(&need, &machine))
        return tnm_fail(TNM_ERROR_LIMIT,
                        "%s: the exact sampler needs %.2g states and %.2g GiB, more than this "
                        "machine has: --sampler=chain",
                        asked->pattern, need.states, need.bytes / 0x1p30);
    *chosen = asked->sampler;
    if (asked->sampler == SAMPLER_AUTO)
        *chosen = small ? SAMPLER_EXACT : SAMPLER_CHAIN;
    return TNM_OK;
}

tnm_error cli_sample(int argc, char **argv, cli_outcome *outcome)
{
    tnm_error error = TNM_OK;
    request asked = {.problem.constraint = TNM_EQUAL, .count = 1};
    destination to = {.next = NULL};
    sampler chosen = SAMPLER_AUTO;
    cli_command_parse("tnm sample", &sample_argp, argc, argv, &asked);
    TNM_TRY(choose(&chosen, &asked));
    TNM_TRY(create(&to, &asked));
    TNM_TRY((chosen == SAMPLER_EXACT ? draw_exactly : draw_by_chain)(&to, &asked));
    TNM_TRY(cli_flush());
    TNM_TRY(tnm_output_commit(&to.file));
    *outcome = CLI_DONE;
out:
    tnm_output_abort(&to.file);
    return error;
}
