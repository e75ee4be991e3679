/* A plan spelled out: see schedule.h. */
#include "bench/schedule.h"

#include "instances/generate.h"
#include "instances/input.h"
#include "solver/methods/all.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a failed call said, in the name of a line, with its own code. */
static tnm_error in_line(const tnm_plan *plan, const tnm_plan_line *line, tnm_error error)
{
    char *sentence = tnm_copy_string(tnm_error_message());
    if (sentence != NULL)
        tnm_fail(error, "%s:%zu: %s", plan->path, line->number, sentence);
    free(sentence);
    return error;
}

/* Makes room for one more item in an array that doubles whenever its count is a power of two. */
static tnm_error grow(void **array, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return TNM_OK;
    void *larger = realloc(*array, (count == 0 ? 1 : 2 * count) * size);
    if (larger == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a schedule");
    *array = larger;
    return TNM_OK;
}

/* "a=1 b=2" */
static char *join(const char *const *words)
{
    char *text = tnm_copy_string("");
    for (; *words != NULL && text != NULL; words++) {
        char *longer = tnm_format("%s%s%s", text, *text != '\0' ? " " : "", *words);
        free(text);
        text = longer;
    }
    return text;
}

/* ---- matrices ---------------------------------------------------------------------------- */

/* Takes over `name` and `path`, NULL where there was no memory for them. */
static tnm_error add_matrix(tnm_schedule *self, const tnm_plan_source *source, char *group,
                            char *name, char *path, uint64_t seed)
{
    tnm_study_matrix matrix = {source, group, name, path, seed};
    void *matrices = self->matrices;
    tnm_error error = group != NULL && name != NULL ? TNM_OK : TNM_ERROR_MEMORY;
    for (size_t k = 0; k < self->matrix_count && error == TNM_OK; k++) {
        if (strcmp(self->matrices[k].name, name) == 0)
            error = tnm_plan_complain(self->plan, source->line, "'%s' is there twice", name);
    }
    if (error == TNM_OK)
        error = grow(&matrices, self->matrix_count, sizeof matrix);
    self->matrices = matrices;
    if (error == TNM_OK) {
        self->matrices[self->matrix_count++] = matrix;
        return TNM_OK;
    }
    free(group);
    free(name);
    free(path);
    return error;
}

/* Whether the family serves each problem of the plan. */
static tnm_error check_family(const tnm_plan *plan, const tnm_plan_source *source)
{
    for (size_t p = 0; p < plan->problem_count; p++) {
        tnm_generator *generator;
        tnm_recipe recipe = {.family = source->what,
                             .rows = source->rows,
                             .cols = source->cols,
                             .problem = plan->problems[p],
                             .parameters = source->parameters};
        tnm_error error = tnm_generator_open(&generator, &recipe);
        tnm_generator_close(generator);
        if (error != TNM_OK)
            return in_line(plan, source->line, error);
    }
    return TNM_OK;
}

static tnm_error add_family(tnm_schedule *self, const tnm_plan_source *source)
{
    tnm_error error = check_family(self->plan, source);
    for (uint64_t seed = source->first_seed; error == TNM_OK && seed <= source->last_seed; seed++) {
        char *settings = join(source->parameters), *group = NULL, *name = NULL;
        if (settings != NULL)
            group = tnm_format("%s%s%s", source->what, *settings != '\0' ? " " : "", settings);
        if (group != NULL)
            name = tnm_format("%s %zux%zu seed %llu", group, source->rows, source->cols,
                              (unsigned long long)seed);
        free(settings);
        error = add_matrix(self, source, group, name, NULL, seed);
    }
    return error;
}

/* The folder a path is in: its last slash and what is before it; "" where there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* A path of the plan as one that can be opened from here. */
static char *find_path(const tnm_plan *plan, const char *path)
{
    if (*path == '/')
        return tnm_copy_string(path);
    return tnm_format("%.*s%s", (int)folder_length(plan->path), plan->path, path);
}

/* Cells of CSV files hold neither commas nor quotes nor line ends. */
static char *clean(char *text)
{
    for (char *byte = text; text != NULL && *byte != '\0'; byte++) {
        if (*byte == ',' || *byte == '"' || (unsigned char)*byte < ' ')
            *byte = '_';
    }
    return text;
}

/* Takes over the path. Group and name are its last folder, and that with the bare name behind. */
static tnm_error add_file(tnm_schedule *self, const tnm_plan_source *source, char *path)
{
    tnm_input input;
    if (path == NULL)
        return TNM_ERROR_MEMORY;
    tnm_error error = tnm_input_open(&input, path);
    if (error != TNM_OK) {
        free(path);
        return in_line(self->plan, source->line, error);
    }
    tnm_input_close(&input);
    size_t end = folder_length(path);
    const char *base = path + end, *dot = strrchr(base, '.');
    size_t length = dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base);
    size_t stop = end > 0 ? end - 1 : 0, start = stop;
    while (start > 0 && path[start - 1] != '/')
        start--;
    char *group = clean(tnm_format("%.*s", (int)(stop - start), path + start)), *name = NULL;
    if (group != NULL)
        name = clean(tnm_format("%s%s%.*s", group, *group != '\0' ? "/" : "", (int)length, base));
    return add_matrix(self, source, group, name, path, 0);
}

