/* What signals do to a running program. */
#ifndef TNM_CLI_SIGNALS_H
#define TNM_CLI_SIGNALS_H

#include <stdatomic.h>

/* Set by SIGINT and SIGTERM once cli_catch_interrupts was called; handed to tnm_job.stop. */
extern atomic_bool cli_interrupted;

/* From now on the first SIGINT or SIGTERM only sets cli_interrupted, so that the run ends by itself
 * and says what it has proven; a second one ends the program at once, with exit code 130. */
void cli_catch_interrupts(void);

/* A temporary file to remove when a signal ends the program at once: *path is its name, NULL while
 * there is none. `path` itself must stay readable until cli_guard_nothing. At most 4. */
void cli_guard(char *const *path);
void cli_guard_nothing(void);

/* From now on a mapped input that shrinks while it is read (SIGBUS) ends the program with one line
 * on stderr, beginning with `program` (borrowed), and exit code 74. */
void cli_catch_shrunken_inputs(const char *program);

#endif
