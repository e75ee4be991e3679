/* The bytes of an input file: mapped where it is a regular file, read into memory where it is a
 * pipe, a terminal or the standard input. */
#ifndef TNM_INSTANCES_FILE_H
#define TNM_INSTANCES_FILE_H

#include "instances/base.h"

/* Borrowed by every view of its content; read-only. A mapped file must not be shortened by somebody
 * else while it is open: touching what is no longer there ends the program (SIGBUS). */
typedef struct tnm_file {
    unsigned char *bytes;
    size_t size;
    bool mapped;
} tnm_file;

/* What is read from a pipe or a device is read to its end, which may never come: at most so many
 * bytes, unless they begin as a .npy or safetensors file does. Everything else is text, for which
 * this is a lot. */
enum { TNM_FILE_MAX_TEXT = 64 << 20 };

/* Opens `path`; "-" is the standard input. On failure (TNM_ERROR_NO_INPUT where it cannot be
 * opened, TNM_ERROR_IO where it cannot be read, TNM_ERROR_DATA for endless text, TNM_ERROR_MEMORY)
 * nothing is owned. */
tnm_error tnm_file_open(tnm_file *file, const char *path);
/* Accepts a zeroed file. */
void tnm_file_close(tnm_file *file);

/* Whether bytes begin as a safetensors file does: the length of a header of JSON, and its '{'. For
 * what does not read such files, but has to say what it met; instances/safetensors.h reads them. */
enum { TNM_FILE_HEAD = 9 };
bool tnm_file_is_safetensors(const unsigned char *bytes, size_t size);

/* What an input is called in messages: its path, or "<stdin>". */
const char *tnm_file_name(const char *path);

#endif
