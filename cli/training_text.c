/* What tnm train tells, in lines: see training.h. */
#include "cli/training.h"

#include "cli/version.h"
#include "formulations/problem.h"
#include "instances/isa.h"

#include <math.h>

const char *cli_sparsity_name(cli_sparsity sparsity)
{
    static const char *const names[] = {"dense", "row", "transposable"};
    return names[sparsity];
}

/* ---- before ------------------------------------------------------------------------------ */

static void print_layer(const cli_layer *layer, FILE *stream)
{
    const tnm_parameter *parameter = layer->parameter;
    const tnm_mask_aim *aim = layer->aim;
    fprintf(stream, "c %s %zu x %zu", parameter->name, parameter->rows, parameter->cols);
    if (parameter->rank == 4)
        fputs(" (outputs, inputs * height * width)", stream);
    if (aim == NULL)
        fprintf(stream, ": dense%s%s", layer->reason != NULL ? ", " : "",
                layer->reason != NULL ? layer->reason : "");
    else
        fprintf(stream, ": %d:%d %s, %s, %.4f bits a weight", aim->problem.n, aim->problem.m,
                tnm_constraint_name(aim->problem.constraint),
                aim->transposable ? "transposable" : "along rows", layer->bits);
    fputc('\n', stream);
}

static void print_recipe(const cli_training *self, FILE *stream)
{
    const tnm_recipe *recipe = &self->recipe;
    fprintf(stream, "c %zu epochs of %zu steps, batches of %zu, seed %llu\n", recipe->epochs,
            tnm_recipe_steps(recipe, self->train.count), recipe->batch,
            (unsigned long long)recipe->seed);
    fprintf(stream, "c rate %g along a cosine after %zu epochs of warm-up, momentum %g, decay %g",
            recipe->rate, recipe->warm_up, recipe->momentum, recipe->decay);
    if (recipe->aim_count > 0)
        fprintf(stream, ", of what masks drop %g", recipe->masked_decay);
    fputc('\n', stream);
    if (recipe->aim_count == 0)
        return;
    if (recipe->fixed)
        fprintf(stream, "c masks of the weights at the start, by %s, held to the end\n",
                recipe->method->name);
    else
        fprintf(stream,
                "c masks by %s, anew every %zu steps; gradients pass straight through them\n",
                recipe->method->name, recipe->mask_every);
}

void cli_training_banner(const cli_training *self, FILE *stream)
{
    const tnm_dataset *train = &self->train;
    fputs("c ", stream);
    cli_print_version(stream, "tnm");
    fprintf(stream, "c data %s: %zu training and %zu test images of %zu x %zu, %zu classes\n",
            self->data, train->count, self->test.count, train->height, train->width,
            train->classes);
    fprintf(stream, "c network %s, from %s\n", self->network.architecture,
            self->from != NULL ? self->from : "random weights");
    for (size_t k = 0; k < self->layer_count; k++)
        print_layer(&self->layers[k], stream);
    print_recipe(self, stream);
    fprintf(stream, "c threads %d\n", self->network.threads);
}

void cli_training_print_products(const cli_training *self, FILE *stream)
{
    for (size_t k = 0; k < self->layer_count; k++) {
        const cli_layer *layer = &self->layers[k];
        const tnm_sparsity *sparsity = layer->parameter->sparsity;
        if (sparsity == NULL || !sparsity->transposable)
            continue;
        fprintf(stream, "c products of %s: %s", layer->parameter->name,
                sparsity->sparse_products ? "sparse" : "dense");
        if (layer->chosen_by.dense > 0)
            fprintf(stream, "; %.3f ms a step sparse, %.3f dense", 1e3 * layer->chosen_by.sparse,
                    1e3 * layer->chosen_by.dense);
        fputc('\n', stream);
    }
}

/* ---- during ------------------------------------------------------------------------------ */

void cli_training_print_epoch(const cli_training *self, size_t number, FILE *stream)
{
    const tnm_epoch *epoch = &self->record.epochs[number];
    fprintf(stream, "c epoch %zu of %zu: loss %.4f, training %.2f %%, test %.2f %%", number + 1,
            self->recipe.epochs, tnm_epoch_loss(epoch), 100 * tnm_epoch_accuracy(epoch),
            100 * tnm_epoch_test_accuracy(epoch));
    if (epoch->compared > 0)
        fprintf(stream, ", flips %.3f %%", 100 * tnm_epoch_flip_rate(epoch));
    fprintf(stream, ", %.2f s\n", epoch->seconds);
}

/* ---- after ------------------------------------------------------------------------------- */

static void print_retention(const cli_training *self, FILE *stream)
{
    for (size_t k = 0; k < self->layer_count; k++) {
        const tnm_parameter *parameter = self->layers[k].parameter;
        tnm_retention sums = tnm_retention_of(parameter);
        if (parameter->sparsity != NULL)
            fprintf(stream, "c retention %s %.6f\n", parameter->name,
                    sums.total > 0 ? sums.kept / sums.total : 1);
    }
}

static void print_seconds(const cli_training *self, FILE *stream)
{
    double all = 0;
    for (int part = 0; part < TNM_TRAINING_PART_COUNT; part++)
        all += self->record.seconds[part];
    fprintf(stream, "c seconds %.3f in all\n", all);
    for (int part = 0; part < TNM_TRAINING_PART_COUNT; part++) {
        double seconds = self->record.seconds[part];
        if (seconds > 0)
            fprintf(stream, "c seconds %-10s %9.3f %5.1f %%\n",
                    tnm_training_part_name((tnm_training_part)part), seconds, 100 * seconds / all);
    }
}

static void print_overhead(const cli_training *self, FILE *stream)
{
    if (self->recipe.aim_count == 0)
        return;
    fprintf(stream, "c masks take %.2f %% of the time of the steps between them\n",
            100 * tnm_training_record_overhead(&self->record));
    fputs("c published, over dense training of ResNet50:", stream);
    for (const tnm_published_overhead *row = tnm_published_overheads; row->method != NULL; row++)
        fprintf(stream, "%s %s %.0f %%", row == tnm_published_overheads ? "" : ",", row->method,
                100 * row->overhead);
    fputc('\n', stream);
}

void cli_training_print_end(const cli_training *self, FILE *stream, bool quiet)
{
    const tnm_epoch *last = &self->record.epochs[self->record.count - 1];
    fprintf(stream, "s DONE\na %.17g\n", tnm_epoch_test_accuracy(last));
    if (quiet)
        return;
    fprintf(stream, "c test loss %.6f, training loss %.6f\n", tnm_epoch_test_loss(last),
            tnm_epoch_loss(last));
    print_retention(self, stream);
    if (self->record.resumed > 0)
        fprintf(stream, "c resumed after %zu steps\n", self->record.resumed);
    print_seconds(self, stream);
    print_overhead(self, stream);
    if (self->verbose)
        fprintf(stream, "c instruction set %s, peak memory %zu bytes\n",
                tnm_isa_name(tnm_isa_best()), tnm_peak_memory());
    fprintf(stream, "c wrote %s\n", self->output);
}
