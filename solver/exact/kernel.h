/* Dual ascent in vector lanes: the fast part of the exact method.
 *
 * The kernels guess prices; they prove what they accept. For column prices v, let every row keep
 * its N largest reduced scores s_ij - v_j. If every column then holds exactly N, the mask is
 * optimal: it attains the Lagrangian bound of v. So the only thing to find is v, and any heuristic
 * may find it. Ours alternates rows and columns; a half round moves the price of every line of one
 * side to the midpoint m between the N-th and (N+1)-th largest reduced score of the line, and a
 * little past it:
 *
 *     price <- m + k (m - price)          (over-relaxation; k = 0 in the first round)
 *
 * Scores are 16-bit integers: score = (short + center) * 2^exponent, each rounded by half a unit at
 * most. The scale is a power of two, so where the N-th and (N+1)-th reduced scores of a line differ
 * by two units or more, the whole number halfway between them separates the scores as given, too.
 * That is the free certificate (docs/exact.md). Small tiles round to odd instead, and their prices
 * are even: then integers compare as the scores themselves.
 *
 * The same source is compiled for each instruction set (TNM_ISA); all arithmetic is on integers, or
 * on floats that do not round, so that all give the same bytes. */
#ifndef TNM_SOLVER_EXACT_KERNEL_H
#define TNM_SOLVER_EXACT_KERNEL_H

#include "formulations/problem.h"
#include "instances/isa.h"
#include "solver/exact/balance.h"
#include "solver/exact/lanes.h"

enum {
    TNM_LANES = 32,         /* small tiles solved at once */
    TNM_SMALL = 16,         /* largest side of a small tile */
    TNM_CENTER = 1 << 14,   /* subtracted from scores under `equal`, where it changes nothing */
    TNM_PRICE_LIMIT = 16383 /* |price| of 16-bit prices: no reduced score can overflow */
};

/* How eagerly prices move. */
typedef struct tnm_relaxation {
    int factor;     /* k, in 1/65536 */
    int ramp;       /* half rounds over which k grows from 0 */
    int listed;     /* half rounds before those of shortlists */
    int first_test; /* a solution is looked for after this half round and every later one */
    int tie_test;   /* ties are reported after this half round and every later one */
    int half_rounds;
    int again;         /* half rounds of small tiles in their second ascent */
    int patience;      /* of large ones where there are ties, ... */
    int dead_patience; /* ... and where dead lines are among them, whose prices move together */
} tnm_relaxation;

/* The tuned relaxation for small tiles of side m. */
tnm_relaxation tnm_small_relaxation_for(int m);
tnm_relaxation tnm_shortlist_relaxation(void);
/* Of large ones; in a finer window, the first one being level 0; and from a good guess. */
tnm_relaxation tnm_large_relaxation_for(int m);
tnm_relaxation tnm_refined_relaxation_for(int m, int level);
tnm_relaxation tnm_continued_relaxation_for(int m);

/* ---- many small tiles, one a lane -------------------------------------------------------- */

/* Whether tiles count as small ones: all of M <= 8, and those of M = 16 at common densities. */
static inline bool tnm_is_small(const tnm_problem *problem)
{
    int m = problem->m, n = problem->n;
    return m <= 8 || (m == 16 && (n == 2 || n == 4 || n == 8 || n == 12));
}

/* Which tile has which lane is for the dealer to know (kernel_deal.c). */
typedef struct tnm_small_tiles {
    _Alignas(64) tnm_short scores[TNM_SMALL * TNM_SMALL][TNM_LANES]; /* entry (i,j): [i * m + j] */
    tnm_short row_price[TNM_SMALL][TNM_LANES];
    tnm_short col_price[TNM_SMALL][TNM_LANES];
    tnm_short kept[TNM_SMALL][TNM_LANES]; /* bit j: entry (i,j) */
    tnm_short exponent[TNM_LANES];
    tnm_short solved[TNM_LANES]; /* -1: counts and gaps prove the tile, in the sense above; or 0 */
} tnm_small_tiles;

/* To the lanes, and back. */
typedef struct tnm_deal_kernel {
    /* Scores of 32 neighbouring m x m tiles. */
    void (*load)(tnm_small_tiles *tiles, const float *scores, size_t stride,
                 const tnm_problem *problem);
    /* Prices to go on from, for a tile just loaded, the one at `place` of the 32: a certificate, of
     * this tile or of a similar one. */
    void (*resume)(tnm_small_tiles *tiles, int place, const int64_t *certificate,
                   const tnm_problem *problem);
    /* The masks of the 32 tiles, row i at rows + i * stride, and their certificates, one after the
     * other; guesses where not proven. Returns these tiles, as bits. */
    uint32_t (*put)(int64_t *certificates, uint64_t *rows, size_t stride,
                    const tnm_small_tiles *tiles, const tnm_problem *problem);
} tnm_deal_kernel;

/* Goes up for that many half rounds, an odd number, and somewhat more under atmost: from the column
 * prices where all tiles are `resumed`, or afresh. */
