/* Statistics of the exact method's stages: every tile is some stage's, and so is all of the time.
 */
#include "solver/exact/stages.h"

#include "solver/method.h"
#include "tests/testlib.h"
#include "tests/tiles.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a report says in all. */
typedef struct reported {
    size_t lines, tiles, half_rounds;
    size_t listed, refined; /* tiles that shortlists proved, and finer windows */
    double time;            /* percent */
} reported;

static reported read_report(FILE *stream)
{
    reported all = {0};
    char name[16];
    size_t tiles, half_rounds;
    double time;
    rewind(stream);
    while (fscanf(stream, "c stage %15s tiles %zu half rounds %zu time %lf%%\n", name, &tiles,
                  &half_rounds, &time) == 4) {
        all.lines++;
        all.tiles += tiles;
        all.half_rounds += half_rounds;
        all.time += time;
        all.listed += strcmp(name, "lists") == 0 ? tiles : 0;
        all.refined += strcmp(name, "refined") == 0 ? tiles : 0;
    }
    CU_ASSERT(feof(stream));
    return all;
}

/* One report of two workspaces, each of which has answered the band. */
static reported solve_twice(const tnm_problem *problem, const tnm_band *band)
{
    const tnm_method *exact = tnm_own_method("exact");
    atomic_bool stop = false;
    tnm_settings settings = {.stop = &stop};
    void *workspaces[2] = {NULL, NULL};
    uint64_t *rows = tnm_allocate(band->m * band->tiles, sizeof *rows);
    FILE *stream = tmpfile();
    CU_ASSERT_FATAL(rows != NULL && stream != NULL);
    for (int k = 0; k < 2; k++) {
        tnm_answer answer = {.rows = rows};
        ASSERT_OK(exact->open(&workspaces[k], problem, &settings));
        ASSERT_OK(exact->solve(workspaces[k], band, &answer));
    }
    exact->merge(workspaces[0], workspaces[1]);
    exact->report(workspaces[0], stream);
    reported all = read_report(stream);
    exact->close(workspaces[0]);
    exact->close(workspaces[1]);
    fclose(stream);
    free(rows);
    return all;
}

static void test_all_tiles_and_all_time(void)
{
    static const int sides[] = {4, 7, 8, 9, 16, 33};
    for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
        for (int kind = 0; kind < TNM_TILE_KIND_COUNT; kind++) {
            tnm_problem problem = {sides[k] / 2, sides[k], TNM_EQUAL};
            tnm_random random = {tnm_test_seed() + k};
            tnm_tiles tiles = tnm_tiles_make((tnm_tile_kind)kind, sides[k], 50, &random);
            reported all = solve_twice(&problem, &tiles.band);
            CU_ASSERT_EQUAL(all.lines, TNM_STAGES - 1);
            CU_ASSERT_EQUAL(all.tiles, 100);
            CU_ASSERT(all.half_rounds >= 100);
            CU_ASSERT_DOUBLE_EQUAL(all.time, 100, 0.5);
            tnm_tiles_free(&tiles);
        }
    }
}

/* Also where fewer than six entries of a line are kept, or dropped. */
static void test_shortlists_prove_most_tiles_of_long_lines(void)
{
    static const tnm_problem problems[] = {
        {32, 64, TNM_EQUAL}, {2, 64, TNM_EQUAL},   {62, 64, TNM_EQUAL},  {20, 40, TNM_EQUAL},
        {17, 33, TNM_EQUAL}, {32, 64, TNM_ATMOST}, {60, 64, TNM_ATMOST}, {3, 50, TNM_ATMOST}};
    for (size_t k = 0; k < sizeof problems / sizeof *problems; k++) {
        tnm_random random = {tnm_test_seed() + k};
        tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, problems[k].m, 40, &random);
        reported all = solve_twice(&problems[k], &tiles.band);
        CU_ASSERT_EQUAL(all.tiles, 80);
        CU_ASSERT(all.listed > 40);
        tnm_tiles_free(&tiles);
    }
}

/* They see ties at the first glance and leave them to others; shorter lines have none. */
static void test_shortlists_leave_ties_alone(void)
{
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tied = tnm_tiles_make(TNM_TILES_TIES, 64, 10, &random);
    tnm_tiles shorter = tnm_tiles_make(TNM_TILES_GAUSSIAN, 32, 10, &random);
    CU_ASSERT_EQUAL(solve_twice(&(tnm_problem){32, 64, TNM_EQUAL}, &tied.band).listed, 0);
    CU_ASSERT_EQUAL(solve_twice(&(tnm_problem){16, 32, TNM_EQUAL}, &shorter.band).listed, 0);
    tnm_tiles_free(&tied);
    tnm_tiles_free(&shorter);
}

/* In units of which floats have no inverse, windows work as in any other. */
static void test_tiny_scores_are_refined_as_others(void)
{
    const tnm_problem problem = {16, 32, TNM_EQUAL};
    tnm_random random = {tnm_test_seed()};
    tnm_tiles tiles = tnm_tiles_make(TNM_TILES_GAUSSIAN, problem.m, 100, &random);
    reported before = solve_twice(&problem, &tiles.band);
    for (size_t k = 0; k < tiles.band.m * tiles.band.stride; k++)
        tiles.scores[k] = ldexpf(tiles.scores[k], -112);
    reported after = solve_twice(&problem, &tiles.band);
    CU_ASSERT(before.refined > 0);
    CU_ASSERT_EQUAL(after.refined, before.refined);
    tnm_tiles_free(&tiles);
}

static void test_time_is_of_the_stage_at_work(void)
{
    tnm_stages stages = {0};
    tnm_stages_enter(&stages, TNM_STAGE_NONE);
    CU_ASSERT_EQUAL(stages.since, 0);
    double start = tnm_now();
    tnm_stages_enter(&stages, TNM_STAGE_ASCENT);
    double began = stages.since;
    tnm_stages_enter(&stages, TNM_STAGE_ASCENT);
    CU_ASSERT_EQUAL(stages.since, began); /* nothing changes, so the clock is left alone */
    while (tnm_now() == began)
        continue;
    tnm_stages_enter(&stages, TNM_STAGE_TIED);
    tnm_stages_enter(&stages, TNM_STAGE_NONE);
    CU_ASSERT(began >= start && stages.seconds[TNM_STAGE_ASCENT] > 0);
    CU_ASSERT(stages.seconds[TNM_STAGE_TIED] >= 0);
    CU_ASSERT_EQUAL(stages.seconds[TNM_STAGE_WARM], 0);
    CU_ASSERT(tnm_now() - start >=
              stages.seconds[TNM_STAGE_ASCENT] + stages.seconds[TNM_STAGE_TIED]);
}

TNM_SUITE(stages, {"all tiles and all time", test_all_tiles_and_all_time},
          {"shortlists prove most tiles of long lines",
           test_shortlists_prove_most_tiles_of_long_lines},
          {"shortlists leave ties alone", test_shortlists_leave_ties_alone},
          {"tiny scores are refined as others", test_tiny_scores_are_refined_as_others},
          {"time is of the stage at work", test_time_is_of_the_stage_at_work})
