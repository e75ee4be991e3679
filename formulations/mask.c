#include "formulations/mask.h"

#include "formulations/kernel.h"

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

/* ---- lines: a row of up to 64 tiles as a string of bits, column 0 in the lowest ---------- */

enum { GROUP = 64 }; /* tiles; 64 tiles of m bits are m whole words */

/* Packs words of m bits each, any m; `count` <= GROUP. */
static void pack_any(uint64_t line[TNM_MAX_TILE], const uint64_t *words, size_t count, size_t m)
{
    uint64_t gathered = 0, mask = tnm_low_bits(m);
    size_t filled = 0, next = 0;
    for (size_t t = 0; t < count; t++) {
        uint64_t word = words[t] & mask;
        gathered |= word << filled;
        filled += m;
        if (filled >= 64) {
            filled -= 64;
            line[next++] = gathered;
            gathered = filled == 0 ? 0 : word >> (m - filled);
        }
    }
    if (filled > 0)
        line[next] = gathered;
}

static void pack_line(const tnm_bits_kernel *kernel, uint64_t line[TNM_MAX_TILE],
                      const uint64_t *words, size_t count, size_t m)
{
    bool power_of_two = (m & (m - 1)) == 0;
    if (power_of_two && m >= 4)
        kernel->pack(line, words, count, m);
    else
        pack_any(line, words, count, m);
}

static void unpack_line(uint64_t *words, const uint64_t line[TNM_MAX_TILE], size_t count, size_t m)
{
    for (size_t t = 0; t < count; t++) {
        size_t at = t * m % 64;
        const uint64_t *from = line + t * m / 64;
        uint64_t word = from[0] >> at;
        if (at + m > 64)
            word |= from[1] << (64 - at);
        words[t] = word & tnm_low_bits(m);
    }
}

