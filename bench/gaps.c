/* The distribution of gaps over tiles: see gaps.h. */
#include "bench/gaps.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

static size_t bin_of(double gap)
{
    if (gap < 0)
        return TNM_GAPS_NEGATIVE;
    if (gap == 0)
        return TNM_GAPS_ZERO;
    double steps = ceil((log10(gap) + TNM_GAPS_DECADES) * TNM_GAPS_A_DECADE);
    if (steps <= 0)
        return TNM_GAPS_TINY;
    size_t bin = TNM_GAPS_TINY + (size_t)steps;
    return bin < TNM_GAPS_BINS ? bin : TNM_GAPS_BINS - 1;
}

void tnm_gaps_add(tnm_gaps *gaps, double gap)
{
    gaps->bins[bin_of(gap)]++;
    gaps->count++;
}

void tnm_gaps_merge(tnm_gaps *gaps, const tnm_gaps *other)
{
    for (size_t bin = 0; bin < TNM_GAPS_BINS; bin++)
        gaps->bins[bin] += other->bins[bin];
    gaps->count += other->count;
}

double tnm_gaps_edge(size_t bin)
{
    if (bin <= TNM_GAPS_ZERO)
        return 0;
    return pow(10, (double)(bin - TNM_GAPS_TINY) / TNM_GAPS_A_DECADE - TNM_GAPS_DECADES);
}

double tnm_gaps_centre(size_t bin)
{
    return bin <= TNM_GAPS_TINY ? 0 : sqrt(tnm_gaps_edge(bin - 1) * tnm_gaps_edge(bin));
}

double tnm_gaps_quantile(const tnm_gaps *gaps, double share)
{
    double rank = fmax(1, ceil(share * (double)gaps->count));
    size_t seen = 0;
    for (size_t bin = 0; bin < TNM_GAPS_BINS; bin++) {
        seen += gaps->bins[bin];
        if ((double)seen >= rank)
            return tnm_gaps_edge(bin);
    }
    return 0;
}

void tnm_gaps_print(const tnm_gaps *gaps, FILE *stream)
{
    const char *space = "";
    for (size_t bin = 0; bin < TNM_GAPS_BINS; bin++) {
        if (gaps->bins[bin] == 0)
            continue;
        fprintf(stream, "%s%zu:%zu", space, bin, gaps->bins[bin]);
        space = " ";
    }
}

/* Reads a number without a sign, and what has to follow it. */
static bool read_count(const char **text, size_t most, size_t *count)
{
    if (!isdigit((unsigned char)**text))
        return false;
    char *end;
    unsigned long long number = strtoull(*text, &end, 10);
    *text = end;
    *count = (size_t)number;
    return number <= most;
}

tnm_error tnm_gaps_parse(tnm_gaps *gaps, const char *text)
{
    const char *rest = text;
    size_t bin, count, next = 0;
    *gaps = (tnm_gaps){0};
    while (*rest != '\0') {
        bool good = (next == 0 || *rest++ == ' ') && read_count(&rest, TNM_GAPS_BINS - 1, &bin) &&
                    bin >= next && *rest++ == ':' && read_count(&rest, UINT32_MAX, &count) &&
                    count > 0;
        if (!good)
            return tnm_fail(TNM_ERROR_DATA, "'%.32s' is no distribution of gaps", text);
        gaps->bins[bin] = count;
        gaps->count += count;
        next = bin + 1;
    }
    return TNM_OK;
}
