#include "formulations/export.h"

#include "formulations/network.h"
#include "formulations/program.h"
#include "instances/fixed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* As many bits as the engines in solver/ are given: sums of some thousand scores stay in 64 bits,
 * and those of a few dozen in a double. */
enum { BITS = 48 };

/* A tile ready to be written. */
typedef struct sheet {
    FILE *stream;
    const char *comment; /* what a comment line starts with */
    tnm_problem problem;
    int64_t *scores;
    int64_t *costs;
    tnm_network network;
    tnm_program program;
} sheet;

tnm_error tnm_export_parse(tnm_export_format *format, const char *text)
{
    static const char *const names[] = {"dimacs", "lp", "mps"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcmp(text, names[k]) == 0) {
            *format = (tnm_export_format)k;
            return TNM_OK;
        }
    }
    return tnm_fail(TNM_ERROR_USAGE, "'%s' is no export format: expected dimacs, lp or mps", text);
}

static void write_heading(const sheet *out, const tnm_band *band, size_t tile, int scale,
                          bool lossless)
{
    fprintf(out->stream, "%s tile %zu,%zu: keep %s %d of %d in every row and column\n",
            out->comment, band->tile_row, band->tile_col + tile,
            out->problem.constraint == TNM_EQUAL ? "exactly" : "at most", out->problem.n,
            out->problem.m);
    fprintf(out->stream, "%s score = integer * 2^%d, %s\n", out->comment, scale,
            lossless ? "exactly" : "rounded to the nearest");
}

/* ---- DIMACS ------------------------------------------------------------------------------ */

static void write_dimacs(const sheet *out)
{
    const tnm_network *network = &out->network;
    int m = network->problem.m;
    fprintf(out->stream, "c flow 1 is kept, cost = -score; rows are nodes 1-%d, columns %d-%d", m,
            m + 1, 2 * m);
    if (network->problem.constraint == TNM_ATMOST)
        fprintf(out->stream, ", slack row %d, slack column %d", 2 * m + 1, 2 * m + 2);
    fprintf(out->stream, "\np min %d %d\n", network->nodes, network->arcs);
    for (int node = 0; node < network->nodes; node++) {
        if (network->supply[node] != 0)
            fprintf(out->stream, "n %d %" PRId64 "\n", node + 1, network->supply[node]);
    }
    for (int arc = 0; arc < network->arcs; arc++)
        fprintf(out->stream, "a %d %d 0 %" PRId64 " %" PRId64 "\n", network->source[arc] + 1,
                network->target[arc] + 1, network->capacity[arc], out->costs[arc]);
}

/* ---- CPLEX LP ---------------------------------------------------------------------------- */

enum { TERMS_A_LINE = 8 };

static const char *separator(int term)
{
    return term == 0 ? " " : (term % TERMS_A_LINE == 0 ? "\n   + " : " + ");
}

static void write_lp_objective(const sheet *out)
{
    char name[TNM_PROGRAM_NAME];
    fprintf(out->stream, "Maximize\n kept:");
    for (int variable = 0; variable < out->program.variables; variable++) {
        tnm_program_variable_name(name, &out->program, variable);
        fprintf(out->stream, "%s%" PRId64 " %s", separator(variable), out->scores[variable], name);
    }
}

static void write_lp_lines(const sheet *out)
{
    char name[TNM_PROGRAM_NAME];
    int m = out->problem.m;
    fprintf(out->stream, "\nSubject To\n");
    for (int line = 0; line < out->program.lines; line++) {
        tnm_program_line_name(name, &out->program, line);
        fprintf(out->stream, " %s:", name);
        for (int k = 0; k < m; k++) {
            tnm_program_variable_name(name, &out->program, out->program.members[line * m + k]);
            fprintf(out->stream, "%s%s", separator(k), name);
        }
        fprintf(out->stream, " %s %d\n",
                out->problem.constraint == TNM_EQUAL ? "=" : "<=", out->problem.n);
    }
}

