#include "solver/exact/pathfinder.h"

#include "solver/exact/paths.h"

#include <math.h>
#include <stdlib.h>

struct tnm_pathfinder {
    tnm_problem problem;
    tnm_paths_kernel *kernel;
    tnm_paths paths;
};

tnm_error tnm_pathfinder_open(tnm_pathfinder **pathfinder, const tnm_problem *problem)
{
    tnm_error error = TNM_OK;
    TNM_TRY(TNM_NEW(*pathfinder, 1));
    (*pathfinder)->problem = *problem;
    (*pathfinder)->kernel = tnm_paths_kernel_for(tnm_isa_best());
out:
    return error;
}

void tnm_pathfinder_close(tnm_pathfinder *pathfinder)
{
    free(pathfinder);
}

/* The exponent of the unit of a lane's scores. */
static int exponent_of(const tnm_paths *paths, size_t m, size_t lane)
{
    double largest = 0;
    int exponent;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            largest = paths->scores[i][j][lane] > largest ? paths->scores[i][j][lane] : largest;
    }
    frexp(largest, &exponent);
    exponent -= TNM_PATH_BITS;
    return exponent < -1000 ? -1000 : exponent; /* 2^1000 is a double */
}

/* Half a guess, held to what it may be: it may come from floats that stood in badly for doubles. */
static double held(double price)
{
    const double limit = 0x1p48;
    return price > limit ? limit : price < -limit ? -limit : price;
}

/* Scores, and prices so far; returns the exponent of the unit. */
static int load_lane(tnm_paths *paths, const tnm_band *band, size_t tile,
                     const int64_t *certificate, size_t lane)
{
    size_t m = band->m;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            paths->scores[i][j][lane] = tnm_band_score(band, tile, i, j);
    }
    int exponent = exponent_of(paths, m, lane);
    paths->unit[lane] = ldexp(1, exponent);
    paths->per_unit[lane] = ldexp(1, -exponent);
    double unit = ldexp(1, (int)certificate[0] - exponent - 1);
    for (size_t j = 0; j < m; j++)
        paths->col_price[j][lane] = 2 * rint(held((double)certificate[1 + m + j] * unit));
    return exponent;
}

/* A tile of zeros, which asks for no path. */
static void clear_lane(tnm_paths *paths, size_t m, size_t lane)
{
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < m; j++)
            paths->scores[i][j][lane] = 0;
        paths->col_price[i][lane] = 0;
    }
    paths->unit[lane] = paths->per_unit[lane] = 1;
}

static void put_lane(const tnm_paths *paths, const tnm_band *band, const tnm_answer *answer,
                     size_t tile, int exponent, size_t lane)
{
    int64_t *certificate = tnm_certificate_of(answer, band->m, tile);
    certificate[0] = exponent;
    for (size_t k = 0; k < band->m; k++) {
        answer->rows[k * band->tiles + tile] = paths->kept[k][lane];
        certificate[1 + k] = (int64_t)paths->row_price[k][lane];
        certificate[1 + band->m + k] = (int64_t)paths->col_price[k][lane];
    }
}

size_t tnm_pathfinder_solve(tnm_pathfinder *pathfinder, const tnm_band *band,
                            const tnm_answer *answer, uint32_t *pending, size_t count,
                            tnm_stages *stages)
{
    tnm_paths *paths = &pathfinder->paths;
    int exponents[TNM_PATH_LANES];
    size_t open = 0;
    if (count == 0)
        return 0;
    tnm_stages_enter(stages, TNM_STAGE_PATHS);
    for (size_t start = 0; start < count; start += TNM_PATH_LANES) {
        size_t lanes = count - start < TNM_PATH_LANES ? count - start : TNM_PATH_LANES;
        for (size_t lane = 0; lane < lanes; lane++) {
            size_t tile = pending[start + lane];
            exponents[lane] =
                load_lane(paths, band, tile, tnm_certificate_of(answer, band->m, tile), lane);
        }
        for (size_t lane = lanes; lane < TNM_PATH_LANES; lane++)
            clear_lane(paths, band->m, lane);
        pathfinder->kernel(paths, &pathfinder->problem);
        for (size_t lane = 0; lane < lanes; lane++) {
            uint32_t tile = pending[start + lane];
            put_lane(paths, band, answer, tile, exponents[lane], lane);
            pending[open] = tile;
            open += !paths->proven[lane];
        }
    }
    stages->tiles[TNM_STAGE_PATHS] += count - open;
    return open;
}
