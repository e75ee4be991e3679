/* What is written, to the letter, and that other programs find the optimum in it. */
#include "formulations/export.h"

#include "tests/readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- to the letter ----------------------------------------------------------------------- */

/* Exports tile 0 and compares with the lines expected. */
static void check_text(tnm_export_format format, tnm_constraint constraint, const char *expected)
{
    static const float scores[] = {0.5f, 3, 1, 0};
    char text[2000] = "";
    tnm_problem problem = {1, 2, constraint};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    FILE *stream = fmemopen(text, sizeof text, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    ASSERT_OK(tnm_export_tile(stream, format, &problem, &tiles.band, 0));
    fclose(stream);
    if (strcmp(text, expected) != 0)
        tnm_test_note("expected\n%s\nfound\n%s", expected, text);
    CU_ASSERT_STRING_EQUAL(text, expected);
    tnm_tiles_free(&tiles);
}

static void test_dimacs_text(void)
{
    check_text(TNM_EXPORT_DIMACS, TNM_EQUAL,
               "c tile 0,0: keep exactly 1 of 2 in every row and column\n"
               "c score = integer * 2^-1, exactly\n"
               "c flow 1 is kept, cost = -score; rows are nodes 1-2, columns 3-4\n"
               "p min 4 4\n"
               "n 1 1\nn 2 1\nn 3 -1\nn 4 -1\n"
               "a 1 3 0 1 -1\na 1 4 0 1 -6\na 2 3 0 1 -2\na 2 4 0 1 0\n");
    check_text(TNM_EXPORT_DIMACS, TNM_ATMOST,
               "c tile 0,0: keep at most 1 of 2 in every row and column\n"
               "c score = integer * 2^-1, exactly\n"
               "c flow 1 is kept, cost = -score; rows are nodes 1-2, columns 3-4, "
               "slack row 5, slack column 6\n"
               "p min 6 9\n"
               "n 1 1\nn 2 1\nn 3 -1\nn 4 -1\nn 5 2\nn 6 -2\n"
               "a 1 3 0 1 -1\na 1 4 0 1 -6\na 2 3 0 1 -2\na 2 4 0 1 0\n"
               "a 1 6 0 1 0\na 2 6 0 1 0\na 5 3 0 1 0\na 5 4 0 1 0\na 5 6 0 2 0\n");
}

static void test_lp_text(void)
{
    check_text(TNM_EXPORT_LP, TNM_ATMOST,
               "\\ tile 0,0: keep at most 1 of 2 in every row and column\n"
               "\\ score = integer * 2^-1, exactly\n"
               "Maximize\n"
               " kept: 1 x_1_1 + 6 x_1_2 + 2 x_2_1 + 0 x_2_2\n"
               "Subject To\n"
               " r_1: x_1_1 + x_1_2 <= 1\n r_2: x_2_1 + x_2_2 <= 1\n"
               " c_1: x_1_1 + x_2_1 <= 1\n c_2: x_1_2 + x_2_2 <= 1\n"
               "Binary\n x_1_1\n x_1_2\n x_2_1\n x_2_2\nEnd\n");
}

static void test_mps_text(void)
{
    check_text(TNM_EXPORT_MPS, TNM_EQUAL,
               "* tile 0,0: keep exactly 1 of 2 in every row and column\n"
               "* score = integer * 2^-1, exactly\n"
               "* minimised: the negated score\n"
               "NAME tile\nROWS\n N cost\n E r_1\n E r_2\n E c_1\n E c_2\n"
               "COLUMNS\n M1 'MARKER' 'INTORG'\n"
               " x_1_1 cost -1\n x_1_1 r_1 1 c_1 1\n x_1_2 cost -6\n x_1_2 r_1 1 c_2 1\n"
               " x_2_1 cost -2\n x_2_1 r_2 1 c_1 1\n x_2_2 cost 0\n x_2_2 r_2 1 c_2 1\n"
               " M2 'MARKER' 'INTEND'\n"
               "RHS\n kept r_1 1\n kept r_2 1\n kept c_1 1\n kept c_2 1\n"
               "BOUNDS\n UP box x_1_1 1\n UP box x_1_2 1\n UP box x_2_1 1\n UP box x_2_2 1\n"
               "ENDATA\n");
}

static void test_loss_is_told(void)
{
    static const float scores[] = {1e-30f, 3, 1, 1e30f};
    char text[2000] = "";
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    tiles.band.tile_row = 7;
    tiles.band.tile_col = 4;
    FILE *stream = fmemopen(text, sizeof text, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    ASSERT_OK(tnm_export_tile(stream, TNM_EXPORT_DIMACS, &problem, &tiles.band, 0));
    fclose(stream);
    CU_ASSERT(tnm_test_contains(text, "c tile 7,4: keep exactly"));
    CU_ASSERT(tnm_test_contains(text, "c score = integer * 2^52, rounded to the nearest\n"));
    tnm_tiles_free(&tiles);
}

static void test_format_names(void)
{
    tnm_export_format format;
    ASSERT_OK(tnm_export_parse(&format, "dimacs"));
    CU_ASSERT_EQUAL(format, TNM_EXPORT_DIMACS);
    ASSERT_OK(tnm_export_parse(&format, "lp"));
    CU_ASSERT_EQUAL(format, TNM_EXPORT_LP);
    ASSERT_OK(tnm_export_parse(&format, "mps"));
    CU_ASSERT_EQUAL(format, TNM_EXPORT_MPS);
    ASSERT_FAILS(tnm_export_parse(&format, "opb"), TNM_ERROR_USAGE, "'opb' is no export format");
}

static void test_full_disk(void)
{
    static const float scores[] = {1, 2, 3, 4};
    tnm_problem problem = {1, 2, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    FILE *stream = fopen("/dev/full", "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    ASSERT_FAILS(tnm_export_tile(stream, TNM_EXPORT_LP, &problem, &tiles.band, 0), TNM_ERROR_IO,
                 "No space left");
    fclose(stream);
    tnm_tiles_free(&tiles);
}

/* ---- read by others ---------------------------------------------------------------------- */

static void test_constraints_differ_for_readers_too(void)
{
    static const float scores[] = {1, 0, 0, 0, 1, 1, 0, 1, 1};
    tnm_problem problem = {2, 3, TNM_EQUAL};
    tnm_tiles tiles = tnm_tiles_of(3, scores);
    tnm_readers_check(&problem, &tiles, 0, 4);
    problem.constraint = TNM_ATMOST;
    tnm_readers_check(&problem, &tiles, 0, 5);
    tnm_tiles_free(&tiles);
}

static void test_edge_patterns_are_readable(void)
{
    static const float scores[] = {1, 2, 3, 4};
    tnm_tiles tiles = tnm_tiles_of(2, scores);
    for (tnm_constraint constraint = TNM_EQUAL; constraint <= TNM_ATMOST; constraint++) {
        tnm_readers_check(&(tnm_problem){0, 2, constraint}, &tiles, 0, 0);
        tnm_readers_check(&(tnm_problem){2, 2, constraint}, &tiles, 0, 10);
        tiles.band.m = 1;
        tnm_readers_check(&(tnm_problem){1, 1, constraint}, &tiles, 0, 1);
        tiles.band.m = 2;
    }
    tnm_tiles_free(&tiles);
}

TNM_SUITE(export, {"dimacs, to the letter", test_dimacs_text}, {"lp, to the letter", test_lp_text},
          {"mps, to the letter", test_mps_text}, {"loss is told", test_loss_is_told},
          {"format names", test_format_names}, {"full disk", test_full_disk},
          {"the constraints differ for readers too", test_constraints_differ_for_readers_too},
          {"edge patterns are readable", test_edge_patterns_are_readable})
