/* Masks a whole checkpoint: a plan, a stream of pieces, a masked checkpoint of the same layout.
 *
 * Kept values are bit-identical, dropped ones become zero bits, and everything else is the same,
 * byte for byte. Outputs appear when they are complete, the checkpoint last. A run that is ended,
 * by whatever means, leaves old outputs as they were; what it had done is kept beside them, and
 * `resume` goes on there and ends with the same bytes (pruning/logbook.h). */
#ifndef TNM_PRUNING_PRUNE_H
#define TNM_PRUNING_PRUNE_H

#include "pruning/masking.h"

typedef struct tnm_prune_request {
    const tnm_prune_plan *plan;
    tnm_output_paths paths;
    bool resume;
    tnm_masking_method how;
    double time_limit; /* seconds; 0: none */
    atomic_bool *stop; /* never NULL */
    tnm_masking_progress progress;
    void *progress_context;
    /* Hears what was done when it is on the disk, before any output takes the place of an old one;
     * where it fails, none does. NULL: nobody does. */
    tnm_error (*settled)(void *context, const tnm_prune_totals *totals, size_t resumed);
    void *settled_context;
} tnm_prune_request;

/* Runs it. */
tnm_error tnm_prune(const tnm_prune_request *request);

/* What a run will take: bytes of its outputs (0: not wanted), and seconds of solving on all its
 * threads, measured on a piece of the largest tensor of every pattern. */
typedef struct tnm_prune_estimate {
    size_t checkpoint, masks, certificates;
    double seconds;
} tnm_prune_estimate;

/* Reads and solves samples; writes nothing. */
tnm_error tnm_prune_foresee(const tnm_prune_request *request, tnm_prune_estimate *estimate);

#endif
