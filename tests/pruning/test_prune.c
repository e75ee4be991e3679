#include "pruning/prune.h"

#include "pruning/verify.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- checkpoints ------------------------------------------------------------------------- */

static const size_t matrix_shape[] = {24, 16}, kernel_shape[] = {8, 8, 3, 1}, vector_shape[] = {5};
static const tnm_tensor tensors[] = {
    {.name = "matrix", .type = TNM_TENSOR_F32, .shape = matrix_shape, .rank = 2},
    {.name = "kernel", .type = TNM_TENSOR_BF16, .shape = kernel_shape, .rank = 4},
    {.name = "vector", .type = TNM_TENSOR_F32, .shape = vector_shape, .rank = 1},
    {.name = "half", .type = TNM_TENSOR_F16, .shape = matrix_shape, .rank = 2}};
enum { TENSORS = sizeof tensors / sizeof *tensors };

/* Random bytes whose exponents are those of numbers around 1, whatever the type. */
static void make_checkpoint(const char *path)
{
    tnm_random random = {11};
    tnm_safetensors_plan plan;
    tnm_output output;
    unsigned char *bytes;
    ASSERT_OK(tnm_safetensors_plan_init(&plan, tensors, TENSORS, NULL, 0));
    ASSERT_OK(tnm_safetensors_create(&output, path, &plan, &bytes));
    for (size_t k = plan.header_size; k < plan.file_size; k++)
        bytes[k] = (unsigned char)(k % 2 == 0 ? tnm_random_next(&random)
                                              : 0x3c | (tnm_random_next(&random) & 0x83));
    ASSERT_OK(tnm_output_commit(&output));
    tnm_safetensors_plan_free(&plan);
}

static bool are_equal(const char *one, const char *other)
{
    tnm_file a = {0}, b = {0};
    bool equal = tnm_file_open(&a, one) == TNM_OK && tnm_file_open(&b, other) == TNM_OK &&
                 a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
    tnm_file_close(&a);
    tnm_file_close(&b);
    return equal;
}

/* ---- runs -------------------------------------------------------------------------------- */

static atomic_bool never, at_once = true;

typedef struct scene {
    char original[160], masked[160], masks[160], proof[160], report[160];
    tnm_question question;
    tnm_source source;
    tnm_prune_plan plan;
} scene;

static void open_scene(scene *self, const char *name)
{
    char base[120];
    snprintf(base, sizeof base, "%s", tnm_test_path(name));
    snprintf(self->original, sizeof self->original, "%s-original.safetensors", base);
    snprintf(self->masked, sizeof self->masked, "%s-masked.safetensors", base);
    snprintf(self->masks, sizeof self->masks, "%s-masks.safetensors", base);
    snprintf(self->proof, sizeof self->proof, "%s-proof.safetensors", base);
    snprintf(self->report, sizeof self->report, "%s-report", base);
    make_checkpoint(self->original);
    self->question = (tnm_question){.selection = {.problem = {2, 4, TNM_EQUAL}}};
    ASSERT_OK(tnm_source_open(&self->source, self->original));
    ASSERT_OK(tnm_prune_plan_init(&self->plan, &self->source, NULL, &self->question));
    CU_ASSERT_EQUAL(self->plan.masked, 3);
}

static void close_scene(scene *self)
{
    tnm_prune_plan_free(&self->plan);
    tnm_source_close(&self->source);
}

/* A tnm_prune_request.settled. */
static tnm_error check_totals(void *context, const tnm_prune_totals *totals, size_t resumed)
{
    (void)context;
    CU_ASSERT(totals->masked == 3 && totals->skipped == 1 && resumed <= 4);
    CU_ASSERT_EQUAL(totals->kept * 2, totals->weights);
    CU_ASSERT_EQUAL(totals->tiles_exact, totals->tiles);
    return TNM_OK;
}

