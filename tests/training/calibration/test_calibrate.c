#include "training/calibration/calibrate.h"

#include "solver/own.h"
#include "tests/faults/faults.h"
#include "tests/images.h"
#include "training/calibration/block_fit.h"
#include "training/calibration/mask_file.h"

#include <math.h>
#include <string.h>

static tnm_mask_search search_by(const tnm_method *method)
{
    return (tnm_mask_search){.method = method, .threads = 1};
}

static tnm_calibration_fit fit_by(const tnm_test_images *own, tnm_fit_rule rule, bool sequential)
{
    tnm_adam adam = tnm_adam_published(1, 4);
    adam.steps = 100;
    return (tnm_calibration_fit){.samples = &own->samples,
                                 .how = {.rule = rule, .ridge = -1, .adam = adam, .threads = 1},
                                 .sequential = sequential};
}

static tnm_error calibrate(tnm_test_images *own, tnm_fit_rule rule, bool sequential)
{
    tnm_error error = TNM_OK;
    const tnm_mask_search search = search_by(tnm_own_method("exact"));
    const tnm_calibration_fit fit = fit_by(own, rule, sequential);
    TNM_TRY(tnm_calibration_mask(&own->calibration, &search));
    TNM_TRY(tnm_calibration_run(&own->calibration, &fit));
out:
    return error;
}

