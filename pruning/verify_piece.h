/* One piece of a masked checkpoint beside the same piece of its original, in the memory of one
 * thread. */
#ifndef TNM_PRUNING_VERIFY_PIECE_H
#define TNM_PRUNING_VERIFY_PIECE_H

#include "pruning/slot.h"
#include "pruning/verify_match.h"

typedef struct tnm_verifier {
    tnm_slot slot;                /* the original; its verdict is that of the masked piece */
    unsigned char *masked;        /* the same piece of the masked tensor */
    size_t row_most, column_most; /* kept by any row, any column, of a tile of the piece */
    tnm_worst_tile worst;         /* of the piece */
} tnm_verifier;

/* Takes memory for the largest piece. On failure nothing is owned. */
tnm_error tnm_verifier_init(tnm_verifier *verifier, const tnm_verify_request *request);
/* Accepts a zeroed one. */
void tnm_verifier_free(tnm_verifier *verifier);

/* Reads and compares the piece that the slot was told of, of a tensor that was found. `fault`
 * receives TNM_OK, or TNM_ERROR_DATA where something is not as it should be, with the first such
 * thing as the message. Fails where something cannot be read or graded. */
tnm_error tnm_verifier_check(tnm_verifier *verifier, const tnm_verify_request *request,
                             const tnm_match *match, tnm_error *fault);

#endif
