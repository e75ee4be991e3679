#include "tests/readers.h"

#include "formulations/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a command and returns the number that follows the first `key` in what it prints. */
static double ask(const char *command, const char *key)
{
    char line[500];
    double answer = 0;
    bool found = false;
    FILE *output = popen(command, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(output);
    while (fgets(line, sizeof line, output) != NULL) {
        const char *place = strstr(line, key);
        if (place != NULL && !found) {
            answer = strtod(place + strlen(key), NULL);
            found = true;
        }
    }
    int status = pclose(output);
    if (status != 0 || !found)
        tnm_test_note("no answer (glpk-utils and liblemon-utils installed?): %s", command);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT(found);
    return answer;
}

static void export_to(const char *path, tnm_export_format format, const tnm_problem *problem,
                      const tnm_band *band, size_t tile)
{
    FILE *stream = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    ASSERT_OK(tnm_export_tile(stream, format, problem, band, tile));
    fclose(stream);
}

/* The objective in glpsol's own solution file: field 6 of `s bas` or `s mip`, with 15 digits. */
static double ask_glpsol(const char *option, const char *path, const char *kind)
{
    char command[1000], key[40];
    snprintf(command, sizeof command,
             "glpsol %s %s -w %s.out > /dev/null 2>&1 && sed -n 's/^\\(s [a-z]*\\) .* /\\1 /p' "
             "%s.out",
             option, path, path, path);
    snprintf(key, sizeof key, "s %s ", kind);
    return ask(command, key);
}

static double ask_dimacs_solver(const char *path)
{
    char command[1000];
    snprintf(command, sizeof command, "dimacs-solver -long %s 2>&1", path);
    return ask(command, "Min flow cost:");
}

void tnm_readers_check(const tnm_problem *problem, const tnm_tiles *tiles, size_t tile,
                       double optimum)
{
    char path[128];
    const tnm_band *band = &tiles->band;
    snprintf(path, sizeof path, "%s", tnm_test_path("export"));
    export_to(path, TNM_EXPORT_DIMACS, problem, band, tile);
    CU_ASSERT_EQUAL(ask_dimacs_solver(path), -optimum);
    CU_ASSERT_EQUAL(ask_glpsol("--mincost", path, "bas"), -optimum);
    export_to(path, TNM_EXPORT_LP, problem, band, tile);
    CU_ASSERT_EQUAL(ask_glpsol("--lp", path, "mip"), optimum);
    CU_ASSERT_EQUAL(ask_glpsol("--nomip --lp", path, "bas"), optimum);
    export_to(path, TNM_EXPORT_MPS, problem, band, tile);
    CU_ASSERT_EQUAL(ask_glpsol("--freemps", path, "mip"), -optimum);
    CU_ASSERT_EQUAL(ask_glpsol("--nomip --freemps", path, "bas"), -optimum);
}
