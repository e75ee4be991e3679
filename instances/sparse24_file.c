/* Whole checkpoints in the layout `sparse-24-bitmask`: see sparse24_file.h. */
#include "instances/sparse24_file.h"

#include "instances/safetensors_plan.h"
#include "instances/sparse24.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a file being converted -------------------------------------------------------------- */

/* A tensor of the file that is read. */
typedef struct source {
    const tnm_tensor *tensor; /* where one is read as three: MODULE.compressed */
    bool converted;
    tnm_sparse24 layout; /* where converted */
    char *name;          /* of the dense weight, where that is what is written */
    size_t sides[2];     /* and its shape */
    size_t first;        /* of what it becomes, among the tensors that are written */
} source;

typedef struct conversion {
    source *sources;
    size_t count;
    tnm_tensor *tensors; /* to be written */
    size_t written;
    tnm_safetensors_plan plan;
    tnm_output output;
    unsigned char *bytes;
} conversion;

static tnm_error begin(conversion *self, const tnm_checkpoint *from)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(self->sources, from->tensors));
    TNM_TRY(TNM_NEW(self->tensors, 3 * from->tensors));
out:
    return error;
}

static tnm_error create(conversion *self, const tnm_checkpoint *from, const char *path)
{
    tnm_error error = TNM_OK;
    const tnm_safetensors *first = &from->shards[0].content;
    TNM_TRY(tnm_safetensors_plan_init(&self->plan, self->tensors, self->written, first->metadata,
                                      first->metadata_count));
    TNM_TRY(tnm_safetensors_create(&self->output, path, &self->plan, &self->bytes));
out:
    return error;
}

static void end(conversion *self)
{
    for (size_t k = 0; k < self->count; k++) {
        tnm_sparse24_free(&self->sources[k].layout);
        free(self->sources[k].name);
    }
    free(self->sources);
    free(self->tensors);
    tnm_safetensors_plan_free(&self->plan);
    tnm_output_abort(&self->output);
}

/* Where the which-th tensor that a source becomes is to be written. */
static unsigned char *place_of(const conversion *self, const source *from, size_t which)
{
    return self->bytes + self->plan.offsets[from->first + which];
}

/* Fills in all that is written: what is converted by `convert`, the rest as it is. */
static tnm_error fill(conversion *self,
                      tnm_error (*convert)(const conversion *self, const source *from))
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < self->count; k++) {
        const source *from = &self->sources[k];
        if (from->converted)
            TNM_TRY(convert(self, from));
        else
            memcpy(place_of(self, from, 0), from->tensor->data, from->tensor->size);
        tnm_output_release(&self->output, self->plan.offsets[from->first],
                           self->plan.sizes[from->first]);
    }
    TNM_TRY(tnm_output_commit(&self->output));
out:
    return error;
}

/* Adds a source that becomes `count` tensors; the caller describes them. */
static source *add_source(conversion *self, const tnm_tensor *tensor, size_t count)
{
    source *from = &self->sources[self->count++];
    *from = (source){.tensor = tensor, .first = self->written};
    self->written += count;
    return from;
}

/* ---- to the layout ----------------------------------------------------------------------- */

static tnm_error add_dense(conversion *self, const tnm_tensor *tensor, bool packed)
{
    source *from = add_source(self, tensor, packed ? 3 : 1);
    tnm_tensor *to = &self->tensors[from->first];
    if (!packed) {
        to[0] = *tensor;
        return TNM_OK;
    }
    tnm_error error = tnm_sparse24_init(&from->layout, tensor);
    from->converted = error == TNM_OK;
    to[0] = from->layout.compressed;
    to[1] = from->layout.bitmask;
    to[2] = from->layout.shape;
    return error;
}

static tnm_error pack_weight(const conversion *self, const source *from)
{
    const tnm_sparse24 *layout = &from->layout;
    size_t rows = layout->rows == 0 ? 1 : layout->rows;
    size_t stored = layout->compressed.size / rows, bits = layout->bitmask.size / rows;
    for (size_t i = 0; i < layout->rows; i++) {
        tnm_error error = tnm_sparse24_pack(
            layout, place_of(self, from, 0) + i * stored, place_of(self, from, 1) + i * bits,
            from->tensor->data + i * (from->tensor->size / rows), NULL);
        if (error != TNM_OK) {
            char shown[TNM_SHOWN], sentence[256];
            snprintf(sentence, sizeof sentence, "%s", tnm_error_message());
            return tnm_fail(error, "tensor '%s', row %zu: %s",
                            tnm_tensor_show(shown, from->tensor->name), i, sentence);
        }
    }
    tnm_sparse24_pack_shape(layout, place_of(self, from, 2));
    return TNM_OK;
}