/* Matrices; what is named so is a vector. */
static int is_matrix_file(const struct dirent *entry)
{
    static const char matrix[] = ".npy", bias[] = ".bias.npy";
    size_t length = strlen(entry->d_name);
    const char *end = entry->d_name + length;
    return length > sizeof matrix - 1 && strcmp(end - (sizeof matrix - 1), matrix) == 0 &&
           !(length >= sizeof bias - 1 && strcmp(end - (sizeof bias - 1), bias) == 0);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static tnm_error add_folder(tnm_schedule *self, const tnm_plan_source *source)
{
    struct dirent **entries = NULL;
    char *folder = find_path(self->plan, source->what);
    if (folder == NULL)
        return TNM_ERROR_MEMORY;
    int count = scandir(folder, &entries, is_matrix_file, by_name);
    tnm_error error = TNM_OK;
    if (count < 0)
        error = tnm_fail(TNM_ERROR_NO_INPUT, "%s:%zu: %s: %s", self->plan->path,
                         source->line->number, folder, strerror(errno));
    if (count == 0)
        error = tnm_plan_complain(self->plan, source->line, "%s: no .npy matrix there", folder);
    for (int k = 0; k < count; k++) {
        if (error == TNM_OK)
            error = add_file(self, source, tnm_format("%s/%s", folder, entries[k]->d_name));
        free(entries[k]);
    }
    free(entries);
    free(folder);
    return error;
}

static tnm_error add_source(tnm_schedule *self, const tnm_plan_source *source)
{
    switch (source->kind) {
    case TNM_SOURCE_FILE:
        return add_file(self, source, find_path(self->plan, source->what));
    case TNM_SOURCE_FOLDER:
        return add_folder(self, source);
    case TNM_SOURCE_FAMILY:
        break;
    }
    return add_family(self, source);
}

/* ---- methods ----------------------------------------------------------------------------- */

/* Whether the method takes these parameters, for each problem it answers. */
static tnm_error check_parameters(const tnm_plan *plan, const tnm_plan_line *line,
                                  const tnm_entrant *entrant)
{
    const tnm_method *method = entrant->method;
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop, .parameters = entrant->parameters};
    if (entrant->parameters[0] == NULL)
        return TNM_OK;
    tnm_error error = tnm_parameters_check(method->name, method->parameters, entrant->parameters);
    if (error != TNM_OK)
        return in_line(plan, line, error);
    for (size_t p = 0; p < plan->problem_count; p++) {
        void *workspace = NULL;
        if (tnm_method_refuses(method, &plan->problems[p]) != NULL)
            continue;
        error = method->open(&workspace, &plan->problems[p], &settings);
        method->close(workspace);
        if (error != TNM_OK)
            return in_line(plan, line, error);
    }
    return TNM_OK;
}

static tnm_error add_entrant(tnm_schedule *self, const tnm_plan_line *line,
                             const tnm_method *method, const char *const *parameters)
{
    tnm_error error = TNM_OK;
    tnm_entrant entrant = {method, parameters, join(parameters)};
    void *entrants = self->entrants;
    TNM_TRY(entrant.settings != NULL ? TNM_OK : TNM_ERROR_MEMORY);
    for (size_t k = 0; k < self->entrant_count; k++) {
        const tnm_entrant *other = &self->entrants[k];
        if (other->method == method && strcmp(other->settings, entrant.settings) == 0)
            TNM_TRY(tnm_plan_complain(self->plan, line, "%s takes part twice", method->name));
    }
    TNM_TRY(check_parameters(self->plan, line, &entrant));
    TNM_TRY(grow(&entrants, self->entrant_count, sizeof entrant));
    self->entrants = entrants;
    self->entrants[self->entrant_count++] = entrant;
    return TNM_OK;
out:
    free(entrant.settings);
    return error;
}

static tnm_error find_method(const tnm_plan *plan, const tnm_plan_line *line, const char *name,
                             const tnm_method **method)
{
    *method = tnm_method_find(name);
    return *method != NULL ? TNM_OK
                           : tnm_plan_complain(plan, line, "there is no method '%s'", name);
}

