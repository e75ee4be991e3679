/* The instances that come with the sources: what MANIFEST says of them is solved again. */
#include "formulations/problem.h"
#include "instances/input.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

#define DATA "instances/data/"

enum { FIELDS = 8 };

/* One line of the MANIFEST. */
typedef struct known_optimum {
    const char *file;
    size_t rows, cols;
    tnm_problem problem;
    double optimum;
} known_optimum;

/* Cuts a line into its fields; false for comments. */
static bool parse_entry(known_optimum *entry, char *line)
{
    char *fields[FIELDS], *save = NULL;
    if (line[0] == '#')
        return false;
    for (int k = 0; k < FIELDS; k++)
        fields[k] = strtok_r(k == 0 ? line : NULL, "\t\n", &save);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fields[FIELDS - 1]);
    entry->file = fields[0];
    entry->rows = strtoul(fields[2], NULL, 10);
    entry->cols = strtoul(fields[3], NULL, 10);
    ASSERT_OK(tnm_problem_parse(&entry->problem, fields[4]));
    ASSERT_OK(tnm_constraint_parse(&entry->problem.constraint, fields[5]));
    entry->optimum = strtod(fields[6], NULL);
    return true;
}

static void check_entry(const known_optimum *entry)
{
    tnm_input input = {0};
    tnm_options options;
    tnm_result result = {0};
    char *path = tnm_format(DATA "%s", entry->file);
    ASSERT_OK(tnm_input_open(&input, path));
    CU_ASSERT_EQUAL(input.matrix.rows, entry->rows);
    CU_ASSERT_EQUAL(input.matrix.cols, entry->cols);
    tnm_options_init(&options);
    ASSERT_OK(tnm_solve(&input.matrix, &entry->problem, &options, NULL, NULL, &result));
    bool good = result.status == TNM_OPTIMAL && result.objective == entry->optimum;
    CU_ASSERT_EQUAL(result.status, TNM_OPTIMAL);
    CU_ASSERT_EQUAL(result.objective, entry->optimum);
    if (!good)
        tnm_test_note("%s %d:%d %s: %s, %.17g instead of %.17g, %zu of %zu tiles proven",
                      entry->file, entry->problem.n, entry->problem.m,
                      tnm_constraint_name(entry->problem.constraint),
                      tnm_status_name(result.status), result.objective, entry->optimum,
                      result.tiles_proven, result.tiles);
    tnm_input_close(&input);
    free(path);
}

static void test_optima_are_found_again(void)
{
    char line[512];
    known_optimum entry = {.file = NULL};
    size_t entries = 0;
    FILE *manifest = fopen(DATA "MANIFEST", "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(manifest);
    while (fgets(line, sizeof line, manifest) != NULL) {
        if (!parse_entry(&entry, line))
            continue;
        check_entry(&entry);
        entries++;
    }
    fclose(manifest);
    CU_ASSERT(entries > 100);
}

/* Every file is the one the optima were found for, and no instance is missing from the table. */
static void test_files_are_the_listed_ones(void)
{
    CU_ASSERT_EQUAL(system("cd " DATA " && grep -v '^#' MANIFEST | cut -f 1,2 | sort -u |"
                           " awk '{print $2 \"  \" $1}' | sha256sum --check --quiet"),
                    0);
    CU_ASSERT_EQUAL(system("cd " DATA " && for file in golden/* hard/*; do"
                           "  grep -q \"^$file\" MANIFEST || exit 1; done"),
                    0);
}

TNM_SUITE(manifest, {"optima are found again", test_optima_are_found_again},
          {"files are the listed ones", test_files_are_the_listed_ones})