tnm_error tnm_sparse24_write(const tnm_checkpoint *dense, const char *path,
                             bool (*wanted)(void *context, const tnm_tensor *tensor), void *context)
{
    tnm_error error = TNM_OK;
    conversion self = {0};
    TNM_TRY(begin(&self, dense));
    for (size_t file = 0; file < dense->count; file++) {
        const tnm_safetensors *content = &dense->shards[file].content;
        for (size_t k = 0; k < content->count; k++) {
            const tnm_tensor *tensor = &content->tensors[k];
            bool packed = tnm_sparse24_refuses(tensor) == NULL && wanted(context, tensor);
            TNM_TRY(add_dense(&self, tensor, packed));
        }
    }
    TNM_TRY(create(&self, dense, path));
    TNM_TRY(fill(&self, pack_weight));
out:
    end(&self);
    return error;
}

/* ---- and back ---------------------------------------------------------------------------- */

static const char compressed_ending[] = ".compressed";

/* Length of the module's name, 0 where a tensor does not end like this. */
static size_t module_length(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0 ? length - tail : 0;
}

/* The tensor of a module with this ending; NULL, too, where memory is short. */
static const tnm_tensor *sibling(const tnm_checkpoint *packed, const tnm_tensor *tensor,
                                 size_t module, const char *ending)
{
    char *name = tnm_format("%.*s%s", (int)module, tensor->name, ending);
    const tnm_tensor *found = name != NULL ? tnm_checkpoint_find(packed, name) : NULL;
    free(name);
    return found;
}

/* Whether a tensor is the bitmask or the shape of a compressed one. */
static bool is_companion(const tnm_checkpoint *packed, const tnm_tensor *tensor)
{
    size_t bitmask = module_length(tensor->name, ".bitmask");
    size_t shape = module_length(tensor->name, ".shape");
    size_t module = bitmask > 0 ? bitmask : shape;
    return module > 0 && sibling(packed, tensor, module, compressed_ending) != NULL;
}

static tnm_error add_packed(conversion *self, const tnm_checkpoint *packed,
                            const tnm_tensor *tensor)
{
    tnm_error error = TNM_OK;
    size_t module = module_length(tensor->name, compressed_ending);
    source *from = add_source(self, tensor, 1);
    tnm_tensor *to = &self->tensors[from->first];
    *to = *tensor;
    if (module == 0)
        return TNM_OK;
    TNM_TRY(tnm_sparse24_read(&from->layout, tensor, sibling(packed, tensor, module, ".bitmask"),
                              sibling(packed, tensor, module, ".shape")));
    from->converted = true;
    from->name = tnm_format("%.*s.weight", (int)module, tensor->name);
    if (from->name == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    from->sides[0] = from->layout.rows;
    from->sides[1] = from->layout.cols;
    to->name = from->name;
    to->shape = from->sides;
out:
    return error;
}

static tnm_error unpack_weight(const conversion *self, const source *from)
{
    const tnm_sparse24 *layout = &from->layout;
    size_t row_size = layout->rows == 0 ? 0 : 2 * (layout->compressed.size / layout->rows);
    for (size_t i = 0; i < layout->rows; i++) {
        tnm_error error =
            tnm_sparse24_unpack(layout, i, place_of(self, from, 0) + i * row_size, NULL);
        if (error != TNM_OK)
            return error;
    }
    return TNM_OK;
}

tnm_error tnm_sparse24_write_dense(const tnm_checkpoint *packed, const char *path)
{
    tnm_error error = TNM_OK;
    conversion self = {0};
    TNM_TRY(begin(&self, packed));
    for (size_t file = 0; file < packed->count; file++) {
        const tnm_safetensors *content = &packed->shards[file].content;
        for (size_t k = 0; k < content->count; k++) {
            if (!is_companion(packed, &content->tensors[k]))
                TNM_TRY(add_packed(&self, packed, &content->tensors[k]));
        }
    }
    TNM_TRY(create(&self, packed, path));
    TNM_TRY(fill(&self, unpack_weight));
out:
    end(&self);
    return error;
}
