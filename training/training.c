/* The loop of steps: see training.h. */
#include "training/training.h"

#include "formulations/diversity/stream.h"
#include "training/descent.h"
#include "training/state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* A training under way. */
typedef struct run {
    const tnm_training *asked;
    tnm_training_record *record;
    tnm_network *network;
    tnm_descent descent;
    tnm_masker masker;
    tnm_facts facts;
    float **velocities; /* one a parameter */
    size_t *order;      /* of the training samples, in this epoch */
    size_t *in_turn;    /* 0, 1, 2, ...: of the test samples */
    uint8_t *labels;    /* of one pass */
    tnm_product_times *times;
    size_t epoch_steps;
    size_t step;    /* of all, the next one */
    double started; /* this stretch of the epoch, without breaks for saving */
    double lap;     /* when the last part ended */
} run;

/* Adds the time since the last part ended to a part. */
static void lap(run *self, tnm_training_part part)
{
    double now = tnm_now();
    self->record->seconds[part] += now - self->lap;
    self->lap = now;
}

static tnm_epoch *current(const run *self)
{
    return &self->record->epochs[self->record->count - 1];
}

/* ---- opening ----------------------------------------------------------------------------- */

static tnm_error open_velocities(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_network *network = self->network;
    TNM_TRY(TNM_NEW(self->velocities, network->parameter_count));
    for (size_t k = 0; k < network->parameter_count; k++) {
        const tnm_parameter *parameter = network->parameters[k];
        if (parameter->gradient != NULL)
            TNM_TRY(TNM_NEW(self->velocities[k], tnm_parameter_size(parameter)));
    }
out:
    return error;
}

static tnm_error open_run(run *self)
{
    tnm_error error = TNM_OK;
    const tnm_training *asked = self->asked;
    const tnm_recipe *recipe = asked->recipe;
    self->epoch_steps = tnm_recipe_steps(recipe, asked->train->count);
    self->descent = (tnm_descent){.rate = recipe->rate,
                                  .momentum = recipe->momentum,
                                  .decay = recipe->decay,
                                  .masked_decay = recipe->masked_decay,
                                  .warm_up = recipe->warm_up * self->epoch_steps,
                                  .steps = recipe->epochs * self->epoch_steps};
    TNM_TRY(tnm_recipe_validate(recipe));
    TNM_TRY(tnm_facts_init(&self->facts, recipe, self->network, asked->train));
    TNM_TRY(tnm_masker_open(&self->masker, recipe, self->network->threads));
    TNM_TRY(open_velocities(self));
    TNM_TRY(TNM_NEW(self->order, asked->train->count));
    TNM_TRY(TNM_NEW(self->in_turn, asked->test->count));
    for (size_t k = 0; k < asked->test->count; k++)
        self->in_turn[k] = k;
    TNM_TRY(TNM_NEW(self->labels, self->network->most_samples));
    TNM_TRY(TNM_NEW(self->times, recipe->aim_count + 1));
out:
    return error;
}

static void close_run(run *self)
{
    for (size_t k = 0; self->velocities != NULL && k < self->network->parameter_count; k++)
        free(self->velocities[k]);
    free(self->velocities);
    tnm_masker_close(&self->masker);
    tnm_facts_free(&self->facts);
    free(self->order);
    free(self->in_turn);
    free(self->labels);
    free(self->times);
}

/* ---- state ------------------------------------------------------------------------------- */

static tnm_training_state state_of(run *self)
{
    return (tnm_training_state){.network = self->network,
                                .velocities = self->velocities,
                                .masker = &self->masker,
                                .record = self->record,
                                .facts = &self->facts};
}

/* Before the first step there is nothing to lose. */
static tnm_error save(run *self)
{
    tnm_training_state state = state_of(self);
    if (self->asked->state == NULL || self->step == 0)
        return TNM_OK;
    tnm_error error = tnm_training_state_write(&state, self->asked->state);
    lap(self, TNM_PART_SAVING);
    return error;
}

static tnm_error resume(run *self)
{
    tnm_training_state state = state_of(self);
    const char *path = self->asked->state;
    if (path == NULL || !self->asked->resume || (access(path, F_OK) != 0 && errno == ENOENT))
        return TNM_OK;
    tnm_error error = tnm_training_state_read(&state, path);
    self->step = self->record->resumed = tnm_training_record_steps(self->record);
    return error;
}

