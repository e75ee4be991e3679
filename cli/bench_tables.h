/* What `tnm bench` measured, as tables for the eye, as Markdown, and as CSV. */
#ifndef TNM_CLI_BENCH_TABLES_H
#define TNM_CLI_BENCH_TABLES_H

#include "bench/banner.h"
#include "bench/speed/measurement.h"

/* One table a section, below a `c` line with what all its rows share: medians, with least and most
 * where a section measures one quantity, otherwise one column a quantity. */
tnm_error cli_bench_print(const tnm_measurements *list, FILE *stream);
/* The same as Markdown. */
tnm_error cli_bench_print_markdown(const tnm_measurements *list, FILE *stream);
/* One row a number, below the banner (RFC 4180). */
tnm_error cli_bench_print_csv(const tnm_measurements *list, const tnm_banner *banner, FILE *stream);

#endif
