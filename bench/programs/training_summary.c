/* What the runs of the study of training say together: see bench/programs/training.sh.
 *
 *     training-summary runs|cells|ranks LOG...
 *
 * A LOG is a file whose last line is the JSON object with which tnm train or tnm calibrate ended.
 * Writes CSV to the standard output:
 *
 *     runs     one row a run. `change` is its accuracy less that of the dense network of its seed:
 *              of the fine-tuned one for static masks
 *     cells    one row for each mode, method and pattern: means over seeds, and Student's 95 %
 *              intervals of accuracy and change
 *     ranks    one row a mode: Spearman's correlation of the accuracy of its cells with what masks
 *              retain, and with their diversity in bits a weight
 *
 * Modes are dense, dynamic and static (tnm train), one-shot and calibrated (tnm calibrate, which
 * tells both), and more: dense networks that are fine-tuned. */
#include "bench/banner.h"
#include "bench/statistics.h"
#include "instances/file.h"
#include "instances/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 32 };

typedef struct run {
    char mode[WORD], method[WORD], pattern[WORD];
    size_t seed;
    double accuracy, change, retention, bits, flips, overhead;
} run;

typedef struct runs {
    run *list;
    size_t count;
} runs;

/* ---- reading ----------------------------------------------------------------------------- */

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

static run run_of(const json_t *object, const char *mode, const char *method, double accuracy)
{
    run self = {.seed = (size_t)number_of(object, "seed"),
                .accuracy = accuracy,
                .change = NAN,
                .retention = number_of(object, "retention"),
                .bits = number_of(object, "bits_per_weight"),
                .flips = number_of(object, "flip_rate"),
                .overhead = number_of(object, "mask_overhead")};
    snprintf(self.mode, WORD, "%s", mode);
    snprintf(self.method, WORD, "%s", method);
    snprintf(self.pattern, WORD, "%s", text_of(object, "pattern"));
    return self;
}

/* Of tnm train: one run. */
static void add_training(runs *all, const json_t *object)
{
    const char *mode = text_of(object, "masks");
    if (*mode == '\0')
        mode = *text_of(object, "from") != '\0' ? "more" : "dense";
    all->list[all->count++] =
        run_of(object, mode, text_of(object, "mask_method"), number_of(object, "accuracy"));
}

/* Of tnm calibrate: the network as it was masked, and as it was calibrated. */
static void add_calibration(runs *all, const json_t *object)
{
    const char *method = text_of(object, "method");
    all->list[all->count++] = run_of(object, "one-shot", method, number_of(object, "masked"));
    all->list[all->count++] = run_of(object, "calibrated", method, number_of(object, "calibrated"));
}

static tnm_error read_log(runs *all, const char *path)
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

/* ---- comparing --------------------------------------------------------------------------- */

static const run *find(const runs *all, const char *mode, size_t seed)
{
    for (size_t k = 0; k < all->count; k++) {
        if (all->list[k].seed == seed && strcmp(all->list[k].mode, mode) == 0)
            return &all->list[k];
    }
    return NULL;
}

/* Against the dense network that had the same seed and the same training. */
static void compare_with_dense(runs *all)
{
    for (size_t k = 0; k < all->count; k++) {
        run *self = &all->list[k];
        bool tuned = strcmp(self->mode, "static") == 0 || strcmp(self->mode, "more") == 0;
        const run *dense = find(all, tuned ? "more" : "dense", self->seed);
        if (dense != NULL)
            self->change = self->accuracy - dense->accuracy;
    }
}

/* The order of modes, patterns from few weights to many, and methods. */
static int by_cell(const void *left, const void *right)
{
    const run *a = left, *b = right;
    int order = strcmp(a->mode, b->mode);
    if (order == 0)
        order = strcmp(a->pattern, b->pattern);
    if (order == 0)
        order = strcmp(a->method, b->method);
    if (order == 0)
        order = (a->seed > b->seed) - (a->seed < b->seed);
    return order;
}

static bool same_cell(const run *a, const run *b)
{
    return strcmp(a->mode, b->mode) == 0 && strcmp(a->method, b->method) == 0 &&
           strcmp(a->pattern, b->pattern) == 0;
}

static size_t cell_end(const runs *all, size_t first)
{
    size_t end = first + 1;
    while (end < all->count && same_cell(&all->list[first], &all->list[end]))
        end++;
    return end;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* A cell of CSV with a comma before it; empty for what is not a number. */
static void print_number(double value)
{
    if (isnan(value))
        putchar(',');
    else
        printf(",%.6g", value);
}

static tnm_error print_runs(const runs *all)
{
    printf("mode,method,pattern,seed,accuracy,change,retention,bits_per_weight,flip_rate,"
           "mask_overhead\r\n");
    for (size_t k = 0; k < all->count; k++) {
        const run *self = &all->list[k];
        printf("%s,%s,%s,%zu", self->mode, self->method, self->pattern, self->seed);
        const double numbers[] = {self->accuracy, self->change, self->retention,
                                  self->bits,     self->flips,  self->overhead};
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            print_number(numbers[n]);
        printf("\r\n");
    }
    return TNM_OK;
}

/* One number of all runs of a cell: where it lies in a run. */
typedef struct column {
    size_t offset;
    bool interval;
} column;

static const column columns[] = {
    {offsetof(run, accuracy), true},   {offsetof(run, change), true},
    {offsetof(run, retention), false}, {offsetof(run, bits), false},
    {offsetof(run, flips), false},     {offsetof(run, overhead), false},
};

static double mean_of(const run *cell, size_t count, size_t offset, double *values)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        memcpy(&values[k], (const char *)&cell[k] + offset, sizeof *values);
        sum += values[k];
    }
    return sum / (double)count;
}

