#include "training/training.h"

#include "tests/digits.h"
#include "tests/faults/faults.h"
#include "tests/testlib.h"
#include "training/state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRAIN = 150, TEST = 60, BATCH = 32, STEPS = 5 }; /* an epoch; the last step has 22 samples */

/* ---- trainings --------------------------------------------------------------------------- */

typedef struct scene {
    tnm_dataset train, test;
    tnm_network network;
    tnm_mask_aim aims[2];
    tnm_recipe recipe;
    tnm_training_record record;
    char state[160];
    atomic_bool stop;
    size_t stop_after; /* steps; 0: no stop */
} scene;

static void open_data(scene *self)
{
    char folder[120];
    snprintf(folder, sizeof folder, "%s", tnm_test_path("digits"));
    if (access(folder, F_OK) != 0)
        tnm_digits_write(folder, TRAIN, TEST);
    ASSERT_OK(tnm_dataset_open(&self->train, folder, TNM_DATASET_TRAIN));
    ASSERT_OK(tnm_dataset_open(&self->test, folder, TNM_DATASET_TEST));
}

static void open_network(scene *self, int threads)
{
    ASSERT_OK(tnm_network_open(&self->network, "mlp:24,16",
                               (tnm_shape){1, TNM_DIGITS_SIDE, TNM_DIGITS_SIDE}, TNM_DIGITS_CLASSES,
                               64, threads));
    ASSERT_OK(tnm_network_initialise(&self->network, 5));
}

/* A recipe for dense training; `masks` of 2:4 on both hidden layers: sparse products in the first.
 */
static void open_scene(scene *self, const char *name, bool masks, int threads)
{
    *self = (scene){.recipe = {.epochs = 4,
                               .batch = BATCH,
                               .rate = 0.05,
                               .momentum = 0.9,
                               .decay = 5e-5,
                               .masked_decay = 2.5e-4,
                               .seed = 3,
                               .aims = self->aims,
                               .aim_count = masks ? 2 : 0,
                               .method = tnm_own_method("exact"),
                               .mask_every = 3}};
    open_data(self);
    open_network(self, threads);
    self->aims[0].parameter = tnm_network_find(&self->network, "fc1.weight");
    self->aims[1].parameter = tnm_network_find(&self->network, "fc2.weight");
    for (size_t k = 0; k < 2; k++) {
        self->aims[k].problem = (tnm_problem){2, 4, TNM_EQUAL};
        self->aims[k].transposable = true;
        self->aims[k].products = k == 0 ? TNM_PRODUCTS_SPARSE : TNM_PRODUCTS_DENSE;
    }
    snprintf(self->state, sizeof self->state, "%s", tnm_test_path(name));
}

static void close_scene(scene *self)
{
    tnm_training_record_close(&self->record);
    tnm_network_close(&self->network);
    tnm_dataset_close(&self->train);
    tnm_dataset_close(&self->test);
}

/* Stops after the step that was asked for. */
static void count_step(void *context, size_t done, size_t all)
{
    scene *self = context;
    CU_ASSERT(done <= all);
    if (done == self->stop_after)
        atomic_store(&self->stop, true);
}

static tnm_error train(scene *self, bool resume)
{
    const tnm_training training = {.network = &self->network,
                                   .train = &self->train,
                                   .test = &self->test,
                                   .recipe = &self->recipe,
                                   .state = self->state,
                                   .resume = resume,
                                   .stop = &self->stop,
                                   .events = {.context = self, .step = count_step}};
    tnm_training_record_close(&self->record);
    return tnm_train(&training, &self->record);
}

static bool same_network(const tnm_network *one, const tnm_network *other)
{
    for (size_t k = 0; k < one->parameter_count; k++) {
        const tnm_parameter *a = one->parameters[k], *b = other->parameters[k];
        if (memcmp(a->values, b->values, tnm_parameter_size(a) * sizeof(float)) != 0)
            return false;
    }
    return true;
}

/* All but the clock. */
static bool same_record(const tnm_training_record *one, const tnm_training_record *other)
{
    for (size_t k = 0; k < one->count; k++) {
        tnm_epoch a = one->epochs[k], b = other->epochs[k];
        a.seconds = b.seconds = 0;
        if (memcmp(&a, &b, sizeof a) != 0)
            return false;
    }
    return one->count == other->count;
}

static bool same(const scene *one, const scene *other)
{
    return same_network(&one->network, &other->network) &&
           same_record(&one->record, &other->record);
}

/* ---- learning ---------------------------------------------------------------------------- */

