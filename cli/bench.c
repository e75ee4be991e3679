/* tnm bench: how fast tnm is: methods against each other, whole runs, threads, sizes, memory. */
#include "bench/speed/endtoend.h"
#include "bench/speed/layouts.h"
#include "bench/speed/matrix.h"
#include "bench/speed/memory.h"
#include "bench/speed/ratios.h"
#include "bench/speed/scaling.h"
#include "bench/speed/warm.h"
#include "cli/bench_tables.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "formulations/check.h"
#include "instances/generate.h"
#include "instances/input.h"
#include "instances/output.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PATTERNS = 32, MOST_SOURCES = 64, MOST_INPUTS = 16 };

typedef struct request {
    const char *families, *patterns, *sections; /* names with commas between them */
    const char *inputs[MOST_INPUTS];
    size_t input_count;
    const char *csv, *markdown; /* NULL: none */
    uint64_t seed;
    int threads;
    bool quick, all, isa_given, no_progress;
} request;

/* ---- arguments --------------------------------------------------------------------------- */

enum { KEY_QUICK = 0x200, KEY_FAMILIES, KEY_PATTERNS, KEY_CSV, KEY_ISA, KEY_ALL, KEY_ONLY };
enum { KEY_INPUT = 0x280, KEY_MARKDOWN, KEY_SEED, KEY_NO_PROGRESS };

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
    case KEY_ONLY:
        self->sections = argument;
        return 0;
    case KEY_INPUT:
        if (self->input_count == MOST_INPUTS)
            cli_usage_error("more than %d inputs", (int)MOST_INPUTS);
        self->inputs[self->input_count++] = argument;
        return 0;
    case KEY_CSV:
        self->csv = argument;
        return 0;
    case KEY_MARKDOWN:
        self->markdown = argument;
        return 0;
    case KEY_ISA:
        cli_force_isa(argument);
        self->isa_given = true;
        return 0;
    case KEY_SEED:
        self->seed = cli_whole_number("seed", argument, UINT32_MAX);
        return 0;
    case 'j':
        self->threads = (int)cli_whole_number("threads", argument, 4096);
        return 0;
    case KEY_NO_PROGRESS:
        self->no_progress = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_usage_error("one argument too many: '%s'", argument);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"only", KEY_ONLY, "LIST", 0, "Only these sections, with commas between", 1},
    {"quick", KEY_QUICK, NULL, 0, "Smaller and fewer: half a minute", 1},
    {"all", KEY_ALL, NULL, 0, "The slow methods on every source, not on the first alone", 1},
    {"patterns", KEY_PATTERNS, "LIST", 0, "Patterns N:M, with commas between", 2},
    {"families", KEY_FAMILIES, "LIST", 0, "Families of 'tnm generate', with commas between", 2},
    {"input", KEY_INPUT, "FILE", 0,
     "A matrix to take tiles from beside the families; may be repeated (default: the trained "
     "layers "
     "in instances/data, where they are)",
     2},
    {"isa", KEY_ISA, "NAME", 0, "Only this instruction set: baseline, avx2 or avx512", 2},
    {"threads", 'j', "COUNT", 0, "How many are all threads; 0: one for each core (default)", 2},
    {"seed", KEY_SEED, "SEED", 0, "Of the random weights (default: 1)", 2},
    {"csv", KEY_CSV, "FILE", 0, "Write all numbers there as CSV, too", 3},
    {"markdown", KEY_MARKDOWN, "FILE", 0, "Write the tables there as Markdown, too", 3},
    {"no-progress", KEY_NO_PROGRESS, NULL, 0, "Draw no progress bar", 3},
    {0}};

static const struct argp_child children[] = {{&cli_standard_argp, 0, NULL, -1}, {0}};

static const struct argp bench_argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .doc =
        "Measure how fast tnm is, all things that are compared in turn in one run."
        "\v"
        "Sections: ratios, the time methods take for a tile in memory, with proofs, one thread "
        "and all threads; endtoend, from a .npy file in the page cache to a mask file; threads; "
        "sizes, what a tile costs in small and large matrices; layouts, in other types and "
        "strides; memory, the peak of 'tnm solve'; warm, from prices of nearly the same "
        "weights.\n\n"
        "Times are medians over repetitions, with the least and the most. x lemon and x greedy: "
        "how many times faster than lemon-network-simplex under the same constraint and than the "
        "faster greedy method as published, with as many threads, the median over repetitions; "
        "proven, the share of tiles whose "
        "optimality verification accepts. The exit code is 1 where an exact method left a tile "
        "unproven.\n\n" CLI_EXIT_CODES,
};

/* ---- sections ---------------------------------------------------------------------------- */

