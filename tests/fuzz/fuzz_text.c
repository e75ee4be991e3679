/* libFuzzer: the text reader takes any bytes; what it accepts, it writes and reads back. */
#include "instances/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* A stream over memory that is only read. */
static FILE *open_bytes(const void *bytes, size_t size)
{
    FILE *stream = fmemopen((void *)(uintptr_t)bytes, size, "rb");
    must(stream != NULL);
    return stream;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tnm_text text, again;
    char *bytes = NULL;
    size_t length = 0;
    FILE *stream = open_bytes(data, size);
    tnm_error error = tnm_text_read_stream(&text, stream, "fuzz");
    fclose(stream);
    if (error != TNM_OK) {
        must(error == TNM_ERROR_DATA && text.values == NULL);
        return 0;
    }
    stream = open_memstream(&bytes, &length);
    must(tnm_text_write(&text, stream, "again") == TNM_OK);
    fclose(stream);
    stream = open_bytes(bytes, length);
    must(tnm_text_read_stream(&again, stream, "again") == TNM_OK);
    fclose(stream);
    must(again.rows == text.rows && again.cols == text.cols);
    must(memcmp(&again.problem, &text.problem, sizeof text.problem) == 0);
    must(memcmp(again.values, text.values, text.rows * text.cols * sizeof(double)) == 0);
    free(bytes);
    tnm_text_free(&text);
    tnm_text_free(&again);
    return 0;
}
