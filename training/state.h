/* States: what a training that is interrupted needs in order to go on as if nothing had happened.
 *
 * A state is a safetensors file beside the output, ".NET.tnm-training" for NET, and is replaced as
 * a whole, so that a training that is killed finds the state of its last full epoch:
 *
 *     NAME                 every parameter as it is; weights whole, with what their masks drop
 *     NAME.velocity        of every parameter that descends
 *     NAME.mask            BOOL, of every masked parameter
 *     NAME.prices          I64 (tiles, 2m+1), that prove it, where the method is exact
 *     training.epochs      F64 (epochs begun, numbers of tnm_epoch)
 *     training.seconds     F64 (parts)
 *
 * The metadata hold the facts of the recipe, and NAME.chosen, the products that were chosen. */
#ifndef TNM_TRAINING_STATE_H
#define TNM_TRAINING_STATE_H

#include "training/masker.h"
#include "training/record.h"

/* All that a state is about; borrowed. Reading one fills what is pointed to. */
typedef struct tnm_training_state {
    tnm_network *network;
    float *const *velocities; /* one a parameter of the network; NULL where it does not descend */
    tnm_masker *masker;
    tnm_training_record *record;
    const tnm_facts *facts;
} tnm_training_state;

/* The name of the state for an output; NULL without memory. Released with free(). */
char *tnm_training_state_name(const char *output);

/* To be called once every masked parameter has its mask. */
tnm_error tnm_training_state_write(const tnm_training_state *state, const char *path);

/* Reads one that fits; masks go on their parameters. TNM_ERROR_NO_INPUT where there is none;
 * TNM_ERROR_DATA, naming the fact or the tensor, where it is of another training. */
tnm_error tnm_training_state_read(const tnm_training_state *state, const char *path);

#endif
