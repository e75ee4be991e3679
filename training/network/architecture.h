/* Architectures: from a word and sizes, "mlp:256,128", to the layers of a network, in order. */
#ifndef TNM_TRAINING_NETWORK_ARCHITECTURE_H
#define TNM_TRAINING_NETWORK_ARCHITECTURE_H

#include "training/network/layer.h"

enum {
    TNM_ARCHITECTURE_SIZES = 8,       /* at most, as many as a word may be followed by */
    TNM_ARCHITECTURE_LARGEST = 65536, /* size */
    TNM_ARCHITECTURE_LAYERS = 4 * TNM_ARCHITECTURE_SIZES + 2,
};

typedef struct tnm_architecture {
    bool flat; /* samples enter as columns of numbers, without a shape */
    tnm_layer_plan layers[TNM_ARCHITECTURE_LAYERS];
    size_t count;
} tnm_architecture;

/* TNM_ERROR_USAGE for an unknown word, sizes out of 1 .. LARGEST, or none or too many of them. */
tnm_error tnm_architecture_parse(tnm_architecture *architecture, const char *text, size_t classes);

#endif
