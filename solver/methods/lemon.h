/* LEMON's four algorithms for minimum-cost flows [dezso2011], each on the network of
 * formulations/network.h: the exact method of [hubara2021] as it is best run today.
 *
 *     lemon-network-simplex    primal network simplex: the fastest of the four on tiles
 *     lemon-cost-scaling       push-relabel with scaled costs, partial augment [goldberg1997]
 *     lemon-capacity-scaling   successive shortest paths with scaled capacities [edmonds1972]
 *     lemon-cycle-canceling    cancel-and-tighten [goldberg1989]
 *
 * [kiraly2012] describes and compares them. */
#ifndef TNM_SOLVER_METHODS_LEMON_H
#define TNM_SOLVER_METHODS_LEMON_H

#include "solver/method.h"

extern const tnm_method tnm_lemon_network_simplex;
extern const tnm_method tnm_lemon_cost_scaling;
extern const tnm_method tnm_lemon_capacity_scaling;
extern const tnm_method tnm_lemon_cycle_canceling;

#endif
