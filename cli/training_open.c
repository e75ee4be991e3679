/* What tnm train needs before its first step: see training.h. */
#include "cli/training.h"

#include "cli/network.h"
#include "formulations/diversity/diversity.h"
#include "training/state.h"

#include <stdlib.h>
#include <string.h>

/* ---- the network ------------------------------------------------------------------------- */

static tnm_error open_data(cli_training *self)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_dataset_open(&self->train, self->data, TNM_DATASET_TRAIN));
    TNM_TRY(tnm_dataset_open(&self->test, self->data, TNM_DATASET_TEST));
    if (self->samples > 0 && self->samples < self->train.count)
        self->train.count = self->samples;
out:
    return error;
}

/* Whether a network takes these images, and tells as many classes. */
static tnm_error check_fit(const cli_training *self)
{
    const tnm_network *network = &self->network;
    const tnm_dataset *train = &self->train;
    if (network->input.channels != 1 || network->input.height != train->height ||
        network->input.width != train->width || network->classes != train->classes)
        return tnm_fail(TNM_ERROR_DATA,
                        "%s: a network for %zu x %zu images and %zu classes; %s has %zu x %zu "
                        "and %zu",
                        self->from, network->input.height, network->input.width, network->classes,
                        self->data, train->height, train->width, train->classes);
    return TNM_OK;
}

static tnm_error load_network(cli_training *self, const cli_training_wish *wish, size_t most)
{
    tnm_error error = TNM_OK;
    tnm_network *network = &self->network;
    TNM_TRY(tnm_network_load(network, self->from, most, wish->threads));
    if (wish->architecture != NULL && strcmp(wish->architecture, network->architecture) != 0)
        TNM_TRY(tnm_fail(TNM_ERROR_USAGE, "--network %s: %s is %s", wish->architecture, self->from,
                         network->architecture));
    TNM_TRY(check_fit(self));
out:
    return error;
}

static tnm_error open_network(cli_training *self, const cli_training_wish *wish)
{
    enum { SAMPLES = 256 }; /* that pass at once when a network is tested */
    tnm_error error = TNM_OK;
    const tnm_dataset *train = &self->train;
    const char *architecture = wish->architecture != NULL ? wish->architecture : "mlp:256,128";
    size_t batch = self->recipe.batch, most = batch > SAMPLES ? batch : SAMPLES;
    if (self->from != NULL)
        return load_network(self, wish, most);
    TNM_TRY(tnm_network_open(&self->network, architecture,
                             (tnm_shape){1, train->height, train->width}, train->classes, most,
                             wish->threads));
    TNM_TRY(tnm_network_initialise(&self->network, self->recipe.seed));
out:
    return error;
}

/* ---- which weights are masked ------------------------------------------------------------ */

/* Why a weight matrix stays dense; NULL: it does not, and `problem` is its pattern. */
static const char *judge(const tnm_selection *selection, const tnm_parameter *parameter, bool last,
                         tnm_problem *problem)
{
    tnm_eligibility eligibility = cli_network_judge(selection, parameter, problem);
    if (eligibility != TNM_ELIGIBLE)
        return tnm_eligibility_words(eligibility);
    return last && selection->include.count == 0 ? "gives the classes" : NULL;
}

/* log2 of the number of masks, a weight: counted where that takes no time, or else estimated. */
static tnm_error measure_diversity(double *bits, const tnm_mask_aim *aim)
{
    static const tnm_need little = {.states = 1e5, .bytes = 0x1p26, .steps = 1e7};
    const tnm_extent tile = {aim->problem.m, aim->problem.m};
    tnm_diversity diversity = {.counted = false};
    tnm_error error = tnm_diversity_measure(&diversity, &aim->problem, &tile, &little, NULL, NULL);
    if (error == TNM_OK)
        *bits = tnm_diversity_bits(&diversity, aim->transposable ? tnm_diversity_log2(&diversity)
                                                                 : diversity.structured.log2);
    tnm_diversity_free(&diversity);
    return error;
}

/* The products asked for; along rows there is nothing to choose. */
static tnm_products products_of(const cli_training *self)
{
    bool choice = self->sparsity == CLI_TRANSPOSABLE || self->products != TNM_PRODUCTS_AUTO;
    return choice ? self->products : TNM_PRODUCTS_DENSE;
}

static tnm_error add_layer(cli_training *self, const tnm_selection *selection,
                           tnm_parameter *parameter, bool last)
{
    cli_layer *layer = &self->layers[self->layer_count++];
    tnm_mask_aim *aim = &self->aims[self->recipe.aim_count];
    *layer = (cli_layer){.parameter = parameter};
    if (self->sparsity == CLI_DENSE)
        return TNM_OK;
    *aim = (tnm_mask_aim){.parameter = parameter,
                          .transposable = self->sparsity == CLI_TRANSPOSABLE,
                          .products = products_of(self)};
    layer->reason = judge(selection, parameter, last, &aim->problem);
    if (layer->reason != NULL)
        return TNM_OK;
    layer->aim = aim;
    self->recipe.aim_count++;
    return measure_diversity(&layer->bits, aim);
}

/* The layers that have weights, in order; the last of them gives the classes. */
static tnm_error add_layers(cli_training *self, const tnm_selection *selection)
{
    tnm_error error = TNM_OK;
    const tnm_network *network = &self->network;
    size_t last = 0;
    TNM_TRY(TNM_NEW(self->layers, network->parameter_count));
    TNM_TRY(TNM_NEW(self->aims, network->parameter_count));
    self->recipe.aims = self->aims;
    for (size_t k = 0; k < network->parameter_count; k++)
        last = network->parameters[k]->role == TNM_ROLE_WEIGHT ? k : last;
    for (size_t k = 0; k <= last; k++) {
        if (network->parameters[k]->role == TNM_ROLE_WEIGHT)
            TNM_TRY(add_layer(self, selection, network->parameters[k], k == last));
    }
    if (self->sparsity != CLI_DENSE && self->recipe.aim_count == 0)
        return tnm_fail(TNM_ERROR_USAGE, "no weights of %s are to be masked",
                        network->architecture);
out:
    return error;
}

/* ---- the whole --------------------------------------------------------------------------- */

tnm_error cli_training_open(cli_training *self, const cli_training_wish *wish)
{
    tnm_error error = TNM_OK;
    TNM_TRY(open_data(self));
    TNM_TRY(open_network(self, wish));
    TNM_TRY(add_layers(self, wish->selection));
    TNM_TRY(tnm_recipe_validate(&self->recipe));
    TNM_TRY(tnm_facts_init(&self->facts, &self->recipe, &self->network, &self->train));
out:
    return error;
}

tnm_error cli_training_save(const cli_training *self)
{
    const tnm_network_extra extra = {.metadata = self->facts.list,
                                     .metadata_count = self->facts.count};
    return tnm_network_save(&self->network, self->output, &extra);
}

void cli_training_close(cli_training *self)
{
    tnm_training_record_close(&self->record);
    tnm_facts_free(&self->facts);
    tnm_network_close(&self->network);
    tnm_dataset_close(&self->train);
    tnm_dataset_close(&self->test);
    free(self->layers);
    free(self->aims);
}
