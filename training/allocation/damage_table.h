/* The measured damage of masking, layer by layer and pattern by pattern; also as a file.
 *
 *     layer,pattern,weights,positions,kept,damage
 *     fc1.weight,1:4,200704,1,50176,0.0321
 *
 * A weight takes part in `positions` products of a sample: 1 in a dense layer, as many as there are
 * places in a convolution. So a layer keeps `kept` weights and needs kept * positions
 * multiply-adds. */
#ifndef TNM_TRAINING_ALLOCATION_DAMAGE_TABLE_H
#define TNM_TRAINING_ALLOCATION_DAMAGE_TABLE_H

#include "training/allocation/choice.h"

/* One layer under one pattern. */
typedef struct tnm_damage_row {
    char *layer; /* owned */
    int n, m;
    size_t weights, positions, kept;
    double damage;
} tnm_damage_row;

typedef struct tnm_damage_table {
    tnm_damage_row *rows; /* owned */
    size_t count, room;
} tnm_damage_table;

/* Adds a copy of a row. */
tnm_error tnm_damage_table_add(tnm_damage_table *table, const tnm_damage_row *row);
/* Accepts a zeroed one. */
void tnm_damage_table_close(tnm_damage_table *table);

/* Reads and writes files. TNM_ERROR_DATA, naming file and line, for what is no such table: a row
 * that is there twice, a layer of two sizes, more kept than there is. On failure nothing is owned.
 */
tnm_error tnm_damage_table_read(tnm_damage_table *table, const char *path);
tnm_error tnm_damage_table_write(const tnm_damage_table *table, const char *path);

/* What is counted. */
typedef enum tnm_cost { TNM_COST_WEIGHTS, TNM_COST_MULTIPLY_ADDS } tnm_cost;

/* The table as a question: layers and patterns in the order in which they first occur. */
typedef struct tnm_allocation {
    tnm_choice_table table; /* owned, as is all below */
    size_t *rows;           /* of the damage table, for layer * options + k; where offered */
    size_t *first_rows;     /* a row of each layer */
    size_t *pattern_rows;   /* a row of each pattern */
    size_t whole;           /* cost of all layers without masks */
} tnm_allocation;

/* On failure nothing is owned. */
tnm_error tnm_allocation_open(tnm_allocation *allocation, const tnm_damage_table *table,
                              tnm_cost cost);
/* Accepts a zeroed one. */
void tnm_allocation_close(tnm_allocation *allocation);

#endif
