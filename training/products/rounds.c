#include "training/products/rounds.h"

static size_t lowest(uint64_t bits)
{
    return (size_t)__builtin_ctzll(bits);
}

static void put(tnm_rounds *self, size_t round, size_t row, size_t column)
{
    self->column_of[round][row] = (uint8_t)column;
    self->row_of[round][column] = (uint8_t)row;
    self->free_in_row[row] &= ~(UINT64_C(1) << round);
    self->free_in_column[column] &= ~(UINT64_C(1) << round);
}

static void take(tnm_rounds *self, size_t round, size_t row, size_t column)
{
    self->free_in_row[row] |= UINT64_C(1) << round;
    self->free_in_column[column] |= UINT64_C(1) << round;
}

static bool is_free(uint64_t rounds, size_t round)
{
    return rounds >> round & 1;
}

/* The path of entries that are alternately in round `from` and in round `to`, starting at a column
 * that is free in `to`: exchanges the two rounds along it, so that the column is free in `from`.
 * A row that is free in `from` is never on it, as the path comes to rows by entries of `from`. */
static void exchange(tnm_rounds *self, size_t column, size_t from, size_t to)
{
    uint8_t rows[2 * TNM_MAX_TILE], columns[2 * TNM_MAX_TILE];
    size_t length = 0;
    while (!is_free(self->free_in_column[column], from)) {
        size_t row = self->row_of[from][column];
        rows[length] = (uint8_t)row;
        columns[length++] = (uint8_t)column;
        if (is_free(self->free_in_row[row], to))
            break;
        column = self->column_of[to][row];
        rows[length] = (uint8_t)row;
        columns[length++] = (uint8_t)column;
    }
    for (size_t k = 0; k < length; k++)
        take(self, k % 2 == 0 ? from : to, rows[k], columns[k]);
    for (size_t k = 0; k < length; k++)
        put(self, k % 2 == 0 ? to : from, rows[k], columns[k]);
}

static void add_entry(tnm_rounds *self, size_t row, size_t column)
{
    uint64_t in_row = self->free_in_row[row], in_column = self->free_in_column[column];
    if ((in_row & in_column) == 0)
        exchange(self, column, lowest(in_row), lowest(in_column));
    put(self, lowest(self->free_in_row[row] & self->free_in_column[column]), row, column);
}

/* Marks what a round keeps, and pairs the rows and columns that are left. */
static void complete(tnm_rounds *self, size_t round)
{
    size_t column = 0;
    self->kept[round] = 0;
    for (size_t row = 0; row < (size_t)self->m; row++) {
        if (!is_free(self->free_in_row[row], round)) {
            self->kept[round] |= UINT64_C(1) << row;
            continue;
        }
        while (!is_free(self->free_in_column[column], round))
            column++;
        put(self, round, row, column);
    }
}

void tnm_rounds_split(tnm_rounds *self, const uint64_t *rows, int n, int m)
{
    self->n = n;
    self->m = m;
    for (int k = 0; k < m; k++)
        self->free_in_row[k] = self->free_in_column[k] = n == 0 ? 0 : UINT64_MAX >> (64 - n);
    for (int row = 0; row < m; row++) {
        for (uint64_t left = rows[row]; left != 0; left &= left - 1)
            add_entry(self, (size_t)row, lowest(left));
    }
    for (int round = 0; round < n; round++)
        complete(self, (size_t)round);
}
