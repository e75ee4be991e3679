/* Packing: arrays in .npy files as the tensors of one safetensors file.
 *
 * A tensor has the name of its file without ".npy", and the type, shape and values of the array, in
 * C order. Which files come first makes no difference to the bytes that are written. */
#ifndef TNM_INSTANCES_PACK_H
#define TNM_INSTANCES_PACK_H

#include "instances/file.h"
#include "instances/npy.h"
#include "instances/tensor.h"

/* One array, mapped. */
typedef struct tnm_pack_array {
    char *name; /* of the tensor */
    tnm_file file;
    tnm_npy npy;
} tnm_pack_array;

typedef struct tnm_pack {
    tnm_pack_array *arrays; /* owned */
    size_t count, room;
    size_t bytes; /* of all arrays */
} tnm_pack;

/* Adds a .npy file, or all of those in a folder (not in folders therein). Starts from a zeroed
 * pack. Arrays are float16, float32, float64, int64, bool or uint8, in any byte order and either
 * array order, of up to 8 dimensions. Fails as tnm_file_open and tnm_npy_parse do, and with
 * TNM_ERROR_NO_INPUT for a folder without such files. */
tnm_error tnm_pack_add(tnm_pack *pack, const char *path);
/* Writes all of them, with the metadata "format": "pt", without which some readers complain.
 * TNM_ERROR_DATA where two have the same name, or one that is no UTF-8. */
tnm_error tnm_pack_write(const tnm_pack *pack, const char *path);
/* Accepts a zeroed pack. */
void tnm_pack_free(tnm_pack *pack);

#endif
