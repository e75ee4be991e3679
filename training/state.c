/* States: see state.h. */
#include "training/state.h"

#include "instances/safetensors_plan.h"

#include <stdlib.h>
#include <string.h>

char *tnm_training_state_name(const char *output)
{
    const char *slash = strrchr(output, '/');
    const char *file = slash == NULL ? output : slash + 1;
    return tnm_format("%.*s.%s.tnm-training", (int)(file - output), output, file);
}

/* ---- what is in it ----------------------------------------------------------------------- */

/* One tensor, where its bytes are in memory, and the shape that is pointed to. */
typedef struct item {
    char *name;
    tnm_tensor_type type;
    size_t shape[4], rank;
    void *bytes;
} item;

typedef struct inventory {
    item *items;
    size_t count;
} inventory;

static void close_inventory(inventory *self)
{
    for (size_t k = 0; k < self->count; k++)
        free(self->items[k].name);
    free(self->items);
}

static tnm_error add(inventory *self, char *name, const item *about)
{
    if (name == NULL)
        return TNM_ERROR_MEMORY;
    self->items[self->count] = *about;
    self->items[self->count++].name = name;
    return TNM_OK;
}

static tnm_error add_parameter(inventory *self, const tnm_parameter *parameter, float *velocity)
{
    tnm_error error = TNM_OK;
    item about = {.type = TNM_TENSOR_F32, .rank = parameter->rank, .bytes = parameter->values};
    memcpy(about.shape, parameter->shape, sizeof about.shape);
    TNM_TRY(add(self, tnm_copy_string(parameter->name), &about));
    about.bytes = velocity;
    if (velocity != NULL)
        TNM_TRY(add(self, tnm_format("%s.velocity", parameter->name), &about));
out:
    return error;
}

/* The mask that is written is the one in force; where masks are read, `found` takes them. */
static tnm_error add_mask(inventory *self, const tnm_mask_aim *aim, const tnm_mask_slot *slot,
                          bool reading)
{
    tnm_error error = TNM_OK;
    const tnm_parameter *parameter = aim->parameter;
    size_t length = 2 * (size_t)aim->problem.m + 1;
    item mask = {.type = TNM_TENSOR_BOOL,
                 .shape = {parameter->rows, parameter->cols},
                 .rank = 2,
                 .bytes = reading ? slot->found : parameter->sparsity->mask};
    item prices = {.type = TNM_TENSOR_I64,
                   .shape = {slot->price_count / length, length},
                   .rank = 2,
                   .bytes = reading ? slot->renewed : slot->prices};
    TNM_TRY(add(self, tnm_format("%s.mask", parameter->name), &mask));
    if (slot->prices != NULL)
        TNM_TRY(add(self, tnm_format("%s.prices", parameter->name), &prices));
out:
    return error;
}

