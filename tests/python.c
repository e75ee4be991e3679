#include "tests/python.h"

#include <stdio.h>
#include <stdlib.h>

bool tnm_python_run(const char *script, const char *arguments)
{
    const char *const pythons[] = {"python3", "/usr/bin/python3"};
    char command[1024];
    for (size_t k = 0; k < sizeof pythons / sizeof *pythons; k++) {
        snprintf(command, sizeof command, "%s -c 'import numpy' 2>/dev/null", pythons[k]);
        if (system(command) != 0)
            continue;
        snprintf(command, sizeof command, "%s tests/%s %s", pythons[k], script, arguments);
        CU_ASSERT_EQUAL(system(command), 0);
        return true;
    }
    tnm_test_note("not compared with NumPy: python3 has none");
    return false;
}
