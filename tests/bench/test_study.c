/* Studies: what they find, and that no interruption leaves a trace. */
#include "bench/results.h"
#include "bench/study.h"
#include "instances/file.h"
#include "tests/testlib.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const tnm_banner banner = {.command = "tnm study"};

/* Everything between a plan and its journal. */
typedef struct bench {
    tnm_plan plan;
    tnm_schedule schedule;
    tnm_journal journal;
} bench;

static tnm_error bench_open(bench *self, const char *text, const char *folder)
{
    tnm_error error = TNM_OK;
    *self = (bench){.journal = {.folder = -1, .file = -1}};
    TNM_TRY(tnm_plan_parse(&self->plan, "p", text, strlen(text)));
    TNM_TRY(tnm_schedule_init(&self->schedule, &self->plan));
    if (folder != NULL)
        TNM_TRY(tnm_journal_open(&self->journal, folder, &self->schedule, &banner));
out:
    return error;
}

static void bench_close(bench *self)
{
    tnm_journal_close(&self->journal);
    tnm_schedule_free(&self->schedule);
    tnm_plan_free(&self->plan);
}

static tnm_error bench_run(bench *self, int threads, tnm_progress progress, void *context)
{
    atomic_bool stop = false;
    tnm_study_options options = {
        .threads = threads, .stop = &stop, .progress = progress, .progress_context = context};
    return tnm_study_run(&self->schedule, &self->journal, &options);
}

/* Opens, runs and closes; the same folder again goes on. */
static void run_plan(const char *text, const char *folder, int threads)
{
    bench self;
    ASSERT_OK(bench_open(&self, text, folder));
    ASSERT_OK(bench_run(&self, threads, NULL, NULL));
    CU_ASSERT_EQUAL(self.journal.done, self.schedule.run_count);
    bench_close(&self);
}

static char *content(const char *path)
{
    tnm_file file = {0};
    ASSERT_OK(tnm_file_open(&file, path));
    char *text = tnm_format("%.*s", (int)file.size, (const char *)file.bytes);
    tnm_file_close(&file);
    return text;
}

/* The rows of a journal without what the clock decides, and without the head. */
static char *rows_of(const char *folder)
{
    char *path = tnm_format("%s/records.csv", folder), *text = content(path);
    char *rows = strstr(text, "\r\nrun,") + 2, *to = rows;
    size_t comma = 0;
    for (const char *from = rows; *from != '\0'; from++) {
        comma = *from == '\n' ? 0 : comma + (*from == ',');
        if (comma < TNM_RECORD_FIRST_CLOCK)
            *to++ = *from;
    }
    *to = '\0';
    char *copy = tnm_copy_string(rows);
    free(text);
    free(path);
    return copy;
}

static const char small_plan[] = "study small\nseed 3\nbaseline greedy-keep\n"
                                 "pattern 1:2 2:4\nconstraint equal atmost\n"
                                 "family gaussian 16x8 seeds 1..2\nfamily ties 9x7 seeds 4\n"
                                 "method greedy-keep\nmethod greedy-prune\nmethod exact\n";

/* ---- what is found ----------------------------------------------------------------------- */

/* One tile of 2:4 whose optimum and greedy mask are known: instances/data/golden. */
static void test_known_gap(void)
{
    static const char plan[] = "study known\npattern 2:4\nbaseline exact\n"
                               "file instances/data/golden/greedy_falls_short.tnm\n"
                               "method greedy-keep\nmethod exact\nmethod brute\n";
    const char *folder = tnm_test_path("known");
    bench self;
    tnm_digest digest;
    ASSERT_OK(bench_open(&self, plan, folder));
    ASSERT_OK(bench_run(&self, 1, NULL, NULL));
    ASSERT_OK(tnm_digest_init(&digest, &self.journal));
    const tnm_record *greedy = &digest.records[0];
    CU_ASSERT_STRING_EQUAL(greedy->matrix, "golden/greedy_falls_short");
    CU_ASSERT_STRING_EQUAL(greedy->group, "golden");
    CU_ASSERT(greedy->bound == 88 && greedy->objective < 88 && greedy->tiles == 1);
    CU_ASSERT_EQUAL(greedy->gap, (88 - greedy->objective) / 88);
    CU_ASSERT_EQUAL(greedy->tile_gap_worst, greedy->gap);
    CU_ASSERT(greedy->tiles_worse == 1 && greedy->difference == greedy->gap);
    CU_ASSERT(greedy->sign_p == 1 && greedy->signed_rank_p == 1);
    CU_ASSERT(digest.records[1].gap == 0 && digest.records[1].tiles_better == TNM_NO_COUNT);
    CU_ASSERT(digest.records[2].tiles_proven == 1 && digest.records[2].tiles_equal == 1);
    CU_ASSERT(tnm_stratum_gap(tnm_digest_at(&digest, 0, 0, 0)) == greedy->gap);
    CU_ASSERT(digest.group_count == 1 && digest.unsound == 0);
    tnm_digest_free(&digest);
    bench_close(&self);
}

