/* tnm calibrate: what its two forms share. A matrix comes with inputs of its own, a network with a
 * data set whose images pass through it. */
#ifndef TNM_CLI_CALIBRATE_REQUEST_H
#define TNM_CLI_CALIBRATE_REQUEST_H

#include "cli/options.h"
#include "pruning/eligible.h"
#include "solver/method.h"
#include "training/calibration/fit.h"

typedef struct cli_calibrate_request {
    cli_question question;
    tnm_selection selection;
    cli_effort effort;
    cli_telling telling;
    const tnm_method *method;
    const char *input, *output, *masks; /* outputs may be NULL */
    tnm_fit_rule rule;
    double ridge;                         /* negative: chosen */
    const char *inputs, *mask, *evaluate; /* of a matrix */
    const char *data;                     /* of a network, and all below */
    size_t samples;
    double unstructured; /* share of zeros to begin with; 0: the network is taken as it is */
    double confidence;   /* of the block fit */
    bool sequential;
} cli_calibrate_request;

/* What is asked of a fit under this pattern. */
static inline tnm_fitting cli_calibrate_fitting(const cli_calibrate_request *asked,
                                                const tnm_problem *problem)
{
    return (tnm_fitting){.rule = asked->rule,
                         .ridge = asked->ridge,
                         .adam = tnm_adam_published(asked->effort.seed, (size_t)problem->m),
                         .threads = asked->effort.threads};
}

tnm_error cli_calibrate_matrix(const cli_calibrate_request *asked);
tnm_error cli_calibrate_network(const cli_calibrate_request *asked);

#endif