static void check_learns(bool masks, bool fixed)
{
    scene own;
    open_scene(&own, "learns", masks, 2);
    own.recipe.epochs = 12;
    own.recipe.fixed = fixed;
    ASSERT_OK(train(&own, false));
    const tnm_epoch *first = &own.record.epochs[0], *last = &own.record.epochs[11];
    CU_ASSERT_EQUAL(own.record.count, 12);
    CU_ASSERT_EQUAL(tnm_training_record_steps(&own.record), 12 * STEPS);
    CU_ASSERT(first->samples == TRAIN && last->samples == TRAIN && last->test_samples == TEST);
    CU_ASSERT(tnm_epoch_loss(last) < 0.2 * tnm_epoch_loss(first));
    CU_ASSERT(tnm_epoch_test_accuracy(last) > 0.95);
    close_scene(&own);
}

static void test_learns_dense(void)
{
    check_learns(false, false);
}

static void test_learns_dynamic(void)
{
    check_learns(true, false);
}

static void test_learns_static(void)
{
    check_learns(true, true);
}

/* ---- masks ------------------------------------------------------------------------------- */

static void test_counts_flips(void)
{
    scene own;
    open_scene(&own, "flips", true, 1);
    ASSERT_OK(train(&own, false));
    double searches = 0, flips = 0, compared = 0;
    for (size_t k = 0; k < own.record.count; k++) {
        searches += own.record.epochs[k].searches;
        flips += own.record.epochs[k].flips;
        compared += own.record.epochs[k].compared;
    }
    CU_ASSERT_EQUAL(searches, (4 * STEPS + 2) / 3);
    CU_ASSERT_EQUAL(compared, (searches - 1) * (24 * 144 + 16 * 24));
    CU_ASSERT(flips > 0 && flips < 0.5 * compared);
    CU_ASSERT_EQUAL(tnm_training_record_flip_rate(&own.record), flips / compared);
    close_scene(&own);
}

static void test_static_keeps_its_mask(void)
{
    scene own, start;
    open_scene(&own, "static", true, 1);
    open_scene(&start, "start", true, 1);
    own.recipe.fixed = true;
    ASSERT_OK(train(&own, false));
    tnm_masker masker;
    tnm_flips flips;
    atomic_bool never = false;
    ASSERT_OK(tnm_masker_open(&masker, &start.recipe, 1));
    ASSERT_OK(tnm_masker_renew(&masker, &never, 0, &flips));
    for (size_t k = 0; k < 2; k++) {
        const tnm_parameter *parameter = own.aims[k].parameter;
        const uint8_t *mask = start.aims[k].parameter->sparsity->mask;
        CU_ASSERT_EQUAL(memcmp(parameter->sparsity->mask, mask, tnm_parameter_size(parameter)), 0);
        for (size_t i = 0; i < tnm_parameter_size(parameter); i++)
            CU_ASSERT((parameter->values[i] != 0) == mask[i]);
    }
    CU_ASSERT_EQUAL(own.record.epochs[3].searches, 0);
    tnm_masker_close(&masker);
    close_scene(&own);
    close_scene(&start);
}

/* ---- the same bytes ---------------------------------------------------------------------- */

static void test_threads(void)
{
    scene one, other;
    open_scene(&one, "one", true, 1);
    ASSERT_OK(train(&one, false));
    for (int threads = 2; threads <= 3; threads++) {
        open_scene(&other, "other", true, threads);
        ASSERT_OK(train(&other, false));
        CU_ASSERT(same(&one, &other));
        close_scene(&other);
    }
    close_scene(&one);
}

/* Stopped after any step, and gone on with by a process that knows only the state. */
static void test_resumes(void)
{
    scene whole, part;
    open_scene(&whole, "whole", true, 1);
    ASSERT_OK(train(&whole, false));
    for (size_t stop = 1; stop < 4 * STEPS; stop += 3) {
        open_scene(&part, "part", true, 1);
        part.stop_after = stop;
        ASSERT_FAILS(train(&part, false), TNM_ERROR_INTERRUPTED, "interrupted");
        char path[160];
        snprintf(path, sizeof path, "%s", part.state);
        close_scene(&part);
        open_scene(&part, "part", true, 2);
        ASSERT_OK(train(&part, true));
        CU_ASSERT_EQUAL(part.record.resumed, stop);
        CU_ASSERT(same(&whole, &part));
        close_scene(&part);
    }
    close_scene(&whole);
}

static void test_deadline(void)
{
    scene own;
    open_scene(&own, "deadline", false, 1);
    const tnm_training training = {.network = &own.network,
                                   .train = &own.train,
                                   .test = &own.test,
                                   .recipe = &own.recipe,
                                   .deadline = tnm_now()};
    ASSERT_FAILS(tnm_train(&training, &own.record), TNM_ERROR_LIMIT, "time limit");
    CU_ASSERT_EQUAL(tnm_training_record_steps(&own.record), 0);
    close_scene(&own);
}

/* ---- refusals ---------------------------------------------------------------------------- */

