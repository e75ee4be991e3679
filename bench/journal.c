/* The journal of a study: see journal.h. */
#include "bench/journal.h"

#include "instances/file.h"
#include "instances/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char line_end[] = "\r\n";
enum { LINE_END = sizeof line_end - 1 };

/* ---- the folder -------------------------------------------------------------------------- */

static tnm_error lock_folder(tnm_journal *self, const char *folder)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot create: %s", folder, strerror(errno));
    self->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->folder < 0)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot open: %s", folder, strerror(errno));
    if (flock(self->folder, LOCK_EX | LOCK_NB) != 0)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: another study is at work there", folder);
    return TNM_OK;
}

/* Removes the temporary files of outputs (instances/output.h) whose process is no more. */
static void sweep_folder(const tnm_journal *self, const char *folder)
{
    DIR *stream = opendir(folder);
    for (const struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
        char extra;
        long process;
        unsigned turn;
        if (sscanf(entry->d_name, ".tnm-%ld-%u.tm%c", &process, &turn, &extra) == 3 &&
            kill((pid_t)process, 0) != 0 && errno == ESRCH)
            unlinkat(self->folder, entry->d_name, 0);
    }
    if (stream != NULL)
        closedir(stream);
}

/* ---- the head ---------------------------------------------------------------------------- */

static tnm_error print_head(const tnm_schedule *schedule, const tnm_banner *banner, FILE *stream)
{
    const tnm_plan *plan = schedule->plan;
    tnm_banner_print(banner, stream);
    for (size_t k = 0; k < plan->line_count; k++) {
        char *text = tnm_plan_line_text(&plan->lines[k]);
        if (text == NULL)
            return TNM_ERROR_MEMORY;
        fprintf(stream, "# plan: %s\r\n", text);
        free(text);
    }
    char *names = tnm_record_head();
    if (names == NULL)
        return TNM_ERROR_MEMORY;
    fputs(names, stream);
    free(names);
    return TNM_OK;
}

static tnm_error make_head(tnm_journal *self, const tnm_banner *banner)
{
    size_t size;
    FILE *stream = open_memstream(&self->head, &size);
    if (stream == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: a banner");
    tnm_error error = print_head(self->schedule, banner, stream);
    bool failed = ferror(stream) != 0;
    if ((fclose(stream) != 0 || failed) && error == TNM_OK)
        error = tnm_fail(TNM_ERROR_MEMORY, "out of memory: a banner");
    return error;
}

/* The next line at *text that has to be the same in both heads, with its length; NULL at the end
 * of the head, or of what there is of it. Which date, command or machine began a journal is told,
 * but does not matter. */
static const char *next_fixed(const char **text, size_t *length)
{
    static const char *const fixed[] = {"# program: ", "# commit: ", "# plan: ", "run,"};
    const char *end;
    while ((end = strstr(*text, line_end)) != NULL) {
        const char *line = *text;
        *length = (size_t)(end - line);
        *text = end + LINE_END;
        for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++) {
            if (strncmp(line, fixed[k], strlen(fixed[k])) == 0)
                return line;
        }
        if (line[0] != '#')
            break;
    }
    return NULL;
}

/* Compares the heads of an old journal and of this run, and finds the first row. An old head that
 * ends too early has no rows, and *rows is NULL. */
static tnm_error compare_heads(const tnm_journal *self, const char *old, const char **rows)
{
    const char *fresh = self->head, *ours, *theirs;
    size_t our_length, their_length;
    *rows = NULL;
    while ((ours = next_fixed(&fresh, &our_length)) != NULL) {
        theirs = next_fixed(&old, &their_length);
        if (theirs == NULL)
            return TNM_OK;
        if (their_length != our_length || memcmp(ours, theirs, our_length) != 0)
            return tnm_fail(TNM_ERROR_DATA,
                            "%s was begun with '%.*s', now it is '%.*s': choose another folder",
                            self->path, (int)(their_length < 80 ? their_length : 80), theirs,
                            (int)(our_length < 80 ? our_length : 80), ours);
    }
    *rows = old;
    return TNM_OK;
}

/* ---- rows that are there ----------------------------------------------------------------- */

static bool same_run(const tnm_record *a, const tnm_record *b)
{
    return strcmp(a->group, b->group) == 0 && strcmp(a->matrix, b->matrix) == 0 &&
           strcmp(a->pattern, b->pattern) == 0 && strcmp(a->constraint, b->constraint) == 0 &&
           strcmp(a->method, b->method) == 0 && strcmp(a->parameters, b->parameters) == 0 &&
           a->repetition == b->repetition && a->seed == b->seed;
}

/* Takes a row without its line end. */
static tnm_error take_row(tnm_journal *self, const char *row, size_t length)
{
    tnm_record found, expected;
    char *cells = tnm_format("%.*s", (int)length, row);
    if (cells == NULL)
        return TNM_ERROR_MEMORY;
    tnm_error error = tnm_record_parse(&found, cells);
    if (error == TNM_OK && (found.run >= self->schedule->run_count || self->rows[found.run]))
        error = tnm_fail(TNM_ERROR_DATA, "a row too many");
    if (error == TNM_OK) {
        tnm_schedule_describe(self->schedule, found.run, &expected);
        if (!same_run(&found, &expected))
            error =
                tnm_fail(TNM_ERROR_DATA, "not the run number %zu of the plan, which is about %s",
                         found.run, expected.matrix);
    }
    if (error == TNM_OK) {
        self->rows[found.run] = tnm_format("%.*s\r\n", (int)length, row);
        error = self->rows[found.run] != NULL ? TNM_OK : TNM_ERROR_MEMORY;
        self->done += error == TNM_OK;
    }
    free(cells);
    return error;
}

