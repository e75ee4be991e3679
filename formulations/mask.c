#include "formulations/mask.h"

#include <string.h>

void tnm_mask_get(uint64_t *tile_rows, const uint64_t *rows, size_t tiles, size_t m, size_t tile)
{
    for (size_t i = 0; i < m; i++)
        tile_rows[i] = rows[i * tiles + tile];
}

void tnm_mask_put(uint64_t *rows, const uint64_t *tile_rows, size_t tiles, size_t m, size_t tile)
{
    for (size_t i = 0; i < m; i++)
        rows[i * tiles + tile] = tile_rows[i];
}

void tnm_mask_transpose(uint64_t *columns, const uint64_t *rows, size_t m)
{
    for (size_t j = 0; j < m; j++) {
        columns[j] = 0;
        for (size_t i = 0; i < m; i++)
            columns[j] |= (rows[i] >> j & 1) << i;
    }
}

void tnm_mask_column_counts(uint8_t *counts, const uint64_t *tile_rows, size_t m)
{
    memset(counts, 0, m);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            counts[j] = (uint8_t)(counts[j] + (tile_rows[i] >> j & 1));
    }
}

/* Part of a band that lies inside the matrix, the rest being padding. */
typedef struct window {
    size_t first_row, rows;
    size_t first_col, cols;
} window;

static window band_window(const tnm_tiling *tiling, const tnm_band *band)
{
    window inside = {.first_row = band->tile_row * band->m, .first_col = band->tile_col * band->m};
    size_t rows = tiling->rows - inside.first_row;
    size_t cols = tiling->cols - inside.first_col;
    inside.rows = rows < band->m ? rows : band->m;
    inside.cols = cols < band->tiles * band->m ? cols : band->tiles * band->m;
    return inside;
}

/* The eight lowest bits, one a byte. */
static uint64_t spread_bits(uint64_t bits)
{
    uint64_t copies = (bits & 0xff) * UINT64_C(0x0101010101010101);
    uint64_t picked = copies & UINT64_C(0x8040201008040201); /* byte k holds bit k, in place */
    return (picked + UINT64_C(0x00406070787c7e7f)) >> 7 & UINT64_C(0x0101010101010101);
}

static void store_contiguous_bytes(uint8_t *out, const uint64_t *words, size_t m, size_t cols)
{
    for (size_t start = 0; start < cols; start += m) {
        uint64_t bits = *words++;
        size_t end = cols - start < m ? cols - start : m;
        for (size_t j = 0; j < end; j += 8, bits >>= 8) {
            uint64_t bytes = spread_bits(bits);
            memcpy(out + start + j, &bytes, end - j < 8 ? end - j : 8);
        }
    }
}

static void store_bytes(const tnm_mask_view *view, const window *inside, size_t i,
                        const uint64_t *words, size_t m)
{
    uint8_t *out = view->data + (ptrdiff_t)(inside->first_row + i) * view->row_stride +
                   (ptrdiff_t)inside->first_col * view->col_stride;
    bool little_endian = *(const uint8_t *)&(const uint16_t){1} == 1;
    if (view->col_stride == 1 && little_endian) {
        store_contiguous_bytes(out, words, m, inside->cols);
        return;
    }
    for (size_t j = 0; j < inside->cols; j++)
        out[(ptrdiff_t)j * view->col_stride] = words[j / m] >> (j % m) & 1;
}

static void store_bits(const tnm_mask_view *view, const window *inside, size_t i,
                       const uint64_t *words, size_t m)
{
    /* Stretches start at multiples of 8 tiles, so no byte is shared between two bands. */
    uint8_t *out =
        view->data + (ptrdiff_t)(inside->first_row + i) * view->row_stride + inside->first_col / 8;
    memset(out, 0, (inside->cols + 7) / 8);
    for (size_t j = 0; j < inside->cols; j++)
        out[j / 8] = (uint8_t)(out[j / 8] | (words[j / m] >> (j % m) & 1) << (j % 8));
}

void tnm_mask_store(const tnm_mask_view *view, const tnm_tiling *tiling, const tnm_band *band,
                    const uint64_t *rows)
{
    window inside = band_window(tiling, band);
    for (size_t i = 0; i < inside.rows; i++) {
        const uint64_t *words = rows + i * band->tiles;
        if (view->kind == TNM_MASK_BYTES)
            store_bytes(view, &inside, i, words, band->m);
        else
            store_bits(view, &inside, i, words, band->m);
    }
}

bool tnm_mask_kept(const tnm_mask_view *view, size_t row, size_t col)
{
    const uint8_t *line = view->data + (ptrdiff_t)row * view->row_stride;
    if (view->kind == TNM_MASK_BYTES)
        return line[(ptrdiff_t)col * view->col_stride] != 0;
    return line[col / 8] >> (col % 8) & 1;
}

static void keep(const tnm_mask_view *view, size_t row, size_t col)
{
    uint8_t *line = view->data + (ptrdiff_t)row * view->row_stride;
    if (view->kind == TNM_MASK_BYTES)
        line[(ptrdiff_t)col * view->col_stride] = 1;
    else
        line[col / 8] = (uint8_t)(line[col / 8] | 1U << (col % 8));
}

void tnm_mask_load(uint64_t *rows, const tnm_mask_view *view, const tnm_tiling *tiling,
                   const tnm_band *band)
{
    window inside = band_window(tiling, band);
    memset(rows, 0, band->m * band->tiles * sizeof *rows);
    for (size_t i = 0; i < inside.rows; i++) {
        for (size_t j = 0; j < inside.cols; j++) {
            uint64_t bit = tnm_mask_kept(view, inside.first_row + i, inside.first_col + j);
            rows[i * band->tiles + j / band->m] |= bit << (j % band->m);
        }
    }
}

/* Bits of a row from column `first` on, up to the end of its last byte. */
static void clear_bits_from(uint8_t *line, size_t first, size_t cols)
{
    if (first % 8 != 0)
        line[first / 8] = (uint8_t)(line[first / 8] & ((1U << first % 8) - 1));
    for (size_t byte = (first + 7) / 8; byte < (cols + 7) / 8; byte++)
        line[byte] = 0;
}

void tnm_mask_store_margin(const tnm_mask_view *view, const tnm_tiling *tiling)
{
    size_t covered_cols = tnm_tiling_covered_cols(tiling);
    for (size_t i = 0; i < tiling->rows; i++) {
        size_t first = i < tnm_tiling_covered_rows(tiling) ? covered_cols : 0;
        if (view->kind == TNM_MASK_BITS)
            clear_bits_from(view->data + (ptrdiff_t)i * view->row_stride, first, tiling->cols);
        for (size_t j = first; j < tiling->cols; j++)
            keep(view, i, j);
    }
}
