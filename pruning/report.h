/* What is said about each tensor: one JSON object a line.
 *
 *     {"tensor": "fc1.weight", "type": "F32", "shape": [512, 784], "pattern": "2:4",
 *      "constraint": "equal", "method": "exact", "status": "OPTIMAL", "objective": ..., "bound":
 *      ..., "gap": 0.0, "retention": 0.65, "tiles": 25088, "tiles_exact": 25088, "short_lines": 0,
 *      "seconds": 0.01, "objective_exact": "0x1f3p-152", "bound_exact": ..., "total_exact": ...}
 *     {"tensor": "fc1.bias", "type": "F32", "shape": [512], "skipped": "neither a matrix nor a
 *      convolution"}                                                       (each on one line)
 *
 * Numbers are rounded to doubles, but for those that end in "_exact" (instances/sum.h): sums over
 * tensors are made of them, and rounded once. */
#ifndef TNM_PRUNING_REPORT_H
#define TNM_PRUNING_REPORT_H

#include "formulations/verify.h"
#include "pruning/plan.h"

/* Sums over masked tensors. */
typedef struct tnm_prune_totals {
    size_t masked, skipped; /* tensors */
    size_t weights;         /* entries of masked tensors */
    size_t kept;
    size_t tiles, tiles_proven, tiles_exact, short_lines;
    tnm_sum objective, bound, total;
    bool unbounded; /* some tensor has no bound */
} tnm_prune_totals;

/* The lines of a masked and of a skipped tensor; fresh memory, NULL, with the error recorded,
 * where there is none. `kept` are the entries that its mask keeps. */
char *tnm_report_masked(const tnm_prune_entry *entry, const char *method,
                        const tnm_verdict *verdict, double seconds, size_t kept);
char *tnm_report_skipped(const tnm_prune_entry *entry);

/* Adds what a line says. TNM_ERROR_DATA for a line that is none of these. */
tnm_error tnm_report_add(tnm_prune_totals *totals, const char *line);

/* All masked tensors together as one matrix: objective, bound (or infinity) and total, rounded
 * once. */
tnm_result tnm_report_sums(const tnm_prune_totals *totals);

#endif
