#include "solver/methods/kernel_prune.h"

#include <string.h>

#define TNM_SORTED float
#include "solver/exact/sorting.h"
#include "solver/exact/transposing.h"

enum { LINES = TNM_PRUNE_LINES };

/* Of every line: the lightest score that it keeps, and the heaviest that it does not. */
typedef struct thresholds {
    _Alignas(64) float nth[LINES];
    _Alignas(64) float next[LINES];
    _Alignas(64) int32_t last[LINES]; /* where scores tie: the last entry like nth that is kept */
} thresholds;

/* ---- the window -------------------------------------------------------------------------- */

static void load(tnm_prune_room *room, const tnm_band *band, size_t first, size_t tiles,
                 size_t side)
{
    size_t m = band->m;
    for (size_t i = 0; i < m; i++) {
        const float *row = band->scores + i * band->stride + first * m;
        float *to = room->plain + i * LINES;
        if (m == side)
            memcpy(to, row, tiles * side * sizeof *to);
        for (size_t t = 0; t < tiles && m != side; t++)
            memcpy(to + t * side, row + t * m, m * sizeof *to);
    }
}

/* Transposes all tiles, 4 x 4 entries a part of a vector. */
TNM_INLINE void turn(tnm_prune_room *room, const size_t side)
{
    for (size_t part = 0; part < LINES / 4; part += TNM_PARTS) {
        for (size_t j = 0; j < side; j += 4) {
            tnm_words block[4];
#pragma GCC unroll 4
            for (size_t p = 0; p < 4; p++) {
                const void *from[TNM_PARTS];
#pragma GCC unroll 4
                for (size_t k = 0; k < TNM_PARTS; k++) {
                    size_t line = 4 * (part + k);
                    from[k] = room->plain + (line % side + p) * LINES + line / side * side + j;
                }
                block[p] = tnm_load_parts(from);
            }
            tnm_transpose_words(block);
#pragma GCC unroll 4
            for (size_t p = 0; p < 4; p++)
                memcpy(room->turned + (j + p) * LINES + 4 * part, &block[p], sizeof block[p]);
        }
    }
}

/* ---- thresholds -------------------------------------------------------------------------- */

/* Statements for k = 0 .. 63, of which those past `side` vanish. */
#define REPEAT_4(X, k) X(k) X((k) + 1) X((k) + 2) X((k) + 3)
#define REPEAT_16(X, k)                                                                            \
    REPEAT_4(X, k) REPEAT_4(X, (k) + 4) REPEAT_4(X, (k) + 8) REPEAT_4(X, (k) + 12)
#define REPEAT_64(X) REPEAT_16(X, 0) REPEAT_16(X, 16) REPEAT_16(X, 32) REPEAT_16(X, 48)

TNM_INLINE void sort(float *a, const size_t side)
{
    switch (side) {
    case 4:
        tnm_sort_4(a, 0);
        break;
    case 8:
        tnm_sort_8(a, 0);
        break;
    case 16:
        tnm_sort_16(a, 0);
        break;
    case 32:
        tnm_sort_32(a, 0);
        break;
    case 64:
        tnm_sort_64(a, 0);
        break;
    }
}

/* With a constant n the compiler leaves out whatever comparators nth and next do not depend on;
 * constant_n = 0 stands for a run-time n. */
TNM_INLINE void rank(thresholds *restrict self, const float *restrict entries, const size_t side,
                     const size_t constant_n, size_t n)
{
    _Alignas(64) float sorted[TNM_MAX_TILE][LINES];
    TNM_EACH_LANE
    for (size_t lane = 0; lane < LINES; lane++) {
        float a[TNM_MAX_TILE];
#define LOAD(k)                                                                                    \
    if ((k) < side)                                                                                \
        a[k] = entries[(k)*LINES + lane];
        REPEAT_64(LOAD)
        sort(a, side);
        if (constant_n > 0) {
            self->nth[lane] = a[constant_n - 1];
            self->next[lane] = a[constant_n];
        } else {
#define STORE(k)                                                                                   \
    if ((k) < side)                                                                                \
        sorted[k][lane] = a[k];
            REPEAT_64(STORE)
        }
    }
    if (constant_n == 0) {
        memcpy(self->nth, sorted[n - 1], sizeof self->nth);
        memcpy(self->next, sorted[n], sizeof self->next);
    }
}

static void find_thresholds(thresholds *self, const float *entries, size_t side, size_t n)
{
    switch (side) {
#define X(side)                                                                                    \
    case side:                                                                                     \
        if (n == (side) / 2)                                                                       \
            rank(self, entries, side, (side) / 2, 0);                                              \
        else if (n == (side) / 4)                                                                  \
            rank(self, entries, side, (side) / 4, 0);                                              \
        else                                                                                       \
            rank(self, entries, side, 0, n);                                                       \
        break;
        /* clang-format off */
        X(4) X(8) X(16) X(32) X(64)
        /* clang-format on */
#undef X
    }
}

/* ---- ties -------------------------------------------------------------------------------- */

