/* The plan of a run: see plan.h. */
#include "pruning/plan.h"

#include "formulations/problem.h"
#include "formulations/verify.h"

#include <stdlib.h>
#include <string.h>

enum {
    PIECE_BYTES = 4 << 20, /* of weights, scores, mask and prices, roughly */
    COMPANION_RANK = 4,    /* of what goes along, at most */
    COMMON_METADATA = 4
};

enum { WORDS = 3 };
static const char *const score_names[WORDS] = {"abs", "square", "given"};
static const char *const edges_names[WORDS] = {"pad", "dense", "error"};

/* The place of a word, or -1. */
static int find_word(const char *const words[WORDS], const char *word)
{
    for (int k = 0; k < WORDS; k++) {
        if (strcmp(words[k], word) == 0)
            return k;
    }
    return -1;
}

const char *tnm_score_name(tnm_score score)
{
    return score_names[score];
}

const char *tnm_edges_name(tnm_edges edges)
{
    return edges_names[edges];
}

static tnm_error unknown_word(const tnm_source *file, const char *key, const char *word)
{
    char shown[TNM_SHOWN];
    return tnm_fail(TNM_ERROR_DATA, "%s: metadata: '%s' is no %s", file->name,
                    tnm_tensor_show(shown, word), key);
}

tnm_error tnm_question_take_metadata(tnm_question *question, const tnm_source *file)
{
    tnm_selection *selection = &question->selection;
    const char *constraint = tnm_source_metadata(file, "constraint");
    const char *convolution = tnm_source_metadata(file, "convolution");
    const char *score = tnm_source_metadata(file, "score");
    const char *edges = tnm_source_metadata(file, "edges");
    int place;
    if (constraint != NULL &&
        tnm_constraint_parse(&selection->problem.constraint, constraint) != TNM_OK)
        return unknown_word(file, "constraint", constraint);
    if (convolution != NULL && !tnm_convolution_find(&selection->convolution, convolution))
        return unknown_word(file, "convolution", convolution);
    if (score != NULL && (place = find_word(score_names, score)) < 0)
        return unknown_word(file, "score", score);
    if (score != NULL)
        question->score = (tnm_score)place;
    if (edges != NULL && (place = find_word(edges_names, edges)) < 0)
        return unknown_word(file, "edges", edges);
    if (edges != NULL)
        question->edges = (tnm_edges)place;
    return TNM_OK;
}

/* ---- entries ----------------------------------------------------------------------------- */

static tnm_error find_scores(tnm_prune_entry *entry, const tnm_prune_plan *plan)
{
    const tnm_tensor *tensor = entry->tensor;
    const char *name = plan->scores->name;
    char shown[TNM_SHOWN];
    tnm_tensor_show(shown, tensor->name);
    entry->scores = tnm_source_find(plan->scores, tensor->name, &entry->scores_file);
    if (entry->scores == NULL)
        return tnm_fail(TNM_ERROR_DATA, "%s: there are no scores for tensor '%s'", name, shown);
    if (!tnm_tensor_type_weights(entry->scores->type, &entry->scores_dtype))
        return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' of type %s holds no scores", name, shown,
                        tnm_tensor_type_name(entry->scores->type));
    if (entry->scores->rank != tensor->rank ||
        memcmp(entry->scores->shape, tensor->shape, tensor->rank * sizeof *tensor->shape) != 0)
        return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s' has another shape than the weights", name,
                        shown);
    return TNM_OK;
}

/* Entries of a piece such that everything that goes with them stays within bounds. */
static size_t entries_of_piece(const tnm_prune_entry *entry)
{
    size_t m = (size_t)entry->problem.m;
    size_t prices = tnm_certificate_length(m) * sizeof(int64_t);
    size_t scores = entry->scores != NULL ? tnm_dtype_size(entry->scores_dtype) : 0;
    size_t bytes = tnm_dtype_size(entry->dtype) + 1 + scores + (prices + m * m - 1) / (m * m);
    return PIECE_BYTES / bytes;
}

