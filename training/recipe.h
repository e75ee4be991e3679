/* Recipes: all that decides what a training does.
 *
 * A recipe, a network to start from and a data set give the same trained network, to the byte, for
 * any number of threads and however often the training was interrupted. So a recipe can be told as
 * facts, pairs of words, which go into what a training leaves behind, and which an interrupted
 * training is compared with before it goes on. */
#ifndef TNM_TRAINING_RECIPE_H
#define TNM_TRAINING_RECIPE_H

#include "instances/safetensors.h"
#include "solver/method.h"
#include "training/dataset.h"
#include "training/network/network.h"

/* Which products a masked layer is computed with. */
typedef enum tnm_products {
    TNM_PRODUCTS_DENSE,  /* of S .* W, zeros and all */
    TNM_PRODUCTS_SPARSE, /* that skip what is dropped; for transposable masks */
    TNM_PRODUCTS_AUTO    /* of the two what is found to be faster before the first step */
} tnm_products;

/* "dense", "sparse", "auto". */
const char *tnm_products_name(tnm_products products);

/* One weight matrix that is to be masked. */
typedef struct tnm_mask_aim {
    tnm_parameter *parameter; /* of the network; borrowed */
    tnm_problem problem;
    bool transposable;     /* or along rows only */
    tnm_products products; /* dense, where not transposable */
} tnm_mask_aim;

typedef struct tnm_recipe {
    size_t epochs, batch; /* passes over the samples, samples a step */
    double rate, momentum, decay, masked_decay;
    size_t warm_up; /* epochs; see training/descent.h */
    uint64_t seed;  /* of the order of samples, and of methods that draw */

    const tnm_mask_aim *aims; /* borrowed */
    size_t aim_count;
    const tnm_method *method;      /* finds the masks; NULL where there are no aims */
    const char *const *parameters; /* of the method; NULL-ended, or NULL */
    size_t mask_every;             /* steps from mask to mask */
    bool fixed; /* static: one mask, of the weights at the start; what it drops is 0 and stays so */
} tnm_recipe;

/* Steps of an epoch; the last may have fewer samples than the others. */
size_t tnm_recipe_steps(const tnm_recipe *recipe, size_t samples);

/* TNM_ERROR_USAGE, naming what cannot be. */
tnm_error tnm_recipe_validate(const tnm_recipe *recipe);

/* What a training starts from and how it goes, as metadata of safetensors files. */
typedef struct tnm_facts {
    tnm_metadata *list; /* keys and values are owned, too */
    size_t count, room; /* private: room */
} tnm_facts;

/* Tells a recipe, and with it the data set and the network as it is, whose weights are the start.
 * On failure nothing is owned. */
tnm_error tnm_facts_init(tnm_facts *facts, const tnm_recipe *recipe, const tnm_network *network,
                         const tnm_dataset *data);
/* Adds one more; NULL where memory was short when it was made. */
tnm_error tnm_facts_add(tnm_facts *facts, char *key, char *value);
void tnm_facts_free(tnm_facts *facts); /* accepts a zeroed one */

#endif
