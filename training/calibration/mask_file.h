/* The masks of a network as a file, as `tnm prune --masks` writes them (docs/formats.md):
 * NAME.mask, BOOL, of the shape of NAME, and the question in the metadata. */
#ifndef TNM_TRAINING_CALIBRATION_MASK_FILE_H
#define TNM_TRAINING_CALIBRATION_MASK_FILE_H

#include "training/network/network.h"

/* Writes the masks of all masked parameters; `score` is what they were found for. */
tnm_error tnm_mask_file_write(const tnm_network *network, const char *path, tnm_score score);

#endif
