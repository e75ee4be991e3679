/* tnm allocate: what a run holds, and how it tells of it. */
#ifndef TNM_CLI_ALLOCATE_RUN_H
#define TNM_CLI_ALLOCATE_RUN_H

#include "cli/network.h"
#include "training/allocation/damage.h"

enum { CLI_MOST_PATTERNS = 32 };

typedef struct cli_allocate_request {
    tnm_selection selection;
    cli_effort effort;
    cli_telling telling;
    const tnm_method *method;
    const char *input, *data, *output;
    const char *table, *write_table; /* or NULL */
    tnm_problem patterns[CLI_MOST_PATTERNS];
    size_t pattern_count;
    double budget; /* a share of what all layers cost without masks */
    tnm_cost cost;
    tnm_damage_kind damage;
    tnm_fit_rule rule;
    double ridge; /* negative: chosen */
    size_t samples;
} cli_allocate_request;

/* An answer, and the test accuracy of the network so masked. */
typedef struct cli_allocated {
    tnm_choice choice; /* owned */
    double accuracy;
} cli_allocated;

typedef struct cli_allocate_run {
    const cli_allocate_request *asked;
    cli_trial trial;
    tnm_damage_table damages;
    tnm_allocation allocation;
    size_t budget;   /* in weights or multiply-adds */
    double accuracy; /* of the network as it is */
    cli_allocated answers[TNM_CHOOSERS];
    double seconds;
} cli_allocate_run;

/* The row of the damage table that an answer chose for a layer. */
static inline const tnm_damage_row *cli_allocated_row(const cli_allocate_run *run,
                                                      tnm_chooser chooser, size_t layer)
{
    const tnm_allocation *allocation = &run->allocation;
    size_t option = run->answers[chooser].choice.options[layer];
    return &run->damages.rows[allocation->rows[layer * allocation->table.options + option]];
}

/* Measures, chooses, tries the answers, writes what is asked for and reports. Close even when this
 * fails. */
tnm_error cli_allocate_work(cli_allocate_run *run);
void cli_allocate_close(cli_allocate_run *run);

void cli_allocate_banner(const cli_allocate_run *run);
tnm_error cli_allocate_text(const cli_allocate_run *run);
tnm_error cli_allocate_json(const cli_allocate_run *run);
/* Writes the answer of the integer program as rules for --pattern-map-file. */
tnm_error cli_allocate_map(const cli_allocate_run *run, const char *path);

#endif
