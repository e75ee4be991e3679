/* The journal of a study: records.csv, which grows by one row a solve and survives anything.
 *
 *     # program: tnm 0.1.0        the banner of the run that began it
 *     # plan: study greedy        the plan, a line each
 *     run,group,matrix,...        the names of the columns
 *     17,gaussian,...             rows, in the order they were finished
 *
 * A row is written in one piece, its line end last, so that a run killed at any moment leaves whole
 * rows and at most one torn one behind; opening the journal again drops that, takes the others as
 * done, and refuses those of another plan or program. Once all rows are there they are put into the
 * order of the plan. One study at a time works in a folder. */
#ifndef TNM_BENCH_JOURNAL_H
#define TNM_BENCH_JOURNAL_H

#include "bench/banner.h"
#include "bench/schedule.h"

typedef struct tnm_journal {
    const tnm_schedule *schedule; /* borrowed */
    char *path;                   /* of records.csv */
    char *head;                   /* banner, plan and names, as the file has them */
    char **rows;                  /* of each run, line ends included; NULL: not solved yet */
    size_t done;                  /* rows there are */
    int folder;                   /* private, locked; -1: none */
    int file;                     /* private; -1: none */
} tnm_journal;

/* Opens the journal in `folder`, which is made where there is none, and locks the folder. Fails
 * with TNM_ERROR_CANNOT_CREATE where that cannot be, or another study is at work there;
 * TNM_ERROR_DATA where the journal is of another plan or program, or damaged. On failure nothing is
 * owned, and the journal is as it was. */
tnm_error tnm_journal_open(tnm_journal *journal, const char *folder, const tnm_schedule *schedule,
                           const tnm_banner *banner);

/* Adds the row of a run that had none; from one thread at a time. */
tnm_error tnm_journal_append(tnm_journal *journal, const tnm_record *record);

/* Puts the rows into the order of the plan, as a new file in place of the old. */
tnm_error tnm_journal_settle(tnm_journal *journal);

/* Accepts a zeroed journal. */
void tnm_journal_close(tnm_journal *journal);

#endif