static void write_lp(const sheet *out)
{
    char name[TNM_PROGRAM_NAME];
    write_lp_objective(out);
    write_lp_lines(out);
    fprintf(out->stream, "Binary\n");
    for (int variable = 0; variable < out->program.variables; variable++) {
        tnm_program_variable_name(name, &out->program, variable);
        fprintf(out->stream, " %s\n", name);
    }
    fprintf(out->stream, "End\n");
}

/* ---- free MPS ---------------------------------------------------------------------------- */

static void write_mps_rows(const sheet *out)
{
    char name[TNM_PROGRAM_NAME];
    fprintf(out->stream, "%s minimised: the negated score\nNAME tile\nROWS\n N cost\n",
            out->comment);
    for (int line = 0; line < out->program.lines; line++) {
        tnm_program_line_name(name, &out->program, line);
        fprintf(out->stream, " %c %s\n", out->problem.constraint == TNM_EQUAL ? 'E' : 'L', name);
    }
}

static void write_mps_columns(const sheet *out)
{
    char name[TNM_PROGRAM_NAME], row[TNM_PROGRAM_NAME], column[TNM_PROGRAM_NAME];
    int m = out->problem.m;
    fprintf(out->stream, "COLUMNS\n M1 'MARKER' 'INTORG'\n");
    for (int variable = 0; variable < out->program.variables; variable++) {
        tnm_program_variable_name(name, &out->program, variable);
        tnm_program_line_name(row, &out->program, variable / m);
        tnm_program_line_name(column, &out->program, m + variable % m);
        fprintf(out->stream, " %s cost %" PRId64 "\n", name, -out->scores[variable]);
        fprintf(out->stream, " %s %s 1 %s 1\n", name, row, column);
    }
    fprintf(out->stream, " M2 'MARKER' 'INTEND'\n");
}

static void write_mps(const sheet *out)
{
    char name[TNM_PROGRAM_NAME];
    write_mps_rows(out);
    write_mps_columns(out);
    fprintf(out->stream, "RHS\n");
    for (int line = 0; line < out->program.lines; line++) {
        tnm_program_line_name(name, &out->program, line);
        fprintf(out->stream, " kept %s %d\n", name, out->problem.n);
    }
    fprintf(out->stream, "BOUNDS\n");
    for (int variable = 0; variable < out->program.variables; variable++) {
        tnm_program_variable_name(name, &out->program, variable);
        fprintf(out->stream, " UP box %s 1\n", name);
    }
    fprintf(out->stream, "ENDATA\n");
}

/* ---- all of it --------------------------------------------------------------------------- */

static tnm_error flush(FILE *stream)
{
    if (fflush(stream) != 0 || ferror(stream))
        return tnm_fail(TNM_ERROR_IO, "cannot write the exported tile: %s", strerror(errno));
    return TNM_OK;
}

tnm_error tnm_export_tile(FILE *stream, tnm_export_format format, const tnm_problem *problem,
                          const tnm_band *band, size_t tile)
{
    static const char *const comments[] = {"c", "\\", "*"};
    static void (*const writers[])(const sheet *) = {write_dimacs, write_lp, write_mps};
    tnm_error error = TNM_OK;
    sheet page = {.stream = stream, .comment = comments[format], .problem = *problem};
    int scale;
    TNM_TRY(tnm_network_init(&page.network, problem));
    TNM_TRY(tnm_program_init(&page.program, problem));
    TNM_TRY(TNM_NEW(page.scores, band->m * band->m));
    TNM_TRY(TNM_NEW(page.costs, (size_t)page.network.arcs));
    bool lossless = tnm_fixed_tile(band, tile, BITS, page.scores, &scale);
    tnm_network_costs(page.costs, &page.network, page.scores);
    write_heading(&page, band, tile, scale, lossless);
    writers[format](&page);
    TNM_TRY(flush(stream));
out:
    tnm_network_free(&page.network);
    tnm_program_free(&page.program);
    free(page.scores);
    free(page.costs);
    return error;
}
