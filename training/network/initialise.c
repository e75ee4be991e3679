/* How a network begins [he2015]: weights are normal with variance 2 over the inputs of an output,
 * so that signals neither grow nor die on their way through rectifiers. */
#include "formulations/diversity/stream.h"
#include "training/network/network.h"

#include <math.h>

/* In (0, 1]. */
static double draw_uniform(tnm_stream *stream)
{
    return (double)((tnm_stream_next(stream) >> 11) + 1) * 0x1p-53;
}

/* From two uniform numbers, by their polar form. */
static double draw_normal(tnm_stream *stream)
{
    const double turn = 6.283185307179586;
    double radius = sqrt(-2 * log(draw_uniform(stream)));
    return radius * cos(turn * draw_uniform(stream));
}

static void initialise_parameter(tnm_parameter *parameter, tnm_stream *stream)
{
    bool one = parameter->role == TNM_ROLE_SCALE || parameter->role == TNM_ROLE_VARIANCE;
    double deviation = sqrt(2 / (double)parameter->cols);
    for (size_t k = 0; k < tnm_parameter_size(parameter); k++)
        parameter->values[k] = parameter->role == TNM_ROLE_WEIGHT
                                   ? (float)(deviation * draw_normal(stream))
                                   : (float)one;
    tnm_parameter_refresh(parameter);
}

tnm_error tnm_network_initialise(tnm_network *network, uint64_t seed)
{
    tnm_stream stream = {seed};
    for (size_t k = 0; k < network->parameter_count; k++)
        initialise_parameter(network->parameters[k], &stream);
    return TNM_OK;
}
