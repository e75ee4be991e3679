/* The contract of a layer: one step of a network, forwards and back.
 *
 * A layer never allocates in a pass. It reads the signal that entered it and writes the one that
 * leaves; on the way back it gets the derivative of the loss by what left, adds nothing to it, and
 * writes the derivative by what entered and those by its parameters. Adding a layer is one file
 * that defines a tnm_layer_kind, and a line below. */
#ifndef TNM_TRAINING_NETWORK_LAYER_H
#define TNM_TRAINING_NETWORK_LAYER_H

#include "training/network/parameter.h"
#include "training/network/signal.h"

/* What a forward pass is for. */
typedef enum tnm_pass {
    TNM_PASS_TRAIN,      /* batch statistics normalise, and running ones follow */
    TNM_PASS_EVALUATE,   /* running statistics normalise */
    TNM_PASS_REESTIMATE, /* batch statistics normalise, and running ones become their mean over all
                            such passes since tnm_network_forget_statistics */
} tnm_pass;

enum { TNM_LAYER_PARAMETERS = 4, TNM_LAYER_NAME = 32 }; /* at most */

typedef struct tnm_layer_kind tnm_layer_kind;

/* A layer as the architecture wants it. */
typedef struct tnm_layer_plan {
    const tnm_layer_kind *kind;
    char name[TNM_LAYER_NAME]; /* "fc1"; empty where there are no parameters */
    size_t outputs;            /* channels that leave; 0 where the input says how many */
} tnm_layer_plan;

typedef struct tnm_layer {
    const tnm_layer_kind *kind;
    tnm_shape input, output;
    tnm_parameter parameters[TNM_LAYER_PARAMETERS];
    size_t parameter_count;
    void *memory; /* the kind's own, owned */
    size_t most_samples;
    int threads; /* at most; 1 or more */
} tnm_layer;

/* What a layer gets on the way back. */
typedef struct tnm_way_back {
    const tnm_signal *input, *output; /* of the forward pass, unchanged */
    const tnm_signal *output_slope;   /* derivatives of the loss by the output */
    tnm_signal *input_slope;          /* and by the input, to be written; NULL: nobody asks */
    bool kept_only;                   /* see tnm_parameter_gradient */
} tnm_way_back;

struct tnm_layer_kind {
    /* Finds `kind`, `input`, `most_samples` and `threads` set; sets `output` and describes the
     * parameters. The network releases these, even those of a call that failed. TNM_ERROR_USAGE
     * where the input is too small. */
    tnm_error (*describe)(tnm_layer *layer, const tnm_layer_plan *plan);
    /* Takes `memory`, which `close` releases, even after a failure. NULL: it needs none. */
    tnm_error (*open)(tnm_layer *layer);
    void (*forward)(tnm_layer *layer, tnm_pass pass, const tnm_signal *input, tnm_signal *output);
    void (*backward)(tnm_layer *layer, const tnm_way_back *way);
    /* What the product with the weights saw in the last forward pass; NULL: the input itself. */
    const float *(*seen)(const tnm_layer *layer);
    void (*forget)(tnm_layer *layer); /* statistics of TNM_PASS_REESTIMATE; NULL: it has none */
    void (*close)(tnm_layer *layer);  /* accepts `memory` to be NULL; NULL: there is none */
};

extern const tnm_layer_kind tnm_linear_layer;
extern const tnm_layer_kind tnm_rectify_layer;
extern const tnm_layer_kind tnm_convolution_layer;
extern const tnm_layer_kind tnm_normalise_layer;
extern const tnm_layer_kind tnm_pool_layer;
extern const tnm_layer_kind tnm_flatten_layer;

/* Threads worth starting for a pass over so many numbers. */
int tnm_layer_threads(const tnm_layer *layer, size_t numbers);

#endif
