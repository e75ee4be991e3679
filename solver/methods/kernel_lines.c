/* The N heaviest of lines, one tile a vector lane: see lines.h. */
#include "solver/methods/lines.h"
#include "solver/methods/tile_lanes.h"

/* ranks[k] = how many of the m entries, `step` apart, are heavier than entry k */
TNM_LANEWISE void rank_line(tnm_ints *ranks, const tnm_reals *entries, size_t step, size_t m)
{
    for (size_t b = 0; b < m; b++) {
        tnm_reals entry = entries[b * step];
        tnm_ints rank = (tnm_ints){0} + (int32_t)b; /* all before it, but those found lighter */
        for (size_t a = 0; a < b; a++) {
            tnm_ints later_wins = entry > entries[a * step];
            rank += later_wins;
            ranks[a] -= later_wins;
        }
        ranks[b] = rank;
    }
}

/* Marks all but the n heaviest entries of a line as dropped: below any score. */
TNM_LANEWISE void prune_line(tnm_reals *entries, size_t step, size_t m, int n)
{
    tnm_ints ranks[TNM_MAX_TILE];
    rank_line(ranks, entries, step, m);
    for (size_t k = 0; k < m; k++)
        entries[k * step] = tnm_choose_real(ranks[k] < n, entries[k * step], tnm_real_lanes(-1));
}

TNM_LANEWISE void prune_rows(tnm_reals *entries, size_t m, int n)
{
    for (size_t i = 0; i < m; i++)
        prune_line(entries + i * m, 1, m, n);
}

TNM_LANEWISE void prune_columns(tnm_reals *entries, size_t m, int n)
{
    for (size_t j = 0; j < m; j++)
        prune_line(entries + j, m, m, n);
}

/* Writes what is left as rows of bits. */
TNM_LANEWISE void store(uint64_t *rows, const tnm_reals *entries, const tnm_band *band,
                        size_t first, size_t m)
{
    for (size_t i = 0; i < m; i++) {
        tnm_ints halves[2] = {{0}, {0}};
        for (size_t j = 0; j < m; j++)
            halves[j / 32] |= (entries[i * m + j] >= 0) & (int32_t)(UINT32_C(1) << j % 32);
        for (size_t k = 0; k < tnm_lanes_used(band, first); k++)
            rows[i * band->tiles + first + k] =
                (uint32_t)halves[0][k] | (uint64_t)(uint32_t)halves[1][k] << 32;
    }
}

TNM_LANEWISE void answer_tiles(uint64_t *rows, tnm_reals *entries, const tnm_band *band,
                               size_t first, size_t m, int n, tnm_line_order order)
{
    tnm_lanes_load(entries, band, band->scores, first, m);
    if (order == TNM_COLUMNS_THEN_ROWS)
        prune_columns(entries, m, n);
    prune_rows(entries, m, n);
    if (order == TNM_ROWS_THEN_COLUMNS)
        prune_columns(entries, m, n);
    store(rows, entries, band, first, m);
}

tnm_lines_kernel TNM_KERNEL(tnm_lines_in_lanes);

void TNM_KERNEL(tnm_lines_in_lanes)(uint64_t *rows, tnm_lines_room *room, const tnm_band *band,
                                    int n, tnm_line_order order)
{
    tnm_reals *entries = (tnm_reals *)room->entries;
    for (size_t first = 0; first < band->tiles; first += TNM_TILE_LANES) {
        if (band->m == 4)
            answer_tiles(rows, entries, band, first, 4, n, order);
        else if (band->m == 8)
            answer_tiles(rows, entries, band, first, 8, n, order);
        else
            answer_tiles(rows, entries, band, first, band->m, n, order);
    }
}
