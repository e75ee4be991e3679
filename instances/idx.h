/* IDX files, the format that MNIST [lecun1998] comes in, strictly.
 *
 *     0 0 8 rank    then `rank` sides, 32 bits each, largest byte first; then as many unsigned
 * bytes as the product of the sides, the last side fastest
 *
 * Only unsigned bytes (type 8) of rank 1 to 3 are read. A file holds exactly as many bytes as its
 * sides say, and nothing follows. It may be compressed by gzip, which shows in its first two bytes:
 * then that holds for what comes out, nothing follows the compressed stream, and its checksum is
 * right. No more is ever unpacked than the sides say, and these are refused where no stream of the
 * file's size could hold so much. */
#ifndef TNM_INSTANCES_IDX_H
#define TNM_INSTANCES_IDX_H

#include "instances/base.h"

enum { TNM_IDX_RANK = 3 };

typedef struct tnm_idx {
    size_t sides[TNM_IDX_RANK]; /* `rank` of them, slowest first */
    size_t rank;
    uint8_t *bytes; /* owned */
    size_t size;    /* product of the sides */
} tnm_idx;

/* Reads a file. On failure (TNM_ERROR_NO_INPUT, TNM_ERROR_IO, TNM_ERROR_DATA, TNM_ERROR_MEMORY)
 * nothing is owned. */
tnm_error tnm_idx_open(tnm_idx *idx, const char *path);
/* The same for a whole file in memory; `name` stands for it in messages. */
tnm_error tnm_idx_parse(tnm_idx *idx, const unsigned char *file, size_t size, const char *name);
/* Accepts a zeroed one. */
void tnm_idx_close(tnm_idx *idx);

#endif