/* How far the masked network's answers are from the whole one's, over all samples; relative. */
static double distance(tnm_test_images *own)
{
    double miss = 0, whole = 0;
    uint8_t labels[32];
    for (size_t at = 0; at < own->samples.count; at += 30) {
        tnm_dataset_take(&own->data, own->samples.numbers + at, 30, tnm_network_input(&own->whole),
                         labels);
        tnm_dataset_take(&own->data, own->samples.numbers + at, 30, tnm_network_input(&own->masked),
                         labels);
        const tnm_signal *a = tnm_network_forward(&own->whole, TNM_PASS_EVALUATE);
        const tnm_signal *b = tnm_network_forward(&own->masked, TNM_PASS_EVALUATE);
        for (size_t k = 0; k < tnm_signal_columns(a) * a->shape.channels; k++) {
            miss += pow(a->values[k] - b->values[k], 2);
            whole += pow(a->values[k], 2);
        }
    }
    return sqrt(miss / whole);
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static void check_brings_nearer(const char *architecture, tnm_fit_rule rule, bool sequential)
{
    tnm_test_images own;
    tnm_test_images_open(&own, architecture, 1);
    CU_ASSERT(distance(&own) < 1e-6);
    ASSERT_OK(calibrate(&own, TNM_FIT_NONE, false));
    double masked = distance(&own);
    tnm_calibration_restore(&own.calibration);
    CU_ASSERT(distance(&own) < 1e-6);
    ASSERT_OK(calibrate(&own, rule, sequential));
    CU_ASSERT(distance(&own) < 0.9 * masked);
    for (size_t k = 0; k < own.calibration.count; k++) {
        const tnm_calibrated_layer *layer = &own.calibration.layers[k];
        CU_ASSERT_EQUAL(layer->weight->sparsity != NULL, layer->wanted);
        if (!layer->wanted)
            continue;
        CU_ASSERT(layer->fit.fitted < layer->fit.masked);
        for (size_t w = 0; w < tnm_parameter_size(layer->weight); w++)
            CU_ASSERT(layer->weight->sparsity->mask[w] || layer->weight->values[w] == 0);
    }
    tnm_test_images_close(&own);
}

static void test_brings_nearer(void)
{
    check_brings_nearer("mlp:24,16", TNM_FIT_LEAST_SQUARES, false);
    check_brings_nearer("mlp:24,16", TNM_FIT_LEAST_SQUARES, true);
    check_brings_nearer("mlp:24,16", TNM_FIT_ADAM, false);
    check_brings_nearer("mlp:24,16", TNM_FIT_ADAM, true);
    check_brings_nearer("cnn:8,8", TNM_FIT_LEAST_SQUARES, false);
    check_brings_nearer("cnn:8,8", TNM_FIT_LEAST_SQUARES, true);
}

/* What a layer of a perceptron is fitted to in sequence: the errors before it are made up for. */
static void test_sequence_helps_the_last_layer(void)
{
    tnm_test_images apart, along;
    tnm_test_images_open(&apart, "mlp:24,16", 1);
    tnm_test_images_open(&along, "mlp:24,16", 1);
    ASSERT_OK(calibrate(&apart, TNM_FIT_LEAST_SQUARES, false));
    ASSERT_OK(calibrate(&along, TNM_FIT_LEAST_SQUARES, true));
    CU_ASSERT(distance(&along) < distance(&apart));
    tnm_test_images_close(&apart);
    tnm_test_images_close(&along);
}

static void test_threads_do_not_matter(void)
{
    tnm_test_images one, two;
    tnm_test_images_open(&one, "cnn:8,8", 1);
    tnm_test_images_open(&two, "cnn:8,8", 3);
    ASSERT_OK(calibrate(&one, TNM_FIT_LEAST_SQUARES, true));
    ASSERT_OK(calibrate(&two, TNM_FIT_LEAST_SQUARES, true));
    for (size_t k = 0; k < one.masked.parameter_count; k++) {
        const tnm_parameter *a = one.masked.parameters[k], *b = two.masked.parameters[k];
        CU_ASSERT_EQUAL(memcmp(a->values, b->values, tnm_parameter_size(a) * sizeof *a->values), 0);
    }
    tnm_test_images_close(&one);
    tnm_test_images_close(&two);
}

static void test_starts_sparse(void)
{
    tnm_test_images own;
    size_t zeros = 0, all = 0;
    tnm_test_images_open(&own, "mlp:24,16", 1);
    ASSERT_OK(tnm_calibration_start_sparse(&own.calibration, 0.7, 0.9));
    for (size_t k = 0; k < own.calibration.count; k++) {
        const tnm_calibrated_layer *layer = &own.calibration.layers[k];
        const size_t size = tnm_parameter_size(layer->weight);
        double share = tnm_zero_share(layer->weight->values, size);
        if (!layer->wanted) {
            CU_ASSERT_EQUAL(share, 0);
            continue;
        }
        zeros += (size_t)(share * (double)size + 0.5);
        all += size;
        CU_ASSERT_EQUAL(layer->problem.n, tnm_block_fit(share, 4, 0.9));
    }
    CU_ASSERT_EQUAL(zeros, (size_t)(0.7 * (double)all));
    CU_ASSERT_EQUAL(distance(&own), 0);
    tnm_test_images_close(&own);
}

/* Rows alone, by a method for rows; a mask that obeys nothing is refused. */
static void test_masks_of_other_methods(void)
{
    tnm_test_images own;
    tnm_test_images_open(&own, "mlp:24,16", 1);
    tnm_mask_search search = search_by(&tnm_row_nm_method);
    ASSERT_OK(tnm_calibration_mask(&own.calibration, &search));
    CU_ASSERT_FALSE(own.calibration.layers[0].weight->sparsity->transposable);
    search = search_by(&tnm_unstructured_method);
    ASSERT_FAILS(tnm_calibration_mask(&own.calibration, &search), TNM_ERROR_DATA, "fc1.weight");
    tnm_test_images_close(&own);
}

static void test_stops(void)
{
    atomic_bool stop = true;
    tnm_test_images own;
    tnm_test_images_open(&own, "mlp:24,16", 1);
    const tnm_mask_search search = search_by(tnm_own_method("exact"));
    tnm_calibration_fit fit = fit_by(&own, TNM_FIT_LEAST_SQUARES, false);
    fit.stop = &stop;
    ASSERT_OK(tnm_calibration_mask(&own.calibration, &search));
    ASSERT_FAILS(tnm_calibration_run(&own.calibration, &fit), TNM_ERROR_INTERRUPTED, "fc1.weight");
    tnm_test_images_close(&own);
}

static void test_writes_masks(void)
{
    tnm_test_images own;
    tnm_safetensors file;
    tnm_test_images_open(&own, "cnn:8,8", 1);
    const tnm_mask_search search = search_by(tnm_own_method("exact"));
    const char *path = tnm_test_path("masks.safetensors");
    ASSERT_OK(tnm_calibration_mask(&own.calibration, &search));
    ASSERT_OK(tnm_mask_file_write(&own.masked, path, TNM_SCORE_ABS));
    ASSERT_OK(tnm_safetensors_open(&file, path));
    const tnm_tensor *mask = tnm_safetensors_find(&file, "conv2.weight.mask");
    CU_ASSERT_EQUAL_FATAL(mask != NULL, true);
    CU_ASSERT_EQUAL(mask->rank, 4);
    CU_ASSERT_EQUAL(
        memcmp(mask->data, own.calibration.layers[1].weight->sparsity->mask, mask->size), 0);
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "conv2.weight.pattern"), "1:4");
    CU_ASSERT_STRING_EQUAL(tnm_safetensors_metadata(&file, "convolution"), "flat");
    CU_ASSERT_PTR_NULL(tnm_safetensors_find(&file, "fc1.weight.mask"));
    tnm_safetensors_close(&file);
    tnm_test_images_close(&own);
}

/* Every allocation fails once; afterwards everything works. */
static void test_memory_fails(void)
{
    tnm_test_images own;
    bool failed = true;
    tnm_test_images_open(&own, "mlp:8", 1);
    long before = tnm_fault_live();
    for (unsigned k = 0; failed; k++) {
        tnm_fault_arm(TNM_FAULT_MEMORY, k);
        tnm_error error = calibrate(&own, TNM_FIT_ADAM, true);
        failed = tnm_fault_disarm();
        CU_ASSERT_EQUAL(error, failed ? TNM_ERROR_MEMORY : TNM_OK);
        tnm_calibration_restore(&own.calibration);
        CU_ASSERT_EQUAL(tnm_fault_live(), before);
    }
    tnm_test_images_close(&own);
}

TNM_SUITE(calibrate, {"brings nearer", test_brings_nearer},
          {"sequence helps the last layer", test_sequence_helps_the_last_layer},
          {"threads do not matter", test_threads_do_not_matter},
          {"starts sparse", test_starts_sparse},
          {"masks of other methods", test_masks_of_other_methods}, {"stops", test_stops},
          {"writes masks", test_writes_masks}, {"memory fails", test_memory_fails})
