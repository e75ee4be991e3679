/* libFuzzer: the reader of plans takes any bytes; the lines it accepts make the same plan again. */
#include "bench/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void compare(const tnm_plan *a, const tnm_plan *b)
{
    must(strcmp(a->name, b->name) == 0 && a->clock == b->clock && a->seed == b->seed);
    must(a->repetitions == b->repetitions && a->time_limit == b->time_limit);
    must(a->problem_count == b->problem_count && a->source_count == b->source_count);
    must(a->method_count == b->method_count && a->line_count == b->line_count);
    must(memcmp(a->problems, b->problems, a->problem_count * sizeof *a->problems) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tnm_plan plan, again;
    char *text = NULL;
    size_t length;
    tnm_error error = tnm_plan_parse(&plan, "fuzz", data, size);
    if (error != TNM_OK) {
        must(error == TNM_ERROR_DATA && plan.bytes == NULL);
        return 0;
    }
    FILE *stream = open_memstream(&text, &length);
    must(stream != NULL);
    for (size_t k = 0; k < plan.line_count; k++) {
        char *line = tnm_plan_line_text(&plan.lines[k]);
        must(line != NULL);
        fprintf(stream, "%s\n", line);
        free(line);
    }
    fclose(stream);
    must(tnm_plan_parse(&again, "again", text, length) == TNM_OK);
    compare(&plan, &again);
    tnm_plan_free(&plan);
    tnm_plan_free(&again);
    free(text);
    return 0;
}
