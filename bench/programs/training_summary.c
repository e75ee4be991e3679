/* What the runs of the study of training say together: see bench/programs/training.sh.
 *
 *     training-summary runs|cells|ranks|steps LOG...
 *
 * Writes CSV to the standard output:
 *
 *     runs     one row a run
 *     cells    one row for each mode, method and pattern: means over seeds, and Student's 95 %
 *              intervals of accuracy and change
 *     ranks    one row a mode: Spearman's correlation of the accuracy of its cells with what masks
 *              retain, and with their diversity in bits a weight
 *     steps    one row for each network, number of threads, mode and pattern: milliseconds a step,
 *              in all, over those of the dense step, and by part; of the fastest run, as
 *              whatever else a machine does only slows them */
#include "bench/banner.h"
#include "bench/programs/training_log.h"
#include "bench/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ------------------------------------------------------------------------------- */

/* The order of modes, patterns from few weights to many, and methods. */
static int by_cell(const void *left, const void *right)
{
    const tnm_run *a = left, *b = right;
    int order = strcmp(a->mode, b->mode);
    if (order == 0)
        order = strcmp(a->pattern, b->pattern);
    if (order == 0)
        order = strcmp(a->method, b->method);
    if (order == 0)
        order = (a->seed > b->seed) - (a->seed < b->seed);
    return order;
}

static bool same_cell(const tnm_run *a, const tnm_run *b)
{
    return strcmp(a->mode, b->mode) == 0 && strcmp(a->method, b->method) == 0 &&
           strcmp(a->pattern, b->pattern) == 0;
}

static size_t cell_end(const tnm_runs *all, size_t first)
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

static tnm_error print_runs(const tnm_runs *all)
{
    printf("mode,method,pattern,seed,accuracy,change,retention,bits_per_weight,flip_rate,"
           "mask_overhead\r\n");
    for (size_t k = 0; k < all->count; k++) {
        const tnm_run *self = &all->list[k];
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
    {offsetof(tnm_run, accuracy), true},   {offsetof(tnm_run, change), true},
    {offsetof(tnm_run, retention), false}, {offsetof(tnm_run, bits), false},
    {offsetof(tnm_run, flips), false},     {offsetof(tnm_run, overhead), false},
};

static double mean_of(const tnm_run *cell, size_t count, size_t offset, double *values)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        memcpy(&values[k], (const char *)&cell[k] + offset, sizeof *values);
        sum += values[k];
    }
    return sum / (double)count;
}

