#include "instances/idx.h"

#include "instances/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    UNSIGNED_BYTES = 8,
    GZIP_WINDOW = 16 + MAX_WBITS, /* inflate: a gzip stream, with its checksum */
    BEST_RATIO = 1032,            /* bytes that one of deflate's can stand for, at most */
};

/* Where bytes come from: the file as it is, or what its gzip stream unpacks to. */
typedef struct source {
    const char *name;
    const unsigned char *next; /* of the file */
    size_t left;
    bool packed;
    bool ended; /* the gzip stream: whole, with the right checksum */
    z_stream stream;
} source;

static tnm_error open_source(source *self, const unsigned char *file, size_t size, const char *name)
{
    *self = (source){.name = name, .next = file, .left = size};
    self->packed = size >= 2 && file[0] == 0x1f && file[1] == 0x8b;
    if (self->packed && inflateInit2(&self->stream, GZIP_WINDOW) != Z_OK)
        return tnm_fail(TNM_ERROR_MEMORY, "%s: out of memory to unpack it", name);
    return TNM_OK;
}

static void close_source(source *self)
{
    if (self->packed)
        inflateEnd(&self->stream);
}

/* ---- taking bytes ------------------------------------------------------------------------ */

static tnm_error fail_truncated(const source *self)
{
    return tnm_fail(TNM_ERROR_DATA, "%s: truncated", self->name);
}

static uInt chunk(size_t size)
{
    return size < UINT_MAX ? (uInt)size : UINT_MAX;
}

/* One call of inflate: into at most `count` bytes, of which it fills `*filled`. */
static tnm_error unpack_some(source *self, unsigned char *bytes, size_t count, size_t *filled)
{
    z_stream *stream = &self->stream;
    stream->next_in = self->next;
    stream->avail_in = chunk(self->left);
    stream->next_out = bytes;
    stream->avail_out = chunk(count);
    int state = inflate(stream, Z_NO_FLUSH);
    self->left -= (size_t)(stream->next_in - self->next);
    self->next = stream->next_in;
    *filled = (size_t)(stream->next_out - bytes);
    self->ended = state == Z_STREAM_END;
    if (state == Z_MEM_ERROR)
        return tnm_fail(TNM_ERROR_MEMORY, "%s: out of memory to unpack it", self->name);
    if (state == Z_BUF_ERROR)
        return fail_truncated(self);
    if (state != Z_OK && state != Z_STREAM_END)
        return tnm_fail(TNM_ERROR_DATA, "%s: no valid gzip stream: %s", self->name,
                        stream->msg != NULL ? stream->msg : "it needs a dictionary");
    return TNM_OK;
}

static tnm_error unpack(source *self, unsigned char *bytes, size_t count)
{
    tnm_error error = TNM_OK;
    for (size_t filled; count > 0; bytes += filled, count -= filled) {
        if (self->ended)
            return fail_truncated(self);
        TNM_TRY(unpack_some(self, bytes, count, &filled));
    }
out:
    return error;
}

static tnm_error take(source *self, unsigned char *bytes, size_t count)
{
    if (self->packed)
        return unpack(self, bytes, count);
    if (self->left < count)
        return fail_truncated(self);
    memcpy(bytes, self->next, count);
    self->next += count;
    self->left -= count;
    return TNM_OK;
}

/* Nothing may be left, and of a gzip stream the checksum has to be seen. */
static tnm_error expect_end(source *self)
{
    tnm_error error = TNM_OK;
    unsigned char more;
    size_t filled = 0;
    while (self->packed && !self->ended && filled == 0)
        TNM_TRY(unpack_some(self, &more, 1, &filled));
    if (filled > 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: more bytes follow than its sides say", self->name);
    if (self->left > 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: %zu bytes follow its end", self->name, self->left);
out:
    return error;
}

/* ---- the header -------------------------------------------------------------------------- */

static tnm_error read_magic(tnm_idx *idx, source *from)
{
    tnm_error error = TNM_OK;
    unsigned char magic[4];
    TNM_TRY(take(from, magic, sizeof magic));
    if (magic[0] != 0 || magic[1] != 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: no IDX file: it begins with %02x %02x, expected 00 00",
                        from->name, magic[0], magic[1]);
    if (magic[2] != UNSIGNED_BYTES)
        return tnm_fail(TNM_ERROR_DATA, "%s: elements of type %02x, expected 08, unsigned bytes",
                        from->name, magic[2]);
    if (magic[3] < 1 || magic[3] > TNM_IDX_RANK)
        return tnm_fail(TNM_ERROR_DATA, "%s: it has %d sides, expected 1 to %d", from->name,
                        magic[3], TNM_IDX_RANK);
    idx->rank = magic[3];
out:
    return error;
}

/* Nothing is asked of memory that the rest of the file cannot fill. */
static tnm_error read_sides(tnm_idx *idx, source *from)
{
    tnm_error error = TNM_OK;
    unsigned char stored[4];
    idx->size = 1;
    for (size_t k = 0; k < idx->rank; k++) {
        TNM_TRY(take(from, stored, sizeof stored));
        idx->sides[k] =
            (size_t)stored[0] << 24 | (size_t)stored[1] << 16 | (size_t)stored[2] << 8 | stored[3];
        if (__builtin_mul_overflow(idx->size, idx->sides[k], &idx->size))
            return tnm_fail(TNM_ERROR_DATA, "%s: its sides are too large", from->name);
    }
    if (idx->size > from->left && !from->packed)
        return tnm_fail(TNM_ERROR_DATA, "%s: truncated: expected %zu bytes of data, found %zu",
                        from->name, idx->size, from->left);
    /* inflate may hold back what its window took in: not more than a few bytes a header */
    if (from->packed && idx->size / BEST_RATIO > from->stream.total_in + from->left)
        return tnm_fail(TNM_ERROR_DATA, "%s: truncated: nothing so short unpacks to %zu bytes",
                        from->name, idx->size);
out:
    return error;
}

/* ---- whole files ------------------------------------------------------------------------- */

static tnm_error read_all(tnm_idx *idx, source *from)
{
    tnm_error error = TNM_OK;
    TNM_TRY(read_magic(idx, from));
    TNM_TRY(read_sides(idx, from));
    TNM_TRY(TNM_NEW(idx->bytes, idx->size));
    TNM_TRY(take(from, idx->bytes, idx->size));
    TNM_TRY(expect_end(from));
out:
    return error;
}

tnm_error tnm_idx_parse(tnm_idx *idx, const unsigned char *file, size_t size, const char *name)
{
    source from;
    *idx = (tnm_idx){.bytes = NULL};
    tnm_error error = open_source(&from, file, size, name);
    if (error != TNM_OK)
        return error;
    error = read_all(idx, &from);
    close_source(&from);
    if (error != TNM_OK)
        tnm_idx_close(idx);
    return error;
}

tnm_error tnm_idx_open(tnm_idx *idx, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_file file = {.bytes = NULL};
    *idx = (tnm_idx){.bytes = NULL};
    TNM_TRY(tnm_file_open(&file, path));
    TNM_TRY(tnm_idx_parse(idx, file.bytes, file.size, tnm_file_name(path)));
out:
    tnm_file_close(&file);
    return error;
}

void tnm_idx_close(tnm_idx *idx)
{
    free(idx->bytes);
    *idx = (tnm_idx){.bytes = NULL};
}
