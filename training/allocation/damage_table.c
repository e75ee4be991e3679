/* Tables of damage, and the question they make: see damage_table.h. */
#include "training/allocation/damage_table.h"

#include <stdlib.h>
#include <string.h>

tnm_error tnm_damage_table_add(tnm_damage_table *table, const tnm_damage_row *row)
{
    if (table->count == table->room) {
        size_t room = table->room > 0 ? 2 * table->room : 16;
        tnm_damage_row *grown = realloc(table->rows, room * sizeof *grown);
        if (grown == NULL)
            return tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu bytes", room * sizeof *grown);
        table->rows = grown;
        table->room = room;
    }
    tnm_damage_row *added = &table->rows[table->count];
    *added = *row;
    added->layer = tnm_copy_string(row->layer);
    if (added->layer == NULL)
        return TNM_ERROR_MEMORY;
    table->count++;
    return TNM_OK;
}

void tnm_damage_table_close(tnm_damage_table *table)
{
    for (size_t k = 0; k < table->count; k++)
        free(table->rows[k].layer);
    free(table->rows);
    *table = (tnm_damage_table){0};
}

/* ---- the question ------------------------------------------------------------------------ */

static bool same_layer(const tnm_damage_row *one, const tnm_damage_row *other)
{
    return strcmp(one->layer, other->layer) == 0;
}

static bool same_pattern(const tnm_damage_row *one, const tnm_damage_row *other)
{
    return one->n == other->n && one->m == other->m;
}

/* Which of `count` listed rows this one is like; adds it to the list where it is like none. */
static size_t find_or_add(size_t *list, size_t *count, const tnm_damage_table *table, size_t row,
                          bool (*same)(const tnm_damage_row *, const tnm_damage_row *))
{
    size_t k = 0;
    while (k < *count && !same(&table->rows[list[k]], &table->rows[row]))
        k++;
    if (k == *count)
        list[(*count)++] = row;
    return k;
}

static size_t cost_of(const tnm_damage_row *row, size_t weights, tnm_cost cost)
{
    return cost == TNM_COST_WEIGHTS ? weights : weights * row->positions;
}

static void fill(tnm_allocation *self, const tnm_damage_table *table, tnm_cost cost)
{
    size_t layers = 0, patterns = 0;
    for (size_t k = 0; k < table->count; k++) {
        const tnm_damage_row *row = &table->rows[k];
        size_t layer = find_or_add(self->first_rows, &layers, table, k, same_layer);
        size_t option = find_or_add(self->pattern_rows, &patterns, table, k, same_pattern);
        size_t at = layer * self->table.options + option;
        self->rows[at] = k;
        self->table.offered[at] = true;
        self->table.damages[at] = row->damage;
        self->table.costs[at] = cost_of(row, row->kept, cost);
    }
    for (size_t k = 0; k < layers; k++) {
        const tnm_damage_row *row = &table->rows[self->first_rows[k]];
        self->whole += cost_of(row, row->weights, cost);
    }
}

tnm_error tnm_allocation_open(tnm_allocation *allocation, const tnm_damage_table *table,
                              tnm_cost cost)
{
    tnm_error error = TNM_OK;
    size_t layers = 0, patterns = 0;
    *allocation = (tnm_allocation){0};
    TNM_TRY(TNM_NEW(allocation->first_rows, table->count + 1));
    TNM_TRY(TNM_NEW(allocation->pattern_rows, table->count + 1));
    for (size_t k = 0; k < table->count; k++) {
        find_or_add(allocation->first_rows, &layers, table, k, same_layer);
        find_or_add(allocation->pattern_rows, &patterns, table, k, same_pattern);
    }
    TNM_TRY(TNM_NEW(allocation->rows, layers * patterns + 1));
    TNM_TRY(tnm_choice_table_open(&allocation->table, layers, patterns));
    fill(allocation, table, cost);
out:
    if (error != TNM_OK)
        tnm_allocation_close(allocation);
    return error;
}

void tnm_allocation_close(tnm_allocation *allocation)
{
    tnm_choice_table_close(&allocation->table);
    free(allocation->rows);
    free(allocation->first_rows);
    free(allocation->pattern_rows);
    *allocation = (tnm_allocation){0};
}