/* Takes all whole rows, and drops what is torn behind them. */
static tnm_error take_rows(tnm_journal *self, const char *text, const char *rows)
{
    const char *end;
    size_t number = 1;
    for (const char *byte = text; byte < rows; byte++)
        number += *byte == '\n';
    for (; (end = strstr(rows, line_end)) != NULL; rows = end + LINE_END, number++) {
        tnm_error error = take_row(self, rows, (size_t)(end - rows));
        if (error == TNM_OK)
            continue;
        char *sentence = tnm_copy_string(tnm_error_message());
        if (sentence != NULL)
            tnm_fail(error, "%s:%zu: %s", self->path, number, sentence);
        free(sentence);
        return error;
    }
    if (ftruncate(self->file, rows - text) != 0)
        return tnm_fail(TNM_ERROR_IO, "%s: cannot write: %s", self->path, strerror(errno));
    return TNM_OK;
}

/* ---- opening ----------------------------------------------------------------------------- */

/* The whole journal as a string, "" where there is none. */
static tnm_error read_old(const tnm_journal *self, char **text)
{
    static const char begin[] = "# program: tnm ";
    tnm_file file = {0};
    tnm_error error = TNM_OK;
    bool there = access(self->path, F_OK) == 0;
    if (there)
        TNM_TRY(tnm_file_open(&file, self->path));
    TNM_TRY(TNM_NEW(*text, file.size + 1));
    if (file.size > 0)
        memcpy(*text, file.bytes, file.size);
    if (strncmp(*text, begin, file.size < sizeof begin - 1 ? file.size : sizeof begin - 1) != 0 ||
        strlen(*text) != file.size)
        error = tnm_fail(TNM_ERROR_DATA, "%s: not the journal of a study", self->path);
out:
    tnm_file_close(&file);
    return error;
}

static tnm_error write_whole(const tnm_journal *self)
{
    tnm_error error = TNM_OK;
    tnm_output output = {0};
    FILE *stream;
    TNM_TRY(tnm_output_open(&output, self->path));
    TNM_TRY(tnm_output_stream(&output, &stream));
    fputs(self->head, stream);
    for (size_t k = 0; k < self->schedule->run_count; k++) {
        if (self->rows[k] != NULL)
            fputs(self->rows[k], stream);
    }
    TNM_TRY(tnm_output_commit(&output));
out:
    tnm_output_abort(&output);
    return error;
}

static tnm_error open_file(tnm_journal *self)
{
    self->file = open(self->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (self->file >= 0)
        return TNM_OK;
    return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot open: %s", self->path, strerror(errno));
}

/* Goes on with the journal in `text`. */
static tnm_error go_on(tnm_journal *self, const char *text, const char *rows)
{
    tnm_error error = TNM_OK;
    free(self->head);
    self->head = tnm_format("%.*s", (int)(rows - text), text);
    TNM_TRY(self->head != NULL ? TNM_OK : TNM_ERROR_MEMORY);
    TNM_TRY(open_file(self));
    TNM_TRY(take_rows(self, text, rows));
out:
    return error;
}

tnm_error tnm_journal_open(tnm_journal *journal, const char *folder, const tnm_schedule *schedule,
                           const tnm_banner *banner)
{
    tnm_error error = TNM_OK;
    char *text = NULL;
    const char *rows;
    *journal = (tnm_journal){.schedule = schedule, .folder = -1, .file = -1};
    TNM_TRY(lock_folder(journal, folder));
    sweep_folder(journal, folder);
    journal->path = tnm_format("%s/records.csv", folder);
    TNM_TRY(journal->path != NULL ? TNM_OK : TNM_ERROR_MEMORY);
    TNM_TRY(TNM_NEW(journal->rows, schedule->run_count));
    TNM_TRY(make_head(journal, banner));
    TNM_TRY(read_old(journal, &text));
    TNM_TRY(compare_heads(journal, text, &rows));
    if (rows != NULL) {
        TNM_TRY(go_on(journal, text, rows));
    } else {
        TNM_TRY(write_whole(journal));
        TNM_TRY(open_file(journal));
    }
out:
    free(text);
    if (error != TNM_OK)
        tnm_journal_close(journal);
    return error;
}

/* ---- growing ----------------------------------------------------------------------------- */

tnm_error tnm_journal_append(tnm_journal *journal, const tnm_record *record)
{
    char *row = tnm_record_row(record);
    if (row == NULL)
        return TNM_ERROR_MEMORY;
    size_t length = strlen(row);
    ssize_t written = write(journal->file, row, length);
    if (written < 0 || (size_t)written != length) {
        free(row);
        return tnm_fail(TNM_ERROR_IO, "%s: cannot write: %s", journal->path,
                        strerror(written < 0 ? errno : ENOSPC));
    }
    journal->rows[record->run] = row;
    journal->done++;
    return TNM_OK;
}

tnm_error tnm_journal_settle(tnm_journal *journal)
{
    return write_whole(journal);
}

void tnm_journal_close(tnm_journal *journal)
{
    bool opened = journal->schedule != NULL;
    for (size_t k = 0; journal->rows != NULL && k < journal->schedule->run_count; k++)
        free(journal->rows[k]);
    free(journal->rows);
    free(journal->head);
    free(journal->path);
    if (opened && journal->file >= 0)
        close(journal->file);
    if (opened && journal->folder >= 0)
        close(journal->folder);
    *journal = (tnm_journal){.folder = -1, .file = -1};
}
