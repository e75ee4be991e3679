/* Plans: see plan.h. */
#include "bench/plan_lines.h"

#include "instances/file.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a failed call said, in the name of a line. */
static tnm_error complain_again(const tnm_plan *plan, const tnm_plan_line *line)
{
    char sentence[256];
    snprintf(sentence, sizeof sentence, "%s", tnm_error_message());
    return tnm_plan_complain(plan, line, "%s", sentence);
}

/* ---- numbers ----------------------------------------------------------------------------- */

/* Reads decimal digits, at most `most`, and moves *text past them. */
static bool read_whole(const char **text, uint64_t most, uint64_t *number)
{
    bool any = false;
    *number = 0;
    for (; isdigit((unsigned char)**text); (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (*number > (most - digit) / 10)
            return false;
        *number = *number * 10 + digit;
        any = true;
    }
    return any;
}

static tnm_error whole(const tnm_plan *plan, const tnm_plan_line *line, uint64_t least,
                       uint64_t most, uint64_t *number)
{
    const char *text = line->words[1];
    if (read_whole(&text, most, number) && *text == '\0' && *number >= least)
        return TNM_OK;
    return tnm_plan_complain(
        plan, line, "%s: expected a whole number from %llu to %llu, found '%s'", line->words[0],
        (unsigned long long)least, (unsigned long long)most, line->words[1]);
}

static tnm_error check_parameters(const tnm_plan *plan, const tnm_plan_line *line, char **words)
{
    for (; *words != NULL; words++) {
        const char *equals = strchr(*words, '=');
        if (equals == NULL || equals == *words)
            return tnm_plan_complain(plan, line, "expected NAME=VALUE, found '%s'", *words);
    }
    return TNM_OK;
}

/* ---- lines ------------------------------------------------------------------------------- */

/* What is gathered until all lines are read. */
typedef struct reader {
    tnm_plan *plan;
    tnm_problem *patterns;
    size_t pattern_count;
    bool constrained[2]; /* by tnm_constraint */
} reader;

static tnm_error read_study(reader *self, const tnm_plan_line *line)
{
    self->plan->name = line->words[1];
    return TNM_OK;
}

static tnm_error read_clock(reader *self, const tnm_plan_line *line)
{
    bool alone = strcmp(line->words[1], "alone") == 0;
    if (!alone && strcmp(line->words[1], "shared") != 0)
        return tnm_plan_complain(self->plan, line, "clock: expected shared or alone, found '%s'",
                                 line->words[1]);
    self->plan->clock = alone ? TNM_CLOCK_ALONE : TNM_CLOCK_SHARED;
    return TNM_OK;
}

static tnm_error read_seed(reader *self, const tnm_plan_line *line)
{
    return whole(self->plan, line, 0, UINT32_MAX, &self->plan->seed);
}

static tnm_error read_repetitions(reader *self, const tnm_plan_line *line)
{
    return whole(self->plan, line, 1, TNM_PLAN_MAX_REPETITIONS, &self->plan->repetitions);
}

static tnm_error read_time_limit(reader *self, const tnm_plan_line *line)
{
    char *end;
    double seconds = strtod(line->words[1], &end);
    if (!isdigit((unsigned char)line->words[1][0]) || *end != '\0' || !(seconds > 0) ||
        !isfinite(seconds))
        return tnm_plan_complain(self->plan, line, "time-limit: expected seconds, found '%s'",
                                 line->words[1]);
    self->plan->time_limit = seconds;
    return TNM_OK;
}

static tnm_error read_baseline(reader *self, const tnm_plan_line *line)
{
    self->plan->baseline = line->words[1];
    return TNM_OK;
}

static tnm_error read_pattern(reader *self, const tnm_plan_line *line)
{
    for (size_t k = 1; k < line->count; k++) {
        tnm_problem problem = {.constraint = TNM_EQUAL};
        if (tnm_problem_parse(&problem, line->words[k]) != TNM_OK)
            return complain_again(self->plan, line);
        for (size_t p = 0; p < self->pattern_count; p++) {
            if (self->patterns[p].n == problem.n && self->patterns[p].m == problem.m)
                return tnm_plan_complain(self->plan, line, "pattern %s is named twice",
                                         line->words[k]);
        }
        self->patterns[self->pattern_count++] = problem;
    }
    return TNM_OK;
}

static tnm_error read_constraint(reader *self, const tnm_plan_line *line)
{
    for (size_t k = 1; k < line->count; k++) {
        tnm_constraint constraint;
        if (tnm_constraint_parse(&constraint, line->words[k]) != TNM_OK)
            return complain_again(self->plan, line);
        if (self->constrained[constraint])
            return tnm_plan_complain(self->plan, line, "constraint %s is named twice",
                                     line->words[k]);
        self->constrained[constraint] = true;
    }
    return TNM_OK;
}

static tnm_plan_source *new_source(reader *self, const tnm_plan_line *line, tnm_source_kind kind)
{
    tnm_plan_source *source = &self->plan->sources[self->plan->source_count++];
    *source = (tnm_plan_source){.kind = kind, .line = line, .what = line->words[1]};
    return source;
}

static tnm_error read_file(reader *self, const tnm_plan_line *line)
{
    new_source(self, line, TNM_SOURCE_FILE);
    return TNM_OK;
}

static tnm_error read_folder(reader *self, const tnm_plan_line *line)
{
    new_source(self, line, TNM_SOURCE_FOLDER);
    return TNM_OK;
}

/* ROWSxCOLS */
static bool read_shape(const char *text, tnm_plan_source *source)
{
    uint64_t rows, cols;
    bool good = read_whole(&text, UINT32_MAX, &rows) && *text++ == 'x' &&
                read_whole(&text, UINT32_MAX, &cols) && *text == '\0' && rows > 0 && cols > 0;
    source->rows = good ? rows : 0;
    source->cols = good ? cols : 0;
    return good;
}

/* A or A..B */
static bool read_seeds(const char *text, tnm_plan_source *source)
{
    if (!read_whole(&text, UINT32_MAX, &source->first_seed))
        return false;
    source->last_seed = source->first_seed;
    if (strncmp(text, "..", 2) == 0) {
        text += 2;
        if (!read_whole(&text, UINT32_MAX, &source->last_seed))
            return false;
    }
    return *text == '\0' && source->first_seed <= source->last_seed &&
           source->last_seed - source->first_seed < TNM_PLAN_MAX_SEEDS;
}

/* family NAME ROWSxCOLS seeds A..B [NAME=VALUE ...] */
static tnm_error read_family(reader *self, const tnm_plan_line *line)
{
    tnm_plan_source *source = new_source(self, line, TNM_SOURCE_FAMILY);
    if (!read_shape(line->words[2], source))
        return tnm_plan_complain(self->plan, line, "expected ROWSxCOLS, found '%s'",
                                 line->words[2]);
    if (strcmp(line->words[3], "seeds") != 0)
        return tnm_plan_complain(self->plan, line, "expected 'seeds', found '%s'", line->words[3]);
    if (!read_seeds(line->words[4], source))
        return tnm_plan_complain(self->plan, line,
                                 "expected seeds A or A..B below 2^32, at most %d, found '%s'",
                                 TNM_PLAN_MAX_SEEDS, line->words[4]);
    source->parameters = (const char *const *)line->words + 5;
    return check_parameters(self->plan, line, line->words + 5);
}

static tnm_error read_method(reader *self, const tnm_plan_line *line)
{
    self->plan->methods[self->plan->method_count++] = (tnm_plan_method){
        .line = line, .name = line->words[1], .parameters = (const char *const *)line->words + 2};
    return check_parameters(self->plan, line, line->words + 2);
}

/* methods KIND [except NAME ...] */
static tnm_error read_methods(reader *self, const tnm_plan_line *line)
{
    static const char *const kinds[] = {"all", "proving", "heuristic"};
    bool known = false;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        known |= strcmp(line->words[1], kinds[k]) == 0;
    if (!known)
        return tnm_plan_complain(self->plan, line,
                                 "methods: expected all, proving or heuristic, found '%s'",
                                 line->words[1]);
    if (line->count > 2 && (line->count == 3 || strcmp(line->words[2], "except") != 0))
        return tnm_plan_complain(self->plan, line, "expected 'except NAME ...', found '%s'",
                                 line->words[2]);
    size_t names = line->count > 2 ? 3 : 2;
    self->plan->methods[self->plan->method_count++] =
        (tnm_plan_method){.line = line,
                          .kind = true,
                          .name = line->words[1],
                          .parameters = (const char *const *)line->words + names};
    return TNM_OK;
}

/* One kind of line; adding one is one function and one row. */
typedef struct keyword {
    const char *word;
    size_t least, most; /* words after it */
    bool once;
    tnm_error (*read)(reader *self, const tnm_plan_line *line);
    const char *usage;
} keyword;

static const keyword keywords[] = {
    {"study", 1, 1, true, read_study, "study NAME"},
    {"clock", 1, 1, true, read_clock, "clock shared|alone"},
    {"seed", 1, 1, true, read_seed, "seed NUMBER"},
    {"repetitions", 1, 1, true, read_repetitions, "repetitions NUMBER"},
    {"time-limit", 1, 1, true, read_time_limit, "time-limit SECONDS"},
    {"baseline", 1, 1, true, read_baseline, "baseline METHOD"},
    {"pattern", 1, SIZE_MAX, false, read_pattern, "pattern N:M ..."},
    {"constraint", 1, 2, false, read_constraint, "constraint equal|atmost ..."},
    {"file", 1, 1, false, read_file, "file PATH"},
    {"folder", 1, 1, false, read_folder, "folder PATH"},
    {"family", 4, SIZE_MAX, false, read_family,
     "family NAME ROWSxCOLS seeds A..B [NAME=VALUE ...]"},
    {"method", 1, SIZE_MAX, false, read_method, "method NAME [NAME=VALUE ...]"},
    {"methods", 1, SIZE_MAX, false, read_methods,
     "methods all|proving|heuristic [except NAME ...]"},
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

static tnm_error read_line(reader *self, const tnm_plan_line *line)
{
    for (size_t k = 0; k < KEYWORDS; k++) {
        const keyword *key = &keywords[k];
        size_t after = line->count - 1;
        if (strcmp(line->words[0], key->word) != 0)
            continue;
        if (after < key->least || after > key->most)
            return tnm_plan_complain(self->plan, line, "expected '%s'", key->usage);
        for (const tnm_plan_line *earlier = self->plan->lines; key->once && earlier < line;
             earlier++) {
            if (strcmp(earlier->words[0], key->word) == 0)
                return tnm_plan_complain(self->plan, line, "there is a '%s' already, in line %zu",
                                         key->word, earlier->number);
        }
        return key->read(self, line);
    }
    return tnm_plan_complain(self->plan, line, "unknown word '%.40s'", line->words[0]);
}

/* ---- the whole --------------------------------------------------------------------------- */

static tnm_error cross_problems(reader *self)
{
    tnm_plan *plan = self->plan;
    if (!self->constrained[TNM_ATMOST])
        self->constrained[TNM_EQUAL] = true;
    tnm_error error = TNM_NEW(plan->problems, 2 * self->pattern_count);
    if (error != TNM_OK)
        return error;
    for (size_t p = 0; p < self->pattern_count; p++) {
        for (int constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
            if (!self->constrained[constraint])
                continue;
            plan->problems[plan->problem_count] = self->patterns[p];
            plan->problems[plan->problem_count++].constraint = (tnm_constraint)constraint;
        }
    }
    return TNM_OK;
}

static tnm_error check_complete(const reader *self)
{
    const tnm_plan *plan = self->plan;
    const struct {
        bool there;
        const char *word;
    } needs[] = {{plan->name != NULL, "study NAME"},
                 {self->pattern_count > 0, "pattern N:M"},
                 {plan->source_count > 0, "file, folder or family"},
                 {plan->method_count > 0, "method or methods"}};
    const tnm_plan_line first = {.number = 1};
    const tnm_plan_line *last = plan->line_count > 0 ? &plan->lines[plan->line_count - 1] : &first;
    for (size_t k = 0; k < sizeof needs / sizeof *needs; k++) {
        if (!needs[k].there)
            return tnm_plan_complain(plan, last, "the plan ends without a line '%s'",
                                     needs[k].word);
    }
    return TNM_OK;
}

tnm_error tnm_plan_parse(tnm_plan *plan, const char *path, const void *bytes, size_t size)
{
    tnm_error error = TNM_OK;
    reader self = {.plan = plan};
    *plan = (tnm_plan){.repetitions = 1};
    if (size > TNM_PLAN_MAX_BYTES)
        return tnm_fail(TNM_ERROR_DATA, "%s: a plan of more than %d bytes", path,
                        TNM_PLAN_MAX_BYTES);
    plan->path = tnm_copy_string(path);
    TNM_TRY(plan->path != NULL ? TNM_OK : TNM_ERROR_MEMORY);
    TNM_TRY(TNM_NEW(plan->bytes, size + 1));
    if (size > 0)
        memcpy(plan->bytes, bytes, size);
    TNM_TRY(tnm_plan_cut(plan, size));
    TNM_TRY(TNM_NEW(plan->sources, plan->line_count + 1));
    TNM_TRY(TNM_NEW(plan->methods, plan->line_count + 1));
    TNM_TRY(TNM_NEW(self.patterns, size + 1)); /* no word is shorter than a byte */
    for (size_t k = 0; k < plan->line_count; k++)
        TNM_TRY(read_line(&self, &plan->lines[k]));
    TNM_TRY(check_complete(&self));
    TNM_TRY(cross_problems(&self));
out:
    free(self.patterns);
    if (error != TNM_OK)
        tnm_plan_free(plan);
    return error;
}

tnm_error tnm_plan_read(tnm_plan *plan, const char *path)
{
    tnm_file file = {0};
    *plan = (tnm_plan){0};
    tnm_error error = tnm_file_open(&file, path);
    if (error == TNM_OK)
        error = tnm_plan_parse(plan, tnm_file_name(path), file.bytes, file.size);
    tnm_file_close(&file);
    return error;
}

void tnm_plan_free(tnm_plan *plan)
{
    free(plan->path);
    free(plan->problems);
    free(plan->sources);
    free(plan->methods);
    free(plan->lines);
    free(plan->words);
    free(plan->bytes);
    *plan = (tnm_plan){0};
}
