#include "solver/methods/glpk.h"

#include "tests/tiles.h"

#include <glpk.h>

#include <fcntl.h>
#include <omp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const tnm_method *const both[] = {&tnm_glpk_ilp, &tnm_glpk_lp};

static void test_the_constraints_differ(void)
{
    static const float scores[] = {1, 0, 0, 0, 1, 1, 0, 1, 1};
    tnm_tiles tiles = tnm_tiles_of(3, scores);
    for (size_t k = 0; k < 2; k++) {
        tnm_attempt equal = tnm_attempt_make(both[k], &(tnm_problem){2, 3, TNM_EQUAL}, &tiles.band);
        tnm_attempt atmost =
            tnm_attempt_make(both[k], &(tnm_problem){2, 3, TNM_ATMOST}, &tiles.band);
        ASSERT_OK(equal.error);
        ASSERT_OK(atmost.error);
        CU_ASSERT_EQUAL(equal.objectives[0], 4);
        CU_ASSERT_EQUAL(atmost.objectives[0], 5);
        CU_ASSERT_EQUAL(equal.verdict.exact, 1);
        CU_ASSERT_EQUAL(atmost.verdict.exact, 1);
        tnm_attempt_free(&equal);
        tnm_attempt_free(&atmost);
    }
    tnm_tiles_free(&tiles);
}

/* ---- environments ------------------------------------------------------------------------ */

/* A workspace with a tile to solve. */
typedef struct bench {
    atomic_bool stop;
    tnm_settings settings;
    tnm_tiles tiles;
    void *workspace;
    uint64_t rows[8];
} bench;

static void bench_open(bench *self, const tnm_method *method)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {4, 8, TNM_EQUAL};
    *self = (bench){.settings = {.stop = &self->stop}};
    self->tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 8, 1, &random);
    ASSERT_OK(method->open(&self->workspace, &problem, &self->settings));
}

static tnm_error bench_solve(bench *self, const tnm_method *method)
{
    tnm_answer answer = {.rows = self->rows};
    return method->solve(self->workspace, &self->tiles.band, &answer);
}

static void bench_close(bench *self, const tnm_method *method)
{
    method->close(self->workspace);
    tnm_tiles_free(&self->tiles);
}

static void test_workspaces_share_a_thread(void)
{
    bench first, second;
    bench_open(&first, both[0]);
    bench_open(&second, both[1]);
    ASSERT_OK(bench_solve(&first, both[0]));
    ASSERT_OK(bench_solve(&second, both[1]));
    CU_ASSERT_EQUAL(memcmp(first.rows, second.rows, sizeof first.rows), 0);
    bench_close(&first, both[0]);
    ASSERT_OK(bench_solve(&second, both[1])); /* its environment is still there */
    bench_close(&second, both[1]);
}

/* Uses up what GLPK may allocate in this thread; freed with the environment. */
static void starve_glpk(void)
{
    size_t used, limit = (size_t)1 << 20;
    glp_mem_usage(NULL, NULL, &used, NULL);
    glp_mem_limit(1);
    (void)glp_alloc(1, (int)(limit - used) - 1000);
}

/* glp_error ends in our error code, not in abort(), and the thread can go on. */
static void test_errors_of_glpk_are_survived(void)
{
    for (size_t k = 0; k < 2; k++) {
        bench first, second;
        bench_open(&first, both[k]);
        bench_open(&second, both[1 - k]);
        starve_glpk();
        ASSERT_FAILS(bench_solve(&first, both[k]), TNM_ERROR_INTERNAL, "GLPK: ");
        CU_ASSERT(tnm_test_contains(tnm_error_message(), "memory allocation limit exceeded"));
        ASSERT_OK(bench_solve(&second, both[1 - k]));
        ASSERT_OK(bench_solve(&first, both[k]));
        CU_ASSERT_EQUAL(memcmp(first.rows, second.rows, sizeof first.rows), 0);
        bench_close(&first, both[k]);
        bench_close(&second, both[1 - k]);
    }
}

