/* What counting takes, known before it starts: so that a request beyond this machine is refused
 * with numbers, not with a lack of memory.
 *
 * States are histograms, and steps are pairs of a state and a way to take columns from it. Both are
 * coefficients of a product with one geometric series for each kind of column: a column of capacity
 * c that is left alone counts x z^c, one that is taken x y z^c, and the coefficient of x^M y^N
 * z^sum is wanted. */
#ifndef TNM_FORMULATIONS_DIVERSITY_NEED_H
#define TNM_FORMULATIONS_DIVERSITY_NEED_H

#include "instances/base.h"

typedef struct tnm_need {
    double states; /* of all stages of the table */
    double bytes;  /* held at once */
    double steps;  /* additions of long numbers; an upper bound */
} tnm_need;

/* `kept`: for a table whose stages all stay, as drawing masks needs. TNM_ERROR_MEMORY. */
tnm_error tnm_need_estimate(tnm_need *need, const tnm_problem *problem, bool kept);

/* What is counted without being asked twice: a gibibyte and some minutes. */
extern const tnm_need tnm_need_usual;
/* What can be counted here at all: in the memory this machine has, for as long as it takes. */
tnm_need tnm_need_machine(void);
/* Whether nothing is needed beyond a limit. */
bool tnm_need_within(const tnm_need *need, const tnm_need *limit);

#endif