static tnm_error plan_masking(tnm_prune_plan *plan, tnm_prune_entry *entry)
{
    tnm_error error = TNM_OK;
    const tnm_question *question = plan->question;
    const tnm_tensor *tensor = entry->tensor;
    char shown[TNM_SHOWN], why[256];
    tnm_layout layout;
    (void)tnm_layout_of(&layout, tensor, question->selection.convolution);
    (void)tnm_tensor_type_weights(tensor->type, &entry->dtype);
    if (question->score == TNM_SCORE_GIVEN)
        TNM_TRY(find_scores(entry, plan));
    error = tnm_cut_init(&entry->cut, &layout, entry->problem.m, question->edges,
                         entries_of_piece(entry));
    if (error != TNM_OK) {
        snprintf(why, sizeof why, "%s", tnm_error_message());
        TNM_TRY(tnm_fail(error, "%s: tensor '%s': %s", plan->source->name,
                         tnm_tensor_show(shown, tensor->name), why));
    }
    entry->pieces = tnm_cut_pieces(&entry->cut);
    entry->companion = plan->masked++;
    plan->masked_weights += tnm_tensor_count(tensor);
    plan->masked_tiles += tnm_cut_tiles(&entry->cut);
out:
    return error;
}

/* The pattern of a tensor that the metadata of masks tell. */
static tnm_error take_pattern(tnm_prune_entry *entry, const tnm_source *masks, const char *key)
{
    char shown[TNM_SHOWN], why[256];
    const char *pattern = tnm_source_metadata(masks, key);
    if (pattern == NULL)
        return tnm_problem_validate(&entry->problem);
    if (tnm_problem_parse(&entry->problem, pattern) == TNM_OK)
        return TNM_OK;
    snprintf(why, sizeof why, "%s", tnm_error_message());
    return tnm_fail(TNM_ERROR_DATA, "%s: tensor '%s': %s", masks->name,
                    tnm_tensor_show(shown, entry->tensor->name), why);
}

