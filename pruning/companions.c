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

static tnm_error copy_entry(const tnm_source *source, const char *from, const char *name,
                            const char *folder)
{
    tnm_error error = TNM_OK;
    struct stat status;
    char *path = tnm_format("%s/%s", from, name);
    if (path == NULL)
        return TNM_ERROR_MEMORY;
    bool wanted = stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
                  status.st_size <= largest && !is_shard(source, name);
    if (wanted)
        error = copy_file(path, folder, name);
    free(path);
    return error;
}

/* The folder that the files of a checkpoint are in. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? tnm_copy_string(".") : tnm_format("%.*s", (int)(slash - path + 1), path);
}

tnm_error tnm_companions_copy(const tnm_source *source, const char *folder)
{
    tnm_error error = TNM_OK;
    DIR *stream = NULL;
    char *from = folder_of(source->files[0].path);
    if (from == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    stream = opendir(from);
    if (stream == NULL)
        TNM_TRY(tnm_fail(TNM_ERROR_IO, "%s: cannot read: %s", from, strerror(errno)));
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        bool temporary = strstr(entry->d_name, ".tnm-") != NULL; /* of a run, perhaps this one */
        if (!temporary)
            TNM_TRY(copy_entry(source, from, entry->d_name, folder));
    }
out:
    if (stream != NULL)
        closedir(stream);
    free(from);
    return error;
}

/* ---- whole folders ----------------------------------------------------------------------- */

static bool is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

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