static tnm_error prune(const scene *self, bool resume, atomic_bool *stop, int threads)
{
    tnm_prune_request request = {.plan = &self->plan,
                                 .paths = {.checkpoint = self->masked,
                                           .masks = self->masks,
                                           .certificates = self->proof,
                                           .report = self->report},
                                 .resume = resume,
                                 .how = {.method = tnm_own_method("exact"), .threads = threads},
                                 .stop = stop,
                                 .settled = check_totals};
    return tnm_prune(&request);
}

static tnm_verify_report verify(const scene *self)
{
    tnm_source masked, masks, proof;
    tnm_verify_report report;
    ASSERT_OK(tnm_source_open(&masked, self->masked));
    ASSERT_OK(tnm_source_open(&masks, self->masks));
    ASSERT_OK(tnm_source_open(&proof, self->proof));
    tnm_verify_request request = {.plan = &self->plan,
                                  .masked = &masked,
                                  .masks = &masks,
                                  .certificates = &proof,
                                  .threads = 2,
                                  .stop = &never};
    ASSERT_OK(tnm_verify_checkpoint(&request, &report));
    tnm_source_close(&masked);
    tnm_source_close(&masks);
    tnm_source_close(&proof);
    return report;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void test_proves(void)
{
    scene own;
    open_scene(&own, "proves");
    ASSERT_OK(prune(&own, false, &never, 2));
    tnm_verify_report report = verify(&own);
    CU_ASSERT(report.valid && report.rows_obey && report.columns_obey);
    CU_ASSERT_EQUAL(report.verdict.tiles, 24 + 24 + 3 * 4);
    CU_ASSERT_EQUAL(report.verdict.exact, report.verdict.tiles);
    CU_ASSERT_NOT_EQUAL(access(own.report, F_OK), -1);
    close_scene(&own);
}

static void test_stops(void)
{
    scene own;
    open_scene(&own, "stops");
    ASSERT_FAILS(prune(&own, false, &at_once, 1), TNM_ERROR_INTERRUPTED, "interrupted");
    CU_ASSERT_NOT_EQUAL(access(own.masked, F_OK), 0);
    tnm_prune_plan plan;
    own.question.stop = &at_once;
    ASSERT_FAILS(tnm_prune_plan_init(&plan, &own.source, NULL, &own.question),
                 TNM_ERROR_INTERRUPTED, "interrupted");
    close_scene(&own);
}

/* Every call for memory or to the file system fails once. A failed run leaves a target as it was,
 * or, where all was complete and only the rest of the cleaning up failed, as it is to be; a second
 * one completes the same bytes. */
static void check_faults(tnm_fault fault, const scene *expected, const scene *own)
{
    unsigned k = 0;
    for (bool failed = true; failed; k++) {
        unlink(own->masked);
        unlink(own->masks);
        unlink(own->proof);
        unlink(own->report);
        long before = tnm_fault_live();
        tnm_fault_arm(fault, k);
        tnm_error error = prune(own, true, &never, 1);
        failed = tnm_fault_disarm();
        CU_ASSERT(tnm_fault_live() <= before); /* less: given back for libraries that took it */
        CU_ASSERT(failed || error == TNM_OK);
        CU_ASSERT(access(own->masked, F_OK) != 0 || are_equal(own->masked, expected->masked));
        CU_ASSERT(access(own->masks, F_OK) != 0 || are_equal(own->masks, expected->masks));
        ASSERT_OK(prune(own, true, &never, 1));
        CU_ASSERT(are_equal(own->masked, expected->masked));
        CU_ASSERT(are_equal(own->masks, expected->masks));
        CU_ASSERT(are_equal(own->proof, expected->proof));
    }
    CU_ASSERT(k > 40);
}

static void test_faults(void)
{
    scene expected, own;
    open_scene(&expected, "expected");
    ASSERT_OK(prune(&expected, false, &never, 1));
    open_scene(&own, "faults");
    check_faults(TNM_FAULT_MEMORY, &expected, &own);
    check_faults(TNM_FAULT_FILE, &expected, &own);
    close_scene(&expected);
    close_scene(&own);
}

TNM_SUITE(prune, {"proves", test_proves}, {"stops", test_stops}, {"faults", test_faults})
