/* Performance profiles [dolan2002]: how often a solver is within a given distance of the best one.
 *
 * costs[p * solvers + s] is what solver s paid for problem p: seconds, a gap; infinity where it did
 * not solve it. The distance to the best solver of the same problem is
 *
 *     ratio        cost / best       for times; 1 where both are 0
 *     difference   cost - best       for gaps, whose best is often 0
 *
 * and the profile of a solver the share of all problems with a distance of at most tau. */
#ifndef TNM_BENCH_PROFILE_H
#define TNM_BENCH_PROFILE_H

#include "instances/base.h"

typedef enum tnm_distance { TNM_DISTANCE_RATIO, TNM_DISTANCE_DIFFERENCE } tnm_distance;

/* distances[s * problems + k]: those of solver s in ascending order, so that its profile reaches
 * (k + 1) / problems at the k-th; infinite where the solver, or every solver, failed. Costs are not
 * negative. */
void tnm_profile(double *distances, const double *costs, size_t problems, size_t solvers,
                 tnm_distance distance);

/* The share of `problems` ascending distances that are at most tau; problems > 0. */
double tnm_profile_at(const double *distances, size_t problems, double tau);

#endif
