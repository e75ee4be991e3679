#include "instances/pages.h"

#include <sys/mman.h>

void tnm_pages_release(void *mapping, size_t size, size_t first, size_t count)
{
    const size_t step = TNM_PAGES_STEP;
    size_t begin = first / step;
    size_t end = (first + count) / step;
    if (size <= 4 * step || begin == end)
        return;
    if (begin > 0)
        begin--;
    /* Advice: should the system not take it, pages stay resident and nothing else is lost. */
    (void)madvise((unsigned char *)mapping + begin * step, (end - begin) * step, MADV_DONTNEED);
}
