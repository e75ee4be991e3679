/* What tnm train holds while it runs, and how it tells of it. */
#ifndef TNM_CLI_TRAINING_H
#define TNM_CLI_TRAINING_H

#include "cli/options.h"
#include "pruning/eligible.h"
#include "training/training.h"

/* "dense", "row", "transposable": what is asked of all weights that can be masked. */
typedef enum cli_sparsity { CLI_DENSE, CLI_ROW, CLI_TRANSPOSABLE } cli_sparsity;
const char *cli_sparsity_name(cli_sparsity sparsity);

/* What becomes of a weight matrix, and why. */
typedef struct cli_layer {
    const tnm_parameter *parameter;
    const tnm_mask_aim *aim;     /* NULL: stays dense */
    const char *reason;          /* then: why; NULL: nothing was asked for */
    double bits;                 /* of the diversity of its masks, a weight */
    tnm_product_times chosen_by; /* 0 where there was nothing to choose */
} cli_layer;

typedef struct cli_training {
    const char *data, *from; /* folder; checkpoint, or NULL */
    size_t samples;          /* the first images, to train on; 0: all */
    cli_sparsity sparsity;
    tnm_problem problem; /* where no map says otherwise */
    tnm_products products;
    tnm_dataset train, test;
    tnm_network network;
    tnm_mask_aim *aims; /* owned */
    cli_layer *layers;  /* of all weight matrices, in order; owned */
    size_t layer_count;
    tnm_recipe recipe;
    tnm_facts facts; /* of the recipe, and the start */
    tnm_training_record record;
    const char *output, *log; /* log: or NULL */
    bool verbose;
} cli_training;

/* What decides how a training is opened, besides what it holds itself. */
typedef struct cli_training_wish {
    const char *architecture; /* NULL: that of the checkpoint, or mlp:256,128 */
    const tnm_selection *selection;
    int threads;
} cli_training_wish;

/* Opens data and network, decides which weights are masked, and completes the recipe. Close even
 * when this fails. */
tnm_error cli_training_open(cli_training *self, const cli_training_wish *wish);
/* Writes the trained network, with the facts of its training. */
tnm_error cli_training_save(const cli_training *self);
void cli_training_close(cli_training *self); /* accepts a zeroed one */

/* What is known before the first step, and each epoch, as `c` lines. */
void cli_training_banner(const cli_training *self, FILE *stream);
void cli_training_print_products(const cli_training *self, FILE *stream);
void cli_training_print_epoch(const cli_training *self, size_t number, FILE *stream);
/* The results: `s`, `a`, and unless `quiet` comments. */
void cli_training_print_end(const cli_training *self, FILE *stream, bool quiet);
/* The same as one JSON object on one line. */
tnm_error cli_training_json(const cli_training *self, FILE *stream);

/* Writes the log: a line for each epoch that is over, and at the `end` one for the whole. The file
 * is replaced as a whole. */
tnm_error cli_training_log(const cli_training *self, bool end);

#endif