static const struct section {
    const char *name;
    size_t (*steps)(const tnm_speed_plan *plan);
    tnm_error (*measure)(tnm_measurements *out, tnm_speed_plan *plan);
    bool needs_matrix;
} sections[] = {
    {"ratios", tnm_ratios_steps, tnm_ratios_measure, false},
    {"endtoend", tnm_endtoend_steps, tnm_endtoend_measure, true},
    {"threads", tnm_threads_steps, tnm_threads_measure, true},
    {"sizes", tnm_sizes_steps, tnm_sizes_measure, true},
    {"layouts", tnm_layouts_steps, tnm_layouts_measure, false},
    {"memory", tnm_memory_steps, tnm_memory_measure, true},
    {"warm", tnm_warm_steps, tnm_warm_measure, false},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* ---- the run ----------------------------------------------------------------------------- */

/* Everything a run holds. */
typedef struct run {
    const request *asked;
    bool wanted[SECTIONS];
    tnm_problem patterns[MOST_PATTERNS];
    tnm_source sources[MOST_SOURCES];
    char *family_names; /* cut into names */
    tnm_input inputs[MOST_INPUTS];
    size_t input_count;
    char folder[64];
    char *matrix;
    char program[512];
    cli_progress progress;
    tnm_speed_plan plan;
    tnm_measurements measured;
} run;

/* Calls `take` with each of the names that stand in `list` with commas between them. */
static void each_name(run *self, char *list, void (*take)(run *self, const char *name))
{
    for (char *name; (name = strsep(&list, ",")) != NULL;)
        take(self, name);
}

static void take_section(run *self, const char *name)
{
    for (size_t k = 0; k < SECTIONS; k++) {
        if (strcmp(sections[k].name, name) == 0) {
            self->wanted[k] = true;
            return;
        }
    }
    cli_usage_error("unknown section '%s'", name);
}

static void take_pattern(run *self, const char *name)
{
    if (self->plan.pattern_count == MOST_PATTERNS)
        cli_usage_error("more than %d patterns", (int)MOST_PATTERNS);
    tnm_problem *pattern = &self->patterns[self->plan.pattern_count++];
    cli_require(tnm_problem_parse(pattern, name));
    pattern->constraint = TNM_EQUAL;
}

static void take_family(run *self, const char *name)
{
    if (tnm_family_find(name) == NULL)
        cli_usage_error("unknown family '%s': see 'tnm generate --help'", name);
    if (self->plan.source_count == MOST_SOURCES - MOST_INPUTS)
        cli_usage_error("more than %d families", (int)(MOST_SOURCES - MOST_INPUTS));
    self->sources[self->plan.source_count++] = (tnm_source){.name = name};
}

static tnm_error take_input(run *self, const char *path)
{
    tnm_input *input = &self->inputs[self->input_count];
    tnm_error error = tnm_input_open(input, path);
    if (error != TNM_OK)
        return error;
    self->input_count++;
    self->sources[self->plan.source_count++] =
        (tnm_source){.name = input->name, .matrix = &input->matrix};
    return TNM_OK;
}

static tnm_error take_inputs(run *self)
{
    static const char *const layers[] = {"instances/data/mlp_mnist/fc1.npy",
                                         "instances/data/mlp_mnist/fc2.npy"};
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < self->asked->input_count; k++)
        TNM_TRY(take_input(self, self->asked->inputs[k]));
    for (size_t k = 0; k < 2 && self->asked->input_count == 0; k++) {
        if (access(layers[k], R_OK) == 0)
            TNM_TRY(take_input(self, layers[k]));
    }
out:
    return error;
}

static tnm_error settle(run *self)
{
    const request *asked = self->asked;
    tnm_error error = TNM_OK;
    char *names[] = {tnm_copy_string(asked->sections), tnm_copy_string(asked->patterns)};
    self->family_names = tnm_copy_string(asked->families);
    if (names[0] == NULL || names[1] == NULL || self->family_names == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    self->plan = (tnm_speed_plan){.patterns = self->patterns,
                                  .sources = self->sources,
                                  .all = asked->all,
                                  .quick = asked->quick,
                                  .threads = tnm_thread_count(asked->threads, SIZE_MAX),
                                  .one_isa = asked->isa_given,
                                  .seed = asked->seed,
                                  .side = asked->quick ? 1024 : 8192};
    each_name(self, names[0], take_section);
    each_name(self, names[1], take_pattern);
    each_name(self, self->family_names, take_family);
    TNM_TRY(take_inputs(self));
out:
    free(names[0]);
    free(names[1]);
    return error;
}

/* Makes a folder for temporary files, and the large matrix in it where a section wants it. */
static tnm_error furnish(run *self)
{
    tnm_error error = TNM_OK;
    const char *parent = getenv("TMPDIR");
    bool needed = false;
    for (size_t k = 0; k < SECTIONS; k++) {
        needed |= self->wanted[k] && sections[k].needs_matrix;
        self->plan.steps += self->wanted[k] ? sections[k].steps(&self->plan) : 0;
    }
    if (!needed)
        return TNM_OK;
    snprintf(self->folder, sizeof self->folder, "%s/tnm-bench-XXXXXX",
             parent != NULL && strlen(parent) < 40 ? parent : "/tmp");
    if (mkdtemp(self->folder) == NULL) {
        self->folder[0] = '\0';
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "cannot make a folder for temporary files");
    }
    self->matrix = tnm_format("%s/matrix.npy", self->folder);
    if (self->matrix == NULL)
        return TNM_ERROR_MEMORY;
    TNM_TRY(tnm_speed_matrix_write(self->matrix, self->plan.side, self->plan.seed));
    ssize_t length = readlink("/proc/self/exe", self->program, sizeof self->program - 1);
    self->program[length > 0 ? length : 0] = '\0';
    self->plan.folder = self->folder;
    self->plan.matrix = self->matrix;
    self->plan.program = self->program;
out:
    return error;
}

