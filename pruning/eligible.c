/* Which tensors are masked: see eligible.h. */
#include "pruning/eligible.h"

#include "formulations/problem.h"
#include "instances/file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tnm_eligibility_words(tnm_eligibility eligibility)
{
    static const char *const words[] = {
#define X(name, words) words,
        TNM_ELIGIBILITIES(X)
#undef X
    };
    return words[eligibility];
}

/* ---- rules ------------------------------------------------------------------------------- */

static tnm_error add_rule(tnm_name_rules *rules, const char *regex, tnm_problem problem)
{
    size_t size = (rules->count + 1) * sizeof *rules->list;
    tnm_name_rule *grown = realloc(rules->list, size);
    if (grown == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu bytes", size);
    rules->list = grown;
    tnm_name_rule *rule = &grown[rules->count];
    *rule = (tnm_name_rule){.text = tnm_copy_string(regex), .problem = problem};
    if (rule->text == NULL)
        return TNM_ERROR_MEMORY;
    int reason = regcomp(&rule->expression, regex, REG_EXTENDED | REG_NOSUB);
    if (reason != 0) {
        char words[128];
        free(rule->text);
        regerror(reason, &rule->expression, words, sizeof words);
        return tnm_fail(TNM_ERROR_USAGE, "regular expression '%s': %s", regex, words);
    }
    rules->count++;
    return TNM_OK;
}

static void free_rules(tnm_name_rules *rules)
{
    for (size_t k = 0; k < rules->count; k++) {
        regfree(&rules->list[k].expression);
        free(rules->list[k].text);
    }
    free(rules->list);
    *rules = (tnm_name_rules){0};
}

bool tnm_name_rule_matches(const tnm_name_rule *rule, const char *name)
{
    return regexec(&rule->expression, name, 0, NULL, 0) == 0;
}

static const tnm_name_rule *match(const tnm_name_rules *rules, const char *name)
{
    for (size_t k = 0; k < rules->count; k++) {
        if (tnm_name_rule_matches(&rules->list[k], name))
            return &rules->list[k];
    }
    return NULL;
}

tnm_error tnm_selection_include(tnm_selection *selection, const char *regex)
{
    return add_rule(&selection->include, regex, selection->problem);
}

tnm_error tnm_selection_exclude(tnm_selection *selection, const char *regex)
{
    return add_rule(&selection->exclude, regex, selection->problem);
}

tnm_error tnm_selection_map(tnm_selection *selection, const char *map)
{
    tnm_error error = TNM_OK;
    tnm_problem problem = selection->problem;
    const char *equals = strrchr(map, '='); /* an expression may hold one, a pattern does not */
    char *regex = NULL;
    if (equals == NULL || equals == map)
        return tnm_fail(TNM_ERROR_USAGE, "pattern map '%s': expected REGEX=N:M", map);
    TNM_TRY(tnm_problem_parse(&problem, equals + 1));
    TNM_TRY(tnm_problem_validate(&problem));
    regex = tnm_format("%.*s", (int)(equals - map), map);
    if (regex == NULL)
        TNM_TRY(TNM_ERROR_MEMORY);
    TNM_TRY(add_rule(&selection->map, regex, problem));
out:
    free(regex);
    return error;
}

/* A line of a file, without blanks at its ends; comments are empty. */
static char *copy_line(const char *start, size_t length)
{
    static const char blanks[] = " \t\r";
    while (length > 0 && strchr(blanks, start[length - 1]) != NULL)
        length--;
    while (length > 0 && strchr(blanks, *start) != NULL) {
        start++;
        length--;
    }
    return tnm_format("%.*s", length > 0 && *start == '#' ? 0 : (int)length, start);
}

static tnm_error map_line(tnm_selection *selection, const char *name, size_t number,
                          const char *start, size_t length)
{
    tnm_error error = TNM_OK;
    char reason[1024], *line = NULL;
    if (memchr(start, '\0', length) != NULL || length > INT_MAX)
        return tnm_fail(TNM_ERROR_DATA, "%s:%zu: this is no line of text", name, number);
    line = copy_line(start, length);
    if (line == NULL)
        return TNM_ERROR_MEMORY;
    if (*line != '\0')
        error = tnm_selection_map(selection, line);
    if (error == TNM_ERROR_USAGE) {
        snprintf(reason, sizeof reason, "%s", tnm_error_message());
        error = tnm_fail(TNM_ERROR_DATA, "%s:%zu: %s", name, number, reason);
    }
    free(line);
    return error;
}

static tnm_error note_file(tnm_selection *selection, const char *path)
{
    size_t size = (selection->map_file_count + 1) * sizeof *selection->map_files;
    const char **grown = realloc(selection->map_files, size);
    if (grown == NULL)
        return tnm_fail(TNM_ERROR_MEMORY, "out of memory: %zu bytes", size);
    selection->map_files = grown;
    grown[selection->map_file_count++] = path;
    return TNM_OK;
}

tnm_error tnm_selection_map_file(tnm_selection *selection, const char *path)
{
    tnm_error error = TNM_OK;
    tnm_file file = {0};
    TNM_TRY(note_file(selection, path));
    TNM_TRY(tnm_file_open(&file, path));
    const char *text = (const char *)file.bytes, *end = text + file.size;
    for (size_t number = 1; text != end; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = stop != NULL ? stop : end;
        TNM_TRY(map_line(selection, tnm_file_name(path), number, text, (size_t)(line_end - text)));
        text = stop != NULL ? stop + 1 : end;
    }
out:
    tnm_file_close(&file);
    return error;
}

void tnm_selection_free(tnm_selection *selection)
{
    free_rules(&selection->include);
    free_rules(&selection->exclude);
    free_rules(&selection->map);
    free(selection->map_files);
    selection->map_files = NULL;
    selection->map_file_count = 0;
}

/* ---- judging ----------------------------------------------------------------------------- */

static tnm_problem problem_of(const tnm_selection *selection, const char *name)
{
    tnm_problem problem = selection->problem;
    const tnm_name_rule *rule = match(&selection->map, name);
    if (rule != NULL) {
        problem.n = rule->problem.n;
        problem.m = rule->problem.m;
    }
    return problem;
}

tnm_eligibility tnm_select(const tnm_selection *selection, const tnm_tensor *tensor,
                           tnm_problem *problem)
{
    tnm_layout layout;
    const tnm_name_rules *include = &selection->include;
    if (include->count > 0 && match(include, tensor->name) == NULL)
        return TNM_NOT_INCLUDED;
    if (match(&selection->exclude, tensor->name) != NULL)
        return TNM_EXCLUDED;
    if (!tnm_tensor_type_weights(tensor->type, NULL))
        return TNM_NO_WEIGHTS;
    if (!tnm_layout_of(&layout, tensor, selection->convolution))
        return TNM_NO_MATRIX;
    if (tensor->size == 0)
        return TNM_EMPTY;
    *problem = problem_of(selection, tensor->name);
    size_t side = (size_t)problem->m;
    return layout.rows < side || layout.cols < side ? TNM_TOO_SMALL : TNM_ELIGIBLE;
}
