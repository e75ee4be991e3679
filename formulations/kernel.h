/* Fast verification, the common case of formulations/verify: many tiles at once, in vector lanes.
 * And masks as bits and bytes, as formulations/mask stores them.
 *
 * A piece is a run of neighbouring tiles, some 4096 scores. Its tiles are laid out side by side,
 * each `width` columns wide, the smallest of 4, 8, 16, 32, 64 that holds m, so that tiles and
 * vectors fit into one another whatever m is. Nothing here rounds: what cannot be told without
 * rounding is left to the exact arithmetic of verify.c. So every instruction set finds the same.
 *
 * The same source is compiled for each instruction set; see instances/isa.h. */
#ifndef TNM_FORMULATIONS_KERNEL_H
#define TNM_FORMULATIONS_KERNEL_H

#include "formulations/mask.h"
#include "instances/isa.h"

enum {
    TNM_PIECE_SCORES = 4096,
    TNM_PIECE_TILES = 256 /* most tiles of a piece: of width 4 */
};

typedef struct tnm_piece {
    const tnm_problem *problem;
    const tnm_band *band;
    const uint64_t *rows;  /* of the band; bits from m on are found out, too */
    const int64_t *prices; /* of the band, or NULL */
    size_t first, tiles;   /* the piece */
} tnm_piece;

/* What was found about one tile. */
typedef enum tnm_finding {
    TNM_FOUND_FULL = 1,   /* every line keeps exactly N */
    TNM_FOUND_JUDGED = 2, /* there are usable prices, and ... */
    TNM_FOUND_SLACK = 4   /* no kept entry is worth less, no dropped one more than its prices */
} tnm_finding;

typedef struct tnm_findings {
    bool all_proven;                /* all tiles are full and slack; then not filled: */
    uint8_t tiles[TNM_PIECE_TILES]; /* tnm_finding, or-ed */
    bool summed;                    /* the sums below were found, exactly */
    int unit;                       /* in units of 2^unit */
    tnm_int128 kept, total;
} tnm_findings;

/* How many tiles of side m make a piece. */
static inline size_t tnm_piece_tiles(size_t m)
{
    size_t width = 4;
    while (width < m)
        width *= 2;
    return width == 64 ? 1 : 2048 / (width * width);
}

typedef struct tnm_tile_kernel {
    /* Inspects a piece of at most tnm_piece_tiles() tiles. Usable here are prices of magnitude
     * below 2^23 at a scale from -126 to 100; on bands of doubles, where all nearest floats differ
     * from the sums of their prices. */
    void (*inspect)(tnm_findings *findings, const tnm_piece *piece);
    /* Complementary slackness of one tile with prices of magnitude up to 2^51 at a scale from -1074
     * to 960, on any band. */
    bool (*is_slack)(const tnm_band *band, size_t tile, const uint64_t *tile_rows,
                     const int64_t *prices);
} tnm_tile_kernel;

const tnm_tile_kernel *tnm_tile_kernel_for(tnm_isa isa);

typedef struct tnm_bits_kernel {
    /* Writes the lowest m bits of `count` words, up to 64 of them, side by side; m is 4, 8, 16, 32
     * or 64. */
    void (*pack)(uint64_t *line, const uint64_t *words, size_t count, size_t m);
    /* Writes the bits of `count` words as bytes, 0 or 1. */
    void (*spread)(uint8_t *bytes, const uint64_t *line, size_t count);
} tnm_bits_kernel;

const tnm_bits_kernel *tnm_bits_kernel_for(tnm_isa isa);

#endif
