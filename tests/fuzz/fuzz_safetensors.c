/* libFuzzer: the safetensors reader takes any bytes. The tensors it accepts fill the file without a
 * gap, are found by their names, and planned anew they give a file that reads the same. */
#include "instances/safetensors_plan.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* One sentence, which begins with the file's name, of characters that print. */
static void must_be_a_sentence(const char *message)
{
    must(strncmp(message, "fuzz: ", 6) == 0);
    for (; *message != '\0'; message++)
        must((unsigned char)*message >= ' ' && *message != 0x7f);
}

static void look_at_tensors(const tnm_safetensors *file, const uint8_t *data)
{
    size_t place = file->header_size;
    for (size_t k = 0; k < file->count; k++) {
        const tnm_tensor *tensor = &file->tensors[k];
        must(tensor->offset == place && tensor->data == data + place);
        must(tnm_safetensors_find(file, tensor->name) == tensor);
        size_t count = 1;
        for (size_t side = 0; side < tensor->rank; side++)
            count *= tensor->shape[side];
        must(count == tnm_tensor_count(tensor));
        place += tensor->size;
    }
    must(place == file->size);
}

static void must_read_the_same(const tnm_safetensors *file, const tnm_safetensors *again)
{
    must(again->count == file->count && again->metadata_count == file->metadata_count);
    for (size_t k = 0; k < file->count; k++) {
        const tnm_tensor *old = &file->tensors[k];
        const tnm_tensor *new = tnm_safetensors_find(again, old->name);
        must(new != NULL &&new->type == old->type &&new->rank == old->rank);
        must(memcmp(new->shape, old->shape, old->rank * sizeof *old->shape) == 0);
    }
    for (size_t k = 0; k < file->metadata_count; k++) {
        const char *value = tnm_safetensors_metadata(again, file->metadata[k].key);
        must(value != NULL && strcmp(value, file->metadata[k].value) == 0);
    }
}

static void plan_anew(const tnm_safetensors *file)
{
    tnm_safetensors_plan plan;
    tnm_safetensors again;
    must(tnm_safetensors_plan_init(&plan, file->tensors, file->count, file->metadata,
                                   file->metadata_count) == TNM_OK);
    unsigned char *bytes = calloc(1, plan.file_size);
    must(bytes != NULL && plan.header_size % 8 == 0);
    memcpy(bytes, plan.header, plan.header_size);
    must(tnm_safetensors_parse(&again, bytes, plan.file_size, "again") == TNM_OK);
    must_read_the_same(file, &again);
    tnm_safetensors_close(&again);
    tnm_safetensors_plan_free(&plan);
    free(bytes);
}

static void try_file(const uint8_t *data, size_t size)
{
    tnm_safetensors file;
    tnm_error error = tnm_safetensors_parse(&file, data, size, "fuzz");
    if (error != TNM_OK) {
        must(error == TNM_ERROR_DATA && file.tensors == NULL);
        must_be_a_sentence(tnm_error_message());
        return;
    }
    look_at_tensors(&file, data);
    plan_anew(&file);
    tnm_safetensors_close(&file);
}

/* The same bytes as a header up to the last '}' and data behind it, so that the fuzzer need not
 * keep the length right. */
static void try_framed(const uint8_t *data, size_t size)
{
    size_t length = size;
    while (length > 0 && data[length - 1] != '}')
        length--;
    uint8_t *framed = malloc(8 + size);
    must(framed != NULL);
    for (size_t k = 0; k < 8; k++)
        framed[k] = (uint8_t)(length >> 8 * k);
    memcpy(framed + 8, data, size);
    try_file(framed, 8 + size);
    free(framed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_file(data, size);
    try_framed(data, size);
    return 0;
}