/* Sums over matrices, by hand. */
static void test_digest(void)
{
    const char *folder = tnm_test_path("digest");
    bench self;
    tnm_digest digest;
    run_plan(small_plan, folder, 1);
    ASSERT_OK(bench_open(&self, small_plan, folder));
    CU_ASSERT_EQUAL(self.journal.done, 36);
    ASSERT_OK(tnm_digest_init(&digest, &self.journal));
    CU_ASSERT_EQUAL_FATAL(digest.group_count, 3);
    CU_ASSERT_STRING_EQUAL(digest.groups[0], "gaussian");
    CU_ASSERT_STRING_EQUAL(digest.groups[2], "all");
    /* greedy-prune under 2:4 atmost: problem 3 of runs 0..11 and 12..23 */
    const tnm_record *first = &digest.records[10], *second = &digest.records[22];
    const tnm_stratum *both = tnm_digest_at(&digest, 0, 3, 1);
    CU_ASSERT_STRING_EQUAL(second->matrix, "gaussian 16x8 seed 2");
    CU_ASSERT_STRING_EQUAL(second->method, "greedy-prune");
    CU_ASSERT(second->seed == 3 && second->tiles == 8);
    CU_ASSERT(both->runs == 2 && both->tiles == 16);
    CU_ASSERT_EQUAL(both->objective, first->objective + second->objective);
    double mean = (first->tile_gap_mean + second->tile_gap_mean) / 2;
    CU_ASSERT(fabs(both->tile_gap_mean - mean) < 1e-15);
    CU_ASSERT(both->interval.low < mean && mean < both->interval.high);
    CU_ASSERT(fabs(both->difference - (first->difference + second->difference) / 2) < 1e-15);
    CU_ASSERT_EQUAL(both->tiles_worse, first->tiles_worse + second->tiles_worse);
    CU_ASSERT_EQUAL(both->worst, fmax(first->tile_gap_worst, second->tile_gap_worst));
    CU_ASSERT_EQUAL(tnm_digest_at(&digest, 2, 3, 1)->tiles, 16 + 6);
    CU_ASSERT_EQUAL(tnm_stratum_gap(tnm_digest_at(&digest, 2, 3, 2)), 0);
    tnm_digest_free(&digest);
    bench_close(&self);
}

static void test_refusals_and_repetitions(void)
{
    static const char plan[] = "study s\nclock alone\nrepetitions 3\npattern 2:4 4:8 8:16\n"
                               "family gaussian 16x16 seeds 1\nmethod brute\nmethod exact\n";
    const char *folder = tnm_test_path("refusals");
    bench self;
    tnm_digest digest;
    tnm_power_law law;
    ASSERT_OK(bench_open(&self, plan, folder));
    CU_ASSERT_EQUAL(self.schedule.run_count, 18);
    ASSERT_OK(bench_run(&self, 0, NULL, NULL));
    ASSERT_OK(tnm_digest_init(&digest, &self.journal));
    const tnm_stratum *refused = tnm_digest_at(&digest, 0, 2, 0);
    CU_ASSERT_STRING_EQUAL(digest.records[12].status, "REFUSED");
    CU_ASSERT(refused->refused == 3 && refused->finished == 0 && *refused->reason != '\0');
    CU_ASSERT(isnan(tnm_stratum_gap(refused)) && isnan(refused->seconds_per_tile));
    CU_ASSERT(tnm_digest_at(&digest, 0, 0, 1)->seconds_per_tile > 0);
    CU_ASSERT(tnm_digest_slope(&digest, 0, 1, TNM_EQUAL, &law));
    CU_ASSERT(!tnm_digest_slope(&digest, 0, 0, TNM_EQUAL, &law));
    ASSERT_OK(tnm_results_write(&digest, folder, self.journal.head));
    tnm_digest_free(&digest);
    bench_close(&self);
}

/* ---- what is refused --------------------------------------------------------------------- */

