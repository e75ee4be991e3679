/* Folders of broken files. EXPECTED in such a folder has a line for each of them: its name, a tab,
 * and what the message about it says after its path. */
#ifndef TNM_TESTS_CORPUS_H
#define TNM_TESTS_CORPUS_H

#include "tests/testlib.h"

/* Calls `check` with the path of every file that EXPECTED names and the whole message it has to
 * earn; and asserts that EXPECTED names all files of the folder with this ending. */
void tnm_corpus_each(const char *folder, const char *ending,
                     void (*check)(const char *path, const char *message));

#endif
