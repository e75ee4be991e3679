/* Performance profiles: see profile.h. */
#include "bench/profile.h"

#include <gsl/gsl_sort.h>
#include <math.h>

static double distance_to(double cost, double best, tnm_distance distance)
{
    if (isinf(cost))
        return (double)INFINITY;
    if (distance == TNM_DISTANCE_DIFFERENCE)
        return cost - best;
    return cost == best ? 1 : cost / best;
}

void tnm_profile(double *distances, const double *costs, size_t problems, size_t solvers,
                 tnm_distance distance)
{
    for (size_t p = 0; p < problems; p++) {
        const double *row = costs + p * solvers;
        double best = (double)INFINITY;
        for (size_t s = 0; s < solvers; s++)
            best = fmin(best, row[s]);
        for (size_t s = 0; s < solvers; s++)
            distances[s * problems + p] = distance_to(row[s], best, distance);
    }
    for (size_t s = 0; s < solvers; s++)
        gsl_sort(distances + s * problems, 1, problems);
}

double tnm_profile_at(const double *distances, size_t problems, double tau)
{
    size_t within = 0;
    while (within < problems && distances[within] <= tau)
        within++;
    return (double)within / (double)problems;
}
