/* Seeded bands of small tiles of every kind, and what a method makes of them. */
#ifndef TNM_TESTS_TILES_H
#define TNM_TESTS_TILES_H

#include "solver/method.h"
#include "tests/testlib.h"

/* name, scores */
#define TNM_TILE_KINDS(X)                                                                          \
    X(GAUSSIAN, "gaussian")     /* |N(0,1)| */                                                     \
    X(TIES, "ties")             /* 0, 1, 2 or 3 */                                                 \
    X(ZEROS, "zeros")           /* nothing else */                                                 \
    X(CONSTANT, "constant")     /* one number */                                                   \
    X(COARSE, "coarse")         /* gaussian with 3 significant bits */                             \
    X(SPARSE, "sparse")         /* gaussian, four of five are 0 */                                 \
    X(DEAD, "dead lines")       /* gaussian, some rows and columns are 0 */                        \
    X(DENORMAL, "denormals")    /* a few of the smallest floats there are, some gaussian */        \
    X(WIDE, "wide range")       /* exp(8 N(0,1)) */                                                \
    X(EXTREME, "extreme range") /* from the smallest float to the largest */                       \
    X(DOUBLE, "doubles")        /* gaussian in float64 */

typedef enum tnm_tile_kind {
#define X(kind, name) TNM_TILES_##kind,
    TNM_TILE_KINDS(X)
#undef X
        TNM_TILE_KIND_COUNT
} tnm_tile_kind;

const char *tnm_tile_kind_name(tnm_tile_kind kind);

/* Whether all tiles of a kind fit `bits` of fixed point (up to M = 64, as good as always). */
bool tnm_tile_kind_is_tame(tnm_tile_kind kind);

/* A band in memory of its own. */
typedef struct tnm_tiles {
    tnm_band band;
    float *scores;
    double *doubles;
} tnm_tiles;

/* Aborts without memory. */
tnm_tiles tnm_tiles_make(tnm_tile_kind kind, int m, size_t tiles, tnm_random *random);
/* One tile with the scores given, row-major. */
tnm_tiles tnm_tiles_of(int m, const float *scores);
void tnm_tiles_free(tnm_tiles *tiles);

/* Writes a tile as a text instance (instances/text.h) into the folder the tests run in and notes
 * its name, so that a failure can be replayed. */
void tnm_tiles_save(const tnm_tiles *tiles, size_t tile, const tnm_problem *problem,
                    const char *name);

/* A method's answer to a band, graded. */
typedef struct tnm_attempt {
    tnm_error error;
    uint64_t *rows;
    int64_t *prices;
    double *objectives; /* of each tile, correctly rounded */
    tnm_verdict verdict;
} tnm_attempt;

tnm_attempt tnm_attempt_make(const tnm_method *method, const tnm_problem *problem,
                             const tnm_band *band);
/* The same with parameters, "name=value" strings ended by NULL, or NULL. */
tnm_attempt tnm_attempt_with(const tnm_method *method, const tnm_problem *problem,
                             const tnm_band *band, const char *const *parameters);
/* The answer to one tile of m*m scores, row-major; parameters as above. */
tnm_attempt tnm_attempt_tile(const tnm_method *method, const tnm_problem *problem,
                             const float *scores, const char *const *parameters);
/* Whether the first m words of an answer to one tile are these. */
bool tnm_attempt_keeps(const tnm_attempt *attempt, size_t m, const uint64_t *rows);
/* What part of the optimum, which keeps exactly N, the method misses; negative where it keeps
 * more. */
double tnm_mean_gap(const tnm_method *method, const tnm_problem *problem, const tnm_band *band,
                    const char *const *parameters);
void tnm_attempt_free(tnm_attempt *attempt);

#endif
