#include "bench/speed/measurement.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>

tnm_spread tnm_spread_of(double *values, size_t count)
{
    gsl_sort(values, 1, count);
    return (tnm_spread){values[0], gsl_stats_median_from_sorted_data(values, 1, count),
                        values[count - 1]};
}

void tnm_measurements_init(tnm_measurements *list)
{
    *list = (tnm_measurements){.sound = true};
}

tnm_error tnm_measurements_add(tnm_measurements *list, const tnm_measurement *row)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : 2 * list->room;
        tnm_measurement *rows = realloc(list->rows, room * sizeof *rows);
        if (rows == NULL)
            return tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu measurements", room);
        list->rows = rows;
        list->room = room;
    }
    list->rows[list->count++] = *row;
    return TNM_OK;
}

void tnm_measurements_judge(tnm_measurements *list, tnm_measurement *row, const tnm_method *method,
                            const tnm_result *answer)
{
    bool may_break = method->capabilities & TNM_METHOD_RELAXED;
    bool must_prove = method->capabilities & TNM_METHOD_EXACT;
    row->proven = (double)answer->tiles_proven / (double)answer->tiles;
    list->sound &= answer->broken_tiles == 0 || may_break;
    list->sound &= answer->tiles_proven == answer->tiles || !must_prove;
}

void tnm_measurements_free(tnm_measurements *list)
{
    free(list->rows);
    *list = (tnm_measurements){0};
}
