/* What tnm train tells, in JSON: see training.h. */
#include "cli/training.h"

#include "cli/command.h"
#include "cli/json.h"
#include "formulations/problem.h"
#include "instances/build.h"
#include "instances/output.h"

#include <sys/stat.h>

/* ---- parts ------------------------------------------------------------------------------- */

static json_t *json_ratio(double part, double whole)
{
    return whole > 0 ? cli_json_real(part / whole) : json_null();
}

static json_t *json_epoch(const tnm_epoch *epoch, size_t number)
{
    const cli_json_member members[] = {
        {"epoch", cli_json_count(number + 1)},
        {"steps", cli_json_count((size_t)epoch->steps)},
        {"loss", cli_json_real(tnm_epoch_loss(epoch))},
        {"accuracy", cli_json_real(tnm_epoch_accuracy(epoch))},
        {"test_loss", cli_json_real(tnm_epoch_test_loss(epoch))},
        {"test_accuracy", cli_json_real(tnm_epoch_test_accuracy(epoch))},
        {"searches", cli_json_count((size_t)epoch->searches)},
        {"flip_rate", json_ratio(epoch->flips, epoch->compared)},
        {"rate", cli_json_real(epoch->rate)},
        {"seconds", cli_json_real(epoch->seconds)},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_layer(const cli_layer *layer)
{
    const tnm_parameter *parameter = layer->parameter;
    const tnm_mask_aim *aim = layer->aim;
    const tnm_sparsity *sparsity = parameter->sparsity;
    tnm_retention sums = tnm_retention_of(parameter);
    bool sparse = sparsity != NULL && sparsity->sparse_products;
    const cli_json_member members[] = {
        {"name", cli_json_text(parameter->name)},
        {"rows", cli_json_count(parameter->rows)},
        {"cols", cli_json_count(parameter->cols)},
        {"pattern", aim != NULL ? cli_json_pattern(&aim->problem) : json_null()},
        {"transposable", aim != NULL ? json_boolean(aim->transposable) : json_null()},
        {"products", json_string(sparse ? "sparse" : "dense")},
        {"retention", aim != NULL ? json_ratio(sums.kept, sums.total) : json_null()},
        {"bits_per_weight", aim != NULL ? cli_json_real(layer->bits) : json_null()},
    };
    return CLI_JSON_ADD(json_object(), members);
}

/* Appends, or says by NULL that memory was short. */
static json_t *append(json_t *array, json_t *value)
{
    if (array == NULL || json_array_append_new(array, value) != 0) {
        if (array == NULL)
            json_decref(value);
        json_decref(array);
        return NULL;
    }
    return array;
}

static json_t *json_layers(const cli_training *self)
{
    json_t *layers = json_array();
    for (size_t k = 0; k < self->layer_count && layers != NULL; k++)
        layers = append(layers, json_layer(&self->layers[k]));
    return layers;
}

static json_t *json_seconds(const cli_training *self)
{
    cli_json_member members[TNM_TRAINING_PART_COUNT];
    for (int part = 0; part < TNM_TRAINING_PART_COUNT; part++)
        members[part] = (cli_json_member){tnm_training_part_name((tnm_training_part)part),
                                          cli_json_real(self->record.seconds[part])};
    return CLI_JSON_ADD(json_object(), members);
}

/* ---- the whole --------------------------------------------------------------------------- */

/* Over all masked weights. */
typedef struct sums {
    tnm_retention score;
    double bits, weights, searches;
} sums;

static sums add_up(const cli_training *self)
{
    sums all = {.bits = 0};
    for (size_t k = 0; k < self->layer_count; k++) {
        const cli_layer *layer = &self->layers[k];
        tnm_retention score = tnm_retention_of(layer->parameter);
        double weights = (double)tnm_parameter_size(layer->parameter);
        if (layer->aim == NULL)
            continue;
        all.score.kept += score.kept;
        all.score.total += score.total;
        all.bits += layer->bits * weights;
        all.weights += weights;
    }
    for (size_t k = 0; k < self->record.count; k++)
        all.searches += self->record.epochs[k].searches;
    return all;
}

static json_t *json_recipe(json_t *object, const cli_training *self)
{
    const tnm_recipe *recipe = &self->recipe;
    bool masked = recipe->aim_count > 0;
    const cli_json_member members[] = {
        {"data", cli_json_text(self->data)},
        {"network", cli_json_text(self->network.architecture)},
        {"from", cli_json_text(self->from)},
        {"sparsity", json_string(cli_sparsity_name(self->sparsity))},
        {"pattern", masked ? cli_json_pattern(&self->problem) : json_null()},
        {"constraint",
         masked ? json_string(tnm_constraint_name(self->problem.constraint)) : json_null()},
        {"mask_method", masked ? json_string(recipe->method->name) : json_null()},
        {"masks", masked ? json_string(recipe->fixed ? "static" : "dynamic") : json_null()},
        {"mask_every", masked && !recipe->fixed ? cli_json_count(recipe->mask_every) : json_null()},
        {"products", masked ? json_string(tnm_products_name(self->products)) : json_null()},
        {"samples", cli_json_count(self->train.count)},
        {"seed", cli_json_count((size_t)recipe->seed)},
        {"epochs", cli_json_count(recipe->epochs)},
        {"batch", cli_json_count(recipe->batch)},
        {"rate", cli_json_real(recipe->rate)},
        {"momentum", cli_json_real(recipe->momentum)},
        {"decay", cli_json_real(recipe->decay)},
        {"masked_decay", cli_json_real(recipe->masked_decay)},
        {"warm_up", cli_json_count(recipe->warm_up)},
    };
    return CLI_JSON_ADD(object, members);
}

static json_t *json_result(json_t *object, const cli_training *self)
{
    const tnm_training_record *record = &self->record;
    const tnm_epoch *last = &record->epochs[record->count - 1];
    sums all = add_up(self);
    const cli_json_member members[] = {
        {"accuracy", cli_json_real(tnm_epoch_test_accuracy(last))},
        {"loss", cli_json_real(tnm_epoch_test_loss(last))},
        {"training_accuracy", cli_json_real(tnm_epoch_accuracy(last))},
        {"training_loss", cli_json_real(tnm_epoch_loss(last))},
        {"flip_rate", cli_json_real(tnm_training_record_flip_rate(record))},
        {"retention", json_ratio(all.score.kept, all.score.total)},
        {"bits_per_weight", json_ratio(all.bits, all.weights)},
        {"layers", json_layers(self)},
        {"steps", cli_json_count(tnm_training_record_steps(record))},
        {"searches", cli_json_count((size_t)all.searches)},
        {"resumed", cli_json_count(record->resumed)},
        {"seconds", json_seconds(self)},
        {"mask_overhead", cli_json_real(tnm_training_record_overhead(record))},
        {"threads", json_integer(self->network.threads)},
    };
    return CLI_JSON_ADD(object, members);
}

static json_t *json_versions(json_t *object)
{
    char libraries[256];
    cli_command_libraries(libraries, sizeof libraries);
    const cli_json_member members[] = {
        {"version", json_string(TNM_VERSION)},
        {"commit", json_string(tnm_build_commit())},
        {"compiler", json_string(tnm_build_compiler())},
        {"libraries", json_string(libraries)},
    };
    return CLI_JSON_ADD(object, members);
}

tnm_error cli_training_json(const cli_training *self, FILE *stream)
{
    json_t *object = json_pack("{s:s}", "status", "DONE");
    return cli_json_print(json_versions(json_result(json_recipe(object, self), self)), stream);
}

/* ---- the log ----------------------------------------------------------------------------- */

static tnm_error write_lines(const cli_training *self, bool end, FILE *stream)
{
    tnm_error error = TNM_OK;
    size_t finished = tnm_training_record_finished(&self->record);
    for (size_t k = 0; k < finished; k++)
        TNM_TRY(cli_json_print(json_epoch(&self->record.epochs[k], k), stream));
    if (end)
        TNM_TRY(cli_training_json(self, stream));
out:
    return error;
}

/* Whether a name stands for something that takes one text only: a pipe, the standard output. */
static bool is_written_through(const char *path)
{
    struct stat status;
    return path[0] == '-' || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

tnm_error cli_training_log(const cli_training *self, bool end)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    if (self->log == NULL || (!end && is_written_through(self->log)))
        return TNM_OK;
    TNM_TRY(tnm_output_open(&output, self->log));
    TNM_TRY(tnm_output_stream(&output, &stream));
    TNM_TRY(write_lines(self, end, stream));
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}
