/* Random masks by a chain of small changes: see chain.h. */
#include "formulations/diversity/chain.h"

#include <stdlib.h>
#include <string.h>

void tnm_chain_start(tnm_chain *chain, const tnm_problem *problem, uint64_t seed)
{
    int n = problem->n, m = problem->m;
    *chain = (tnm_chain){.problem = *problem, .stream = {seed}};
    for (int i = 0; i < m; i++) {
        for (int k = 0; k < n; k++)
            chain->rows[i] |= UINT64_C(1) << (i + k) % m;
        chain->columns[i] = (uint8_t)n;
    }
    memcpy(chain->start, chain->rows, sizeof chain->start);
}

/* ---- changes ----------------------------------------------------------------------------- */

static void trade(tnm_chain *chain, int one, int other)
{
    uint64_t pool = chain->rows[one] ^ chain->rows[other];
    int left = __builtin_popcountll(pool);
    int wanted = __builtin_popcountll(chain->rows[one] & pool);
    uint64_t dealt = 0;
    for (; wanted > 0; pool &= pool - 1, left--) {
        if (tnm_stream_below(&chain->stream, (uint64_t)left) < (uint64_t)wanted) {
            dealt |= pool & -pool;
            wanted--;
        }
    }
    uint64_t both = chain->rows[one] & chain->rows[other];
    uint64_t either = chain->rows[one] | chain->rows[other];
    chain->rows[one] = both | dealt;
    chain->rows[other] = both | (either & ~chain->rows[one]);
}

static void turn(tnm_chain *chain, int row, int column)
{
    uint64_t bit = UINT64_C(1) << column;
    int n = chain->problem.n;
    bool kept = (chain->rows[row] & bit) != 0;
    bool room = chain->columns[column] < n && __builtin_popcountll(chain->rows[row]) < n;
    if (!kept && !room)
        return;
    chain->rows[row] ^= bit;
    chain->columns[column] = (uint8_t)(chain->columns[column] + (kept ? -1 : 1));
}

static int any(tnm_chain *chain, int end)
{
    return (int)tnm_stream_below(&chain->stream, (uint64_t)end);
}

void tnm_chain_sweep(tnm_chain *chain)
{
    int m = chain->problem.m;
    for (int k = 0; k < m && m > 1; k++) {
        int one = any(chain, m), other = any(chain, m - 1);
        trade(chain, one, other < one ? other : other + 1);
    }
    if (chain->problem.constraint == TNM_EQUAL)
        return;
    for (int k = 0; k < m * m; k++) {
        int row = any(chain, m);
        turn(chain, row, any(chain, m));
    }
}

/* ---- how fast it forgets ----------------------------------------------------------------- */

static double overlap(const tnm_chain *chain)
{
    int count = 0;
    for (int i = 0; i < chain->problem.m; i++)
        count += __builtin_popcountll(chain->rows[i] & chain->start[i]);
    return count;
}

static double autocovariance(const double *values, size_t count, double mean, size_t lag)
{
    double sum = 0;
    for (size_t k = 0; k + lag < count; k++)
        sum += (values[k] - mean) * (values[k + lag] - mean);
    return sum / (double)count;
}

static double integrate(const double *values, size_t count, double mean, double variance)
{
    double time = 1;
    for (size_t lag = 1; lag < count && (double)lag <= 5 * time && variance > 0; lag++)
        time += 2 * autocovariance(values, count, mean, lag) / variance;
    return time > 1 ? time : 1;
}

tnm_error tnm_chain_diagnose(tnm_mixing *mixing, tnm_chain *chain, size_t sweeps)
{
    double *values = NULL, sum = 0;
    tnm_error error = TNM_NEW(values, sweeps);
    if (error != TNM_OK)
        return error;
    for (size_t k = 0; k < sweeps; k++) {
        tnm_chain_sweep(chain);
        sum += values[k] = overlap(chain);
    }
    mixing->mean = sum / (double)sweeps;
    mixing->variance = autocovariance(values, sweeps, mixing->mean, 0);
    mixing->time = integrate(values, sweeps, mixing->mean, mixing->variance);
    free(values);
    return TNM_OK;
}
