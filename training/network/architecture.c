#include "training/network/architecture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the words --------------------------------------------------------------------------- */

/* Appends a layer; where it has a name, that is `stem` and `number`. */
static void append(tnm_architecture *architecture, const tnm_layer_kind *kind, const char *stem,
                   size_t number, size_t outputs)
{
    tnm_layer_plan *plan = &architecture->layers[architecture->count++];
    *plan = (tnm_layer_plan){.kind = kind, .outputs = outputs};
    if (stem != NULL)
        snprintf(plan->name, sizeof plan->name, "%s%zu", stem, number);
}

static void plan_perceptron(tnm_architecture *architecture, const size_t *sizes, size_t count,
                            size_t classes)
{
    architecture->flat = true;
    for (size_t k = 0; k < count; k++) {
        append(architecture, &tnm_linear_layer, "fc", k + 1, sizes[k]);
        append(architecture, &tnm_rectify_layer, NULL, 0, 0);
    }
    append(architecture, &tnm_linear_layer, "fc", count + 1, classes);
}

static void plan_convolutions(tnm_architecture *architecture, const size_t *sizes, size_t count,
                              size_t classes)
{
    for (size_t k = 0; k < count; k++) {
        append(architecture, &tnm_convolution_layer, "conv", k + 1, sizes[k]);
        append(architecture, &tnm_normalise_layer, "bn", k + 1, 0);
        append(architecture, &tnm_rectify_layer, NULL, 0, 0);
        append(architecture, &tnm_pool_layer, NULL, 0, 0);
    }
    append(architecture, &tnm_flatten_layer, NULL, 0, 0);
    append(architecture, &tnm_linear_layer, "fc", 1, classes);
}

typedef struct word {
    const char *name;
    void (*plan)(tnm_architecture *architecture, const size_t *sizes, size_t count, size_t classes);
} word;

static const word words[] = {{"mlp", plan_perceptron}, {"cnn", plan_convolutions}};

/* ---- parsing ----------------------------------------------------------------------------- */

static tnm_error refuse(const char *text, const char *why)
{
    return tnm_fail(TNM_ERROR_USAGE, "architecture '%.40s': %s", text, why);
}

/* Reads "256,128" to the end of the text. */
static tnm_error parse_sizes(size_t sizes[TNM_ARCHITECTURE_SIZES], size_t *count, const char *list,
                             const char *text)
{
    for (*count = 0; *count < TNM_ARCHITECTURE_SIZES; list++) {
        char *end = NULL;
        if (*list < '1' || *list > '9')
            return refuse(text, "sizes are whole numbers above 0, as in mlp:256,128");
        unsigned long size = strtoul(list, &end, 10);
        if (size > TNM_ARCHITECTURE_LARGEST)
            return refuse(text, "sizes go up to 65536");
        sizes[(*count)++] = size;
        list = end;
        if (*list == '\0')
            return TNM_OK;
        if (*list != ',')
            return refuse(text, "sizes are whole numbers above 0, as in mlp:256,128");
    }
    return refuse(text, "there are more than 8 sizes");
}

tnm_error tnm_architecture_parse(tnm_architecture *architecture, const char *text, size_t classes)
{
    size_t sizes[TNM_ARCHITECTURE_SIZES], count;
    *architecture = (tnm_architecture){.count = 0};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t length = strlen(words[k].name);
        if (strncmp(text, words[k].name, length) != 0 || text[length] != ':')
            continue;
        tnm_error error = parse_sizes(sizes, &count, text + length + 1, text);
        if (error == TNM_OK)
            words[k].plan(architecture, sizes, count, classes);
        return error;
    }
    return refuse(text, "expected mlp:SIZE,... or cnn:CHANNELS,...");
}
