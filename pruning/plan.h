/* The plan of a run over a checkpoint: what happens to every tensor, before anything is read.
 *
 * Pruning and verifying follow the same plan. It also fixes the two files that go along with a
 * masked checkpoint (docs/formats.md), both safetensors:
 *
 *     masks         NAME.mask         BOOL, the shape of NAME; or, packed, U8 of one row an output,
 *                                     lowest bit first
 *     certificates  NAME.certificate  I64, (tiles, 2M + 1); of a convolution seen by positions
 *                                     all tiles of the first, then of the second, ...
 *
 * Their metadata repeat the question: constraint, score, edges, convolution, and the pattern of
 * every tensor, "NAME.pattern". */
#ifndef TNM_PRUNING_PLAN_H
#define TNM_PRUNING_PLAN_H

#include "instances/safetensors_plan.h"
#include "pruning/eligible.h"
#include "pruning/piece.h"
#include "pruning/source.h"

#include <stdatomic.h>

/* What is asked of all tensors. */
typedef struct tnm_question {
    tnm_selection selection;
    tnm_score score;
    tnm_edges edges;
    /* A file of masks that decides which tensors are masked, and by its metadata with which
     * pattern; borrowed. NULL: the selection does. */
    const tnm_source *masks;
    bool pattern_given; /* rather than by the metadata of masks */
    atomic_bool *stop;  /* ends planning; NULL: nothing does */
} tnm_question;

/* Makes constraint, score, edges and convolution those that the metadata of a file of masks tell;
 * what they do not tell stays as it is. */
tnm_error tnm_question_take_metadata(tnm_question *question, const tnm_source *file);

/* What happens to one tensor. */
typedef struct tnm_prune_entry {
    const tnm_tensor *tensor;
    size_t file; /* of the source */
    tnm_eligibility eligibility;

    /* where eligible */
    tnm_problem problem;
    tnm_dtype dtype;
    tnm_cut cut;
    size_t pieces;
    const tnm_tensor *scores; /* TNM_SCORE_GIVEN, and the file of the scores it is in */
    tnm_dtype scores_dtype;
    size_t scores_file;
    size_t companion; /* its number among the tensors of masks and certificates */
} tnm_prune_entry;

typedef struct tnm_prune_plan {
    const tnm_source *source;
    const tnm_source *scores; /* TNM_SCORE_GIVEN, otherwise NULL */
    const tnm_question *question;
    tnm_prune_entry *entries; /* every tensor, by file and then in the order of its bytes */
    size_t count;
    size_t masked;         /* tensors */
    size_t masked_weights; /* their entries */
    size_t masked_tiles;
    size_t skipped[TNM_ELIGIBILITY_COUNT];
} tnm_prune_plan;

/* All arguments but `plan` are borrowed. TNM_ERROR_DATA, naming the tensor, where scores are
 * missing, of another shape or no numbers, or a side is no multiple of M and edges refuse that;
 * TNM_ERROR_INTERRUPTED where it is stopped. On failure nothing is owned. */
tnm_error tnm_prune_plan_init(tnm_prune_plan *plan, const tnm_source *source,
                              const tnm_source *scores, const tnm_question *question);
/* Accepts a zeroed one. */
void tnm_prune_plan_free(tnm_prune_plan *plan);

/* The largest piece of all, in bytes of weights, and in entries, bytes of scores, and tiles. */
typedef struct tnm_piece_sizes {
    size_t weights, entries, scores, prices; /* prices: int64 */
} tnm_piece_sizes;
tnm_piece_sizes tnm_prune_plan_piece_sizes(const tnm_prune_plan *plan);

/* Tells of the rules of the selection that match the name of no tensor: the option, and the
 * expression. Nothing to tell where masks decide. */
typedef void (*tnm_rule_teller)(void *context, const char *option, const char *expression);
void tnm_prune_plan_idle_rules(const tnm_prune_plan *plan, tnm_rule_teller tell, void *context);

/* TNM_OK where some tensor is masked. Otherwise TNM_ERROR_USAGE, where --include or --exclude has
 * left none, or TNM_ERROR_DATA, and the message counts why. */
tnm_error tnm_prune_plan_expect_masked(const tnm_prune_plan *plan);

/* Names of the tensors that go along with a tensor; fresh memory, NULL without memory. */
char *tnm_mask_name(const tnm_tensor *tensor);
char *tnm_certificate_name(const tnm_tensor *tensor);
char *tnm_pattern_key(const tnm_tensor *tensor);

/* The two files that go along, planned. */
tnm_error tnm_prune_plan_masks(tnm_safetensors_plan *masks, const tnm_prune_plan *plan,
                               bool packed);
tnm_error tnm_prune_plan_certificates(tnm_safetensors_plan *certificates,
                                      const tnm_prune_plan *plan);

/* "abs", "square", "given"; "pad", "dense", "error". */
const char *tnm_score_name(tnm_score score);
const char *tnm_edges_name(tnm_edges edges);

#endif
