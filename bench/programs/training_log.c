/* Logs of training and calibration: see training_log.h. */
#include "bench/programs/training_log.h"

#include "instances/file.h"
#include "instances/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* A number that is there and is one; what is absent or null is not a number. */
static double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static tnm_run run_of(const json_t *object, const char *mode, const char *method, double accuracy)
{
    tnm_run self = {.seed = (size_t)number_of(object, "seed"),
                    .accuracy = accuracy,
                    .change = NAN,
                    .retention = number_of(object, "retention"),
                    .bits = number_of(object, "bits_per_weight"),
                    .flips = number_of(object, "flip_rate"),
                    .overhead = number_of(object, "mask_overhead")};
    snprintf(self.mode, TNM_RUN_WORD, "%s", mode);
    snprintf(self.method, TNM_RUN_WORD, "%s", method);
    snprintf(self.pattern, TNM_RUN_WORD, "%s", text_of(object, "pattern"));
    snprintf(self.network, TNM_RUN_WORD, "%s", text_of(object, "network"));
    self.threads = (size_t)number_of(object, "threads");
    self.steps = number_of(object, "steps");
    const json_t *seconds = json_object_get(object, "seconds");
    for (int part = 0; part < TNM_TRAINING_PART_COUNT; part++)
        self.seconds[part] = number_of(seconds, tnm_training_part_name((tnm_training_part)part));
    return self;
}

/* Of tnm train: one run. */
static void add_training(tnm_runs *all, const json_t *object)
{
    const char *mode = text_of(object, "masks");
    if (*mode == '\0')
        mode = *text_of(object, "from") != '\0' ? "more" : "dense";
    all->list[all->count++] =
        run_of(object, mode, text_of(object, "mask_method"), number_of(object, "accuracy"));
}

/* Of tnm calibrate: the network as it was masked, and as it was calibrated. */
static void add_calibration(tnm_runs *all, const json_t *object)
{
    const char *method = text_of(object, "method");
    all->list[all->count++] = run_of(object, "one-shot", method, number_of(object, "masked"));
    all->list[all->count++] = run_of(object, "calibrated", method, number_of(object, "calibrated"));
}

static tnm_error read_log(tnm_runs *all, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_file file = {0};
    json_t *object = NULL;
    TNM_TRY(tnm_file_open(&file, path));
    size_t end = file.size, start;
    while (end > 0 && file.bytes[end - 1] == '\n')
        end--;
    for (start = end; start > 0 && file.bytes[start - 1] != '\n';)
        start--;
    TNM_TRY(tnm_json_parse(&object, file.bytes + start, end - start, path, "last line"));
    if (json_object_get(object, "calibrated") != NULL)
        add_calibration(all, object);
    else if (json_object_get(object, "accuracy") != NULL)
        add_training(all, object);
    else
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: the last line tells no accuracy", path));
out:
    json_decref(object);
    tnm_file_close(&file);
    return error;
}

/* The run of this mode with the seed, method and pattern of another; NULL: there is none. */
static const tnm_run *find(const tnm_runs *all, const char *mode, const tnm_run *like)
{
    for (size_t k = 0; k < all->count; k++) {
        const tnm_run *run = &all->list[k];
        if (strcmp(run->mode, mode) == 0 && run->seed == like->seed &&
            strcmp(run->method, like->method) == 0 && strcmp(run->pattern, like->pattern) == 0)
            return run;
    }
    return NULL;
}

/* Against the dense network that had the same seed and the same training. */
static void compare_with_dense(const tnm_runs *all, tnm_run *self)
{
    const tnm_run dense = {.seed = self->seed};
    bool tuned = strcmp(self->mode, "static") == 0 || strcmp(self->mode, "more") == 0;
    const tnm_run *whole = find(all, tuned ? "more" : "dense", &dense);
    if (whole != NULL)
        self->change = self->accuracy - whole->accuracy;
}

/* Static masks and those of one-shot pruning are of the same weights; what either log does not tell
 * is in the other: what a static mask retained before what it dropped became 0, and bits. */
static void complete_from_twin(const tnm_runs *all, tnm_run *self)
{
    const tnm_run *twin = NULL;
    if (strcmp(self->mode, "static") == 0)
        twin = find(all, "one-shot", self);
    else if (strcmp(self->mode, "one-shot") == 0 || strcmp(self->mode, "calibrated") == 0)
        twin = find(all, "static", self);
    if (twin == NULL)
        return;
    if (strcmp(self->mode, "static") == 0)
        self->retention = twin->retention;
    else
        self->bits = twin->bits;
}

tnm_error tnm_runs_read(tnm_runs *runs, char **paths, size_t count)
{
    tnm_error error = TNM_OK;
    *runs = (tnm_runs){0};
    TNM_TRY(TNM_NEW(runs->list, 2 * count + 1));
    for (size_t k = 0; k < count; k++)
        TNM_TRY(read_log(runs, paths[k]));
    for (size_t k = 0; k < runs->count; k++) {
        compare_with_dense(runs, &runs->list[k]);
        complete_from_twin(runs, &runs->list[k]);
    }
out:
    if (error != TNM_OK)
        tnm_runs_free(runs);
    return error;
}

void tnm_runs_free(tnm_runs *runs)
{
    free(runs->list);
    *runs = (tnm_runs){0};
}