/* Eight bytes, each zero or not, as eight bits. */
static uint64_t collect_bits(uint64_t bytes)
{
    bytes |= bytes >> 4 & UINT64_C(0x0f0f0f0f0f0f0f0f);
    bytes |= bytes >> 2 & UINT64_C(0x3f3f3f3f3f3f3f3f);
    bytes |= bytes >> 1;
    return (bytes & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56;
}

/* ---- lines in the caller's memory -------------------------------------------------------- */

static uint8_t *place(const tnm_mask_view *view, size_t row, size_t col)
{
    uint8_t *line = view->data + (ptrdiff_t)row * view->row_stride;
    return view->kind == TNM_MASK_BITS ? line + col / 8 : line + (ptrdiff_t)col * view->col_stride;
}

static void store_bytes(const tnm_bits_kernel *kernel, uint8_t *out, ptrdiff_t stride,
                        const uint64_t *line, size_t cols)
{
    size_t whole = stride == 1 ? cols / 64 : 0;
    kernel->spread(out, line, whole);
    for (size_t j = whole * 64; j < cols; j++)
        out[(ptrdiff_t)j * stride] = line[j / 64] >> j % 64 & 1;
}

static void load_bytes(uint64_t *line, const uint8_t *in, ptrdiff_t stride, size_t cols)
{
    size_t j = 0;
    for (; stride == 1 && j + 8 <= cols; j += 8) {
        uint64_t bytes;
        memcpy(&bytes, in + j, sizeof bytes);
        line[j / 64] |= collect_bits(bytes) << j % 64;
    }
    for (; j < cols; j++)
        line[j / 64] |= (uint64_t)(in[(ptrdiff_t)j * stride] != 0) << j % 64;
}

/* A line starts at a whole byte: groups and stretches start at multiples of 8 tiles. So no byte is
 * shared between two bands that are stored at the same time. */
static void store_bits(uint8_t *out, const uint64_t *line, size_t cols)
{
    size_t whole = cols / 8, rest = cols % 8;
    memcpy(out, line, whole);
    if (rest != 0)
        out[whole] = (uint8_t)(line[whole / 8] >> whole % 8 * 8 & tnm_low_bits(rest));
}

static void load_bits(uint64_t *line, const uint8_t *in, size_t cols)
{
    size_t whole = cols / 8, rest = cols % 8;
    memcpy(line, in, whole);
    if (rest != 0)
        line[whole / 8] |= (in[whole] & tnm_low_bits(rest)) << whole % 8 * 8;
}

/* Columns of the matrix that `count` tiles from tile `first` on reach. */
static size_t group_cols(const window *inside, size_t m, size_t first, size_t count)
{
    size_t left = inside->cols - first * m;
    return left < count * m ? left : count * m;
}

/* Stores what lies inside the matrix in a view whose entry (0,0) is the band's. */
static void store(const tnm_mask_view *view, const window *inside, const tnm_band *band,
                  const uint64_t *rows)
{
    const tnm_bits_kernel *kernel = tnm_bits_kernel_for(tnm_isa_best());
    for (size_t i = 0; i < inside->rows; i++) {
        for (size_t first = 0; first < band->tiles; first += GROUP) {
            uint64_t line[TNM_MAX_TILE];
            size_t count = band->tiles - first < GROUP ? band->tiles - first : GROUP;
            size_t cols = group_cols(inside, band->m, first, count);
            uint8_t *out = place(view, i, first * band->m);
            pack_line(kernel, line, rows + i * band->tiles + first, count, band->m);
            if (view->kind == TNM_MASK_BITS)
                store_bits(out, line, cols);
            else
                store_bytes(kernel, out, view->col_stride, line, cols);
        }
    }
}

void tnm_mask_store(const tnm_mask_view *view, const tnm_tiling *tiling, const tnm_band *band,
                    const uint64_t *rows)
{
    window inside = band_window(tiling, band);
    tnm_mask_view from_band = *view;
    from_band.data = place(view, inside.first_row, inside.first_col);
    store(&from_band, &inside, band, rows);
}

void tnm_mask_store_piece(uint8_t *bytes, size_t row_stride, const tnm_tiling *tiling,
                          const tnm_band *band, const uint64_t *rows)
{
    window inside = band_window(tiling, band);
    tnm_mask_view piece = {bytes, TNM_MASK_BYTES, (ptrdiff_t)row_stride, 1};
    store(&piece, &inside, band, rows);
}

void tnm_mask_load(uint64_t *rows, const tnm_mask_view *view, const tnm_tiling *tiling,
                   const tnm_band *band)
{
    window inside = band_window(tiling, band);
    memset(rows, 0, band->m * band->tiles * sizeof *rows);
    for (size_t i = 0; i < inside.rows; i++) {
        for (size_t first = 0; first < band->tiles; first += GROUP) {
            uint64_t line[TNM_MAX_TILE] = {0};
            size_t count = band->tiles - first < GROUP ? band->tiles - first : GROUP;
            size_t cols = group_cols(&inside, band->m, first, count);
            const uint8_t *in =
                place(view, inside.first_row + i, inside.first_col + first * band->m);
            if (view->kind == TNM_MASK_BITS)
                load_bits(line, in, cols);
            else
                load_bytes(line, in, view->col_stride, cols);
            unpack_line(rows + i * band->tiles + first, line, count, band->m);
        }
    }
}

/* ---- single entries, and the dense margin ------------------------------------------------ */

bool tnm_mask_kept(const tnm_mask_view *view, size_t row, size_t col)
{
    uint8_t byte = *place(view, row, col);
    return view->kind == TNM_MASK_BITS ? byte >> col % 8 & 1 : byte != 0;
}

static void keep(const tnm_mask_view *view, size_t row, size_t col)
{
    uint8_t *byte = place(view, row, col);
    *byte = view->kind == TNM_MASK_BITS ? (uint8_t)(*byte | 1U << col % 8) : 1;
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
