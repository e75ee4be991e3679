/* What signals do to a running program: see signals.h. Handlers call only what is safe in them. */
#include "cli/signals.h"

#include "cli/ending.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

atomic_bool cli_interrupted;

enum { GUARDED = 4 };
static char *const *guarded[GUARDED];

void cli_guard(char *const *path)
{
    for (size_t k = 0; k < GUARDED; k++) {
        if (guarded[k] == NULL) {
            guarded[k] = path;
            return;
        }
    }
}

void cli_guard_nothing(void)
{
    for (size_t k = 0; k < GUARDED; k++)
        guarded[k] = NULL;
}

static _Noreturn void end_at_once(int exit_code)
{
    for (size_t k = 0; k < GUARDED; k++) {
        if (guarded[k] != NULL && *guarded[k] != NULL)
            unlink(*guarded[k]);
    }
    _exit(exit_code);
}

static void interrupt(int signal_number)
{
    (void)signal_number;
    if (atomic_exchange(&cli_interrupted, true))
        end_at_once(CLI_INTERRUPTED);
}

void cli_catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static char shrunken[128];

static void report_shrunken(int signal_number)
{
    (void)signal_number;
    ssize_t written = write(STDERR_FILENO, shrunken, strlen(shrunken));
    (void)written;
    end_at_once(tnm_error_exit_code(TNM_ERROR_IO));
}

void cli_catch_shrunken_inputs(const char *program)
{
    snprintf(shrunken, sizeof shrunken,
             "%s: error: an input file became shorter while it was being read\n", program);
    struct sigaction action = {.sa_handler = report_shrunken};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}
