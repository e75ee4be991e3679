/* The contract of a method: how an answer is found.
 *
 * A method is a row of constants and four functions. open() makes the workspace of one thread for
 * one problem; solve() answers a whole band of tiles, so that a method may work on many tiles at
 * once; close() releases. Nothing is allocated per tile. A method never judges itself: what it
 * returns is graded by formulations/verify. Adding a method is one file and one row of a table. */
#ifndef TNM_SOLVER_METHOD_H
#define TNM_SOLVER_METHOD_H

#include "formulations/verify.h"
#include "solver/parameters.h"

#include <stdatomic.h>
#include <stdio.h>

typedef enum tnm_capability {
    TNM_METHOD_EXACT = 1,     /* its masks are optimal, and it returns prices that prove it */
    TNM_METHOD_COMPLETES = 2, /* as published keeps at most N; under `equal` short lines are
                                 filled by solver/completion */
    TNM_METHOD_RANDOM = 4,    /* draws from the seed */
    TNM_METHOD_RELAXED = 8,   /* solves a relaxation: its masks may break the constraint */
    TNM_METHOD_SIGNED = 16    /* looks at the weights with their signs: band->weights is loaded */
} tnm_capability;

/* What a method is told when it is opened; outlives the workspace. */
typedef struct tnm_settings {
    uint64_t seed;
    atomic_bool *stop;             /* set from outside, by a signal say; never NULL */
    double deadline;               /* on the clock of tnm_now(); 0: none */
    const char *const *parameters; /* "name=value" strings ended by NULL, all of them in the
                                      method's table; or NULL */
} tnm_settings;

/* Whether to give up. Methods that may spend long on a tile ask now and then, and then return
 * TNM_ERROR_LIMIT from solve(); the others are asked nothing, drive looks between bands. */
static inline bool tnm_stop_requested(const tnm_settings *settings)
{
    return atomic_load_explicit(settings->stop, memory_order_relaxed) ||
           (settings->deadline > 0 && tnm_now() > settings->deadline);
}

/* Where a method puts its answer to a band; memory of the caller. */
typedef struct tnm_answer {
    uint64_t *rows; /* m * tiles words, see formulations/mask.h */
    /* tiles * (2m+1), see formulations/verify.h; NULL: not wanted. Every scale arrives as
     * TNM_NO_PRICES, so a method without prices leaves them alone. */
    int64_t *prices;
    const int64_t *warm_prices; /* like prices: a guess to start from; NULL: none */
} tnm_answer;

/* The certificate of a tile, where prices are wanted. */
static inline int64_t *tnm_certificate_of(const tnm_answer *answer, size_t m, size_t tile)
{
    return answer->prices + tile * tnm_certificate_length(m);
}

typedef struct tnm_method {
    const char *name;      /* as typed after -m */
    const char *summary;   /* one line */
    const char *reference; /* key into docs/references.bib, or NULL for our own */
    unsigned capabilities;
    int largest_m;                          /* largest tile side it accepts */
    const tnm_method_parameter *parameters; /* what --set may say; NULL: nothing */
    /* NULL when the method applies to the problem, otherwise why not, in a word or two ("only
     * 2:4"); may itself be NULL: applies to all up to largest_m. */
    const char *(*refuses)(const tnm_problem *problem);
    tnm_error (*open)(void **workspace, const tnm_problem *problem, const tnm_settings *settings);
    tnm_error (*solve)(void *workspace, const tnm_band *band, tnm_answer *answer);
    void (*close)(void *workspace); /* accepts NULL */
    /* Adds this workspace's statistics to those of earlier ones, and prints them as `c` lines; both
     * may be NULL. */
    void (*merge)(void *workspace, const void *other);
    void (*report)(const void *workspace, FILE *stream);
} tnm_method;

/* Why `method` cannot answer `problem`, or NULL when it can. */
const char *tnm_method_refuses(const tnm_method *method, const tnm_problem *problem);

/* A method by name, among our own (always present, no foreign library) ... */
const tnm_method *tnm_own_method(const char *name);
extern const tnm_method *const tnm_own_methods[]; /* ends with NULL */

#endif
