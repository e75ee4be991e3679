#include "bench/speed/memory.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts a program whose standard output is the stream's other end. */
static tnm_error start(pid_t *child, FILE **stream, char *const *arguments)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0)
        return tnm_fail(TNM_ERROR_IO, "cannot make a pipe: %s", strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    int reason = posix_spawn(child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *stream = reason == 0 ? fdopen(ends[0], "r") : NULL;
    if (*stream != NULL)
        return TNM_OK;
    close(ends[0]);
    return tnm_fail(TNM_ERROR_IO, "%s: cannot start: %s", arguments[0], strerror(reason));
}

/* Reads the report of `tnm solve -v`. */
static void read_report(FILE *stream, tnm_result *result, unsigned long long *bytes)
{
    char line[512];
    while (fgets(line, sizeof line, stream) != NULL) {
        sscanf(line, "c peak memory %llu bytes", bytes);
        sscanf(line, "c tiles %zu of %*u, proven %zu, exact %*u, broken %zu", &result->tiles,
               &result->tiles_proven, &result->broken_tiles);
    }
}

static tnm_error run(char *const *arguments, tnm_result *result, double *mebibytes)
{
    pid_t child = 0;
    FILE *stream = NULL;
    unsigned long long bytes = 0;
    int status = 0;
    tnm_error error = start(&child, &stream, arguments);
    if (error != TNM_OK)
        return error;
    read_report(stream, result, &bytes);
    fclose(stream);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (bytes == 0 || result->tiles == 0)
        return tnm_fail(TNM_ERROR_INTERNAL, "%s: no peak memory in its report", arguments[0]);
    *mebibytes = (double)bytes / (1 << 20);
    return TNM_OK;
}

static tnm_error measure(tnm_measurements *out, const tnm_speed_plan *plan,
                         const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    double mebibytes = 0;
    tnm_measurement row = {.section = "memory",
                           .source = "gaussian",
                           .problem = *problem,
                           .method = "exact",
                           .isa = tnm_isa_name(tnm_isa_best()),
                           .threads = plan->threads,
                           .rows = plan->side,
                           .cols = plan->side,
                           .quantity = "peak memory",
                           .unit = "MiB"};
    tnm_result result = {0};
    char pattern[16], threads[16];
    char *program = tnm_copy_string(plan->program), *matrix = tnm_copy_string(plan->matrix);
    char *mask = tnm_format("%s/mask.npy", plan->folder);
    snprintf(pattern, sizeof pattern, "-p%d:%d", problem->n, problem->m);
    snprintf(threads, sizeof threads, "-j%d", plan->threads);
    char verb[] = "solve", verbose[] = "-v", output[] = "-o";
    char *arguments[] = {program, verb, matrix, verbose, pattern, threads, output, mask, NULL};
    if (program == NULL || matrix == NULL || mask == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(run(arguments, &result, &mebibytes));
    row.tiles = result.tiles;
    row.value = (tnm_spread){mebibytes, mebibytes, mebibytes};
    tnm_measurements_judge(out, &row, tnm_own_method("exact"), &result);
    TNM_TRY(tnm_measurements_add(out, &row));
out:
    if (mask != NULL)
        unlink(mask);
    free(mask);
    free(matrix);
    free(program);
    return error;
}

size_t tnm_memory_steps(const tnm_speed_plan *plan)
{
    return plan->pattern_count;
}

tnm_error tnm_memory_measure(tnm_measurements *out, tnm_speed_plan *plan)
{
    tnm_error error = TNM_OK;
    for (size_t p = 0; p < plan->pattern_count; p++) {
        TNM_TRY(measure(out, plan, &plan->patterns[p]));
        TNM_TRY(tnm_speed_step(plan));
    }
out:
    return error;
}
