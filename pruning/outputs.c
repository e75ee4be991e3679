/* The files of a run: see outputs.h. */
#include "pruning/outputs.h"

#include "instances/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what must not happen ---------------------------------------------------------------- */

static tnm_error refuse_source(const char *path, const tnm_source *source)
{
    tnm_error error = TNM_OK;
    if (source == NULL)
        return TNM_OK;
    TNM_TRY(tnm_output_refuse_input(path, source->name));
    TNM_TRY(tnm_output_refuse_input(path, source->index));
    for (size_t k = 0; k < source->count; k++)
        TNM_TRY(tnm_output_refuse_input(path, source->files[k].path));
out:
    return error;
}

static tnm_error refuse_inputs(const char *path, const tnm_prune_plan *plan)
{
    tnm_error error = TNM_OK;
    const tnm_selection *selection = &plan->question->selection;
    TNM_TRY(refuse_source(path, plan->source));
    TNM_TRY(refuse_source(path, plan->scores));
    for (size_t k = 0; k < selection->map_file_count; k++)
        TNM_TRY(tnm_output_refuse_input(path, selection->map_files[k]));
out:
    return error;
}

static tnm_error refuse_full_folder(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return TNM_OK;
    if (!S_ISDIR(status.st_mode))
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: exists and is no folder", path);
    if (!tnm_folder_is_empty(path))
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: this folder exists and is not empty", path);
    return TNM_OK;
}

static bool is_folder(const tnm_source *source)
{
    struct stat status;
    return source->index != NULL || (stat(source->name, &status) == 0 && S_ISDIR(status.st_mode));
}

tnm_error tnm_outputs_check(const tnm_output_paths *paths, const tnm_prune_plan *plan)
{
    tnm_error error = TNM_OK;
    const char *const all[] = {paths->checkpoint, paths->masks, paths->certificates, paths->report,
                               paths->sparse24};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (all[k] == NULL)
            continue;
        if (strcmp(all[k], "-") == 0)
            TNM_TRY(tnm_fail(TNM_ERROR_USAGE, "an output of prune cannot be the standard output"));
        TNM_TRY(refuse_inputs(all[k], plan));
        for (size_t other = 0; other < k; other++)
            TNM_TRY(tnm_output_refuse_twin(all[k], all[other]));
    }
    if (is_folder(plan->source))
        TNM_TRY(refuse_full_folder(paths->checkpoint));
out:
    return error;
}

/* ---- opening ----------------------------------------------------------------------------- */

static tnm_error make_folder(tnm_outputs *outputs)
{
    const char *target = outputs->paths->checkpoint;
    outputs->folder = tnm_partial_name(target, "partial");
    if (outputs->folder == NULL)
        return TNM_ERROR_MEMORY;
    if (mkdir(outputs->folder, 0777) != 0 && errno != EEXIST)
        return tnm_fail(TNM_ERROR_CANNOT_CREATE, "%s: cannot create: %s", target, strerror(errno));
    return TNM_OK;
}

static tnm_error open_files(tnm_outputs *outputs, bool resume)
{
    tnm_error error = TNM_OK;
    const tnm_source *source = outputs->source;
    if (is_folder(source))
        TNM_TRY(make_folder(outputs));
    for (size_t k = 0; k < source->count; k++) {
        const tnm_source_file *file = &source->files[k];
        tnm_partial *partial = &outputs->files[k];
        if (outputs->folder != NULL)
            TNM_TRY(tnm_partial_open_in(partial, outputs->folder, file->name, file->size, resume));
        else
            TNM_TRY(tnm_partial_open(partial, outputs->paths->checkpoint, file->size, resume));
        TNM_TRY(tnm_partial_write(partial, file->header, 0, file->header_size));
    }
out:
    return error;
}

static tnm_error open_planned(tnm_partial *partial, const char *path,
                              const tnm_safetensors_plan *plan, bool resume)
{
    tnm_error error = tnm_partial_open(partial, path, plan->file_size, resume);
    if (error != TNM_OK)
        return error;
    return tnm_partial_write(partial, plan->header, 0, plan->header_size);
}

