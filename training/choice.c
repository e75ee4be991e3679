/* The choice of products: see choice.h. */
#include "training/choice.h"

#include <math.h>
#include <stdlib.h>

enum { REPETITIONS = 7 };

/* The signals on both sides of a layer. */
typedef struct bench {
    tnm_parameter *parameter;
    const float *seen; /* cols x columns */
    size_t columns;
    float *left; /* rows x columns */
    float *back; /* cols x columns */
    bool first;  /* of the network: nobody asks for what is behind it */
    bool kept_only;
    int threads;
} bench;

static double time_step(const bench *self)
{
    double start = tnm_now();
    tnm_parameter_refresh(self->parameter);
    tnm_parameter_forward(self->parameter, self->seen, self->columns, self->left, self->threads);
    if (!self->first)
        tnm_parameter_backward(self->parameter, self->left, self->columns, self->back,
                               self->threads);
    tnm_parameter_gradient(self->parameter, self->left, self->seen, self->columns, self->kept_only,
                           self->threads);
    return tnm_now() - start;
}

/* Puts the mask on once more, for other products. `mask` is a copy of it. */
static tnm_error use(const bench *self, const tnm_mask_aim *aim, bool sparse, const uint8_t *mask)
{
    return tnm_parameter_mask(self->parameter, &aim->problem, aim->transposable, sparse, mask);
}

/* Both ways in turn, so that what disturbs the machine disturbs both. */
static tnm_error time_both(const bench *self, const tnm_mask_aim *aim, const uint8_t *mask,
                           tnm_product_times *times)
{
    tnm_error error = TNM_OK;
    *times = (tnm_product_times){INFINITY, INFINITY};
    for (size_t k = 0; k < REPETITIONS; k++) {
        TNM_TRY(use(self, aim, false, mask));
        times->dense = fmin(times->dense, time_step(self));
        TNM_TRY(use(self, aim, true, mask));
        times->sparse = fmin(times->sparse, time_step(self));
    }
out:
    return error;
}

static tnm_error choose(tnm_masker *masker, size_t number, const tnm_network *network,
                        tnm_product_times *times)
{
    tnm_error error = TNM_OK;
    const tnm_mask_aim *aim = &masker->recipe->aims[number];
    tnm_mask_slot *slot = &masker->slots[number];
    bench self = {.parameter = aim->parameter,
                  .first = aim->parameter == network->parameters[0],
                  .kept_only = masker->recipe->fixed,
                  .threads = network->threads};
    self.seen = tnm_network_seen(network, aim->parameter, &self.columns);
    TNM_TRY(TNM_NEW(self.left, aim->parameter->rows * self.columns));
    TNM_TRY(TNM_NEW(self.back, aim->parameter->cols * self.columns));
    TNM_TRY(time_both(&self, aim, slot->found, times));
    slot->sparse_products = times->sparse < times->dense;
    TNM_TRY(use(&self, aim, slot->sparse_products, slot->found));
out:
    free(self.left);
    free(self.back);
    return error;
}

tnm_error tnm_choose_products(tnm_masker *masker, const tnm_network *network,
                              tnm_product_times *times)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < masker->recipe->aim_count; k++) {
        times[k] = (tnm_product_times){0};
        if (masker->recipe->aims[k].products == TNM_PRODUCTS_AUTO)
            TNM_TRY(choose(masker, k, network, &times[k]));
    }
out:
    return error;
}