typedef void tnm_small_kernel(tnm_small_tiles *tiles, const tnm_problem *problem, int half_rounds,
                              bool resumed);

/* ---- one large tile, one line a lane ----------------------------------------------------- */

/* One side of a tile: its rows, or its columns. */
typedef struct tnm_lines {
    tnm_short price[TNM_MAX_TILE];
    tnm_short nth[TNM_MAX_TILE];
    tnm_short next[TNM_MAX_TILE];
    tnm_short lowest[TNM_MAX_TILE]; /* prices stay at or above it; atmost: where zero lies */
    tnm_short free[TNM_MAX_TILE];   /* the price that is zero (atmost), or INT16_MIN: none is */
    uint64_t dead;                  /* lines of zeros, where they have been looked for */
    int64_t base[TNM_MAX_TILE];     /* price = base + short price, in units of 2^exponent */
} tnm_lines;

typedef struct tnm_large_tile {
    float given[TNM_MAX_TILE * TNM_MAX_TILE];          /* the scores, row i at i * m */
    tnm_short scores[TNM_MAX_TILE * TNM_MAX_TILE];     /* row i at i * side, side = 16, 32 or 64 */
    tnm_short transposed[TNM_MAX_TILE * TNM_MAX_TILE]; /* column j at j * side */
    tnm_lines rows, cols;
    tnm_short inside[TNM_MAX_TILE]; /* -1 in lanes below m, else 0 */
    uint64_t kept[TNM_MAX_TILE];
    tnm_short highest; /* prices stay at or below it */
    int exponent;
    int quantum;    /* all scores are exact, and multiples of this power of two; 1: nobody knows */
    uint64_t known; /* rows of which the following two are known */
    uint64_t exact[TNM_MAX_TILE]; /* bit j of [i]: score (i,j) is exactly its integer in units */
    uint64_t above[TNM_MAX_TILE]; /* it is larger than that */
    bool hidden; /* where ties were looked at, 16 bits alone could not tell whether they are */
} tnm_large_tile;

enum { TNM_QUANTUM_UNKNOWN = 0 }; /* not looked at yet */

enum { TNM_LISTED = 12 };

/* Entries of the lines of one side of a tile, for each line as many of those ranked before the
 * N-th one as after it. All numbers are in coarse units, and not rounded but to floats. */
typedef struct tnm_shortlist {
    uint8_t entry[TNM_LISTED][TNM_MAX_TILE]; /* the line of the other side, for each lane */
    float score[TNM_LISTED][TNM_MAX_TILE];
    float price[TNM_MAX_TILE];
    tnm_short most[TNM_MAX_TILE], least[TNM_MAX_TILE]; /* of the reduced scores listed */
} tnm_shortlist;

typedef struct tnm_shortlists {
    tnm_shortlist rows, cols;
} tnm_shortlists;

typedef enum tnm_outcome {
    TNM_OPEN,
    TNM_SOLVED,
    TNM_TIED /* ties stand in the way, in more lines than by accident */
} tnm_outcome;

typedef struct tnm_large_kernel {
    void (*load)(tnm_large_tile *tile, const float *scores, size_t stride,
                 const tnm_problem *problem);
    /* Takes the scores anew in a unit 2^bits finer, relative to the prices as they are. */
    void (*refine)(tnm_large_tile *tile, const tnm_problem *problem, int bits);
    /* Goes on from the prices as they are, and from `half`, the half rounds taken so far, which
     * grows. Solved, and `kept` filled, when counts and gaps prove the tile. */
    tnm_outcome (*ascend)(tnm_large_tile *tile, const tnm_problem *problem,
                          const tnm_relaxation *relaxation, int *half);
    /* Rows answer the column prices as they are, and entries are sorted into kept, dropped and tied
     * ones by the scores as given: the prices prove every mask that the balance can reach from
     * here. */
    void (*sort_out)(tnm_large_tile *tile, const tnm_problem *problem, tnm_balance *balance);
    /* From a tile just loaded, or warm, M > 32: the half rounds of `relaxation` from `half` on, the
     * last two before `listed` making the lists, all others by these alone. Where these settle,
     * solved, prices are bases alone in a unit 2^7 finer, for which scores have not been refined
     * yet. */
    tnm_outcome (*ascend_lists)(tnm_large_tile *tile, tnm_shortlists *lists,
                                const tnm_problem *problem, const tnm_relaxation *relaxation,
                                int *half);
    /* Whether such prices prove a mask, then in `kept`: by the scores as given, none of which may
     * lie at its prices. */
    bool (*prove)(tnm_large_tile *tile, const tnm_problem *problem);
} tnm_large_kernel;

/* ---- dispatch ---------------------------------------------------------------------------- */

const tnm_deal_kernel *tnm_deal_kernel_for(tnm_isa isa);
tnm_small_kernel *tnm_small_kernel_for(tnm_isa isa);
const tnm_large_kernel *tnm_large_kernel_for(tnm_isa isa);

#endif
