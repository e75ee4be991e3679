#include "instances/sparse24.h"

#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 3, COLS = 12 };

static const size_t weight_shape[] = {ROWS, COLS};

static tnm_tensor make_weight(tnm_tensor_type type)
{
    return (tnm_tensor){.name = "mlp.up.weight", .type = type, .shape = weight_shape, .rank = 2};
}

/* ---- writing ----------------------------------------------------------------------------- */

static void test_names_and_shapes(void)
{
    tnm_sparse24 layout;
    tnm_tensor weight = make_weight(TNM_TENSOR_BF16);
    CU_ASSERT_PTR_NULL(tnm_sparse24_refuses(&weight));
    ASSERT_OK(tnm_sparse24_init(&layout, &weight));
    CU_ASSERT_STRING_EQUAL(layout.compressed.name, "mlp.up.compressed");
    CU_ASSERT_STRING_EQUAL(layout.bitmask.name, "mlp.up.bitmask");
    CU_ASSERT_STRING_EQUAL(layout.shape.name, "mlp.up.shape");
    CU_ASSERT_EQUAL(layout.compressed.type, TNM_TENSOR_BF16);
    CU_ASSERT_EQUAL(layout.compressed.size, ROWS * COLS / 2 * 2);
    CU_ASSERT(layout.compressed.shape[0] == ROWS && layout.compressed.shape[1] == COLS / 2);
    CU_ASSERT(layout.bitmask.shape[0] == ROWS && layout.bitmask.shape[1] == 2);
    CU_ASSERT(layout.shape.shape[0] == 2 && layout.shape.shape[1] == 1);
    CU_ASSERT_EQUAL(layout.shape.size, 16);
    tnm_sparse24_free(&layout);
    tnm_sparse24_free(&layout);
}

static void test_refuses_weights(void)
{
    static const size_t sides[] = {8, 6, 4};
    const struct {
        tnm_tensor weight;
        const char *reason;
    } cases[] = {
        {{.name = "a.weight", .type = TNM_TENSOR_I8, .shape = weight_shape, .rank = 2}, "weights"},
        {{.name = "a.weight", .type = TNM_TENSOR_F32, .shape = sides, .rank = 3}, "2 dimensions"},
        {{.name = "a.weight", .type = TNM_TENSOR_F32, .shape = sides, .rank = 2}, "multiple of 4"},
        {{.name = ".weight", .type = TNM_TENSOR_F32, .shape = weight_shape, .rank = 2}, "name"},
        {{.name = "weight", .type = TNM_TENSOR_F32, .shape = weight_shape, .rank = 2}, "name"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *reason = tnm_sparse24_refuses(&cases[k].weight);
        CU_ASSERT_PTR_NOT_NULL_FATAL(reason);
        CU_ASSERT(tnm_test_contains(reason, cases[k].reason));
    }
}

/* Bits as numpy.packbits(axis=-1, bitorder="little") packs them. */
static void test_packs_a_row(void)
{
    const float row[COLS] = {0, 1, 2, 0, 3, 0, 0, 4, -0.0f, 0, 0, 5};
    const uint8_t kept[COLS] = {0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1};
    const float by_value[] = {1, 2, 3, 4, 0, 5}, by_mask[] = {1, 2, 3, 4, 0, 5};
    float stored[COLS / 2];
    unsigned char bits[2], shape[16];
    tnm_sparse24 layout;
    tnm_tensor weight = make_weight(TNM_TENSOR_F32);
    ASSERT_OK(tnm_sparse24_init(&layout, &weight));
    ASSERT_OK(tnm_sparse24_pack(&layout, (unsigned char *)stored, bits, (const void *)row, NULL));
    for (size_t k = 0; k < COLS / 2; k++)
        CU_ASSERT_EQUAL(stored[k], by_value[k]);
    CU_ASSERT(bits[0] == 0x96 && bits[1] == 0x09); /* one kept: column 8 is stored along */
    ASSERT_OK(tnm_sparse24_pack(&layout, (unsigned char *)stored, bits, (const void *)row, kept));
    for (size_t k = 0; k < COLS / 2; k++)
        CU_ASSERT_EQUAL(stored[k], by_mask[k]);
    CU_ASSERT(bits[0] == 0x96 && bits[1] == 0x0c);
    const float crowded[COLS] = {0, 1, 2, 0, 3, 6, 0, 4};
    ASSERT_FAILS(
        tnm_sparse24_pack(&layout, (unsigned char *)stored, bits, (const void *)crowded, NULL),
        TNM_ERROR_DATA, "columns 4 to 7 keep 3 weights, sparse-24-bitmask stores 2");
    tnm_sparse24_pack_shape(&layout, shape);
    const unsigned char expected[16] = {ROWS, 0, 0, 0, 0, 0, 0, 0, COLS};
    CU_ASSERT_EQUAL(memcmp(shape, expected, 16), 0);
    tnm_sparse24_free(&layout);
}

/* ---- there and back ---------------------------------------------------------------------- */

/* The three tensors of a module, with bytes. */
typedef struct module {
    tnm_sparse24 layout;
    unsigned char compressed[ROWS * COLS / 2 * 8], bitmask[ROWS * 2], shape[16];
} module;

static void pack_module(module *self, tnm_tensor_type type, const unsigned char *weights,
                        const uint8_t *kept)
{
    tnm_tensor weight = make_weight(type);
    tnm_dtype dtype = TNM_F32;
    CU_ASSERT(tnm_tensor_type_weights(type, &dtype));
    size_t size = tnm_dtype_size(dtype);
    ASSERT_OK(tnm_sparse24_init(&self->layout, &weight));
    for (size_t i = 0; i < ROWS; i++)
        ASSERT_OK(tnm_sparse24_pack(&self->layout, self->compressed + i * COLS / 2 * size,
                                    self->bitmask + 2 * i, weights + i * COLS * size,
                                    kept + i * COLS));
    tnm_sparse24_pack_shape(&self->layout, self->shape);
    self->layout.compressed.data = self->compressed;
    self->layout.bitmask.data = self->bitmask;
    self->layout.shape.data = self->shape;
}

static tnm_error read_module(tnm_sparse24 *back, const module *self)
{
    return tnm_sparse24_read(back, &self->layout.compressed, &self->layout.bitmask,
                             &self->layout.shape);
}

/* Random bytes as weights and random masks of two in four come back as they were. */
static void test_round_trip(void)
{
    static const tnm_tensor_type types[] = {TNM_TENSOR_F32, TNM_TENSOR_F16,     TNM_TENSOR_BF16,
                                            TNM_TENSOR_F64, TNM_TENSOR_F8_E4M3, TNM_TENSOR_F8_E5M2};
    tnm_random random = {tnm_test_seed()};
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        module packed = {0};
        tnm_sparse24 back;
        unsigned char weights[ROWS * COLS * 8] = {0}, row[COLS * 8];
        uint8_t kept[ROWS * COLS] = {0}, kept_back[COLS];
        tnm_dtype dtype = TNM_F32;
        CU_ASSERT(tnm_tensor_type_weights(types[k], &dtype));
        size_t size = tnm_dtype_size(dtype);
        for (size_t group = 0; group < ROWS * COLS; group += 4) {
            size_t first = (size_t)(tnm_random_next(&random) % 4);
            size_t second = (first + 1 + (size_t)(tnm_random_next(&random) % 3)) % 4;
            kept[group + first] = kept[group + second] = 1;
        }
        for (size_t e = 0; e < ROWS * COLS * size; e++)
            weights[e] = kept[e / size] ? (unsigned char)tnm_random_next(&random) : 0;
        pack_module(&packed, types[k], weights, kept);
        ASSERT_OK(read_module(&back, &packed));
        CU_ASSERT(back.rows == ROWS && back.cols == COLS);
        for (size_t i = 0; i < ROWS; i++) {
            ASSERT_OK(tnm_sparse24_unpack(&back, i, row, kept_back));
            CU_ASSERT_EQUAL(memcmp(row, weights + i * COLS * size, COLS * size), 0);
            CU_ASSERT_EQUAL(memcmp(kept_back, kept + i * COLS, COLS), 0);
        }
        tnm_sparse24_free(&back);
        tnm_sparse24_free(&packed.layout);
    }
}

