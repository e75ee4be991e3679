/* Checks a masked checkpoint against its original: no solver is involved, and nobody's word taken.
 *
 * A masked tensor has to obey its pattern along rows and columns, its kept weights have to be the
 * original's bit by bit, and its dropped ones zero; every other tensor has to be the original's
 * byte by byte. What is kept is told by a file of masks; without one, what is not zero counts as
 * kept and at most N of M may be. Metadata have to be the original's. With certificates every mask
 * has to be optimal. */
#ifndef TNM_PRUNING_VERIFY_H
#define TNM_PRUNING_VERIFY_H

#include "formulations/verify.h"
#include "pruning/plan.h"

#include <stdatomic.h>

typedef struct tnm_verify_request {
    const tnm_prune_plan *plan; /* of the original */
    const tnm_source *masked;
    const tnm_source *masks;        /* NULL: what is not zero is kept */
    const tnm_source *certificates; /* NULL: optimality is not asked for; needs masks */
    int threads;                    /* 0: all cores */
    atomic_bool *stop;              /* never NULL */
    void (*progress)(void *context, size_t bytes, size_t tensors); /* NULL: none */
    void *progress_context;
} tnm_verify_request;

/* The tile whose mask lies farthest below its bound. */
typedef struct tnm_worst_tile {
    double gap;               /* (bound - objective) / bound; 0: no tile has any */
    const tnm_tensor *tensor; /* of the original */
    size_t positions; /* of the kernel of a convolution seen by positions; 1: no such thing */
    size_t position;
    size_t tile_row, tile_col;
} tnm_worst_tile;

typedef struct tnm_verify_report {
    tnm_verdict verdict;          /* of all masked tensors; tile numbers mean nothing */
    bool valid;                   /* no fault was found */
    char fault[1024];             /* the first in the order of the plan, a sentence */
    size_t faulty;                /* tensors with faults */
    size_t masked, copied;        /* tensors that were looked at */
    bool rows_obey, columns_obey; /* no row, no column of any tile keeps more than N */
    size_t row_most, column_most; /* kept by any row, any column, of a tile */

    /* with certificates */
    size_t unproven;                  /* tensors that some tile of is not proven, */
    const tnm_tensor *first_unproven; /* and the first of them */
    tnm_worst_tile worst;
} tnm_verify_report;

/* Looks at everything, faults or not. Fails only where something cannot be read, is not there or
 * does not fit (masks, certificates), and with TNM_ERROR_INTERRUPTED where it is stopped. */
tnm_error tnm_verify_checkpoint(const tnm_verify_request *request, tnm_verify_report *report);

#endif
