/* How a checkpoint passes through memory while it is masked.
 *
 * Every thread takes the next piece, reads it, solves it, zeroes what is dropped and writes it to
 * its place, all by itself: threads meet only to take a piece and to add up, so that none waits for
 * another, and reading, solving and writing happen side by side. As much memory is used as there
 * are threads, however large the tensors are. */
#ifndef TNM_PRUNING_MASKING_H
#define TNM_PRUNING_MASKING_H

#include "pruning/logbook.h"
#include "pruning/outputs.h"
#include "pruning/report.h"
#include "pruning/slot.h"
#include "solver/drive.h"

/* How the masks are found. */
typedef struct tnm_masking_method {
    const tnm_method *method;
    const tnm_method *grader; /* see tnm_job */
    int threads;              /* 0: all cores */
    uint64_t seed;
    const char *const *parameters; /* NULL-ended, or NULL */
} tnm_masking_method;

/* Told now and then, by one thread: bytes and tensors that are done with. */
typedef void (*tnm_masking_progress)(void *context, size_t bytes, size_t tensors);

typedef struct tnm_masking {
    const tnm_prune_plan *plan;
    const tnm_outputs *outputs;
    tnm_logbook *logbook;
    const tnm_masking_method *how;
    atomic_bool *stop;             /* set by anyone to end the run; never NULL */
    double deadline;               /* on the clock of tnm_now(); 0: none */
    tnm_masking_progress progress; /* NULL: none */
    void *progress_context;
    size_t first; /* entry of the plan to begin with */
} tnm_masking;

/* Refuses (TNM_ERROR_USAGE) a method that breaks the pattern, or does not answer that of a tensor
 * or take its parameters, before anything is read. */
tnm_error tnm_masking_check(const tnm_masking_method *how, const tnm_prune_plan *plan);

/* Masks all entries from the first on, and adds a line to the logbook for each, in their order. A
 * method that fails or breaks its constraint, and a weight that is no number, name the tensor; of
 * several failures it is that of the earliest piece. A run that is stopped ends with
 * TNM_ERROR_INTERRUPTED or, by its deadline, TNM_ERROR_LIMIT. However it ends, `finished` entries
 * are on the disk and in the logbook. */
tnm_error tnm_masking_run(const tnm_masking *masking, size_t *finished);

/* Finds the masks of a piece of an eligible tensor that was read; nothing is written. Of the
 * masking plan, method and stop are looked at. */
tnm_error tnm_masking_solve(const tnm_masking *masking, tnm_slot *slot);

#endif
