/* Masks that follow the weights: found anew every so many steps, as [hubara2021] does.
 *
 * A masker serves all masked parameters of a network. Each time it is called they get the best
 * masks of |w| that a method finds. Between two calls weights move little, so an exact method
 * starts from the prices that proved the mask before. A mask for rows only comes from a method for
 * rows (row-nm). */
#ifndef TNM_TRAINING_MASKER_H
#define TNM_TRAINING_MASKER_H

#include "training/recipe.h"

/* What is kept for one parameter. */
typedef struct tnm_mask_slot {
    uint8_t *found;   /* the mask of the search under way */
    int64_t *prices;  /* that prove the mask in force, tiles * (2m+1); NULL: the method has none */
    int64_t *renewed; /* those of the search under way */
    size_t price_count;
    bool sparse_products;
} tnm_mask_slot;

typedef struct tnm_masker {
    const tnm_recipe *recipe;
    tnm_mask_slot *slots; /* one an aim, owned */
    bool warm;            /* prices are those of the masks in force */
    int threads;          /* 0: all cores */
} tnm_masker;

/* What one search changed. */
typedef struct tnm_flips {
    size_t changed, compared; /* entries that are on the other side than before; all; none of either
                                 where there was no mask before */
} tnm_flips;

/* Prepares for the aims of a recipe, which is borrowed. On failure nothing is owned. */
tnm_error tnm_masker_open(tnm_masker *masker, const tnm_recipe *recipe, int threads);
/* Accepts a zeroed one. Masks stay on their parameters. */
void tnm_masker_close(tnm_masker *masker);

/* Finds the masks of the weights as they are, and puts them on. TNM_ERROR_INTERRUPTED when `stop`
 * was set, TNM_ERROR_LIMIT when the deadline (on the clock of tnm_now(); 0: none) came before all
 * were found: masks and prices are as before then. TNM_ERROR_DATA, naming the parameter, for a
 * method that breaks the pattern and for weights that are no numbers. */
tnm_error tnm_masker_renew(tnm_masker *masker, atomic_bool *stop, double deadline,
                           tnm_flips *flips);

/* Puts a mask of an earlier run on, with prices (may be NULL) to start from. */
tnm_error tnm_masker_restore(tnm_masker *masker, size_t aim, const uint8_t *mask,
                             const int64_t *prices);

/* What [hubara2021] reports for masks of ResNet50, found anew every 40 steps on hardware that is
 * not named: time for masks over that of dense training. */
typedef struct tnm_published_overhead {
    const char *method;
    double overhead;
} tnm_published_overhead;
extern const tnm_published_overhead tnm_published_overheads[]; /* ends with a row without a name */

#endif
