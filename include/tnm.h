/* tnm: exact transposable N:M sparsity masks, with proofs.
 *
 * A pattern N:M keeps N of every M consecutive entries. A mask is *transposable* when that holds
 * along the rows and along the columns of every M x M tile, so that one mask serves W and W^T.
 * This header is the whole public face of the library: what a caller hands in (a strided matrix,
 * a problem, options), what comes back (a mask, prices that prove it optimal, a result), and the
 * two vocabularies, what was learned (tnm_status) and which call failed (tnm_error).
 *
 * The library never prints, exits or aborts. Functions that can fail return a tnm_error; the
 * sentence that explains the failure is kept per thread and read with tnm_error_message().
 *
 * One thing is out of its hands: threads come from OpenMP, and GCC's libgomp prints and ends the
 * process when the system refuses it a thread. Where that may happen, as under a tight limit on
 * processes, ask for one thread: then none is started. */
#ifndef TNM_H
#define TNM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TNM_VERSION  "0.1.0"

/* The largest tile side: one row of a mask is one 64-bit word. */
#define TNM_MAX_TILE 64

/* ---- calls that failed ------------------------------------------------------------------- */

/* name, code, exit code of the programs, sentence */
#define TNM_ERRORS(X)                                                                              \
    X(OK, 0, 0, "success")                                                                         \
    X(ERROR_USAGE, -1, 64, "wrong usage")                                                          \
    X(ERROR_DATA, -2, 65, "bad data")                                                              \
    X(ERROR_NO_INPUT, -3, 66, "no such input")                                                     \
    X(ERROR_INTERNAL, -4, 70, "internal error")                                                    \
    X(ERROR_MEMORY, -5, 70, "out of memory")                                                       \
    X(ERROR_CANNOT_CREATE, -6, 73, "cannot create output")                                         \
    X(ERROR_IO, -7, 74, "input/output error")                                                      \
    X(ERROR_LIMIT, -8, 1, "stopped by a limit")                                                    \
    X(ERROR_INTERRUPTED, -9, 130, "interrupted")

typedef enum tnm_error {
#define TNM_X(name, code, exit_code, sentence) TNM_##name = code,
    TNM_ERRORS(TNM_X)
#undef TNM_X
} tnm_error;

/* The sentence of a code ("bad data"); never NULL. */
const char *tnm_error_sentence(tnm_error error);
/* The exit code the programs give for a code; 70 for an unknown one. */
int tnm_error_exit_code(tnm_error error);
/* What exactly failed in this thread's last failing call, naming file, line or tensor; never NULL.
 */
const char *tnm_error_message(void);

/* ---- what was learned -------------------------------------------------------------------- */

typedef enum tnm_status {
    TNM_OPTIMAL,    /* every tile is proven optimal by its prices */
    TNM_FEASIBLE,   /* the mask obeys the constraint; optimality is not proven */
    TNM_INFEASIBLE, /* the mask breaks the constraint, or drops what TNM_EDGES_DENSE keeps */
    TNM_LIMIT       /* stopped before the end; the result speaks of the tiles solved so far */
} tnm_status;

/* "OPTIMAL", "FEASIBLE", ...; "UNKNOWN" for what is none. */
const char *tnm_status_name(tnm_status status);

/* ---- the problem ------------------------------------------------------------------------- */

typedef enum tnm_constraint {
    TNM_EQUAL, /* exactly N kept in every line of a tile */
    TNM_ATMOST /* at most N kept: what the hardware needs, "at least M-N zeros" in [hubara2021] */
} tnm_constraint;

/* N counts KEPT entries (as NVIDIA and TSENOR do); [hubara2021] counts zeros. 0 <= n <= m <= 64. */
typedef struct tnm_problem {
    int n;
    int m;
    tnm_constraint constraint;
} tnm_problem;

/* ---- a caller's matrix ------------------------------------------------------------------- */

typedef enum tnm_dtype {
    TNM_F32,
    TNM_F16,
    TNM_BF16,
    TNM_F64,
    TNM_F8_E4M3,
    TNM_F8_E5M2,
} tnm_dtype;

/* Bytes of one element; 0 for an unknown type. */
size_t tnm_dtype_size(tnm_dtype dtype);

/* A view: borrowed memory, never freed or written. Strides count elements and may be negative. */
typedef struct tnm_matrix {
    const void *data; /* element (0,0) */
    tnm_dtype dtype;
    bool byte_swapped; /* stored in the other byte order than this machine's */
    size_t rows;
    size_t cols;
    ptrdiff_t row_stride;
    ptrdiff_t col_stride;
} tnm_matrix;

/* ---- options ----------------------------------------------------------------------------- */

typedef enum tnm_score { TNM_SCORE_ABS, TNM_SCORE_SQUARE, TNM_SCORE_GIVEN } tnm_score;

/* What happens where a side of the matrix is no multiple of M. */
typedef enum tnm_edges {
    TNM_EDGES_PAD,   /* solve the ragged tiles as if padded with zero scores */
    TNM_EDGES_DENSE, /* keep the ragged margin whole */
    TNM_EDGES_ERROR  /* refuse */
} tnm_edges;

/* Called now and then from the calling thread; a return value other than 0 stops the run
 * (TNM_LIMIT). */
typedef int (*tnm_progress)(void *context, size_t tiles_done, size_t tiles);

/* tnm_check() goes by score, given_scores, edges and threads only; neither call accepts a negative
 * number of threads or time limit. */
