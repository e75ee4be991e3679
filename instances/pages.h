/* Pages of mapped files that are finished with.
 *
 * A matrix of 4 GiB is mapped, not read: its pages come in as bands are loaded, and unless somebody
 * lets them go, all of them stay resident until the end. Letting go loses nothing: the content
 * stays in the file (and for a while in the system's cache), and comes back when touched again. */
#ifndef TNM_INSTANCES_PAGES_H
#define TNM_INSTANCES_PAGES_H

#include "instances/base.h"

/* Finished pages are let go in steps of this many bytes, and mappings of up to four steps are kept
 * whole, so that the calls to the system cost nothing noticeable. */
enum { TNM_PAGES_STEP = 16 << 20 };

/* Bytes first .. first+count-1 of a shared or read-only file mapping of `size` bytes are finished
 * with. Meant to be called for one stretch after another, by any number of threads in any order;
 * every step of the mapping that ends within the stretch is let go, and the step before it, where
 * a slower thread may have brought pages back. Never for memory that is not a file's. */
void tnm_pages_release(void *mapping, size_t size, size_t first, size_t count);

#endif