static void test_refuses_modules(void)
{
    module packed = {0};
    tnm_sparse24 back;
    unsigned char row[COLS * 4];
    const unsigned char zeros[ROWS * COLS * 4] = {0};
    const uint8_t kept[ROWS * COLS] = {0};
    pack_module(&packed, TNM_TENSOR_F32, zeros, kept);
    ASSERT_FAILS(tnm_sparse24_read(&back, &packed.layout.compressed, NULL, &packed.layout.shape),
                 TNM_ERROR_DATA, "needs the tensors");
    packed.bitmask[2] = 0x37;
    ASSERT_OK(read_module(&back, &packed));
    ASSERT_OK(tnm_sparse24_unpack(&back, 0, row, NULL));
    ASSERT_FAILS(tnm_sparse24_unpack(&back, 1, row, NULL), TNM_ERROR_DATA,
                 "'mlp.up.bitmask': row 1, columns 0 to 3 have 3 bits");
    packed.bitmask[2] = 0x33;
    packed.bitmask[3] = 0x13; /* a bit behind the last column */
    ASSERT_FAILS(tnm_sparse24_unpack(&back, 1, row, NULL), TNM_ERROR_DATA,
                 "'mlp.up.bitmask': row 1, columns 12 to 15 have 1 bits");
    packed.shape[0]++;
    ASSERT_FAILS(read_module(&back, &packed), TNM_ERROR_DATA,
                 "'mlp.up.compressed': its shape does not fit");
    packed.shape[0]--;
    packed.layout.bitmask.type = TNM_TENSOR_BOOL;
    ASSERT_FAILS(read_module(&back, &packed), TNM_ERROR_DATA, "'mlp.up.bitmask': sparse-24");
    tnm_sparse24_free(&packed.layout);
}

TNM_SUITE(sparse24, {"names and shapes", test_names_and_shapes},
          {"refuses weights", test_refuses_weights}, {"packs a row", test_packs_a_row},
          {"round trip", test_round_trip}, {"refuses modules", test_refuses_modules})