static void test_other_recipes(void)
{
    scene own;
    open_scene(&own, "recipes", true, 1);
    ASSERT_OK(train(&own, false));
    close_scene(&own);
    open_scene(&own, "recipes", true, 1);
    own.recipe.rate = 0.25;
    ASSERT_FAILS(train(&own, true), TNM_ERROR_DATA,
                 "rate is 0.050000000000000003 there, 0.25 here");
    own.recipe.rate = 0.05;
    own.aims[1].problem.n = 1;
    ASSERT_FAILS(train(&own, true), TNM_ERROR_DATA, "fc2.weight.pattern is 2:4");
    own.aims[1].problem.n = 2;
    own.recipe.method = tnm_own_method("greedy-keep");
    ASSERT_FAILS(train(&own, true), TNM_ERROR_DATA, "mask_method is exact there, greedy-keep here");
    own.recipe.method = tnm_own_method("exact");
    ASSERT_OK(tnm_network_initialise(&own.network, 6));
    ASSERT_FAILS(train(&own, true), TNM_ERROR_DATA, "start is ");
    close_scene(&own);
}

static void test_what_cannot_be(void)
{
    scene own;
    open_scene(&own, "cannot", true, 1);
    own.recipe.momentum = 1;
    ASSERT_FAILS(train(&own, false), TNM_ERROR_USAGE, "momentum 1");
    own.recipe.momentum = 0.9;
    own.recipe.warm_up = 4;
    ASSERT_FAILS(train(&own, false), TNM_ERROR_USAGE, "warm-up of 4 epochs");
    own.recipe.warm_up = 0;
    own.recipe.method = tnm_own_method("row-nm");
    ASSERT_FAILS(train(&own, false), TNM_ERROR_USAGE, "'row-nm' does not find transposable masks");
    own.aims[0].transposable = false;
    ASSERT_FAILS(train(&own, false), TNM_ERROR_USAGE, "fc1.weight: sparse products");
    own.recipe.aim_count = 0;
    own.recipe.rate = 1e30;
    ASSERT_FAILS(train(&own, false), TNM_ERROR_DATA, "the loss is no longer a number");
    close_scene(&own);
}

/* ---- faults ------------------------------------------------------------------------------ */

/* Trains for an epoch, perhaps from a state after three steps. */
static tnm_error train_with_fault(scene *self, tnm_fault fault, unsigned k, bool resume)
{
    open_scene(self, "faults", true, 1);
    self->recipe.epochs = 1;
    unlink(self->state);
    if (resume) {
        self->stop_after = 3;
        ASSERT_FAILS(train(self, false), TNM_ERROR_INTERRUPTED, "");
        tnm_training_record_close(&self->record);
        self->stop_after = 0;
        atomic_store(&self->stop, false);
        for (size_t p = 0; p < 2; p++)
            tnm_parameter_unmask(self->aims[p].parameter);
        ASSERT_OK(tnm_network_initialise(&self->network, 5));
    }
    tnm_fault_arm(fault, k);
    return train(self, resume);
}

/* Every call for memory or to the file system fails once. Whatever state is left, the training that
 * goes on from it ends as one that nothing happened to. */
static void check_faults(tnm_fault fault, bool resume, const scene *expected, unsigned least)
{
    scene own;
    unsigned k = 0;
    for (bool failed = true; failed; k++) {
        long before = tnm_fault_live();
        tnm_error error = train_with_fault(&own, fault, k, resume);
        failed = tnm_fault_disarm();
        CU_ASSERT(failed || error == TNM_OK);
        close_scene(&own);
        CU_ASSERT(tnm_fault_live() <= before);
        open_scene(&own, "faults", true, 1);
        own.recipe.epochs = 1;
        ASSERT_OK(train(&own, true));
        CU_ASSERT(same_network(&expected->network, &own.network));
        close_scene(&own);
    }
    CU_ASSERT(k > least);
}

static void test_faults(void)
{
    scene expected;
    open_scene(&expected, "expected", true, 1);
    expected.recipe.epochs = 1;
    ASSERT_OK(train(&expected, false));
    for (int resume = 0; resume <= 1; resume++) {
        check_faults(TNM_FAULT_MEMORY, resume, &expected, 60);
        check_faults(TNM_FAULT_FILE, resume, &expected, 5);
    }
    close_scene(&expected);
}

TNM_SUITE(training, {"learns, dense", test_learns_dense},
          {"learns, dynamic masks", test_learns_dynamic},
          {"learns, static masks", test_learns_static}, {"counts flips", test_counts_flips},
          {"static keeps its mask", test_static_keeps_its_mask}, {"threads", test_threads},
          {"resumes", test_resumes}, {"deadline", test_deadline},
          {"other recipes", test_other_recipes}, {"what cannot be", test_what_cannot_be},
          {"faults", test_faults})