/* Between two steps: draws the bar, and stops after Ctrl-C. */
static int step(void *context, size_t done, size_t all)
{
    cli_progress_step(context, done, all);
    return atomic_load(&cli_interrupted);
}

static tnm_error measure(run *self)
{
    tnm_error error = TNM_OK;
    cli_progress_start(&self->progress, "bench", self->asked->no_progress);
    self->progress.unit = "steps";
    self->plan.progress = step;
    self->plan.progress_context = &self->progress;
    for (size_t k = 0; k < SECTIONS && error == TNM_OK; k++) {
        if (self->wanted[k])
            error = sections[k].measure(&self->measured, &self->plan);
    }
    cli_progress_end(&self->progress);
    return error;
}

static void clear(run *self)
{
    if (self->matrix != NULL)
        unlink(self->matrix);
    if (self->folder[0] != '\0')
        rmdir(self->folder);
    for (size_t k = 0; k < self->input_count; k++)
        tnm_input_close(&self->inputs[k]);
    free(self->matrix);
    free(self->family_names);
    tnm_measurements_free(&self->measured);
}

/* ---- results ----------------------------------------------------------------------------- */

static tnm_error write_file(const tnm_measurements *list, const tnm_banner *banner,
                            const char *path, bool markdown)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    if (path == NULL)
        return TNM_OK;
    TNM_TRY(tnm_output_open(&output, path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    TNM_TRY(markdown ? cli_bench_print_markdown(list, stream)
                     : cli_bench_print_csv(list, banner, stream));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

static tnm_error check_paths(const request *asked)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_output_refuse_twin(asked->csv, asked->markdown));
    for (size_t k = 0; k < asked->input_count; k++) {
        TNM_TRY(tnm_output_refuse_input(asked->csv, asked->inputs[k]));
        TNM_TRY(tnm_output_refuse_input(asked->markdown, asked->inputs[k]));
    }
out:
    return error;
}

static tnm_error work(run *self, const tnm_banner *banner)
{
    tnm_error error = TNM_OK;
    TNM_TRY(check_paths(self->asked));
    TNM_TRY(settle(self));
    TNM_TRY(furnish(self));
    TNM_TRY(measure(self));
    TNM_TRY(cli_bench_print(&self->measured, stdout));
    TNM_TRY(cli_flush());
    TNM_TRY(write_file(&self->measured, banner, self->asked->csv, false));
    TNM_TRY(write_file(&self->measured, banner, self->asked->markdown, true));
out:
    return error;
}

tnm_error cli_bench(int argc, char **argv, cli_outcome *outcome)
{
    request asked = {.families =
                         "gaussian,bf16,laplace,student-t,ties,binary,wide,dead,sparse,constant",
                     .patterns = "1:4,2:4,2:8,4:8,4:16,8:16,16:32,32:64",
                     .sections = "ratios,endtoend,threads,sizes,layouts,memory,warm",
                     .seed = 1};
    run self = {.asked = &asked};
    char *command = tnm_banner_command("tnm bench", argc, argv);
    if (command == NULL)
        return TNM_ERROR_MEMORY;
    cli_command_parse("tnm bench", &bench_argp, argc, argv, &asked);
    tnm_banner banner = {.command = command, .seed = asked.seed};
    tnm_measurements_init(&self.measured);
    cli_guard(&self.matrix);
    cli_catch_interrupts();
    tnm_error error = work(&self, &banner);
    *outcome = self.measured.sound ? CLI_DONE : CLI_WANTING;
    clear(&self);
    cli_guard_nothing();
    free(command);
    return error;
}
