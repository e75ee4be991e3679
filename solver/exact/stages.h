/* Statistics of the exact method's stages: tiles, half rounds, time.
 *
 * Work runs in one stage at a time. The clock is read where the stage changes and nowhere else, so
 * that long runs of tiles proven by the same stage cost nothing. */
#ifndef TNM_SOLVER_EXACT_STAGES_H
#define TNM_SOLVER_EXACT_STAGES_H

#include "instances/base.h"

#include <stdio.h>

typedef enum tnm_stage {
    TNM_STAGE_NONE, /* between two bands */
    TNM_STAGE_WARM,
    TNM_STAGE_ASCENT,
    TNM_STAGE_LISTS,
    TNM_STAGE_PATHS,
    TNM_STAGE_REFINED,
    TNM_STAGE_TIED,
    TNM_STAGE_AUGMENT,
    TNM_STAGE_REPAIR,
    TNM_STAGES
} tnm_stage;

/* All zero at first. */
typedef struct tnm_stages {
    size_t tiles[TNM_STAGES];       /* tiles a stage proved */
    size_t half_rounds[TNM_STAGES]; /* half rounds it took, over all tiles it saw */
    double seconds[TNM_STAGES];     /* time spent in it */
    tnm_stage current;              /* the stage at work ... */
    double since;                   /* ... and when it began, on the clock of tnm_now() */
} tnm_stages;

/* From now on, time is that of `stage`; of nobody for TNM_STAGE_NONE. */
static inline void tnm_stages_enter(tnm_stages *stages, tnm_stage stage)
{
    if (stage == stages->current)
        return;
    double now = tnm_now();
    if (stages->current != TNM_STAGE_NONE)
        stages->seconds[stages->current] += now - stages->since;
    stages->current = stage;
    stages->since = now;
}

/* Adds the statistics of another thread. */
void tnm_stages_add(tnm_stages *stages, const tnm_stages *other);

/* A `c` line for each stage; times as shares of the sum of all. */
void tnm_stages_report(const tnm_stages *stages, FILE *stream);

#endif
