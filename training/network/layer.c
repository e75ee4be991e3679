#include "training/network/layer.h"

#include "formulations/check.h"

/* Fewer numbers are done sooner than another thread has started. */
enum { NUMBERS_A_THREAD = 1 << 15 };

int tnm_layer_threads(const tnm_layer *layer, size_t numbers)
{
    return tnm_thread_count(layer->threads, numbers / NUMBERS_A_THREAD + 1);
}