static bool are_tied(const thresholds *self)
{
    int32_t tied = 0;
    for (size_t lane = 0; lane < LINES; lane++)
        tied |= (self->nth[lane] == self->next[lane]) & (self->nth[lane] >= 0);
    return tied != 0;
}

/* Of entries like nth the first ones are kept, as many as there is room for beside the heavier. */
static void find_last(thresholds *restrict self, const float *restrict entries, size_t side, int n)
{
    _Alignas(64) int32_t room[LINES];
    for (size_t lane = 0; lane < LINES; lane++) {
        room[lane] = n;
        self->last[lane] = -1;
    }
    for (size_t k = 0; k < side; k++) {
        for (size_t lane = 0; lane < LINES; lane++)
            room[lane] -= entries[k * LINES + lane] > self->nth[lane];
    }
    for (size_t k = 0; k < side; k++) {
        for (size_t lane = 0; lane < LINES; lane++) {
            int32_t like = entries[k * LINES + lane] == self->nth[lane];
            int32_t kept = like & (room[lane] > 0);
            room[lane] -= kept;
            self->last[lane] = kept ? (int32_t)k : self->last[lane];
        }
    }
}

/* ---- the mask ---------------------------------------------------------------------------- */

TNM_INLINE uint32_t is_kept(float score, float nth, int32_t last, int32_t place)
{
    return (uint32_t)(score > nth) | ((uint32_t)(score == nth) & (uint32_t)(place <= last));
}

/* Up to 32 columns, from `first` on, of the masks of a tile's rows, which are the lanes; lines of
 * the tile begin at `line`. */
TNM_INLINE void extract_part(uint32_t *restrict part, const float *restrict turned,
                             const thresholds *restrict columns, const thresholds *restrict rows,
                             size_t line, size_t first, const size_t side, const bool tied)
{
    const size_t width = side < 32 ? side : 32;
#pragma GCC unroll 1 /* four lanes are one vector, not four statements */
    for (size_t i = 0; i < side; i++) {
        uint32_t word = 0;
        float row = rows->nth[line + i];
#pragma GCC unroll 32
        for (size_t j = 0; j < width; j++) {
            float score = turned[(first + j) * LINES + line + i];
            float column = columns->nth[line + first + j];
            uint32_t kept = score >= (column > row ? column : row);
            if (tied)
                kept = is_kept(score, column, columns->last[line + first + j], (int32_t)i) &
                       is_kept(score, row, rows->last[line + i], (int32_t)(first + j));
            word |= kept ? UINT32_C(1) << j : 0;
        }
        part[i] = word;
    }
}

/* The row masks of all tiles of the window, columns 0 ... 31 and the others. */
TNM_INLINE void extract(uint32_t masks[2][LINES], const tnm_prune_room *room,
                        const thresholds *columns, const thresholds *rows, const size_t side,
                        const bool tied)
{
    for (size_t line = 0; line < LINES; line += side) {
        extract_part(masks[0] + line, room->turned, columns, rows, line, 0, side, tied);
        if (side > 32)
            extract_part(masks[1] + line, room->turned, columns, rows, line, 32, side, tied);
    }
}

static void find_masks(uint32_t masks[2][LINES], const tnm_prune_room *room,
                       const thresholds *columns, const thresholds *rows, size_t side, bool tied)
{
    switch (side) {
#define X(side)                                                                                    \
    case side:                                                                                     \
        if (tied)                                                                                  \
            extract(masks, room, columns, rows, side, true);                                       \
        else                                                                                       \
            extract(masks, room, columns, rows, side, false);                                      \
        break;
        /* clang-format off */
        X(4) X(8) X(16) X(32) X(64)
        /* clang-format on */
#undef X
    }
}

/* ---- all of it --------------------------------------------------------------------------- */

tnm_prune_kernel TNM_KERNEL(tnm_prune_window);

bool TNM_KERNEL(tnm_prune_window)(uint64_t *rows, tnm_prune_room *room, const tnm_band *band,
                                  size_t first, int n)
{
    size_t side = tnm_prune_side(band->m), left = band->tiles - first;
    size_t tiles = left < LINES / side ? left : LINES / side;
    thresholds by_column, by_row;
    uint32_t masks[2][LINES] = {{0}, {0}};
    load(room, band, first, tiles, side);
    turn(room, side);
    find_thresholds(&by_column, room->plain, side, (size_t)n);
    find_thresholds(&by_row, room->turned, side, (size_t)n);
    bool tied = are_tied(&by_column) || are_tied(&by_row);
    if (tied && band->doubles != NULL)
        return false;
    if (tied) {
        find_last(&by_column, room->plain, side, n);
        find_last(&by_row, room->turned, side, n);
    }
    find_masks(masks, room, &by_column, &by_row, side, tied);
    for (size_t i = 0; i < band->m; i++) {
        for (size_t t = 0; t < tiles; t++) {
            size_t line = t * side + i;
            rows[i * band->tiles + first + t] = masks[0][line] | (uint64_t)masks[1][line] << 32;
        }
    }
    return true;
}
