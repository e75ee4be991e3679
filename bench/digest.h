/* A study condensed: what each method does to each group of matrices, under each problem. */
#ifndef TNM_BENCH_DIGEST_H
#define TNM_BENCH_DIGEST_H

#include "bench/journal.h"
#include "bench/statistics.h"

/* Seconds added to times before their geometric mean is taken. */
#define TNM_DIGEST_SHIFT 0.001

/* One method, one problem, one group of matrices. Sums and means are over the runs that finished,
 * gaps of tiles over all their tiles. Numbers without meaning are NaN. */
typedef struct tnm_stratum {
    const char *group;
    const tnm_problem *problem;
    const tnm_entrant *entrant;
    size_t runs, refused, limited, finished;
    const char *reason; /* of the refusals, or "" */
    size_t tiles, tiles_optimal, tiles_broken, short_lines;
    double objective, bound, total;
    double tile_gap_mean;
    tnm_interval interval; /* of that mean, 95 %, by bootstrap over the bins of `gaps` */
    tnm_gaps gaps;
    double worst; /* gap of a tile, */
    const char *worst_matrix;
    size_t worst_tile;
    size_t tiles_better, tiles_equal, tiles_worse; /* than the baseline */
    double difference;                             /* mean over tiles of gap - baseline's gap */
    /* what the clock decides */
    double seconds_per_tile; /* the least of the repetitions, summed over matrices */
    double seconds_mean;     /* shifted geometric mean of a run's seconds */
    double seconds_par2;     /* without a time limit: the mean */
} tnm_stratum;

typedef struct tnm_digest {
    const tnm_schedule *schedule; /* borrowed */
    char **cells;                 /* private: the rows that records point into */
    tnm_record *records;          /* of each run */
    const char **groups;          /* in the order of the plan; "all" behind them if several */
    size_t group_count;
    tnm_stratum *strata; /* (group, problem, entrant), row-major */
    size_t unsound;      /* runs whose method promises more than it kept: a proof, or a mask that
                            obeys the constraint */
} tnm_digest;

/* Condenses a journal in which no row is missing. On failure nothing is owned. */
tnm_error tnm_digest_init(tnm_digest *digest, const tnm_journal *journal);
/* Accepts a zeroed digest. */
void tnm_digest_free(tnm_digest *digest);

const tnm_stratum *tnm_digest_at(const tnm_digest *digest, size_t group, size_t problem,
                                 size_t entrant);

/* The gap of all that was kept, (bound - objective) / bound; NaN where nothing finished. */
double tnm_stratum_gap(const tnm_stratum *stratum);

/* The power law of an entrant's seconds a tile over M, for one group and constraint; false where
 * there are fewer than three sides M. */
bool tnm_digest_slope(const tnm_digest *digest, size_t group, size_t entrant,
                      tnm_constraint constraint, tnm_power_law *law);

#endif