/* Where a file of masks decides. */
static tnm_error judge_by_mask(tnm_prune_entry *entry, const tnm_question *question)
{
    tnm_error error = TNM_OK;
    tnm_layout layout;
    size_t file;
    const tnm_source *masks = question->masks;
    char *name = tnm_mask_name(entry->tensor), *key = tnm_pattern_key(entry->tensor);
    char shown[TNM_SHOWN];
    entry->eligibility = TNM_NOT_INCLUDED;
    if (name == NULL || key == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    if (tnm_source_find(masks, name, &file) == NULL)
        goto out;
    if (!tnm_tensor_type_weights(entry->tensor->type, NULL) ||
        !tnm_layout_of(&layout, entry->tensor, question->selection.convolution))
        TNM_TRY(tnm_fail(TNM_ERROR_DATA, "%s: '%s' is a mask of what cannot be masked", masks->name,
                         tnm_tensor_show(shown, name)));
    entry->eligibility = entry->tensor->size == 0 ? TNM_EMPTY : TNM_ELIGIBLE;
    entry->problem = question->selection.problem;
    if (question->pattern_given)
        TNM_TRY(tnm_problem_validate(&entry->problem));
    else
        TNM_TRY(take_pattern(entry, masks, key));
out:
    free(name);
    free(key);
    return error;
}

static tnm_error plan_tensor(tnm_prune_plan *plan, size_t file, const tnm_tensor *tensor)
{
    tnm_error error = TNM_OK;
    atomic_bool *stop = plan->question->stop;
    if (stop != NULL && atomic_load(stop))
        return tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted");
    tnm_prune_entry *entry = &plan->entries[plan->count++];
    *entry = (tnm_prune_entry){.tensor = tensor, .file = file};
    if (plan->question->masks != NULL)
        error = judge_by_mask(entry, plan->question);
    else
        entry->eligibility = tnm_select(&plan->question->selection, tensor, &entry->problem);
    if (error != TNM_OK)
        return error;
    if (entry->eligibility == TNM_ELIGIBLE)
        return plan_masking(plan, entry);
    plan->skipped[entry->eligibility]++;
    return TNM_OK;
}

tnm_error tnm_prune_plan_init(tnm_prune_plan *plan, const tnm_source *source,
                              const tnm_source *scores, const tnm_question *question)
{
    tnm_error error = TNM_OK;
    *plan = (tnm_prune_plan){.source = source, .scores = scores, .question = question};
    TNM_TRY(TNM_NEW(plan->entries, source->tensors + 1)); /* none is an allocation, too */
    for (size_t file = 0; file < source->count; file++) {
        for (size_t k = 0; k < source->files[file].count; k++)
            TNM_TRY(plan_tensor(plan, file, &source->files[file].tensors[k]));
    }
out:
    if (error != TNM_OK)
        tnm_prune_plan_free(plan);
    return error;
}

void tnm_prune_plan_free(tnm_prune_plan *plan)
{
    free(plan->entries);
    *plan = (tnm_prune_plan){0};
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void consider(tnm_piece_sizes *sizes, const tnm_prune_entry *entry, const tnm_piece *piece)
{
    size_t entries = tnm_piece_entries(piece);
    size_t tiles = piece->tiles * piece->layout.slices;
    sizes->entries = larger(sizes->entries, entries);
    sizes->weights = larger(sizes->weights, entries * tnm_dtype_size(entry->dtype));
    sizes->prices = larger(sizes->prices, tiles * tnm_certificate_length(piece->tiling.m));
    if (entry->scores != NULL)
        sizes->scores = larger(sizes->scores, entries * tnm_dtype_size(entry->scores_dtype));
}

tnm_piece_sizes tnm_prune_plan_piece_sizes(const tnm_prune_plan *plan)
{
    tnm_piece_sizes sizes = {0};
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        for (size_t number = 0; number < entry->pieces; number++) {
            tnm_piece piece = tnm_cut_piece(&entry->cut, number);
            consider(&sizes, entry, &piece);
        }
    }
    return sizes;
}

/* ---- what of it is for nothing ----------------------------------------------------------- */

static bool is_idle(const tnm_prune_plan *plan, const tnm_name_rule *rule)
{
    for (size_t k = 0; k < plan->count; k++) {
        if (tnm_name_rule_matches(rule, plan->entries[k].tensor->name))
            return false;
    }
    return true;
}

void tnm_prune_plan_idle_rules(const tnm_prune_plan *plan, tnm_rule_teller tell, void *context)
{
    const tnm_selection *selection = &plan->question->selection;
    const struct {
        const char *option;
        const tnm_name_rules *rules;
    } lists[] = {{"include", &selection->include},
                 {"exclude", &selection->exclude},
                 {"pattern-map", &selection->map}};
    for (size_t list = 0; list < 3 && plan->question->masks == NULL; list++) {
        const tnm_name_rules *rules = lists[list].rules;
        for (size_t k = 0; k < rules->count; k++) {
            if (is_idle(plan, &rules->list[k]))
                tell(context, lists[list].option, rules->list[k].text);
        }
    }
}

tnm_error tnm_prune_plan_expect_masked(const tnm_prune_plan *plan)
{
    char counts[512] = "";
    size_t length = 0;
    bool chosen = plan->skipped[TNM_NOT_INCLUDED] + plan->skipped[TNM_EXCLUDED] > 0;
    if (plan->masked > 0)
        return TNM_OK;
    for (int reason = 0; reason < TNM_ELIGIBILITY_COUNT; reason++) {
        if (plan->skipped[reason] > 0)
            length += (size_t)snprintf(counts + length, sizeof counts - length, "%s %zu %s",
                                       length > 0 ? "," : "", plan->skipped[reason],
                                       tnm_eligibility_words((tnm_eligibility)reason));
    }
    return tnm_fail(chosen ? TNM_ERROR_USAGE : TNM_ERROR_DATA,
                    "%s: there is nothing to mask: of %zu tensor%s%s", plan->source->name,
                    plan->count, plan->count == 1 ? "" : "s", counts);
}

/* ---- the files that go along ------------------------------------------------------------- */

char *tnm_mask_name(const tnm_tensor *tensor)
{
    return tnm_format("%s.mask", tensor->name);
}

char *tnm_certificate_name(const tnm_tensor *tensor)
{
    return tnm_format("%s.certificate", tensor->name);
}

char *tnm_pattern_key(const tnm_tensor *tensor)
{
    return tnm_format("%s.pattern", tensor->name);
}

/* A file that goes along, while it is described: a tensor and an entry of metadata for every masked
 * tensor, and what is the same for all. */
typedef struct description {
    tnm_tensor *tensors;
    size_t (*shapes)[COMPANION_RANK];
    char **keys;
    char (*patterns)[16];
    tnm_metadata *metadata;
    size_t count, metadata_count;
} description;

static void free_description(description *self)
{
    for (size_t k = 0; k < self->count; k++) {
        free((char *)(uintptr_t)self->tensors[k].name);
        free(self->keys[k]);
    }
    free(self->tensors);
    free(self->shapes);
    free(self->keys);
    free(self->patterns);
    free(self->metadata);
}

static tnm_error start_description(description *self, const tnm_prune_plan *plan)
{
    tnm_error error = TNM_OK;
    const tnm_question *question = plan->question;
    const tnm_metadata common[] = {
        {"constraint", tnm_constraint_name(question->selection.problem.constraint)},
        {"convolution", tnm_convolution_name(question->selection.convolution)},
        {"edges", tnm_edges_name(question->edges)},
        {"score", tnm_score_name(question->score)}};
    size_t room = plan->masked + 1;
    TNM_TRY(TNM_NEW(self->tensors, room));
    TNM_TRY(TNM_NEW(self->shapes, room));
    TNM_TRY(TNM_NEW(self->keys, room));
    TNM_TRY(TNM_NEW(self->patterns, room));
    TNM_TRY(TNM_NEW(self->metadata, room + COMMON_METADATA));
    memcpy(self->metadata, common, sizeof common);
    self->metadata_count = sizeof common / sizeof *common;
out:
    return error;
}

/* Describes what goes along with every masked tensor: `describe` gives it a name, a type, a rank
 * and the sides. */
static tnm_error describe_all(tnm_safetensors_plan *file, const tnm_prune_plan *plan,
                              void (*describe)(tnm_tensor *, size_t *, const tnm_prune_entry *))
{
    tnm_error error = TNM_OK;
    description self = {0};
    TNM_TRY(start_description(&self, plan));
    for (size_t k = 0; k < plan->count; k++) {
        const tnm_prune_entry *entry = &plan->entries[k];
        if (entry->eligibility != TNM_ELIGIBLE)
            continue;
        size_t number = self.count++;
        tnm_tensor *tensor = &self.tensors[number];
        describe(tensor, self.shapes[number], entry);
        tensor->shape = self.shapes[number];
        self.keys[number] = tnm_pattern_key(entry->tensor);
        if (tensor->name == NULL || self.keys[number] == NULL)
            TNM_TRY(TNM_ERROR_MEMORY);
        snprintf(self.patterns[number], sizeof *self.patterns, "%d:%d", entry->problem.n,
                 entry->problem.m);
        self.metadata[self.metadata_count++] =
            (tnm_metadata){self.keys[number], self.patterns[number]};
    }
    TNM_TRY(tnm_safetensors_plan_init(file, self.tensors, self.count, self.metadata,
                                      self.metadata_count));
out:
    free_description(&self);
    return error;
}

static void describe_mask(tnm_tensor *mask, size_t *shape, const tnm_prune_entry *entry)
{
    mask->name = tnm_mask_name(entry->tensor);
    mask->type = TNM_TENSOR_BOOL;
    mask->rank = entry->tensor->rank;
    memcpy(shape, entry->tensor->shape, mask->rank * sizeof *shape);
}

static void describe_packed_mask(tnm_tensor *mask, size_t *shape, const tnm_prune_entry *entry)
{
    const tnm_layout *layout = &entry->cut.layout;
    mask->name = tnm_mask_name(entry->tensor);
    mask->type = TNM_TENSOR_U8;
    mask->rank = 2;
    shape[0] = layout->rows;
    shape[1] = (layout->cols * layout->slices + 7) / 8;
}

static void describe_certificate(tnm_tensor *prices, size_t *shape, const tnm_prune_entry *entry)
{
    prices->name = tnm_certificate_name(entry->tensor);
    prices->type = TNM_TENSOR_I64;
    prices->rank = 2;
    shape[0] = tnm_cut_tiles(&entry->cut);
    shape[1] = tnm_certificate_length(entry->cut.tiling.m);
}

tnm_error tnm_prune_plan_masks(tnm_safetensors_plan *masks, const tnm_prune_plan *plan, bool packed)
{
    return describe_all(masks, plan, packed ? describe_packed_mask : describe_mask);
}

tnm_error tnm_prune_plan_certificates(tnm_safetensors_plan *certificates,
                                      const tnm_prune_plan *plan)
{
    return describe_all(certificates, plan, describe_certificate);
}
