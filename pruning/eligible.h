/* Which tensors of a checkpoint are masked, with which pattern, and why the others are not.
 *
 * A tensor is masked when its type is one of weights, it has two dimensions or the four of a
 * convolution, none of its matrices is smaller than a tile, its name matches an --include where
 * there is one, and no --exclude. Regular expressions are POSIX extended ones and match anywhere in
 * the name, as grep -E does. */
#ifndef TNM_PRUNING_ELIGIBLE_H
#define TNM_PRUNING_ELIGIBLE_H

#include "pruning/convolution.h"

#include <regex.h>

/* why not, in words */
#define TNM_ELIGIBILITIES(X)                                                                       \
    X(ELIGIBLE, "masked")                                                                          \
    X(NOT_INCLUDED, "not included")                                                                \
    X(EXCLUDED, "excluded")                                                                        \
    X(NO_WEIGHTS, "no type of weights")                                                            \
    X(NO_MATRIX, "neither a matrix nor a convolution")                                             \
    X(EMPTY, "empty")                                                                              \
    X(TOO_SMALL, "smaller than a tile")

typedef enum tnm_eligibility {
#define X(name, words) TNM_##name,
    TNM_ELIGIBILITIES(X)
#undef X
        TNM_ELIGIBILITY_COUNT
} tnm_eligibility;

/* "masked", "excluded", ...; never NULL. */
const char *tnm_eligibility_words(tnm_eligibility eligibility);

/* A compiled expression; `problem` is what a pattern map gives it. */
typedef struct tnm_name_rule {
    char *text; /* of the expression */
    regex_t expression;
    tnm_problem problem;
} tnm_name_rule;

typedef struct tnm_name_rules {
    tnm_name_rule *list;
    size_t count;
} tnm_name_rules;

/* Everything that decides; starts as a value with the first two members set, the rest zeroed. */
typedef struct tnm_selection {
    tnm_problem problem; /* where no map says otherwise */
    tnm_convolution convolution;
    tnm_name_rules include, exclude, map;
    const char **map_files; /* that maps were read from; the names are borrowed */
    size_t map_file_count;
} tnm_selection;

/* Add a rule. TNM_ERROR_USAGE where the expression or the pattern is none, with the words of the
 * regular expression library. A map is "REGEX=N:M"; the first that matches decides. */
tnm_error tnm_selection_include(tnm_selection *selection, const char *regex);
tnm_error tnm_selection_exclude(tnm_selection *selection, const char *regex);
tnm_error tnm_selection_map(tnm_selection *selection, const char *map);
/* Adds the maps of a file, whose name is borrowed, one a line; blank lines, and those that begin
 * with '#', say nothing. Fails as tnm_file_open does, and with TNM_ERROR_DATA, naming file and
 * line, for a line that is no map. */
tnm_error tnm_selection_map_file(tnm_selection *selection, const char *path);
/* Whether the expression of a rule matches this name. */
bool tnm_name_rule_matches(const tnm_name_rule *rule, const char *name);
/* Accepts a zeroed one. */
void tnm_selection_free(tnm_selection *selection);

/* Judges a tensor; where it is TNM_ELIGIBLE, `problem` receives its pattern and the constraint. */
tnm_eligibility tnm_select(const tnm_selection *selection, const tnm_tensor *tensor,
                           tnm_problem *problem);

#endif
