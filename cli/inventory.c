/* The inventory of a checkpoint: see inventory.h. */
#include "cli/inventory.h"

#include "cli/json.h"
#include "cli/table.h"
#include "formulations/problem.h"
#include "instances/checkpoint.h"

/* What a selection makes of a checkpoint. */
typedef struct inventory {
    tnm_checkpoint checkpoint;
    const tnm_selection *selection;
    size_t masked, masked_weights, weights;
} inventory;

static void count(inventory *self)
{
    for (size_t file = 0; file < self->checkpoint.count; file++) {
        const tnm_safetensors *content = &self->checkpoint.shards[file].content;
        for (size_t k = 0; k < content->count; k++) {
            const tnm_tensor *tensor = &content->tensors[k];
            tnm_problem problem;
            size_t elements = tnm_tensor_count(tensor);
            bool masked = tnm_select(self->selection, tensor, &problem) == TNM_ELIGIBLE;
            self->masked += masked;
            self->masked_weights += masked ? elements : 0;
            self->weights += tnm_tensor_type_weights(tensor->type, NULL) ? elements : 0;
        }
    }
}

/* ---- as text ----------------------------------------------------------------------------- */

static tnm_error add_row(cli_table *table, const inventory *self, const tnm_shard *shard,
                         const tnm_tensor *tensor)
{
    tnm_error error = TNM_OK;
    char name[TNM_SHOWN], shape[TNM_SHOWN];
    tnm_problem problem;
    tnm_eligibility eligibility = tnm_select(self->selection, tensor, &problem);
    TNM_TRY(cli_table_add(table, "%s", tnm_tensor_show(name, tensor->name)));
    TNM_TRY(cli_table_add(table, "%s", tnm_tensor_type_name(tensor->type)));
    TNM_TRY(cli_table_add(table, "%s", tnm_tensor_show_shape(shape, tensor->shape, tensor->rank)));
    TNM_TRY(cli_table_add(table, "%zu", tensor->size));
    if (self->checkpoint.index != NULL)
        TNM_TRY(cli_table_add(table, "%s", shard->file));
    if (eligibility == TNM_ELIGIBLE)
        TNM_TRY(cli_table_add(table, "%d:%d", problem.n, problem.m));
    else
        TNM_TRY(cli_table_add(table, "left: %s", tnm_eligibility_words(eligibility)));
out:
    return error;
}

static tnm_error print_tensors(const inventory *self)
{
    tnm_error error = TNM_OK;
    cli_table table;
    bool sharded = self->checkpoint.index != NULL;
    cli_table_init(&table, sharded ? "lllrll" : "lllrl");
    if (sharded)
        TNM_TRY(
            cli_table_add_row(&table, "tensor", "dtype", "shape", "bytes", "file", "mask", NULL));
    else
        TNM_TRY(cli_table_add_row(&table, "tensor", "dtype", "shape", "bytes", "mask", NULL));
    for (size_t file = 0; file < self->checkpoint.count; file++) {
        const tnm_shard *shard = &self->checkpoint.shards[file];
        for (size_t k = 0; k < shard->content.count; k++)
            TNM_TRY(add_row(&table, self, shard, &shard->content.tensors[k]));
    }
    cli_table_print(&table, stdout);
out:
    cli_table_free(&table);
    return error;
}

static tnm_error print_text(const inventory *self)
{
    const tnm_checkpoint *checkpoint = &self->checkpoint;
    printf("input       %s\n", checkpoint->name);
    if (checkpoint->index != NULL)
        printf("index       %s\n", checkpoint->index);
    printf("files       %zu\n", checkpoint->count);
    printf("tensors     %zu, %zu bytes\n", checkpoint->tensors, checkpoint->bytes);
    for (size_t file = 0; file < checkpoint->count; file++) {
        const tnm_safetensors *content = &checkpoint->shards[file].content;
        for (size_t k = 0; k < content->metadata_count; k++) {
            char key[TNM_SHOWN], value[TNM_SHOWN];
            printf("%s    %s=%s\n", file + k == 0 ? "metadata" : "        ",
                   tnm_tensor_show(key, content->metadata[k].key),
                   tnm_tensor_show(value, content->metadata[k].value));
        }
    }
    printf("mask        %zu of %zu tensors, %zu of %zu weights; constraint %s, convolutions %s\n\n",
           self->masked, checkpoint->tensors, self->masked_weights, self->weights,
           tnm_constraint_name(self->selection->problem.constraint),
           tnm_convolution_name(self->selection->convolution));
    return print_tensors(self);
}