static tnm_error print_cells(const runs *all)
{
    double *values = tnm_allocate(all->count, sizeof *values);
    if (values == NULL)
        return TNM_ERROR_MEMORY;
    printf("mode,method,pattern,seeds,accuracy,accuracy_low,accuracy_high,change,change_low,"
           "change_high,retention,bits_per_weight,flip_rate,mask_overhead\r\n");
    for (size_t first = 0, end; first < all->count; first = end) {
        const run *cell = &all->list[first];
        end = cell_end(all, first);
        printf("%s,%s,%s,%zu", cell->mode, cell->method, cell->pattern, end - first);
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            print_number(mean_of(cell, end - first, columns[c].offset, values));
            if (!columns[c].interval)
                continue;
            tnm_interval sure = tnm_student_mean(values, end - first, 0.95);
            print_number(sure.low);
            print_number(sure.high);
        }
        printf("\r\n");
    }
    free(values);
    return TNM_OK;
}

/* Means of the cells of the mode that begins at *first, which is moved past it. */
static size_t means_of_mode(const runs *all, size_t *first, double *accuracy, double *retention,
                            double *bits, double *values)
{
    size_t cells = 0;
    const char *mode = all->list[*first].mode;
    while (*first < all->count && strcmp(all->list[*first].mode, mode) == 0) {
        const run *cell = &all->list[*first];
        size_t end = cell_end(all, *first), count = end - *first;
        accuracy[cells] = mean_of(cell, count, offsetof(run, accuracy), values);
        retention[cells] = mean_of(cell, count, offsetof(run, retention), values);
        bits[cells] = mean_of(cell, count, offsetof(run, bits), values);
        cells += isnan(retention[cells]) ? 0 : 1;
        *first = end;
    }
    return cells;
}

static tnm_error print_ranks(const runs *all)
{
    enum { ACCURACY, RETENTION, BITS, VALUES, ARRAYS };
    tnm_error error = TNM_OK;
    double *numbers = NULL, with_retention, with_bits;
    TNM_TRY(TNM_NEW(numbers, ARRAYS * (all->count + 1)));
    double *array[ARRAYS];
    for (size_t k = 0; k < ARRAYS; k++)
        array[k] = numbers + k * (all->count + 1);
    printf("mode,cells,accuracy_retention,accuracy_bits_per_weight\r\n");
    for (size_t first = 0; first < all->count;) {
        const char *mode = all->list[first].mode;
        size_t cells = means_of_mode(all, &first, array[ACCURACY], array[RETENTION], array[BITS],
                                     array[VALUES]);
        if (cells < 2)
            continue;
        TNM_TRY(tnm_rank_correlation(&with_retention, array[ACCURACY], array[RETENTION], cells));
        TNM_TRY(tnm_rank_correlation(&with_bits, array[ACCURACY], array[BITS], cells));
        printf("%s,%zu", mode, cells);
        print_number(with_retention);
        print_number(with_bits);
        printf("\r\n");
    }
out:
    free(numbers);
    return error;
}

/* ---- the whole --------------------------------------------------------------------------- */

static const struct {
    const char *word;
    tnm_error (*print)(const runs *all);
} views[] = {{"runs", print_runs}, {"cells", print_cells}, {"ranks", print_ranks}};
enum { VIEWS = sizeof views / sizeof *views };

static tnm_error summarise(size_t view, char **paths, size_t count)
{
    tnm_error error = TNM_OK;
    runs all = {0};
    const tnm_banner banner = {.command = "make training-study"};
    TNM_TRY(TNM_NEW(all.list, 2 * count + 1));
    for (size_t k = 0; k < count; k++)
        TNM_TRY(read_log(&all, paths[k]));
    compare_with_dense(&all);
    qsort(all.list, all.count, sizeof *all.list, by_cell);
    tnm_banner_print(&banner, stdout);
    TNM_TRY(views[view].print(&all));
    if (fflush(stdout) != 0 || ferror(stdout))
        TNM_TRY(tnm_fail(TNM_ERROR_IO, "cannot write to the standard output"));
out:
    free(all.list);
    return error;
}

int main(int argc, char **argv)
{
    size_t view = 0;
    while (view < VIEWS && (argc < 3 || strcmp(argv[1], views[view].word) != 0))
        view++;
    if (view == VIEWS) {
        fprintf(stderr, "usage: training-summary runs|cells|ranks LOG...\n");
        return tnm_error_exit_code(TNM_ERROR_USAGE);
    }
    tnm_error error = summarise(view, argv + 2, (size_t)argc - 2);
    if (error != TNM_OK)
        fprintf(stderr, "training-summary: error: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
