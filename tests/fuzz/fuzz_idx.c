/* libFuzzer: the reader of IDX files takes any bytes; what it accepts has as many bytes as its
 * sides say. Bytes also get a header and the gzip format around them, so that the fuzzer need not
 * find either. */
#include "instances/idx.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static bool try_file(const uint8_t *data, size_t size)
{
    tnm_idx idx;
    if (tnm_idx_parse(&idx, data, size, "fuzz") != TNM_OK) {
        must(strncmp(tnm_error_message(), "fuzz: ", 6) == 0 && idx.bytes == NULL);
        return false;
    }
    size_t count = 1;
    for (size_t k = 0; k < idx.rank; k++)
        count *= idx.sides[k];
    must(count == idx.size);
    must(count == 0 || memchr(idx.bytes, idx.bytes[count - 1], count) != NULL);
    tnm_idx_close(&idx);
    return true;
}

/* Compressed, a file is read exactly when it is read as it is. */
static void try_packed(const uint8_t *data, size_t size)
{
    z_stream stream = {0};
    size_t room = size + 256;
    uint8_t *packed = malloc(room);
    must(packed != NULL && deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, 0) == Z_OK);
    stream.next_in = (uint8_t *)(uintptr_t)data;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    must(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    bool nested = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
    must(nested || try_file(packed, stream.total_out) == try_file(data, size));
    deflateEnd(&stream);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_file(data, size);
    try_packed(data, size);
    return 0;
}
