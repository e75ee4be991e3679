/* Parameters of methods: what --set name=value may say, and what holds where nothing was said.
 *
 * A method lists its parameters in a table that ends with a row without a name. The table is all
 * there is: `tnm methods` prints it, tnm_drive refuses what is not in it, and a method reads its
 * values through it when it is opened. */
#ifndef TNM_SOLVER_PARAMETERS_H
#define TNM_SOLVER_PARAMETERS_H

#include "instances/base.h"

typedef struct tnm_method_parameter {
    const char *name;
    const char *words;   /* "row|column": one of these; NULL: a number from `low` to `high` */
    double low, high;    /* both 0: any text, which the method itself looks at */
    const char *initial; /* the default, as one would type it */
    const char *meaning; /* one line */
} tnm_method_parameter;

/* Whether every "name=value" of a NULL-ended list (NULL: none) names a row of the table and fits
 * it; TNM_ERROR_USAGE otherwise, with the method's name in the message. `table` may be NULL. */
tnm_error tnm_parameters_check(const char *method, const tnm_method_parameter *table,
                               const char *const *given);

/* The row of this name, or NULL; `length` is that of the name. */
const tnm_method_parameter *tnm_method_parameter_find(const tnm_method_parameter *table,
                                                      const char *name, size_t length);

/* The value of a row: that of the last mention in the list, or the default. As text, as a number,
 * as the position of a word. The list has passed tnm_parameters_check. */
const char *tnm_method_parameter_text(const tnm_method_parameter *row, const char *const *given);
double tnm_method_parameter_number(const tnm_method_parameter *row, const char *const *given);
int tnm_method_parameter_word(const tnm_method_parameter *row, const char *const *given);

#endif
