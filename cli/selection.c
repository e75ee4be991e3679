/* Which tensors of a checkpoint are masked: see selection.h. */
#include "cli/selection.h"

enum { KEY_INCLUDE = 0x240, KEY_EXCLUDE, KEY_MAP, KEY_MAP_FILE, KEY_CONVOLUTION };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    tnm_selection *selection = state->input;
    switch (key) {
    case KEY_INCLUDE:
        cli_require(tnm_selection_include(selection, argument));
        return 0;
    case KEY_EXCLUDE:
        cli_require(tnm_selection_exclude(selection, argument));
        return 0;
    case KEY_MAP:
        cli_require(tnm_selection_map(selection, argument));
        return 0;
    case KEY_MAP_FILE:
        cli_require_file(tnm_selection_map_file(selection, argument));
        return 0;
    case KEY_CONVOLUTION:
        if (!tnm_convolution_find(&selection->convolution, argument))
            cli_usage_error("unknown view of convolutions '%s'", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    {"include", KEY_INCLUDE, "REGEX", 0,
     "Mask only tensors whose name matches (POSIX extended, anywhere in the name); may be repeated",
     0},
    {"exclude", KEY_EXCLUDE, "REGEX", 0, "Leave tensors whose name matches; may be repeated", 0},
    {"pattern-map", KEY_MAP, "REGEX=N:M", 0,
     "The pattern of tensors whose name matches; may be repeated, the first that matches decides",
     0},
    {"pattern-map-file", KEY_MAP_FILE, "FILE", 0,
     "The same from a file, a rule a line, '#' before comments; tnm allocate writes such files", 0},
    {"conv", KEY_CONVOLUTION, "VIEW", 0,
     "Convolutions are masked for each position of the kernel (positions, the default) or as one "
     "matrix of outputs times inputs * height * width (flat)",
     0},
    {0}};

const struct argp cli_selection_argp = {.options = options, .parser = parse};
