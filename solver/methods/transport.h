/* Entropy-regularised optimal transport on tiles in vector lanes, for tsenor.c, which says what it
 * is for. A plan S, entries between 0 and 1, starts as exp(tau * score / largest score) and is
 * projected, in the sense of Kullback and Leibler, on each of three sets in turn [benamou2015]:
 *
 *     rows        S_ij *= N / sum of row i
 *     columns     S_ij *= N / sum of column j
 *     box         S <= 1, with Dykstra's dual Q:  Z = S Q,  S = min(Z, 1),  Q = Z / S
 *
 * The first two are affine and need no dual. All of it happens to logarithms of base 2, so the last
 * step reads Z = S + Q, S = min(Z, 0), Q = max(Z, 0). Exponentials and logarithms are polynomials
 * that add and multiply in a fixed order, the same in every lane of any instruction set. */
#ifndef TNM_SOLVER_METHODS_TRANSPORT_H
#define TNM_SOLVER_METHODS_TRANSPORT_H

#include "instances/isa.h"
#include "solver/method.h"

/* Lanes' own memory: one vector an entry, as wide as on any instruction set. */
typedef struct tnm_transport_room {
    _Alignas(64) float plan[TNM_MAX_TILE * TNM_MAX_TILE * 16]; /* log2 S */
    _Alignas(64) float dual[TNM_MAX_TILE * TNM_MAX_TILE * 16]; /* log2 Q */
} tnm_transport_room;

/* Ranks the entries of a band by their share in the plan after that many rounds, 0 < n < m: values,
 * m rows of tiles * m, are non-negative, and the larger the more the plan wants the entry. */
typedef void tnm_transport(float *values, tnm_transport_room *room, const tnm_band *band, int n,
                           float tau, int rounds);
tnm_transport *tnm_transport_for(tnm_isa isa);

#endif
