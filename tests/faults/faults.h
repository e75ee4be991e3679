/* Faults: the k-th call of a kind fails, on purpose.
 *
 * The test binary is linked so that the calls listed in tests/tests.mk (WRAPPED) pass through
 * tests/faults/faults.c. A test that repeats its work for k = 0, 1, 2, ... until no call is left to
 * fail has walked through every clean-up there is:
 *
 *     for (unsigned k = 0, failed = 1; failed; k++) {
 *         tnm_fault_arm(TNM_FAULT_MEMORY, k);
 *         tnm_error error = work();
 *         failed = tnm_fault_disarm();
 *         ... with a failed call: an error, nothing leaked, old files untouched ...
 *     }
 *
 * Only calls made by the project's own objects are counted, those inside of libraries are not. */
#ifndef TNM_TESTS_FAULTS_H
#define TNM_TESTS_FAULTS_H

#include <stdbool.h>

typedef enum tnm_fault {
    TNM_FAULT_NONE,
    TNM_FAULT_MEMORY, /* malloc, calloc, realloc, aligned_alloc: ENOMEM */
    TNM_FAULT_FILE,   /* open, read, mmap, posix_fallocate, write, fsync, rename, ...: EIO */
} tnm_fault;

/* Lets `before` calls of this kind pass and fails the next one, in whichever thread. */
void tnm_fault_arm(tnm_fault fault, unsigned before);
/* Ends that, and says whether a call was made to fail. */
bool tnm_fault_disarm(void);

/* Blocks of memory taken, less those given back, by the project's own objects. */
long tnm_fault_live(void);

#endif
