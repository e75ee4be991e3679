#include "solver/exact/stages.h"

void tnm_stages_add(tnm_stages *stages, const tnm_stages *other)
{
    for (int s = 0; s < TNM_STAGES; s++) {
        stages->tiles[s] += other->tiles[s];
        stages->half_rounds[s] += other->half_rounds[s];
        stages->seconds[s] += other->seconds[s];
    }
}

void tnm_stages_report(const tnm_stages *stages, FILE *stream)
{
    static const char *const names[TNM_STAGES] = {"none",    "warm", "ascent",  "lists", "paths",
                                                  "refined", "tied", "augment", "repair"};
    double all = 0;
    for (int s = TNM_STAGE_WARM; s < TNM_STAGES; s++)
        all += stages->seconds[s];
    for (int s = TNM_STAGE_WARM; s < TNM_STAGES; s++)
        fprintf(stream, "c stage %-8s tiles %zu half rounds %zu time %.1f%%\n", names[s],
                stages->tiles[s], stages->half_rounds[s],
                all > 0 ? 100 * stages->seconds[s] / all : 0.0);
}
