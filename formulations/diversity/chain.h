/* Random masks by a chain of small changes, for sizes that the counting table does not reach: only
 * approximately uniform, and not independent.
 *
 * A trade takes two rows, pools the columns in which exactly one of them keeps an entry, and deals
 * them out again at random, so that both rows keep as many as before [strona2014]. Column sums
 * stay, every trade is as likely as its reverse, and trades connect all masks of given line sums,
 * so the chain tends to the uniform distribution [carstens2015]. Under `atmost` single entries are
 * turned as well, where the constraint allows it.
 *
 * How fast it forgets is measured, not assumed: by the autocorrelation of the overlap with the mask
 * it started from, the entries both keep. */
#ifndef TNM_FORMULATIONS_DIVERSITY_CHAIN_H
#define TNM_FORMULATIONS_DIVERSITY_CHAIN_H

#include "formulations/diversity/stream.h"
#include "instances/base.h"

typedef struct tnm_chain {
    tnm_problem problem;
    tnm_stream stream;
    uint64_t rows[TNM_MAX_TILE];  /* the mask; formulations/mask.h */
    uint64_t start[TNM_MAX_TILE]; /* the mask of the beginning: bands along the diagonal */
    uint8_t columns[TNM_MAX_TILE];
} tnm_chain;

/* A valid problem. */
void tnm_chain_start(tnm_chain *chain, const tnm_problem *problem, uint64_t seed);
/* M trades of random pairs of rows; under `atmost` also M^2 attempts to turn an entry. */
void tnm_chain_sweep(tnm_chain *chain);

/* What `sweeps` sweeps had in common with the start. */
typedef struct tnm_mixing {
    double mean, variance; /* of the overlap; the mean of uniform masks is N^2 under `equal` */
    double time;           /* integrated autocorrelation, in sweeps: 1 if all were independent */
} tnm_mixing;

/* Goes on for `sweeps` > 1 sweeps and looks at them. The autocorrelations are added up to the first
 * lag beyond 5 times their sum [sokal1997]. TNM_ERROR_MEMORY. */
tnm_error tnm_chain_diagnose(tnm_mixing *mixing, tnm_chain *chain, size_t sweeps);

#endif