static tnm_error interrupted(const tnm_training *asked)
{
    if (asked->stop != NULL && atomic_load(asked->stop))
        return tnm_fail(TNM_ERROR_INTERRUPTED, "interrupted");
    return tnm_fail(TNM_ERROR_LIMIT, "stopped by the time limit");
}

static bool is_stopped(const tnm_training *asked)
{
    return (asked->stop != NULL && atomic_load(asked->stop)) ||
           (asked->deadline > 0 && tnm_now() > asked->deadline);
}

/* Leaves between two steps, or instead of a search for masks. */
static tnm_error stop(run *self)
{
    current(self)->seconds += tnm_now() - self->started;
    tnm_error error = save(self);
    return error != TNM_OK ? error : interrupted(self->asked);
}

/* ---- samples ----------------------------------------------------------------------------- */

/* All samples once, in the order of this epoch. */
static void shuffle(run *self, size_t epoch)
{
    size_t count = self->asked->train->count;
    tnm_stream seeds = {self->asked->recipe->seed};
    tnm_stream stream = {tnm_stream_next(&seeds) + epoch};
    for (size_t k = 0; k < count; k++)
        self->order[k] = k;
    for (size_t left = count; left > 1; left--) {
        size_t drawn = (size_t)tnm_stream_below(&stream, left), last = self->order[left - 1];
        self->order[left - 1] = self->order[drawn];
        self->order[drawn] = last;
    }
}

/* Samples of an order from `first` on, `most` of them or what is left. */
static void take(run *self, const tnm_dataset *data, const size_t *order, size_t first, size_t most)
{
    size_t left = data->count - first, count = left < most ? left : most;
    tnm_signal *input = tnm_network_input(self->network);
    input->samples = count;
    tnm_dataset_take(data, order + first, count, input, self->labels);
}

/* ---- masks ------------------------------------------------------------------------------- */

/* What a static mask drops is 0 from now on. */
static void zero_dropped(tnm_parameter *parameter)
{
    size_t size = tnm_parameter_size(parameter);
    for (size_t k = 0; k < size; k++)
        parameter->values[k] = parameter->sparsity->mask[k] ? parameter->values[k] : 0;
    tnm_parameter_refresh(parameter);
}

static bool is_search_due(const run *self)
{
    const tnm_recipe *recipe = self->asked->recipe;
    if (recipe->aim_count == 0)
        return false;
    return recipe->fixed ? self->step == 0 : self->step % recipe->mask_every == 0;
}

static tnm_error renew_masks(run *self)
{
    const tnm_training *asked = self->asked;
    tnm_epoch *epoch = current(self);
    tnm_flips flips;
    tnm_error error = tnm_masker_renew(&self->masker, asked->stop, asked->deadline, &flips);
    lap(self, TNM_PART_MASKS);
    if (error != TNM_OK)
        return error;
    epoch->searches++;
    epoch->flips += (double)flips.changed;
    epoch->compared += (double)flips.compared;
    for (size_t k = 0; asked->recipe->fixed && k < asked->recipe->aim_count; k++)
        zero_dropped(asked->recipe->aims[k].parameter);
    return TNM_OK;
}

/* On the first batch, whose samples are there, without a trace in the running statistics. */
static tnm_error choose_products(run *self)
{
    tnm_network_forward(self->network, TNM_PASS_EVALUATE);
    tnm_error error = tnm_choose_products(&self->masker, self->network, self->times);
    self->lap = tnm_now();
    return error;
}

/* ---- steps ------------------------------------------------------------------------------- */

static double gradient_seconds(const tnm_network *network)
{
    double seconds = 0;
    for (size_t k = 0; k < network->parameter_count; k++)
        seconds += network->parameters[k]->gradient_seconds;
    return seconds;
}

static tnm_error forward(run *self)
{
    tnm_epoch *epoch = current(self);
    tnm_network_forward(self->network, TNM_PASS_TRAIN);
    tnm_score_card card = tnm_network_grade(self->network, self->labels);
    epoch->loss += card.loss;
    epoch->right += (double)card.right;
    epoch->samples += (double)card.samples;
    lap(self, TNM_PART_FORWARD);
    if (isfinite(card.loss))
        return TNM_OK;
    return tnm_fail(TNM_ERROR_DATA,
                    "the loss is no longer a number in step %zu: try a lower rate, or a warm-up",
                    self->step + 1);
}

