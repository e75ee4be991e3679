#include "formulations/program.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

tnm_error tnm_program_init(tnm_program *program, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    int m = problem->m;
    *program = (tnm_program){.problem = *problem, .variables = m * m, .lines = 2 * m};
    TNM_TRY(TNM_NEW(program->members, (size_t)(2 * m * m)));
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < m; j++) {
            program->members[i * m + j] = i * m + j;
            program->members[(m + j) * m + i] = i * m + j;
        }
    }
out:
    return error;
}

void tnm_program_free(tnm_program *program)
{
    free(program->members);
    *program = (tnm_program){0};
}

void tnm_program_variable_name(char name[TNM_PROGRAM_NAME], const tnm_program *program,
                               int variable)
{
    unsigned m = (unsigned)program->problem.m, number = (unsigned)variable;
    snprintf(name, TNM_PROGRAM_NAME, "x_%u_%u", (number / m + 1) % 100, (number % m + 1) % 100);
}

void tnm_program_line_name(char name[TNM_PROGRAM_NAME], const tnm_program *program, int line)
{
    unsigned m = (unsigned)program->problem.m, number = (unsigned)line;
    snprintf(name, TNM_PROGRAM_NAME, "%c_%u", number < m ? 'r' : 'c', (number % m + 1) % 100);
}

tnm_error tnm_program_mask(uint64_t *rows, const tnm_program *program, const double *values)
{
    static const double tolerance = 1e-6;
    int m = program->problem.m;
    for (int i = 0; i < m; i++) {
        rows[i] = 0;
        for (int j = 0; j < m; j++) {
            double value = values[i * m + j];
            bool kept = value > 0.5;
            if (!(fabs(value - (kept ? 1 : 0)) <= tolerance))
                return tnm_fail(TNM_ERROR_INTERNAL, "x_%d_%d is %g, neither 0 nor 1", i + 1, j + 1,
                                value);
            rows[i] |= (uint64_t)kept << j;
        }
    }
    return TNM_OK;
}

void tnm_program_prices(int64_t *u, int64_t *v, const tnm_program *program, const double *duals)
{
    static const double largest = 0x1p59;
    int m = program->problem.m;
    double smallest = program->problem.constraint == TNM_ATMOST ? 0 : -largest;
    for (int line = 0; line < 2 * m; line++) {
        double price = fmin(fmax(duals[line], smallest), largest);
        *(line < m ? &u[line] : &v[line - m]) = llrint(price);
    }
}