static bool is_named(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static tnm_error add_kind(tnm_schedule *self, const tnm_plan_method *asked)
{
    static const char *const none[] = {NULL};
    const tnm_method *method;
    tnm_error error = TNM_OK;
    for (const char *const *name = asked->parameters; *name != NULL && error == TNM_OK; name++)
        error = find_method(self->plan, asked->line, *name, &method);
    for (size_t k = 0; error == TNM_OK && (method = tnm_method_at(k)) != NULL; k++) {
        bool proves = method->capabilities & TNM_METHOD_EXACT;
        bool wanted = strcmp(asked->name, "all") == 0 ||
                      strcmp(asked->name, proves ? "proving" : "heuristic") == 0;
        if (wanted && !is_named(asked->parameters, method->name))
            error = add_entrant(self, asked->line, method, none);
    }
    return error;
}

static tnm_error add_method(tnm_schedule *self, const tnm_plan_method *asked)
{
    const tnm_method *method;
    if (asked->kind)
        return add_kind(self, asked);
    tnm_error error = find_method(self->plan, asked->line, asked->name, &method);
    return error != TNM_OK ? error : add_entrant(self, asked->line, method, asked->parameters);
}

static tnm_error find_baseline(tnm_schedule *self)
{
    const tnm_plan *plan = self->plan;
    const tnm_plan_line *line = plan->lines;
    if (plan->baseline == NULL)
        return TNM_OK;
    for (size_t k = 0; k < self->entrant_count && self->baseline == NULL; k++) {
        if (strcmp(self->entrants[k].method->name, plan->baseline) == 0)
            self->baseline = &self->entrants[k];
    }
    while (strcmp(line->words[0], "baseline") != 0)
        line++;
    return self->baseline != NULL
               ? TNM_OK
               : tnm_plan_complain(plan, line, "baseline %s takes no part", plan->baseline);
}

/* ---- runs -------------------------------------------------------------------------------- */

static bool is_repeated(const tnm_schedule *self, const tnm_entrant *entrant)
{
    return self->plan->clock == TNM_CLOCK_ALONE ||
           (entrant->method->capabilities & TNM_METHOD_RANDOM);
}

static tnm_error number_runs(tnm_schedule *self)
{
    const tnm_plan *plan = self->plan;
    size_t most =
        self->matrix_count * plan->problem_count * plan->repetitions * self->entrant_count;
    tnm_error error = TNM_NEW(self->runs, most);
    for (size_t k = 0; k < most && error == TNM_OK; k++) {
        size_t rest = k / self->entrant_count;
        tnm_run run = {.entrant = k % self->entrant_count, .repetition = rest % plan->repetitions};
        rest /= plan->repetitions;
        run.problem = rest % plan->problem_count;
        run.matrix = rest / plan->problem_count;
        if (run.repetition == 0 || is_repeated(self, &self->entrants[run.entrant]))
            self->runs[self->run_count++] = run;
    }
    return error;
}

static tnm_error name_patterns(tnm_schedule *self)
{
    tnm_error error = TNM_NEW(self->patterns, self->plan->problem_count);
    for (size_t p = 0; p < self->plan->problem_count && error == TNM_OK; p++)
        snprintf(self->patterns[p], sizeof self->patterns[p], "%d:%d", self->plan->problems[p].n,
                 self->plan->problems[p].m);
    return error;
}

void tnm_schedule_describe(const tnm_schedule *schedule, size_t run, tnm_record *record)
{
    const tnm_run *self = &schedule->runs[run];
    const tnm_entrant *entrant = &schedule->entrants[self->entrant];
    const tnm_study_matrix *matrix = &schedule->matrices[self->matrix];
    record->run = run;
    record->group = matrix->group;
    record->matrix = matrix->name;
    record->pattern = schedule->patterns[self->problem];
    record->constraint = tnm_constraint_name(schedule->plan->problems[self->problem].constraint);
    record->method = entrant->method->name;
    record->parameters = entrant->settings;
    record->repetition = self->repetition;
    record->seed = schedule->plan->seed + self->repetition;
}

size_t tnm_schedule_cell_end(const tnm_schedule *schedule, size_t run)
{
    const tnm_run *first = &schedule->runs[run];
    while (run < schedule->run_count && schedule->runs[run].matrix == first->matrix &&
           schedule->runs[run].problem == first->problem)
        run++;
    return run;
}

/* ---- the whole --------------------------------------------------------------------------- */

tnm_error tnm_schedule_init(tnm_schedule *schedule, const tnm_plan *plan)
{
    tnm_error error = TNM_OK;
    *schedule = (tnm_schedule){.plan = plan};
    for (size_t k = 0; k < plan->source_count; k++)
        TNM_TRY(add_source(schedule, &plan->sources[k]));
    for (size_t k = 0; k < plan->method_count; k++)
        TNM_TRY(add_method(schedule, &plan->methods[k]));
    TNM_TRY(find_baseline(schedule));
    TNM_TRY(name_patterns(schedule));
    TNM_TRY(number_runs(schedule));
out:
    if (error != TNM_OK)
        tnm_schedule_free(schedule);
    return error;
}

void tnm_schedule_free(tnm_schedule *schedule)
{
    for (size_t k = 0; k < schedule->matrix_count; k++) {
        free(schedule->matrices[k].group);
        free(schedule->matrices[k].name);
        free(schedule->matrices[k].path);
    }
    for (size_t k = 0; k < schedule->entrant_count; k++)
        free(schedule->entrants[k].settings);
    free(schedule->matrices);
    free(schedule->entrants);
    free(schedule->patterns);
    free(schedule->runs);
    *schedule = (tnm_schedule){0};
}