static tnm_error print_cells(const tnm_runs *all)
{
    double *values = tnm_allocate(all->count, sizeof *values);
    if (values == NULL)
        return TNM_ERROR_MEMORY;
    printf("mode,method,pattern,seeds,accuracy,accuracy_low,accuracy_high,change,change_low,"
           "change_high,retention,bits_per_weight,flip_rate,mask_overhead\r\n");
    for (size_t first = 0, end; first < all->count; first = end) {
        const tnm_run *cell = &all->list[first];
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
static size_t means_of_mode(const tnm_runs *all, size_t *first, double *accuracy, double *retention,
                            double *bits, double *values)
{
    size_t cells = 0;
    const char *mode = all->list[*first].mode;
    while (*first < all->count && strcmp(all->list[*first].mode, mode) == 0) {
        const tnm_run *cell = &all->list[*first];
        size_t end = cell_end(all, *first), count = end - *first;
        accuracy[cells] = mean_of(cell, count, offsetof(tnm_run, accuracy), values);
        retention[cells] = mean_of(cell, count, offsetof(tnm_run, retention), values);
        bits[cells] = mean_of(cell, count, offsetof(tnm_run, bits), values);
        cells += isnan(retention[cells]) ? 0 : 1;
        *first = end;
    }
    return cells;
}

static tnm_error print_ranks(const tnm_runs *all)
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

/* Milliseconds a step of what is done in every one, evaluating and saving left out. */
static double step_time(const tnm_run *run)
{
    double sum = 0;
    for (int part = 0; part < TNM_TRAINING_PART_COUNT; part++)
        sum += part == TNM_PART_EVALUATION || part == TNM_PART_SAVING ? 0 : run->seconds[part];
    return 1e3 * sum / run->steps;
}

static bool same_steps(const tnm_run *a, const tnm_run *b)
{
    return same_cell(a, b) && strcmp(a->network, b->network) == 0 && a->threads == b->threads;
}

/* Whether no run of the same kind is faster, the first of equals. */
static bool is_fastest(const tnm_runs *all, size_t number)
{
    const tnm_run *self = &all->list[number];
    for (size_t k = 0; k < all->count; k++) {
        double ahead = step_time(self) - step_time(&all->list[k]);
        if (same_steps(self, &all->list[k]) && (ahead > 0 || (ahead == 0 && k < number)))
            return false;
    }
    return true;
}

/* The time of a step over that of the fastest dense one of the same network. */
static double relative_time(const tnm_runs *all, const tnm_run *run)
{
    double least = NAN;
    for (size_t k = 0; k < all->count; k++) {
        const tnm_run *other = &all->list[k];
        if (strcmp(other->mode, "dense") == 0 && strcmp(other->network, run->network) == 0 &&
            other->threads == run->threads)
            least = fmin(least, step_time(other));
    }
    return step_time(run) / least;
}

static tnm_error print_steps(const tnm_runs *all)
{
    printf("network,threads,mode,method,pattern,steps,step,relative");
    for (int part = 0; part < TNM_PART_EVALUATION; part++)
        printf(",%s", tnm_training_part_name((tnm_training_part)part));
    printf("\r\n");
    for (size_t k = 0; k < all->count; k++) {
        const tnm_run *run = &all->list[k];
        if (!is_fastest(all, k))
            continue;
        printf("\"%s\",%zu,%s,%s,%s,%.0f,%.6g,%.6g", run->network, run->threads, run->mode,
               run->method, run->pattern, run->steps, step_time(run), relative_time(all, run));
        for (int part = 0; part < TNM_PART_EVALUATION; part++)
            print_number(1e3 * run->seconds[part] / run->steps);
        printf("\r\n");
    }
    return TNM_OK;
}

/* ---- the whole --------------------------------------------------------------------------- */

/* The command of the banner is the door that makes the logs, and this view of them. */
static const struct {
    const char *word;
    tnm_error (*print)(const tnm_runs *all);
    const char *door;
} views[] = {{"runs", print_runs, "make training-study"},
             {"cells", print_cells, "make training-study"},
             {"ranks", print_ranks, "make training-study"},
             {"steps", print_steps, "make training-steps"}};
enum { VIEWS = sizeof views / sizeof *views };

static tnm_error summarise(size_t view, char **paths, size_t count)
{
    tnm_error error = TNM_OK;
    tnm_runs all = {0};
    const tnm_banner banner = {.command = views[view].door};
    TNM_TRY(tnm_runs_read(&all, paths, count));
    qsort(all.list, all.count, sizeof *all.list, by_cell);
    tnm_banner_print(&banner, stdout);
    TNM_TRY(views[view].print(&all));
    if (fflush(stdout) != 0 || ferror(stdout))
        TNM_TRY(tnm_fail(TNM_ERROR_IO, "cannot write to the standard output"));
out:
    tnm_runs_free(&all);
    return error;
}

int main(int argc, char **argv)
{
    size_t view = 0;
    while (view < VIEWS && (argc < 3 || strcmp(argv[1], views[view].word) != 0))
        view++;
    if (view == VIEWS) {
        fprintf(stderr, "usage: training-summary runs|cells|ranks|steps LOG...\n");
        return tnm_error_exit_code(TNM_ERROR_USAGE);
    }
    tnm_error error = summarise(view, argv + 2, (size_t)argc - 2);
    if (error != TNM_OK)
        fprintf(stderr, "training-summary: error: %s\n", tnm_error_message());
    return tnm_error_exit_code(error);
}