tnm_error tnm_outputs_open(tnm_outputs *outputs, const tnm_output_paths *paths,
                           const tnm_prune_plan *plan, bool resume)
{
    tnm_error error = TNM_OK;
    *outputs = (tnm_outputs){.paths = paths, .source = plan->source};
    outputs->masks.descriptor = outputs->certificates.descriptor = -1;
    TNM_TRY(TNM_NEW(outputs->files, plan->source->count));
    if (paths->masks != NULL)
        TNM_TRY(tnm_prune_plan_masks(&outputs->masks_plan, plan, paths->packed));
    if (paths->certificates != NULL)
        TNM_TRY(tnm_prune_plan_certificates(&outputs->certificates_plan, plan));
    TNM_TRY(open_files(outputs, resume));
    TNM_TRY(open_planned(&outputs->masks, paths->masks, &outputs->masks_plan, resume));
    TNM_TRY(open_planned(&outputs->certificates, paths->certificates, &outputs->certificates_plan,
                         resume));
out:
    if (error != TNM_OK)
        tnm_outputs_close(outputs);
    return error;
}

void tnm_outputs_close(tnm_outputs *outputs)
{
    for (size_t k = 0; outputs->files != NULL && k < outputs->source->count; k++)
        tnm_partial_close(&outputs->files[k]);
    free(outputs->files);
    tnm_partial_close(&outputs->masks);
    tnm_partial_close(&outputs->certificates);
    tnm_safetensors_plan_free(&outputs->masks_plan);
    tnm_safetensors_plan_free(&outputs->certificates_plan);
    free(outputs->folder);
    *outputs = (tnm_outputs){0};
}

/* ---- ending ------------------------------------------------------------------------------ */

tnm_error tnm_outputs_sync(const tnm_outputs *outputs)
{
    tnm_error error = TNM_OK;
    for (size_t k = 0; k < outputs->source->count; k++)
        TNM_TRY(tnm_partial_sync(&outputs->files[k]));
    TNM_TRY(tnm_partial_sync(&outputs->masks));
    TNM_TRY(tnm_partial_sync(&outputs->certificates));
out:
    return error;
}

tnm_error tnm_outputs_copy_companions(const tnm_outputs *outputs)
{
    if (outputs->folder == NULL)
        return TNM_OK;
    return tnm_companions_copy(outputs->source, outputs->folder);
}

tnm_error tnm_outputs_left_out(const tnm_source *source, tnm_companion_teller tell, void *context)
{
    return is_folder(source) ? tnm_companions_left_out(source, tell, context) : TNM_OK;
}

tnm_error tnm_outputs_locate(const char *target, char **final, char **temporary)
{
    char resolved[PATH_MAX];
    const char *end = realpath(target, resolved) != NULL ? resolved : target;
    *temporary = tnm_partial_name(end, "partial");
    if (final != NULL)
        *final = tnm_copy_string(end);
    bool complete = *temporary != NULL && (final == NULL || *final != NULL);
    return complete ? TNM_OK : TNM_ERROR_MEMORY;
}

static tnm_error finish_one(const char *target)
{
    char *final, *temporary;
    if (target == NULL)
        return TNM_OK;
    tnm_error error = tnm_outputs_locate(target, &final, &temporary);
    if (error == TNM_OK)
        error = tnm_partial_finish(temporary, final);
    free(temporary);
    free(final);
    return error;
}

tnm_error tnm_outputs_finish(const tnm_output_paths *paths)
{
    tnm_error error = TNM_OK;
    TNM_TRY(finish_one(paths->masks));
    TNM_TRY(finish_one(paths->certificates));
    TNM_TRY(finish_one(paths->checkpoint));
out:
    return error;
}

static void remove_one(const char *target)
{
    char *final, *temporary;
    if (target == NULL)
        return;
    if (tnm_outputs_locate(target, &final, &temporary) == TNM_OK)
        tnm_folder_remove(temporary);
    free(temporary);
    free(final);
}

void tnm_outputs_remove(const tnm_output_paths *paths)
{
    remove_one(paths->masks);
    remove_one(paths->certificates);
    remove_one(paths->checkpoint);
}
