#include "bench/speed/ratios.h"

#include "bench/speed/throughput.h"
#include "solver/methods/all.h"

#include <string.h>

enum { MOST_CONTESTANTS = 96 };

/* One pattern and one source. */
typedef struct cell {
    const tnm_speed_plan *plan;
    const tnm_source *source;
    tnm_problem problem;
    tnm_contestant contestants[MOST_CONTESTANTS];
    size_t count;
} cell;

static bool is_first(const cell *self)
{
    return self->source == self->plan->sources;
}

static void enter(cell *self, const tnm_method *method, tnm_isa isa, tnm_constraint constraint,
                  int threads)
{
    tnm_problem problem = {self->problem.n, self->problem.m, constraint};
    if (self->count < MOST_CONTESTANTS && tnm_method_refuses(method, &problem) == NULL)
        self->contestants[self->count++] = (tnm_contestant){
            .method = method, .isa = isa, .constraint = constraint, .threads = threads};
}

static bool is_one_of(const tnm_method *method, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(method->name, *names) == 0)
            return true;
    }
    return false;
}

static const char *const reference[] = {"lemon-network-simplex", NULL};
static const char *const greedy[] = {"greedy-keep", "greedy-prune", NULL};
static const char *const everywhere[] = {"lemon-network-simplex", "greedy-keep", "greedy-prune",
                                         "exact", NULL};

/* The method `exact` under both constraints, and on the other instruction sets, where asked for. */
static void enter_exact(cell *self, int threads)
{
    const tnm_method *exact = tnm_method_find("exact");
    tnm_isa best = tnm_isa_best();
    enter(self, exact, best, TNM_EQUAL, threads);
    enter(self, exact, best, TNM_ATMOST, threads);
    bool others = !self->plan->one_isa && (is_first(self) || self->plan->all);
    for (int isa = 0; isa < TNM_ISA_COUNT && others; isa++) {
        if ((tnm_isa)isa != best && tnm_isa_supported((tnm_isa)isa))
            enter(self, exact, (tnm_isa)isa, TNM_EQUAL, threads);
    }
}

/* Heuristics run as published, under `atmost`, so that no completion step slows them down; LEMON
 * under both constraints, so that everybody is compared with its answer to the same question. */
static void enter_fast_ones(cell *self, int threads)
{
    tnm_isa best = tnm_isa_best();
    for (size_t k = 0; everywhere[k] != NULL; k++) {
        const tnm_method *method = tnm_method_find(everywhere[k]);
        if (strcmp(method->name, "exact") == 0) {
            enter_exact(self, threads);
            continue;
        }
        if (!is_one_of(method, greedy))
            enter(self, method, best, TNM_EQUAL, threads);
        enter(self, method, best, TNM_ATMOST, threads);
    }
}

static void enter_all(cell *self)
{
    const tnm_method *method;
    int threads[2];
    size_t choices = tnm_speed_threads(self->plan, threads);
    for (size_t c = 0; c < choices; c++)
        enter_fast_ones(self, threads[c]);
    bool slow_ones = (is_first(self) || self->plan->all) && !self->plan->quick;
    for (size_t k = 0; (method = tnm_method_at(k)) != NULL; k++) {
        bool exact = method->capabilities & TNM_METHOD_EXACT;
        if (slow_ones && !is_one_of(method, everywhere))
            enter(self, method, tnm_isa_best(), exact ? TNM_EQUAL : TNM_ATMOST, 1);
    }
}

static double best_of(const tnm_contestant *one, size_t repetitions)
{
    double best = one->seconds[0];
    for (size_t r = 1; r < repetitions; r++)
        best = one->seconds[r] < best ? one->seconds[r] : best;
    return best;
}

/* The fastest contestant of that many threads under the constraint that ratios refer to; NULL:
 * nobody. */
static const tnm_contestant *find(const cell *self, const char *const *names,
                                  tnm_constraint constraint, int threads, size_t repetitions)
{
    const tnm_contestant *best = NULL;
    for (size_t k = 0; k < self->count; k++) {
        const tnm_contestant *one = &self->contestants[k];
        if (one->threads == threads && one->constraint == constraint &&
            is_one_of(one->method, names) &&
            (best == NULL || best_of(one, repetitions) < best_of(best, repetitions)))
            best = one;
    }
    return best;
}

/* With LEMON everybody is compared under its own constraint, with the greedy rules as published. */
static void compare(tnm_measurement *row, const cell *self, const tnm_contest *contest,
                    const tnm_contestant *one)
{
    size_t repetitions = contest->repetitions;
    const tnm_contestant *lemon = find(self, reference, one->constraint, one->threads, repetitions);
    const tnm_contestant *rule = find(self, greedy, TNM_ATMOST, one->threads, repetitions);
    if (lemon != NULL)
        row->lemon = tnm_contest_ratio(contest, lemon, one);
    if (rule != NULL)
        row->greedy = tnm_contest_ratio(contest, rule, one);
}

static tnm_error add_rows(tnm_measurements *out, const cell *self, const tnm_contest *contest)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < self->count; k++) {
        const tnm_contestant *one = &self->contestants[k];
        double nanoseconds[TNM_MOST_REPETITIONS];
        for (size_t r = 0; r < contest->repetitions; r++)
            nanoseconds[r] = 1e9 * one->seconds[r];
        tnm_measurement row = {.section = "ratios",
                               .source = self->source->name,
                               .problem = {self->problem.n, self->problem.m, one->constraint},
                               .method = one->method->name,
                               .isa = tnm_isa_name(one->isa),
                               .threads = one->threads,
                               .tiles = one->tiles,
                               .quantity = "time",
                               .unit = "ns/tile",
                               .value = tnm_spread_of(nanoseconds, contest->repetitions)};
        compare(&row, self, contest, one);
        tnm_measurements_judge(out, &row, one->method, &one->answer);
        TNM_TRY(tnm_measurements_add(out, &row));
    }
out:
    return error;
}

static tnm_error measure(tnm_measurements *out, const tnm_speed_plan *plan,
                         const tnm_source *source, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    tnm_arena arena = {0};
    cell self = {.plan = plan, .source = source, .problem = *problem};
    size_t bands = (plan->quick ? 1 : 4) * (size_t)plan->threads;
    tnm_contest contest = {.arena = &arena,
                           .slice = plan->quick ? 0.001 : 0.01,
                           .patience = plan->quick ? 0.003 : 0.05,
                           .repetitions = plan->quick ? 3 : 7,
                           .seed = plan->seed,
                           .contestants = self.contestants};
    enter_all(&self);
    contest.count = self.count;
    TNM_TRY(tnm_arena_init(&arena, source, problem, bands, plan->seed));
    TNM_TRY(tnm_contest_run(&contest));
    TNM_TRY(add_rows(out, &self, &contest));
out:
    tnm_arena_free(&arena);
    return error;
}

size_t tnm_ratios_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count * plan->source_count;
}

tnm_error tnm_ratios_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    for (size_t p = 0; p < plan->pattern_count; p++) {
        for (size_t s = 0; s < plan->source_count; s++) {
            TNM_TRY(measure(out, plan, &plan->sources[s], &plan->patterns[p]));
            TNM_TRY(tnm_speed_step(plan));
        }
    }
out:
    return error;
}
