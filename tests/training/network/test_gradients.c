/* Gradients of whole networks against central differences of their loss.
 *
 * The loss is smooth but for the kinks of rectifiers and maxima. A step that crosses one says
 * little, so every entry gets two steps: a long one, whose difference rounding hardly disturbs, and
 * one 16 times shorter, which seldom meets a kink as well. The nearer one counts; a wrong gradient
 * is far from both. */
#include "tests/networks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double long_step = 0x1p-8, short_step = 0x1p-12;
static const double sharp = 2e-3, coarse = 2e-2;

static double difference(tnm_test_network *self, tnm_parameter *parameter, size_t k, double step)
{
    float before = parameter->values[k];
    parameter->values[k] = before + (float)step;
    tnm_parameter_refresh(parameter);
    double above = tnm_test_network_loss(self);
    parameter->values[k] = before - (float)step;
    tnm_parameter_refresh(parameter);
    double below = tnm_test_network_loss(self);
    parameter->values[k] = before;
    tnm_parameter_refresh(parameter);
    return (above - below) / (2 * step);
}

/* The error of a gradient, as a share of its length. Where a mask drops an entry, the loss does not
 * depend on it, and a gradient of kept entries only is 0. */
static double gradient_error(tnm_test_network *self, tnm_parameter *parameter)
{
    double error = 0, length = 0;
    for (size_t k = 0; k < tnm_parameter_size(parameter); k++) {
        double gradient = (double)parameter->gradient[k];
        double off = fabs(gradient - difference(self, parameter, k, long_step));
        if (off > sharp * fabs(gradient))
            off = fmin(off, fabs(gradient - difference(self, parameter, k, short_step)));
        error += off * off;
        length += gradient * gradient;
    }
    CU_ASSERT(length > 0);
    return sqrt(error / length);
}

static void check_gradients(tnm_test_network *self, bool kept_only)
{
    const bool convolutions = self->network.architecture[0] == 'c';
    const double tolerance = convolutions ? coarse : sharp;
    tnm_test_network_loss(self);
    tnm_network_backward(&self->network, self->labels, kept_only);
    for (size_t k = 0; k < self->network.parameter_count; k++) {
        tnm_parameter *parameter = self->network.parameters[k];
        if (parameter->gradient == NULL)
            continue;
        double error = gradient_error(self, parameter);
        if (!(error < tolerance))
            tnm_test_note("gradient of %s is off by %g", parameter->name, error);
        CU_ASSERT(error < tolerance);
    }
}

static void check_network(const char *architecture, tnm_shape input)
{
    tnm_test_network self;
    tnm_test_network_open(&self, architecture, input, 5, 2);
    check_gradients(&self, false);
    tnm_test_network_close(&self);
}

static void check_masked(const char *architecture, tnm_shape input)
{
    for (int sparse_products = 0; sparse_products < 2; sparse_products++) {
        tnm_test_network self;
        tnm_test_network_open(&self, architecture, input, 5, 2);
        tnm_test_network_mask(&self, sparse_products);
        check_gradients(&self, true);
        tnm_test_network_close(&self);
    }
}

static void test_perceptrons(void)
{
    check_network("mlp:9", (tnm_shape){7, 1, 1});
    check_network("mlp:9,6", (tnm_shape){1, 3, 4});
}

static void test_masked_perceptron(void)
{
    check_masked("mlp:9,6", (tnm_shape){1, 3, 4});
}

static void test_convolutions(void)
{
    check_network("cnn:3", (tnm_shape){2, 5, 4});
    check_network("cnn:4,6", (tnm_shape){1, 6, 7});
}

static void test_masked_convolutions(void)
{
    check_masked("cnn:4,6", (tnm_shape){1, 6, 7});
}

/* A straight-through gradient is that of the masked network where an entry is kept, and what it
 * would be for the entry's own place where it is dropped. */
static void test_straight_through(void)
{
    tnm_test_network self;
    tnm_test_network_open(&self, "mlp:9,6", (tnm_shape){8, 1, 1}, 5, 2);
    tnm_test_network_mask(&self, true);
    tnm_parameter *weight = tnm_network_find(&self.network, "fc2.weight");
    tnm_test_network_loss(&self);
    tnm_network_backward(&self.network, self.labels, false);
    memcpy(weight->values, weight->sparsity->masked,
           tnm_parameter_size(weight) * sizeof *weight->values);
    tnm_parameter_unmask(weight);
    CU_ASSERT(gradient_error(&self, weight) < sharp);
    tnm_test_network_close(&self);
}

TNM_SUITE(gradients, {"perceptrons", test_perceptrons},
          {"masked perceptron", test_masked_perceptron}, {"convolutions", test_convolutions},
          {"masked convolutions", test_masked_convolutions},
          {"straight through", test_straight_through})