/* ---- as JSON ----------------------------------------------------------------------------- */

static json_t *json_shape(const tnm_tensor *tensor)
{
    json_t *shape = json_array();
    for (size_t k = 0; k < tensor->rank; k++) {
        if (json_array_append_new(shape, cli_json_count(tensor->shape[k])) != 0) {
            json_decref(shape);
            return NULL;
        }
    }
    return shape;
}

static json_t *json_tensor(const inventory *self, const tnm_shard *shard, const tnm_tensor *tensor)
{
    tnm_problem problem;
    tnm_eligibility eligibility = tnm_select(self->selection, tensor, &problem);
    bool masked = eligibility == TNM_ELIGIBLE;
    const cli_json_member members[] = {
        {"name", json_string(tensor->name)},
        {"file", cli_json_text(shard->file)},
        {"dtype", json_string(tnm_tensor_type_name(tensor->type))},
        {"shape", json_shape(tensor)},
        {"bytes", cli_json_count(tensor->size)},
        {"masked", json_boolean(masked)},
        {"pattern", masked ? cli_json_pattern(&problem) : json_null()},
        {"reason", masked ? json_null() : json_string(tnm_eligibility_words(eligibility))},
    };
    return CLI_JSON_ADD(json_object(), members);
}

static json_t *json_metadata(const tnm_safetensors *content)
{
    json_t *metadata = json_object();
    for (size_t k = 0; k < content->metadata_count; k++) {
        const cli_json_member member = {content->metadata[k].key,
                                        json_string(content->metadata[k].value)};
        metadata = cli_json_add(metadata, &member, 1);
    }
    return metadata;
}

/* Adds the files of a checkpoint to one array and its tensors to another. */
static bool add_shard(const inventory *self, const tnm_shard *shard, json_t *files, json_t *tensors)
{
    const tnm_safetensors *content = &shard->content;
    const cli_json_member members[] = {{"file", cli_json_text(shard->file)},
                                       {"bytes", cli_json_count(content->size)},
                                       {"tensors", cli_json_count(content->count)},
                                       {"metadata", json_metadata(content)}};
    bool fine = json_array_append_new(files, CLI_JSON_ADD(json_object(), members)) == 0;
    for (size_t k = 0; k < content->count && fine; k++)
        fine = json_array_append_new(tensors, json_tensor(self, shard, &content->tensors[k])) == 0;
    return fine;
}

static tnm_error print_json(const inventory *self)
{
    const tnm_checkpoint *checkpoint = &self->checkpoint;
    json_t *files = json_array(), *tensors = json_array();
    bool fine = true;
    for (size_t file = 0; file < checkpoint->count && fine; file++)
        fine = add_shard(self, &checkpoint->shards[file], files, tensors);
    const cli_json_member members[] = {
        {"input", cli_json_text(checkpoint->name)},
        {"index", cli_json_text(checkpoint->index)},
        {"bytes", cli_json_count(checkpoint->bytes)},
        {"weights", cli_json_count(self->weights)},
        {"constraint", json_string(tnm_constraint_name(self->selection->problem.constraint))},
        {"convolutions", json_string(tnm_convolution_name(self->selection->convolution))},
        {"masked_tensors", cli_json_count(self->masked)},
        {"masked_weights", cli_json_count(self->masked_weights)},
        {"files", files},
        {"tensors", tensors},
    };
    json_t *object = CLI_JSON_ADD(json_object(), members);
    if (fine)
        return cli_json_print(object, stdout);
    json_decref(object);
    return cli_json_print(NULL, stdout);
}

tnm_error cli_inventory_print(const char *path, const tnm_selection *selection, cli_format format)
{
    tnm_error error = TNM_OK;
    inventory self = {.selection = selection};
    TNM_TRY(tnm_checkpoint_open(&self.checkpoint, path));
    count(&self);
    error = format == CLI_JSON ? print_json(&self) : print_text(&self);
out:
    tnm_checkpoint_close(&self.checkpoint);
    return error;
}
