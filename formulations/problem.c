#include "formulations/problem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char **text, long *number)
{
    if (!isdigit((unsigned char)**text))
        return false;
    char *end;
    *number = strtol(*text, &end, 10);
    *text = end;
    return *number <= 1000000;
}

tnm_error tnm_problem_parse(tnm_problem *problem, const char *text)
{
    const char *rest = text;
    long n, m;
    bool reads =
        read_number(&rest, &n) && *rest++ == ':' && read_number(&rest, &m) && *rest == '\0';
    if (!reads)
        return tnm_fail(TNM_ERROR_USAGE, "'%s' is no pattern: expected N:M, as 4:8", text);
    tnm_problem parsed = {.n = (int)n, .m = (int)m, .constraint = problem->constraint};
    tnm_error error = tnm_problem_validate(&parsed);
    if (error == TNM_OK)
        *problem = parsed;
    return error;
}

tnm_error tnm_problem_validate(const tnm_problem *problem)
{
    if (problem->m < 1 || problem->m > TNM_MAX_TILE)
        return tnm_fail(TNM_ERROR_USAGE, "pattern %d:%d: M must lie between 1 and %d", problem->n,
                        problem->m, TNM_MAX_TILE);
    if (problem->n < 0 || problem->n > problem->m)
        return tnm_fail(TNM_ERROR_USAGE, "pattern %d:%d: N must lie between 0 and M", problem->n,
                        problem->m);
    if (problem->constraint != TNM_EQUAL && problem->constraint != TNM_ATMOST)
        return tnm_fail(TNM_ERROR_USAGE, "unknown constraint %d", (int)problem->constraint);
    return TNM_OK;
}

const char *tnm_constraint_name(tnm_constraint constraint)
{
    return constraint == TNM_ATMOST ? "atmost" : "equal";
}

tnm_error tnm_constraint_parse(tnm_constraint *constraint, const char *text)
{
    if (strcmp(text, "equal") == 0)
        *constraint = TNM_EQUAL;
    else if (strcmp(text, "atmost") == 0)
        *constraint = TNM_ATMOST;
    else
        return tnm_fail(TNM_ERROR_USAGE, "'%s' is no constraint: expected equal or atmost", text);
    return TNM_OK;
}
