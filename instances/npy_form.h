/* What reading and writing .npy files share: how the format spells things. For npy*.c alone. */
#ifndef TNM_INSTANCES_NPY_FORM_H
#define TNM_INSTANCES_NPY_FORM_H

#include "instances/npy.h"

enum { TNM_NPY_PREAMBLE = 10 }; /* bytes of magic, version and length in version 1.0 */

/* How descr spells this machine's byte order. */
#define TNM_NPY_NATIVE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>')

extern const unsigned char tnm_npy_magic[6];

/* The type in descr, after the byte order: "f4". */
const char *tnm_npy_code(tnm_npy_type type);

#endif
