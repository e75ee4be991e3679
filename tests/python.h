/* Scripts in Python with NumPy, which read what the project writes and the other way round. */
#ifndef TNM_TESTS_PYTHON_H
#define TNM_TESTS_PYTHON_H

#include "tests/testlib.h"

/* Runs a script of tests/ with these arguments and asserts that it succeeds. False, with a note,
 * where no Python has NumPy. */
bool tnm_python_run(const char *script, const char *arguments);

#endif
