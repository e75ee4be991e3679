#include "bench/speed/plan.h"

#include <time.h>

tnm_error tnm_speed_step(tnm_speed_plan *plan)
{
    plan->done++;
    if (plan->progress != NULL &&
        plan->progress(plan->progress_context, plan->done, plan->steps) != 0)
        return tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted");
    return TNM_OK;
}

size_t tnm_speed_threads(const tnm_speed_plan *plan, int threads[2])
{
    threads[0] = 1;
    threads[1] = plan->threads;
    return plan->threads > 1 ? 2 : 1;
}

double tnm_speed_now(int threads)
{
    return threads > 1 ? tnm_now() : tnm_processor_now();
}
