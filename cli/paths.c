/* The files that a command line names: see paths.h. */
#include "cli/paths.h"

#include "instances/checkpoint.h"
#include "instances/output.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* The files that a checkpoint is read from; one that cannot be opened fails later, and better. */
static tnm_error refuse_checkpoint(const char *output, const char *input)
{
    tnm_error error = TNM_OK;
    tnm_checkpoint checkpoint;
    if (!tnm_checkpoint_recognises(input) || tnm_checkpoint_open(&checkpoint, input) != TNM_OK)
        return TNM_OK;
    if (checkpoint.index != NULL)
        TNM_TRY(tnm_output_refuse_input(output, checkpoint.index));
    for (size_t k = 0; k < checkpoint.count; k++)
        TNM_TRY(tnm_output_refuse_input(output, checkpoint.shards[k].content.name));
out:
    tnm_checkpoint_close(&checkpoint);
    return error;
}

/* The files of a folder whose names end like this. */
static tnm_error refuse_files(const char *output, const char *folder, const char *ending)
{
    tnm_error error = TNM_OK;
    DIR *stream = opendir(folder);
    for (const struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
        if (!ends_with(entry->d_name, ending))
            continue;
        char *path = tnm_format("%s/%s", folder, entry->d_name);
        tnm_error refusal = path != NULL ? tnm_output_refuse_input(output, path) : TNM_ERROR_MEMORY;
        free(path);
        TNM_TRY(refusal);
    }
out:
    if (stream != NULL)
        closedir(stream);
    return error;
}

static tnm_error refuse_folders(const char *output, const cli_paths *paths)
{
    tnm_error error = TNM_OK;
    TNM_TRY(tnm_output_refuse_input(output, paths->images));
    TNM_TRY(tnm_output_refuse_input(output, paths->arrays));
    if (paths->images != NULL)
        TNM_TRY(refuse_files(output, paths->images, "-ubyte"));
    if (paths->images != NULL)
        TNM_TRY(refuse_files(output, paths->images, "-ubyte.gz"));
    if (paths->arrays != NULL)
        TNM_TRY(refuse_files(output, paths->arrays, ".npy"));
out:
    return error;
}

static tnm_error check_output(const cli_paths *paths, size_t number)
{
    tnm_error error = TNM_OK;
    const char *output = paths->outputs[number];
    const tnm_selection *selection = paths->selection;
    for (size_t k = 0; k < CLI_MOST_PATHS; k++) {
        TNM_TRY(tnm_output_refuse_input(output, paths->inputs[k]));
        if (paths->inputs[k] != NULL)
            TNM_TRY(refuse_checkpoint(output, paths->inputs[k]));
    }
    TNM_TRY(refuse_folders(output, paths));
    for (size_t k = 0; selection != NULL && k < selection->map_file_count; k++)
        TNM_TRY(tnm_output_refuse_input(output, selection->map_files[k]));
    for (size_t k = 0; k < number; k++)
        TNM_TRY(tnm_output_refuse_twin(output, paths->outputs[k]));
out:
    return error;
}

tnm_error cli_paths_check(const cli_paths *paths)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < CLI_MOST_PATHS && error == TNM_OK; k++) {
        if (paths->outputs[k] != NULL)
            error = check_output(paths, k);
    }
    return error;
}
