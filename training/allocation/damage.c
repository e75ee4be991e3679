/* Measuring damage: see damage.h. */
#include "training/allocation/damage.h"

#include <stdlib.h>

/* A measurement of all. */
typedef struct run {
    const tnm_damage_request *asked;
    tnm_calibration one; /* the same networks; at most one layer is wanted */
    double whole_loss;   /* mean, of the whole network */
    size_t done, all;    /* measurements */
} run;

static tnm_error mean_loss(double *loss, tnm_network *network, const tnm_sample_choice *samples)
{
    tnm_score_card card;
    tnm_error error = tnm_passes_grade(network, samples, &card);
    if (error == TNM_OK)
        *loss = card.loss / (double)card.samples;
    return error;
}

/* Masks the layer, and fits it where that is asked for or its error is. */
static tnm_error mask_one(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_damage_request *asked = self->asked;
    tnm_calibration_fit fit = asked->fit;
    fit.progress = NULL; /* that of all measurements is told instead */
    TNM_TRY(tnm_calibration_mask(&self->one, asked->search));
    if (fit.how.rule != TNM_FIT_NONE || asked->kind == TNM_DAMAGE_ERROR)
        TNM_TRY(tnm_calibration_run(&self->one, &fit));
out:
    return error;
}

static tnm_error measure_one(run *self, tnm_calibrated_layer *layer, double *damage)
{
    tnm_error error = TNM_OK;
    const tnm_damage_request *asked = self->asked;
    double loss = 0;
    TNM_TRY(mask_one(self));
    if (asked->kind == TNM_DAMAGE_LOSS)
        TNM_TRY(mean_loss(&loss, self->one.masked, asked->fit.samples));
    *damage = asked->kind == TNM_DAMAGE_LOSS ? loss - self->whole_loss : layer->fit.fitted;
    if (!(*damage > TNM_DAMAGE_FLOOR))
        *damage = TNM_DAMAGE_FLOOR;
out:
    tnm_calibration_restore(&self->one);
    return error;
}

/* Products of a sample that the weights of this name take part in, by the last pass. */
static size_t positions_of(tnm_network *network, const char *name)
{
    const tnm_parameter *weight = tnm_network_find(network, name);
    size_t columns, samples = tnm_network_input(network)->samples;
    (void)tnm_network_seen(network, weight, &columns);
    return columns / samples;
}

static bool is_offered(const tnm_parameter *weight, const tnm_problem *pattern)
{
    return weight->rows >= (size_t)pattern->m && weight->cols >= (size_t)pattern->m;
}

static tnm_error measure_layer(run *self, tnm_damage_table *table, size_t number)
{
    tnm_error error = TNM_OK;
    const tnm_damage_request *asked = self->asked;
    tnm_calibrated_layer *layer = &self->one.layers[number];
    layer->wanted = true;
    for (size_t k = 0; k < asked->count && error == TNM_OK; k++, self->done++) {
        if (asked->fit.progress != NULL)
            asked->fit.progress(asked->fit.progress_context, self->done, self->all);
        if (!is_offered(layer->weight, &asked->patterns[k]))
            continue;
        layer->problem = asked->patterns[k];
        tnm_damage_row row = {.layer = layer->weight->name,
                              .n = layer->problem.n,
                              .m = layer->problem.m,
                              .weights = tnm_parameter_size(layer->weight),
                              .positions = positions_of(self->one.whole, layer->weight->name)};
        error = measure_one(self, layer, &row.damage);
        row.kept = layer->kept;
        if (error == TNM_OK)
            error = tnm_damage_table_add(table, &row);
    }
    layer->wanted = false;
    return error;
}

static tnm_error open_run(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_calibration *given = self->asked->calibration;
    TNM_TRY(tnm_calibration_open(&self->one, given->whole, given->masked));
    TNM_TRY(mean_loss(&self->whole_loss, given->whole, self->asked->fit.samples));
    for (size_t k = 0; k < given->count; k++)
        self->all += given->layers[k].wanted ? self->asked->count : 0;
out:
    return error;
}

tnm_error tnm_damage_measure(tnm_damage_table *table, const tnm_damage_request *request)
{
    tnm_error error = TNM_OK;
    run self = {.asked = request};
    *table = (tnm_damage_table){0};
    TNM_TRY(open_run(&self));
    for (size_t k = 0; k < request->calibration->count; k++) {
        if (request->calibration->layers[k].wanted)
            TNM_TRY(measure_layer(&self, table, k));
    }
out:
    tnm_calibration_close(&self.one);
    if (error != TNM_OK)
        tnm_damage_table_close(table);
    return error;
}