typedef struct tnm_options {
    const char *method;             /* one of tnm_method_name(); NULL: "exact" */
    tnm_score score;                /* TNM_SCORE_ABS */
    const tnm_matrix *given_scores; /* TNM_SCORE_GIVEN: non-negative, same shape */
    tnm_edges edges;                /* TNM_EDGES_PAD */
    int threads;                    /* 0: all cores; at most 64, or four a core, are started */
    double time_limit;              /* seconds; 0: none */
    uint64_t seed;                  /* of methods that draw random numbers; 0 */
    /* Prices of an earlier, similar matrix for "exact" to start from, in the form of those that
     * tnm_solve() gives: int64, (tiles, 2m+1), each tile at a scale of its own, TNM_NO_PRICES where
     * there are none. They save time and change no optimum, however bad; NULL: none. */
    const int64_t *warm_prices;
    tnm_progress progress; /* NULL: silent */
    void *progress_context;
} tnm_options;

/* The defaults. */
void tnm_options_init(tnm_options *options);

/* ---- results ----------------------------------------------------------------------------- */

/* Where the mask goes: caller-owned. Bytes: element (i,j) is data[i*row_stride + j*col_stride],
 * 0 or 1, strides in bytes. Bits: bit j%8 of byte data[i*row_stride + j/8] (LSB first; bits past
 * the last column are zero; rows do not share bytes). */
typedef enum tnm_mask_kind { TNM_MASK_BYTES, TNM_MASK_BITS } tnm_mask_kind;

typedef struct tnm_mask_view {
    uint8_t *data;
    tnm_mask_kind kind;
    ptrdiff_t row_stride;
    ptrdiff_t col_stride; /* bytes only */
} tnm_mask_view;

typedef struct tnm_result {
    tnm_status status;
    double objective;      /* kept score, correctly rounded from the exact sum */
    double bound;          /* proven upper bound, likewise; +infinity without prices */
    double total;          /* score of all entries */
    size_t tiles;          /* tiles solved */
    size_t tiles_proven;   /* bound and objective agree within half an ulp of the objective */
    size_t tiles_exact;    /* bound and objective are equal, to the last bit */
    size_t short_lines;    /* rows and columns of tiles that keep fewer than N */
    size_t broken_tiles;   /* tiles whose mask breaks the constraint */
    size_t margin_dropped; /* entries dropped of the margin that TNM_EDGES_DENSE keeps whole */
    /* objective / bound and objective / total. Sums beyond the largest double are infinite above,
     * but not here: tnm_result_gap() and tnm_result_retention() then look at these. */
    double kept_of_bound; /* 0 without prices, 1 where both are 0 */
    double kept_of_total; /* 1 where both are 0 */
    double worst_gap;     /* largest gap of a single tile */
    size_t worst_tile;    /* and the tile it comes from, row-major */
    double seconds;       /* wall time of the call */
    double solve_seconds; /* wall time inside the method, the busiest thread's */
} tnm_result;

/* (bound - objective) / bound; 0 where both are 0, 1 without a bound. Takes what tnm_solve() and
 * tnm_check() filled. */
double tnm_result_gap(const tnm_result *result);
/* objective / total; 1 for an all-zero matrix. */
double tnm_result_retention(const tnm_result *result);

/* ---- calls ------------------------------------------------------------------------------- */

/* The library's version, as "0.1.0". */
const char *tnm_version(void);

/* The methods that tnm_options.method may name, by number from 0 on; NULL past the last:
 *
 *     exact                  optimal, with prices that prove it
 *     brute                  likewise, by trying everything: small tiles only
 *     greedy-keep, greedy-prune, reference-2021, torch-greedy, bi-nm, tsenor, swap, enumerate
 *                            published rules, without prices
 *     row-nm, unstructured   relaxations: limits from above, whose masks may be INFEASIBLE
 *
 * What each of them is, and which patterns it takes, `tnm methods` tells. */
const char *tnm_method_name(size_t number);

/* Number of tiles of a matrix, and with it the length of its prices: tiles * (2m+1). 0 where there
 * are none, where m < 1, and where memory could not hold so many prices. */
size_t tnm_tile_count(size_t rows, size_t cols, int m, tnm_edges edges);

/* In place of a tile's scale exponent: this tile has no prices, and nothing bounds its mask. */
#define TNM_NO_PRICES INT64_MIN

/* Finds a mask for every tile of `weights` and, where `prices` is not NULL, the prices that prove
 * it: int64, (tiles, 2m+1), row-major; per tile the scale exponent e, u[m], v[m], each price worth
 * 2^e. A method without prices gives TNM_NO_PRICES for e, and leaves the rest alone. `prices` may
 * be the array that options->warm_prices is, which a method without prices then leaves as it is.
 * Any of `mask` and `prices` may be NULL. Same input, options and seed give the same bytes for any
 * number of threads.
 *
 * A run that stops early (TNM_LIMIT: by time_limit or progress) is no failure. The mask then holds
 * whole tiles and the dense margin; entries of tiles that were not solved are left as they were,
 * and so are their prices, but for those of tiles that were being worked on, which hold anything.
 * To tell which were solved, fill a mask of bytes with 2 beforehand. After a failure mask and
 * prices hold anything, and result->status is TNM_LIMIT. */
tnm_error tnm_solve(const tnm_matrix *weights, const tnm_problem *problem,
                    const tnm_options *options, const tnm_mask_view *mask, int64_t *prices,
                    tnm_result *result);

/* Grades a mask that anyone made, from the weights, the mask and (where not NULL) prices only:
 * exact objective, exact bound by weak duality, broken tiles and entries dropped of a dense margin.
 * Trusts nobody. The mask is only read; any byte other than 0 is an entry kept. It runs to the end:
 * there is no progress and no time_limit. After a failure result->status is TNM_LIMIT. */
tnm_error tnm_check(const tnm_matrix *weights, const tnm_problem *problem,
                    const tnm_options *options, const tnm_mask_view *mask, const int64_t *prices,
                    tnm_result *result);

#ifdef __cplusplus
}
#endif
#endif