static void test_complaints(void)
{
    static const struct {
        const char *text, *complaint;
    } broken[] = {
        {"pattern 2:4\nfamily gauss 8x8 seeds 1\nmethod exact\n", "p:3: unknown kind of matrix"},
        {"pattern 2:4\nfamily ties 8x8 seeds 1 v=2\nmethod exact\n", "p:3: ties: unknown param"},
        {"pattern 2:8\nfamily tight 8x8 seeds 1\nmethod exact\n", "p:3: "},
        {"pattern 2:4\nfamily ties 8x8 seeds 1..3\nfamily ties 8x8 seeds 3\nmethod exact\n",
         "p:4: 'ties 8x8 seed 3' is there twice"},
        {"pattern 2:4\nfile instances/data/golden/nothing.npy\nmethod exact\n", "p:3: "},
        {"pattern 2:4\nfolder instances/nothing\nmethod exact\n", "p:3: instances/nothing: No"},
        {"pattern 2:4\nfolder docs\nmethod exact\n", "p:3: docs: no .npy matrix there"},
        {"pattern 2:4\nfamily ties 8x8 seeds 1\nmethod exactly\n", "p:4: there is no method"},
        {"pattern 2:4\nfamily ties 8x8 seeds 1\nmethods all except x\n", "p:4: there is no method"},
        {"pattern 2:4\nfamily ties 8x8 seeds 1\nmethod exact\nmethods all\n",
         "p:5: exact takes part twice"},
        {"pattern 2:4\nfamily ties 8x8 seeds 1\nmethod greedy-keep a=1\n",
         "p:4: greedy-keep has no parameters: 'a=1'"},
        {"pattern 2:4\nfamily ties 8x8 seeds 1\nmethod exact\nbaseline brute\n",
         "p:5: baseline brute takes no part"},
    };
    for (size_t k = 0; k < sizeof broken / sizeof *broken; k++) {
        bench self;
        char *text = tnm_format("study s\n%s", broken[k].text);
        tnm_error error = bench_open(&self, text, NULL);
        CU_ASSERT(error == TNM_ERROR_DATA || error == TNM_ERROR_USAGE ||
                  error == TNM_ERROR_NO_INPUT);
        if (!tnm_test_contains(tnm_error_message(), broken[k].complaint))
            tnm_test_note("'%s' lacks '%s'", tnm_error_message(), broken[k].complaint);
        CU_ASSERT(tnm_test_contains(tnm_error_message(), broken[k].complaint));
        bench_close(&self);
        free(text);
    }
}

static void test_folder(void)
{
    static const char plan[] = "study s\npattern 2:4\nfolder instances/data/mlp_mnist\n"
                               "methods heuristic\n";
    bench self;
    ASSERT_OK(bench_open(&self, plan, NULL));
    CU_ASSERT_EQUAL_FATAL(self.schedule.matrix_count, 3); /* biases left out */
    CU_ASSERT_STRING_EQUAL(self.schedule.matrices[2].name, "mlp_mnist/fc3");
    CU_ASSERT_STRING_EQUAL(self.schedule.matrices[2].group, "mlp_mnist");
    bench_close(&self);
}

static void test_other_plan_refused(void)
{
    static const char changed[] = "study small\npattern 2:4\nfamily gaussian 16x8 seeds 1\n"
                                  "method exact\n";
    const char *folder = tnm_test_path("other");
    bench self, second;
    run_plan(changed, folder, 1);
    ASSERT_FAILS(bench_open(&self, small_plan, folder), TNM_ERROR_DATA,
                 "was begun with '# plan: pattern 2:4', now it is '# plan: seed 3'");
    bench_close(&self);
    ASSERT_OK(bench_open(&self, changed, folder));
    ASSERT_FAILS(bench_open(&second, changed, folder), TNM_ERROR_CANNOT_CREATE,
                 "another study is at work there");
    bench_close(&second);
    bench_close(&self);
}

/* ---- interruptions ----------------------------------------------------------------------- */

static void test_threads_do_not_matter(void)
{
    const char *one = tnm_test_path("one"), *four = tnm_test_path("four");
    run_plan(small_plan, one, 1);
    run_plan(small_plan, four, 4);
    char *a = rows_of(one), *b = rows_of(four);
    CU_ASSERT_STRING_EQUAL(a, b);
    free(a);
    free(b);
}

static int stop_after(void *context, size_t done, size_t all)
{
    const size_t *limit = context;
    (void)all;
    return done >= *limit;
}

static void test_stops(void)
{
    const char *whole = tnm_test_path("whole"), *parts = tnm_test_path("parts");
    size_t limit = 5, sessions = 0;
    bench self;
    run_plan(small_plan, whole, 1);
    for (bool done = false; !done && sessions < 100; sessions++) {
        ASSERT_OK(bench_open(&self, small_plan, parts));
        ASSERT_OK(bench_run(&self, 2, stop_after, &limit));
        done = self.journal.done == self.schedule.run_count;
        bench_close(&self);
    }
    CU_ASSERT(sessions >= 4 && sessions <= 8);
    char *a = rows_of(whole), *b = rows_of(parts);
    CU_ASSERT_STRING_EQUAL(a, b);
    free(a);
    free(b);
}

static const char tiny_plan[] = "study tiny\npattern 1:2\nbaseline greedy-keep\n"
                                "family gaussian 4x4 seeds 1\nmethod exact\nmethod greedy-keep\n";

