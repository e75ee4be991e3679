/* What these sources were built with: the Makefile tells, for versions, reports and banners. */
#ifndef TNM_INSTANCES_BUILD_H
#define TNM_INSTANCES_BUILD_H

/* The commit, "-dirty" where files had changed since; "unknown" outside a repository. */
const char *tnm_build_commit(void);
/* "gcc 12.2.0" */
const char *tnm_build_compiler(void);
/* What the compiler was told that decides the code it makes, kernels aside: "-std=c11 -O3 ...". */
const char *tnm_build_flags(void);

#endif
