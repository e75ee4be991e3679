/* What belongs together: a tensor of the original, and the masked one, mask and certificate of it.
 */
#ifndef TNM_PRUNING_VERIFY_MATCH_H
#define TNM_PRUNING_VERIFY_MATCH_H

#include "pruning/verify.h"

/* Each with the number of its file. */
typedef struct tnm_match {
    const tnm_tensor *masked;             /* NULL: missing, or of another type or shape */
    const tnm_tensor *mask, *certificate; /* of masked tensors, where they are asked for */
    size_t masked_file, mask_file, certificate_file;
} tnm_match;

/* Finds them by name: files may be cut otherwise. TNM_ERROR_DATA where there is no mask or
 * certificate, or one that does not fit. */
tnm_error tnm_match_find(tnm_match *match, const tnm_prune_entry *entry,
                         const tnm_verify_request *request);

/* Compares the metadata of the masked checkpoint with those of the original: TNM_ERROR_DATA, which
 * is a fault, for an entry that is missing, changed or new. */
tnm_error tnm_match_metadata(const tnm_verify_request *request);

#endif
