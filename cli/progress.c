/* A progress bar with the time left: see progress.h. */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 24 };
static const double patience = 2.0; /* seconds before the bar appears */
static const double interval = 0.1; /* seconds between two drawings */

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

static bool terminal_can_draw(void)
{
    const char *terminal = getenv("TERM");
    bool dumb = terminal == NULL || strcmp(terminal, "dumb") == 0;
    return isatty(STDERR_FILENO) && !dumb && !is_set("NO_COLOR") && !is_set("CI");
}

void cli_progress_start(cli_progress *progress, const char *label, bool silent)
{
    *progress =
        (cli_progress){.wanted = !silent && terminal_can_draw(), .label = label, .unit = "tiles"};
    progress->started = tnm_now();
}

static void draw(cli_progress *progress, size_t done, size_t all, double elapsed)
{
    char bar[BAR + 1];
    double share = (double)done / (double)all;
    size_t filled = (size_t)(share * BAR);
    memset(bar, '.', BAR);
    memset(bar, '#', filled);
    bar[BAR] = '\0';
    unsigned long left = done > 0 ? (unsigned long)(elapsed / share - elapsed + 0.5) : 0;
    char line[200];
    int length = snprintf(line, sizeof line, "%s [%s] %3.0f %%  %zu of %zu %s%s  %lu:%02lu left",
                          progress->label, bar, 100 * share, done, all, progress->unit,
                          progress->note, left / 60, left % 60);
    fprintf(stderr, "\r%-*s", (int)progress->width, line);
    fflush(stderr);
    progress->width = (size_t)length;
}

int cli_progress_step(void *context, size_t done, size_t all)
{
    cli_progress *progress = context;
    if (!progress->wanted || done == 0)
        return 0;
    double now = tnm_now();
    if (now - progress->started < patience || now - progress->drawn < interval)
        return 0;
    progress->drawn = now;
    draw(progress, done, all, now - progress->started);
    return 0;
}

void cli_progress_end(cli_progress *progress)
{
    if (progress->width > 0)
        fprintf(stderr, "\r%*s\r", (int)progress->width, "");
    progress->width = 0;
}
