/* Uniform random masks: every mask of a pattern with exactly the same probability.
 *
 * The counting table (table.h), kept whole, numbers all masks from 0: walking it from the last row
 * to the first, each way for a row leads to so many masks, and the number says in which way it
 * falls. A random mask is the mask of a random number. Under `equal` the number first chooses the
 * state in which the upper and the lower rows meet, and the order of the columns.
 *
 *     tnm_masks *masks = NULL;
 *     tnm_stream stream = {seed};
 *     TNM_TRY(tnm_masks_open(&masks, &problem, NULL, NULL));        once, for all threads
 *     TNM_TRY(tnm_drawer_open(&drawer, masks));                      one a thread
 *     tnm_drawer_draw(drawer, &stream, rows);                        as often as wanted
 */
#ifndef TNM_FORMULATIONS_DIVERSITY_SAMPLE_H
#define TNM_FORMULATIONS_DIVERSITY_SAMPLE_H

#include "formulations/diversity/need.h"
#include "formulations/diversity/stream.h"

typedef struct tnm_masks tnm_masks;
typedef struct tnm_drawer tnm_drawer;

/* Counts. Takes the time and memory that tnm_need_estimate tells for a table that is kept. */
tnm_error tnm_masks_open(tnm_masks **masks, const tnm_problem *problem, tnm_progress progress,
                         void *context);
void tnm_masks_close(tnm_masks *masks); /* accepts NULL */
/* log2 of how many there are. */
double tnm_masks_log2(const tnm_masks *masks);

/* Memory to draw with; borrows the masks. */
tnm_error tnm_drawer_open(tnm_drawer **drawer, const tnm_masks *masks);
void tnm_drawer_close(tnm_drawer *drawer); /* accepts NULL */

/* A mask of one tile, one word a row, bit j for column j, as in formulations/mask.h: uniform among
 * all of the problem's. The same stream gives the same masks on every machine. */
void tnm_drawer_draw(tnm_drawer *drawer, tnm_stream *stream, uint64_t *rows);

/* The mask of a number, which is below their count; a bijection. */
void tnm_drawer_mask(tnm_drawer *drawer, uint64_t number, uint64_t *rows);

#endif
