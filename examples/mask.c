/* A program of your own: the best 2:4 mask of a small matrix, its proof, and a second opinion.
 *
 *     cc examples/mask.c -o mask $(pkg-config --cflags --libs tnm) */
#include <tnm.h>

#include <stdio.h>

enum { ROWS = 4, COLS = 8, TILE = 4, TILES = ROWS / TILE * (COLS / TILE) };

static const float weights[ROWS][COLS] = {
    {0.9F, -0.1F, 0.4F, 0.2F, 1.1F, 0.3F, -0.6F, 0.1F},
    {-0.5F, 0.8F, 0.1F, 0.3F, 0.2F, -0.9F, 0.4F, 0.7F},
    {0.3F, 0.6F, -0.7F, 0.1F, 0.5F, 0.1F, 0.8F, -0.2F},
    {0.2F, -0.4F, 0.5F, 1.2F, -0.3F, 0.6F, 0.1F, 0.9F},
};

static int fail(const char *call)
{
    fprintf(stderr, "%s: %s\n", call, tnm_error_message());
    return 1;
}

int main(void)
{
    uint8_t mask[ROWS][COLS];
    int64_t prices[TILES * (2 * TILE + 1)];
    tnm_matrix matrix = {.data = weights,
                         .dtype = TNM_F32,
                         .rows = ROWS,
                         .cols = COLS,
                         .row_stride = COLS,
                         .col_stride = 1};
    tnm_mask_view view = {
        .data = mask[0], .kind = TNM_MASK_BYTES, .row_stride = COLS, .col_stride = 1};
    tnm_problem problem = {.n = 2, .m = TILE, .constraint = TNM_EQUAL};
    tnm_options options;
    tnm_result result;
    tnm_options_init(&options);

    if (tnm_solve(&matrix, &problem, &options, &view, prices, &result) != TNM_OK)
        return fail("tnm_solve");
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLS; j++)
            printf("%5.1f%c", (double)weights[i][j], mask[i][j] ? '*' : ' ');
        putchar('\n');
    }
    printf("%s: kept %.2f of %.2f\n", tnm_status_name(result.status), result.objective,
           result.total);

    /* tnm_check believes only the weights, the mask and the prices. */
    if (tnm_check(&matrix, &problem, &options, &view, prices, &result) != TNM_OK)
        return fail("tnm_check");
    printf("checked: %s, no mask keeps more than %.2f\n", tnm_status_name(result.status),
           result.bound);
    return result.status == TNM_OPTIMAL ? 0 : 1;
}
