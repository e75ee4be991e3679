/* A checkpoint and what is asked about it: see checkpoint.h. */
#include "cli/checkpoint.h"

#include "cli/signals.h"
#include "formulations/problem.h"

#include <stdio.h>

static const tnm_source *scores_of(const cli_checkpoint *checkpoint)
{
    return checkpoint->question.score == TNM_SCORE_GIVEN ? &checkpoint->scores : NULL;
}

/* Masks tell what they answer; options that are given say so once more, or are wrong. */
static tnm_error open_masks(cli_checkpoint *checkpoint, const char *path,
                            const cli_question *question)
{
    tnm_question *asked = &checkpoint->question;
    tnm_error error = tnm_source_open(&checkpoint->masks, path);
    if (error != TNM_OK)
        return error;
    asked->masks = &checkpoint->masks;
    asked->pattern_given = question->pattern_given;
    error = tnm_question_take_metadata(asked, &checkpoint->masks);
    if (question->constraint_given)
        asked->selection.problem.constraint = question->problem.constraint;
    if (error == TNM_OK && asked->score == TNM_SCORE_GIVEN && question->score_file == NULL)
        return tnm_fail(TNM_ERROR_USAGE, "%s: these masks answer scores: --scores FILE", path);
    return error;
}

tnm_error cli_checkpoint_open(cli_checkpoint *checkpoint, const char *path,
                              const cli_question *question, const tnm_selection *selection,
                              const char *masks)
{
    tnm_error error = TNM_OK;
    *checkpoint = (cli_checkpoint){0};
    tnm_question *asked = &checkpoint->question;
    *asked = (tnm_question){.selection = *selection,
                            .score = question->score,
                            .edges = question->edges,
                            .stop = &cli_interrupted};
    asked->selection.problem = question->problem;
    TNM_TRY(tnm_source_open(&checkpoint->source, path));
    if (masks != NULL)
        TNM_TRY(open_masks(checkpoint, masks, question));
    if (asked->score == TNM_SCORE_GIVEN)
        TNM_TRY(tnm_source_open(&checkpoint->scores, question->score_file));
    TNM_TRY(
        tnm_prune_plan_init(&checkpoint->plan, &checkpoint->source, scores_of(checkpoint), asked));
out:
    if (error != TNM_OK)
        cli_checkpoint_close(checkpoint);
    return error;
}

tnm_error cli_checkpoint_plan(cli_checkpoint *checkpoint, int n, int m)
{
    tnm_prune_plan_free(&checkpoint->plan);
    checkpoint->question.selection.problem.n = n;
    checkpoint->question.selection.problem.m = m;
    return tnm_prune_plan_init(&checkpoint->plan, &checkpoint->source, scores_of(checkpoint),
                               &checkpoint->question);
}

void cli_checkpoint_close(cli_checkpoint *checkpoint)
{
    tnm_prune_plan_free(&checkpoint->plan);
    tnm_source_close(&checkpoint->scores);
    tnm_source_close(&checkpoint->masks);
    tnm_source_close(&checkpoint->source);
    tnm_selection_free(&checkpoint->question.selection);
    *checkpoint = (cli_checkpoint){0};
}

/* Whether all masked tensors have one pattern, and that of the first of them. */
static bool share_pattern(const tnm_prune_plan *plan, tnm_problem *first)
{
    bool found = false, same = true;
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        if (entry->eligibility != TNM_ELIGIBLE)
            continue;
        if (!found)
            *first = entry->problem;
        found = true;
        same = same && entry->problem.n == first->n && entry->problem.m == first->m;
    }
    return same;
}

static void print_question(const cli_checkpoint *checkpoint)
{
    const tnm_question *question = &checkpoint->question;
    tnm_problem problem = question->selection.problem;
    bool same = share_pattern(&checkpoint->plan, &problem);
    printf("c pattern %d:%d%s, constraint %s, score %s, edges %s, convolutions %s\n", problem.n,
           problem.m, same ? "" : " and others", tnm_constraint_name(problem.constraint),
           question->score == TNM_SCORE_GIVEN ? checkpoint->scores.name
                                              : tnm_score_name(question->score),
           tnm_edges_name(question->edges),
           question->selection.convolution == TNM_CONVOLUTION_FLAT ? "flat" : "by positions");
}

/* A tnm_rule_teller. */
static void print_idle(void *context, const char *option, const char *expression)
{
    char shown[TNM_SHOWN];
    (void)context;
    printf("c --%s '%s' matches no tensor\n", option, tnm_tensor_show(shown, expression));
}

static const char *tensors(size_t count)
{
    return count == 1 ? "tensor" : "tensors";
}

void cli_checkpoint_print(const cli_checkpoint *checkpoint)
{
    const tnm_prune_plan *plan = &checkpoint->plan;
    const tnm_source *source = &checkpoint->source;
    printf("c input %s: %zu %s, %zu %s, %zu bytes\n", source->name, source->count,
           source->count == 1 ? "file" : "files", source->tensors, tensors(source->tensors),
           source->bytes);
    print_question(checkpoint);
    printf("c masked: %zu %s, %zu weights, %zu tiles\n", plan->masked, tensors(plan->masked),
           plan->masked_weights, plan->masked_tiles);
    for (int reason = 0; reason < TNM_ELIGIBILITY_COUNT; reason++) {
        if (plan->skipped[reason] > 0)
            printf("c skipped: %zu %s, %s\n", plan->skipped[reason], tensors(plan->skipped[reason]),
                   tnm_eligibility_words((tnm_eligibility)reason));
    }
    tnm_prune_plan_idle_rules(plan, print_idle, NULL);
}

void cli_checkpoint_print_tensors(const cli_checkpoint *checkpoint)
{
    const tnm_prune_plan *plan = &checkpoint->plan;
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        const tnm_tensor *tensor = entry->tensor;
        char name[TNM_SHOWN], shape[TNM_SHOWN];
        printf("c tensor %s %s %s ", tnm_tensor_show(name, tensor->name),
               tnm_tensor_type_name(tensor->type),
               tnm_tensor_show_shape(shape, tensor->shape, tensor->rank));
        if (entry->eligibility == TNM_ELIGIBLE)
            printf("%d:%d\n", entry->problem.n, entry->problem.m);
        else
            printf("skipped, %s\n", tnm_eligibility_words(entry->eligibility));
    }
}

void cli_watch_start(cli_watch *watch, const char *label, const cli_checkpoint *checkpoint,
                     bool silent)
{
    watch->checkpoint = checkpoint;
    cli_progress_start(&watch->bar, label, silent);
    watch->bar.unit = "MiB";
}

void cli_watch_step(void *context, size_t bytes, size_t tensors)
{
    cli_watch *self = context;
    size_t all = self->checkpoint->source.bytes;
    snprintf(self->bar.note, sizeof self->bar.note, ", tensor %zu of %zu", tensors + 1,
             self->checkpoint->plan.count);
    (void)cli_progress_step(&self->bar, bytes >> 20, (all >> 20) + 1);
}
