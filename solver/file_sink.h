/* A sink that writes .npy files: the mask, the certificates, or both, piece by piece while tiles
 * are still being solved. */
#ifndef TNM_SOLVER_FILE_SINK_H
#define TNM_SOLVER_FILE_SINK_H

#include "instances/npy.h"
#include "solver/sink.h"

typedef struct tnm_file_sink {
    tnm_output mask, prices; /* unopened where not wanted */
    size_t mask_cols, prices_cols;
    tnm_sink sink; /* for tnm_job; borrows this structure, which must not move */
} tnm_file_sink;

/* Creates the files, bool of the shape of the matrix and int64 of shape (tiles, 2m+1); a NULL path:
 * not wanted. Fails as tnm_npy_begin does, and then nothing is owned. */
tnm_error tnm_file_sink_open(tnm_file_sink *sink, const tnm_tiling *tiling, const char *mask,
                             const char *prices);
/* Makes both files stand, first the mask. */
tnm_error tnm_file_sink_commit(tnm_file_sink *sink);
/* Forgets what is not committed. Accepts a zeroed sink. */
void tnm_file_sink_abort(tnm_file_sink *sink);

#endif