static void backward(run *self)
{
    double *seconds = self->record->seconds, before = gradient_seconds(self->network);
    tnm_network_backward(self->network, self->labels, self->asked->recipe->fixed);
    lap(self, TNM_PART_BACKWARD);
    double within = gradient_seconds(self->network) - before;
    seconds[TNM_PART_BACKWARD] -= within;
    seconds[TNM_PART_GRADIENT] += within;
}

static void descend(run *self)
{
    double rate = tnm_descent_rate(&self->descent, self->step);
    for (size_t k = 0; k < self->network->parameter_count; k++)
        tnm_descent_move(&self->descent, rate, self->network->parameters[k], self->velocities[k],
                         self->network->threads);
    current(self)->rate = rate;
    lap(self, TNM_PART_UPDATE);
}

static tnm_error do_step(run *self, size_t number)
{
    tnm_error error = TNM_OK;
    const tnm_training *asked = self->asked;
    if (is_search_due(self))
        TNM_TRY(renew_masks(self));
    take(self, asked->train, self->order, number * asked->recipe->batch, asked->recipe->batch);
    lap(self, TNM_PART_DATA);
    if (self->step == 0)
        TNM_TRY(choose_products(self));
    if (self->step == self->record->resumed && asked->events.start != NULL)
        asked->events.start(asked->events.context, self->times);
    TNM_TRY(forward(self));
    backward(self);
    descend(self);
    self->step++;
    current(self)->steps++;
    if (asked->events.step != NULL)
        asked->events.step(asked->events.context, self->step, self->descent.steps);
out:
    return error;
}

/* ---- epochs ------------------------------------------------------------------------------ */

static void evaluate(run *self)
{
    const tnm_dataset *test = self->asked->test;
    tnm_epoch *epoch = current(self);
    size_t most = self->network->most_samples;
    for (size_t first = 0; first < test->count; first += most) {
        take(self, test, self->in_turn, first, most);
        tnm_network_forward(self->network, TNM_PASS_EVALUATE);
        tnm_score_card card = tnm_network_grade(self->network, self->labels);
        epoch->test_loss += card.loss;
        epoch->test_right += (double)card.right;
        epoch->test_samples += (double)card.samples;
    }
    lap(self, TNM_PART_EVALUATION);
}

/* Begins an epoch, or goes on with one that was begun. */
static void begin_epoch(run *self, size_t number)
{
    self->started = self->lap = tnm_now();
    if (number == self->record->count)
        self->record->epochs[self->record->count++] = (tnm_epoch){.steps = 0};
    shuffle(self, number);
    lap(self, TNM_PART_DATA);
}

static tnm_error run_epoch(run *self, size_t number)
{
    const tnm_training *asked = self->asked;
    tnm_error error = TNM_OK;
    begin_epoch(self, number);
    for (size_t k = (size_t)current(self)->steps; k < self->epoch_steps; k++) {
        if (is_stopped(asked))
            return stop(self);
        error = do_step(self, k);
        if (error == TNM_ERROR_LIMIT || error == TNM_ERROR_INTERRUPTED)
            return stop(self);
        if (error != TNM_OK)
            return error;
    }
    evaluate(self);
    current(self)->seconds += tnm_now() - self->started;
    if (asked->events.epoch != NULL)
        TNM_TRY(asked->events.epoch(asked->events.context, number));
    self->lap = tnm_now();
    TNM_TRY(save(self));
out:
    return error;
}

tnm_error tnm_train(const tnm_training *training, tnm_training_record *record)
{
    tnm_error error = TNM_OK;
    run self = {.asked = training, .record = record, .network = training->network};
    TNM_TRY(tnm_training_record_open(record, training->recipe->epochs));
    TNM_TRY(open_run(&self));
    TNM_TRY(resume(&self));
    for (size_t k = tnm_training_record_finished(record); k < training->recipe->epochs; k++)
        TNM_TRY(run_epoch(&self, k));
out:
    close_run(&self);
    return error;
}
