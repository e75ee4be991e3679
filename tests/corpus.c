#include "tests/corpus.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_files(const char *folder, const char *ending)
{
    size_t count = 0;
    DIR *files = opendir(folder);
    CU_ASSERT_PTR_NOT_NULL_FATAL(files);
    for (struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
        const char *found = strstr(entry->d_name, ending);
        count += found != NULL && strcmp(found, ending) == 0;
    }
    closedir(files);
    return count;
}

void tnm_corpus_each(const char *folder, const char *ending,
                     void (*check)(const char *path, const char *message))
{
    char line[512];
    size_t checked = 0;
    char *list = tnm_format("%s/EXPECTED", folder);
    FILE *expected = fopen(list, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
    while (fgets(line, sizeof line, expected) != NULL) {
        char *tab = strchr(line, '\t');
        if (line[0] == '#' || tab == NULL)
            continue;
        *tab = '\0';
        tab[1 + strcspn(tab + 1, "\n")] = '\0';
        char *path = tnm_format("%s/%s", folder, line);
        char *message = tnm_format("%s%s", path, tab + 1);
        check(path, message);
        free(message);
        free(path);
        checked++;
    }
    fclose(expected);
    free(list);
    CU_ASSERT_EQUAL(checked, count_files(folder, ending));
}
