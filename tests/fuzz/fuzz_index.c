/* libFuzzer: the reader of indices takes any bytes; the shards it accepts can lie nowhere but
 * beside the index. */
#include "instances/index.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* A mapped tensor's file is in the list, which is sorted. */
static tnm_error visit(void *context, const char *tensor, const char *file)
{
    const tnm_index *index = context;
    size_t at = 0;
    while (at < index->count && strcmp(index->files[at], file) < 0)
        at++;
    must(at < index->count && strcmp(index->files[at], file) == 0);
    must(strcmp(tnm_index_file(index, tensor), file) == 0);
    return TNM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char ending[] = ".safetensors";
    tnm_index index;
    tnm_error error = tnm_index_parse(&index, data, size, "fuzz");
    if (error != TNM_OK) {
        must(error == TNM_ERROR_DATA && index.files == NULL);
        must(strncmp(tnm_error_message(), "fuzz: ", 6) == 0);
        return 0;
    }
    must(index.count > 0 && index.count <= index.tensors);
    for (size_t k = 0; k < index.count; k++) {
        const char *file = index.files[k];
        must(strchr(file, '/') == NULL && strstr(file, "..") == NULL);
        must(strlen(file) >= sizeof ending);
        must(strcmp(file + strlen(file) - (sizeof ending - 1), ending) == 0);
        must(k == 0 || strcmp(index.files[k - 1], file) < 0);
    }
    must(tnm_index_each(&index, visit, &index) == TNM_OK);
    tnm_index_free(&index);
    return 0;
}