static tnm_error open_inventory(inventory *self, const tnm_training_state *state, bool reading)
{
    tnm_error error = TNM_OK;
    const tnm_network *network = state->network;
    const tnm_recipe *recipe = state->masker->recipe;
    tnm_training_record *record = state->record;
    item epochs = {.type = TNM_TENSOR_F64,
                   .shape = {record->count, TNM_EPOCH_NUMBERS},
                   .rank = 2,
                   .bytes = record->epochs};
    item seconds = {.type = TNM_TENSOR_F64,
                    .shape = {TNM_TRAINING_PART_COUNT},
                    .rank = 1,
                    .bytes = record->seconds};
    *self = (inventory){0};
    TNM_TRY(TNM_NEW(self->items, 2 * network->parameter_count + 2 * recipe->aim_count + 2));
    TNM_TRY(add(self, tnm_copy_string("training.epochs"), &epochs));
    TNM_TRY(add(self, tnm_copy_string("training.seconds"), &seconds));
    for (size_t k = 0; k < network->parameter_count; k++)
        TNM_TRY(add_parameter(self, network->parameters[k], state->velocities[k]));
    for (size_t k = 0; k < recipe->aim_count; k++)
        TNM_TRY(add_mask(self, &recipe->aims[k], &state->masker->slots[k], reading));
out:
    return error;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* The facts, and what was chosen. */
static tnm_error gather_facts(tnm_facts *facts, const tnm_training_state *state)
{
    tnm_error error = TNM_OK;
    const tnm_recipe *recipe = state->masker->recipe;
    *facts = (tnm_facts){0};
    for (size_t k = 0; k < state->facts->count; k++)
        TNM_TRY(tnm_facts_add(facts, tnm_copy_string(state->facts->list[k].key),
                              tnm_copy_string(state->facts->list[k].value)));
    for (size_t k = 0; k < recipe->aim_count; k++)
        TNM_TRY(tnm_facts_add(
            facts, tnm_format("training.%s.chosen", recipe->aims[k].parameter->name),
            tnm_copy_string(state->masker->slots[k].sparse_products ? "sparse" : "dense")));
out:
    return error;
}

static void fill(unsigned char *bytes, const tnm_safetensors_plan *plan, const inventory *things)
{
    for (size_t k = 0; k < things->count; k++)
        memcpy(bytes + plan->offsets[k], things->items[k].bytes, plan->sizes[k]);
}

static tnm_error describe(tnm_tensor **tensors, const inventory *things)
{
    tnm_error error = TNM_NEW(*tensors, things->count);
    for (size_t k = 0; error == TNM_OK && k < things->count; k++) {
        const item *one = &things->items[k];
        (*tensors)[k] = (tnm_tensor){
            .name = one->name, .type = one->type, .shape = one->shape, .rank = one->rank};
    }
    return error;
}

tnm_error tnm_training_state_write(const tnm_training_state *state, const char *path)
{
    tnm_error error = TNM_OK;
    inventory things = {0};
    tnm_facts facts = {0};
    tnm_tensor *tensors = NULL;
    tnm_safetensors_plan plan = {0};
    tnm_output output = {0};
    unsigned char *bytes;
    TNM_TRY(open_inventory(&things, state, false));
    TNM_TRY(gather_facts(&facts, state));
    TNM_TRY(describe(&tensors, &things));
    TNM_TRY(tnm_safetensors_plan_init(&plan, tensors, things.count, facts.list, facts.count));
    TNM_TRY(tnm_safetensors_create(&output, path, &plan, &bytes));
    fill(bytes, &plan, &things);
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    tnm_safetensors_plan_free(&plan);
    free(tensors);
    tnm_facts_free(&facts);
    close_inventory(&things);
    return error;
}

/* ---- reading ----------------------------------------------------------------------------- */

static tnm_error compare_facts(const tnm_facts *facts, const tnm_safetensors *file)
{
    for (size_t k = 0; k < facts->count; k++) {
        const tnm_metadata *fact = &facts->list[k];
        const char *found = tnm_safetensors_metadata(file, fact->key);
        char shown[TNM_SHOWN];
        if (found == NULL || strcmp(found, fact->value) != 0)
            return tnm_fail(TNM_ERROR_DATA,
                            "%s: the state of another training: %s is %s there, %s here",
                            file->name, fact->key + strlen("training."),
                            found != NULL ? tnm_tensor_show(shown, found) : "nothing", fact->value);
    }
    return TNM_OK;
}

/* How many epochs were begun. */
static tnm_error read_count(tnm_training_record *record, const tnm_recipe *recipe,
                            const tnm_safetensors *file)
{
    const tnm_tensor *epochs = tnm_safetensors_find(file, "training.epochs");
    if (epochs == NULL || epochs->rank != 2 || epochs->shape[0] > recipe->epochs)
        return tnm_fail(TNM_ERROR_DATA, "%s: no tensor 'training.epochs' of %zu rows at most",
                        file->name, recipe->epochs);
    record->count = epochs->shape[0];
    return TNM_OK;
}

static tnm_error find_item(const tnm_tensor **found, const item *one, const tnm_safetensors *file)
{
    *found = tnm_safetensors_find(file, one->name);
    if (*found == NULL || (*found)->type != one->type || (*found)->rank != one->rank ||
        memcmp((*found)->shape, one->shape, one->rank * sizeof *one->shape) != 0) {
        char shown[TNM_SHOWN];
        return tnm_fail(TNM_ERROR_DATA, "%s: no tensor '%s' of type %s and shape %s", file->name,
                        one->name, tnm_tensor_type_name(one->type),
                        tnm_tensor_show_shape(shown, one->shape, one->rank));
    }
    return TNM_OK;
}

/* Looks at everything before anything is overwritten. */
static tnm_error read_items(const inventory *things, const tnm_safetensors *file)
{
    tnm_error error = TNM_OK;
    const tnm_tensor *found;
    for (size_t k = 0; k < things->count; k++)
        TNM_TRY(find_item(&found, &things->items[k], file));
    for (size_t k = 0; k < things->count; k++) {
        TNM_TRY(find_item(&found, &things->items[k], file));
        memcpy(things->items[k].bytes, found->data, found->size);
    }
out:
    return error;
}

static tnm_error restore_mask(const tnm_training_state *state, size_t number,
                              const tnm_safetensors *file)
{
    tnm_mask_slot *slot = &state->masker->slots[number];
    char *key =
        tnm_format("training.%s.chosen", state->masker->recipe->aims[number].parameter->name);
    if (key == NULL)
        return TNM_ERROR_MEMORY;
    const char *chosen = tnm_safetensors_metadata(file, key);
    free(key);
    slot->sparse_products = chosen != NULL && strcmp(chosen, "sparse") == 0;
    return tnm_masker_restore(state->masker, number, slot->found, slot->renewed);
}

tnm_error tnm_training_state_read(const tnm_training_state *state, const char *path)
{
    tnm_error error = TNM_OK;
    const tnm_recipe *recipe = state->masker->recipe;
    inventory things = {0};
    tnm_safetensors file = {0};
    TNM_TRY(tnm_safetensors_open(&file, path));
    TNM_TRY(compare_facts(state->facts, &file));
    TNM_TRY(read_count(state->record, recipe, &file));
    TNM_TRY(open_inventory(&things, state, true));
    TNM_TRY(read_items(&things, &file));
    for (size_t k = 0; k < recipe->aim_count; k++)
        TNM_TRY(restore_mask(state, k, &file));
out:
    close_inventory(&things);
    tnm_safetensors_close(&file);
    return error;
}
