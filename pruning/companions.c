/* Folders of checkpoints: see companions.h. */
#include "pruning/companions.h"

#include "pruning/partial.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const off_t largest = 64 << 20;

static bool is_shard(const tnm_source *source, const char *name)
{
    for (size_t k = 0; k < source->count; k++) {
        if (strcmp(source->files[k].name, name) == 0)
            return true;
    }
    return false;
}

static tnm_error copy_file(const char *path, const char *folder, const char *name)
{
    tnm_error error = TNM_OK;
    tnm_file file = {0};
    tnm_partial copy = {.descriptor = -1};
    TNM_TRY(tnm_file_open(&file, path));
    TNM_TRY(tnm_partial_open_in(&copy, folder, name, file.size, false));
    TNM_TRY(tnm_partial_write(&copy, file.bytes, 0, file.size));
    TNM_TRY(tnm_partial_sync(&copy));
out:
    tnm_partial_close(&copy);
    tnm_file_close(&file);
    return error;
}

/* Why a file is not copied; NULL: it is. */
static const char *why_not(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return "cannot be looked at";
    if (S_ISLNK(status.st_mode) && stat(path, &status) != 0)
        return "a link that leads nowhere";
    if (S_ISDIR(status.st_mode))
        return "a folder";
    if (!S_ISREG(status.st_mode))
        return "no file";
    return status.st_size <= largest ? NULL : "larger than 64 MiB";
}

/* The folder that the files of a checkpoint are in. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? tnm_copy_string(".") : tnm_format("%.*s", (int)(slash - path + 1), path);
}

static bool is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Leaves out what belongs to a run, perhaps this one. */
static int is_companion(const struct dirent *entry)
{
    return is_entry(entry) && strstr(entry->d_name, ".tnm-") == NULL;
}

/* Called for what lies beside a checkpoint; `why` it is not copied, NULL: it is. */
typedef tnm_error (*visitor)(void *context, const char *path, const char *name, const char *why);

static tnm_error visit_one(const tnm_source *source, const char *from, const char *name,
                           visitor visit, void *context)
{
    if (is_shard(source, name))
        return TNM_OK;
    char *path = tnm_format("%s/%s", from, name);
    if (path == NULL)
        return TNM_ERROR_MEMORY;
    tnm_error error = visit(context, path, name, why_not(path));
    free(path);
    return error;
}

/* In the order of their names, so that the same is said each time. */
static tnm_error visit_all(const tnm_source *source, visitor visit, void *context)
{
    tnm_error error = TNM_OK;
    struct dirent **entries = NULL;
    char *from = folder_of(source->files[0].path);
    if (from == NULL)
        return TNM_ERROR_MEMORY;
    int count = scandir(from, &entries, is_companion, alphasort);
    if (count < 0)
        error = tnm_fail(TNM_ERROR_IO, "%s: cannot read: %s", from, strerror(errno));
    for (int k = 0; k < count; k++) {
        if (error == TNM_OK)
            error = visit_one(source, from, entries[k]->d_name, visit, context);
        free(entries[k]);
    }
    free(entries);
    free(from);
    return error;
}

/* A visitor; the context is the name of the folder. */
static tnm_error copy(void *context, const char *path, const char *name, const char *why)
{
    const char *folder = context;
    return why == NULL ? copy_file(path, folder, name) : TNM_OK;
}

tnm_error tnm_companions_copy(const tnm_source *source, char *folder)
{
    return visit_all(source, copy, folder);
}

/* Who hears of what is left out. */
typedef struct listener {
    tnm_companion_teller tell;
    void *context;
} listener;

/* A visitor. */
static tnm_error tell_of(void *context, const char *path, const char *name, const char *why)
{
    const listener *self = context;
    (void)path;
    if (why != NULL)
        self->tell(self->context, name, why);
    return TNM_OK;
}

tnm_error tnm_companions_left_out(const tnm_source *source, tnm_companion_teller tell,
                                  void *context)
{
    listener self = {tell, context};
    return visit_all(source, tell_of, &self);
}

/* ---- whole folders ----------------------------------------------------------------------- */

bool tnm_folder_is_empty(const char *path)
{
    DIR *stream = opendir(path);
    bool empty = stream != NULL;
    if (stream == NULL)
        return false;
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;)
        empty = empty && !is_entry(entry);
    closedir(stream);
    return empty;
}

void tnm_folder_remove(const char *path)
{
    DIR *stream = opendir(path);
    if (stream == NULL) {
        unlink(path);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (is_entry(entry))
            unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
    rmdir(path);
}