/* Sends stdout and stderr to a file while an error happens. */
static void test_glpk_is_silent(void)
{
    struct stat status;
    bench one;
    const char *path = tnm_test_path("silence");
    int file = open(path, O_CREAT | O_WRONLY, 0600), out = dup(1), err = dup(2);
    CU_ASSERT_FATAL(file >= 0 && out >= 0 && err >= 0);
    dup2(file, 1);
    dup2(file, 2);
    bench_open(&one, both[0]);
    tnm_error well = bench_solve(&one, both[0]);
    starve_glpk();
    tnm_error ill = bench_solve(&one, both[0]);
    bench_close(&one, both[0]);
    dup2(out, 1);
    dup2(err, 2);
    CU_ASSERT_EQUAL(well, TNM_OK);
    CU_ASSERT_EQUAL(ill, TNM_ERROR_INTERNAL);
    CU_ASSERT_EQUAL(fstat(file, &status), 0);
    CU_ASSERT_EQUAL(status.st_size, 0);
    close(file);
    close(out);
    close(err);
}

static void test_threads_have_environments_of_their_own(void)
{
    enum { THREADS = 4, TILES = 20 };
    tnm_error errors[THREADS] = {0};
    size_t exact[THREADS] = {0};
#pragma omp parallel for num_threads(THREADS) schedule(static, 1)
    for (int thread = 0; thread < THREADS; thread++) {
        tnm_random random = {tnm_test_seed() + (uint64_t)thread};
        tnm_problem problem = {3, 6, thread < 2 ? TNM_EQUAL : TNM_ATMOST};
        tnm_tiles tiles = tnm_tiles_make(TNM_TILES_TIES, 6, TILES, &random);
        tnm_attempt attempt = tnm_attempt_make(both[thread % 2], &problem, &tiles.band);
        errors[thread] = attempt.error;
        exact[thread] = attempt.verdict.exact;
        tnm_attempt_free(&attempt);
        tnm_tiles_free(&tiles);
    }
    for (int thread = 0; thread < THREADS; thread++) {
        CU_ASSERT_EQUAL(errors[thread], TNM_OK);
        CU_ASSERT_EQUAL(exact[thread], TILES);
    }
}

static void test_stops_between_tiles(void)
{
    bench one;
    bench_open(&one, both[1]);
    atomic_store(&one.stop, true);
    CU_ASSERT_EQUAL(bench_solve(&one, both[1]), TNM_ERROR_LIMIT);
    atomic_store(&one.stop, false);
    one.settings.deadline = tnm_now() - 1;
    CU_ASSERT_EQUAL(bench_solve(&one, both[1]), TNM_ERROR_LIMIT);
    bench_close(&one, both[1]);
}

/* A deadline within a tile ends it, too. */
static void test_stops_within_a_tile(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_problem problem = {32, 64, TNM_EQUAL};
    uint64_t rows[64];
    tnm_answer answer = {.rows = rows};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, 64, 1, &random);
    for (size_t k = 0; k < 2; k++) {
        atomic_bool stop = false;
        tnm_settings settings = {.stop = &stop};
        void *workspace;
        ASSERT_OK(both[k]->open(&workspace, &problem, &settings));
        settings.deadline = tnm_now() + 0.01;
        CU_ASSERT_EQUAL(both[k]->solve(workspace, &tiles.band, &answer), TNM_ERROR_LIMIT);
        both[k]->close(workspace);
    }
    tnm_tiles_free(&tiles);
}

TNM_SUITE(glpk, {"the constraints differ", test_the_constraints_differ},
          {"workspaces share a thread", test_workspaces_share_a_thread},
          {"errors of GLPK are survived", test_errors_of_glpk_are_survived},
          {"GLPK is silent", test_glpk_is_silent},
          {"threads have environments of their own", test_threads_have_environments_of_their_own},
          {"stops between tiles", test_stops_between_tiles},
          {"stops within a tile", test_stops_within_a_tile})
