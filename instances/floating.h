/* The floating-point environment that exact arithmetic counts on, whatever the host's is.
 *
 * A program linked with -ffast-math (or -Ofast) starts with subnormal numbers flushed to zero, and
 * its threads inherit that; others round upwards, or trap. Scores below the least normal number
 * would then vanish, and with them what proves or refutes a mask: every mask of such scores would
 * be called optimal. So whatever computes on behalf of a caller, in the caller's thread or in one
 * of OpenMP's, does it in the default environment, and leaves the thread as it was. Entering costs
 * some dozens of cycles: once a call or a worker, not once a tile. */
#ifndef TNM_INSTANCES_FLOATING_H
#define TNM_INSTANCES_FLOATING_H

#include <fenv.h>

/* Saves the thread's environment, flags and modes, and takes the default one. */
void tnm_floating_enter(fenv_t *outside);
/* Goes back to what was saved; flags raised since are forgotten. */
void tnm_floating_leave(const fenv_t *outside);

#endif