static void put(const char *path, const char *bytes, size_t size)
{
    FILE *stream = fopen(path, "w");
    CU_ASSERT_FATAL(stream != NULL);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, size, stream), size);
    fclose(stream);
}

static size_t lines_of(const char *text, size_t size)
{
    size_t lines = 0;
    for (size_t k = 0; k < size; k++)
        lines += text[k] == '\n';
    return lines;
}

/* A journal cut off at any byte keeps its whole rows, and nothing else. */
static void test_torn_anywhere(void)
{
    const char *folder = tnm_test_path("torn");
    bench self;
    run_plan(tiny_plan, folder, 1);
    char *path = tnm_format("%s/records.csv", folder), *text = content(path);
    size_t size = strlen(text), rows = (size_t)(strstr(text, "\r\n0,") + 2 - text);
    for (size_t cut = rows; cut < size; cut++) {
        size_t whole = lines_of(text + rows, cut - rows);
        put(path, text, cut);
        ASSERT_OK(bench_open(&self, tiny_plan, folder));
        CU_ASSERT_EQUAL(self.journal.done, whole);
        for (size_t run = 0; run < 2; run++)
            CU_ASSERT((self.journal.rows[run] != NULL) == (run < whole));
        bench_close(&self);
        char *left = content(path);
        CU_ASSERT_EQUAL(lines_of(left, strlen(left)), lines_of(text, cut));
        CU_ASSERT(strncmp(left, text, strlen(left)) == 0 && strlen(left) <= cut);
        free(left);
    }
    free(text);
    free(path);
}

/* And it is completed to the same rows, also where its head was cut off. Not at every byte: what is
 * written anew is synced to the disk. */
static void test_torn_and_completed(void)
{
    const char *folder = tnm_test_path("completed");
    run_plan(tiny_plan, folder, 1);
    char *path = tnm_format("%s/records.csv", folder), *text = content(path);
    char *expected = rows_of(folder);
    size_t size = strlen(text);
    for (size_t cut = tnm_test_seed() % 41; cut < size; cut += 41) {
        put(path, text, cut);
        run_plan(tiny_plan, folder, 1);
        char *found = rows_of(folder);
        if (strcmp(found, expected) != 0)
            tnm_test_note("cut at byte %zu", cut);
        CU_ASSERT_STRING_EQUAL(found, expected);
        free(found);
    }
    free(expected);
    free(text);
    free(path);
}

static void test_damage_is_named(void)
{
    const char *folder = tnm_test_path("damaged");
    bench self;
    run_plan(tiny_plan, folder, 1);
    char *path = tnm_format("%s/records.csv", folder), *text = content(path);
    char *row = strstr(text, "\r\n0,gaussian") + 2;
    row[2] = 'G';
    put(path, text, strlen(text));
    ASSERT_FAILS(bench_open(&self, tiny_plan, folder), TNM_ERROR_DATA,
                 ": not the run number 0 of the plan, which is about gaussian 4x4 seed 1");
    CU_ASSERT(tnm_test_contains(tnm_error_message(), "records.csv:1"));
    bench_close(&self);
    row[0] = '1';
    row[2] = 'g';
    put(path, text, strlen(text));
    ASSERT_FAILS(bench_open(&self, tiny_plan, folder), TNM_ERROR_DATA, "not the run number 1");
    bench_close(&self);
    put(path, "a diary\n", 8);
    ASSERT_FAILS(bench_open(&self, tiny_plan, folder), TNM_ERROR_DATA,
                 "not the journal of a study");
    bench_close(&self);
    free(text);
    free(path);
}

/* Left-overs of a killed run go; those of a living one stay. */
static void test_sweeps(void)
{
    const char *folder = tnm_test_path("swept");
    run_plan(tiny_plan, folder, 1);
    char *dead = tnm_format("%s/.tnm-999999999-0.tmp", folder);
    char *alive = tnm_format("%s/.tnm-%ld-12345.tmp", folder, (long)getpid());
    put(dead, "", 0);
    put(alive, "", 0);
    run_plan(tiny_plan, folder, 1);
    CU_ASSERT(access(dead, F_OK) != 0);
    CU_ASSERT(access(alive, F_OK) == 0);
    unlink(alive);
    free(dead);
    free(alive);
}

TNM_SUITE(study, {"known gap", test_known_gap}, {"digest", test_digest},
          {"refusals and repetitions", test_refusals_and_repetitions},
          {"complaints", test_complaints}, {"folder", test_folder},
          {"other plan refused", test_other_plan_refused},
          {"threads do not matter", test_threads_do_not_matter}, {"stops", test_stops},
          {"torn anywhere", test_torn_anywhere}, {"torn and completed", test_torn_and_completed},
          {"damage is named", test_damage_is_named}, {"sweeps", test_sweeps})
