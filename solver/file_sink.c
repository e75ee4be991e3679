#include "solver/file_sink.h"

#include "formulations/verify.h"

static tnm_error put_mask(void *context, const uint8_t *bytes, size_t row, size_t col, size_t rows,
                          size_t cols)
{
    const tnm_file_sink *self = context;
    return tnm_npy_write(&self->mask, TNM_NPY_BOOL, self->mask_cols, bytes, row, col, rows, cols);
}

static tnm_error put_prices(void *context, const int64_t *prices, size_t tile, size_t tiles)
{
    const tnm_file_sink *self = context;
    return tnm_npy_write(&self->prices, TNM_NPY_INT64, self->prices_cols, prices, tile, 0, tiles,
                         self->prices_cols);
}

tnm_error tnm_file_sink_open(tnm_file_sink *sink, const tnm_tiling *tiling, const char *mask,
                             const char *prices)
{
    tnm_error error = TNM_OK;
    *sink = (tnm_file_sink){.mask_cols = tiling->cols,
                            .prices_cols = tnm_certificate_length(tiling->m),
                            .sink = {.context = sink,
                                     .put_mask = mask != NULL ? put_mask : NULL,
                                     .put_prices = prices != NULL ? put_prices : NULL}};
    if (mask != NULL)
        TNM_TRY(tnm_npy_begin(&sink->mask, mask, TNM_NPY_BOOL, tiling->rows, tiling->cols));
    if (prices != NULL)
        TNM_TRY(tnm_npy_begin(&sink->prices, prices, TNM_NPY_INT64,
                              tiling->tile_rows * tiling->tile_cols, sink->prices_cols));
out:
    if (error != TNM_OK)
        tnm_file_sink_abort(sink);
    return error;
}

tnm_error tnm_file_sink_commit(tnm_file_sink *sink)
{
    tnm_error error = TNM_OK;
    if (sink->sink.put_mask != NULL)
        TNM_TRY(tnm_output_commit(&sink->mask));
    if (sink->sink.put_prices != NULL)
        TNM_TRY(tnm_output_commit(&sink->prices));
out:
    return error;
}

void tnm_file_sink_abort(tnm_file_sink *sink)
{
    tnm_output_abort(&sink->mask);
    tnm_output_abort(&sink->prices);
}
