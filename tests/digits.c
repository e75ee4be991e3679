#include "tests/digits.h"

#include "tests/testlib.h"

#include <stdio.h>
#include <sys/stat.h>

enum { SIDE = TNM_DIGITS_SIDE, CLASSES = TNM_DIGITS_CLASSES };

static FILE *open_idx(const char *folder, const char *name, const unsigned *sides, size_t rank)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    const unsigned char head[] = {0, 0, 8, (unsigned char)rank};
    fwrite(head, 1, sizeof head, file);
    for (size_t k = 0; k < rank; k++) {
        for (int shift = 24; shift >= 0; shift -= 8)
            fputc((int)(sides[k] >> shift & 255), file);
    }
    return file;
}

static int pixel(unsigned row, unsigned col, unsigned class, tnm_random *random)
{
    bool bright = row / (SIDE / 2) * 2 + col / (SIDE / 2) == class;
    double value = (bright ? 120 : 60) + 50 * tnm_random_normal(random);
    return value < 0 ? 0 : value > 255 ? 255 : (int)value;
}

static void write_part(const char *folder, const char *images_name, const char *labels_name,
                       unsigned count, tnm_random *random)
{
    const unsigned sides[] = {count, SIDE, SIDE};
    FILE *images = open_idx(folder, images_name, sides, 3);
    FILE *labels = open_idx(folder, labels_name, sides, 1);
    for (unsigned k = 0; k < count; k++) {
        fputc((int)(k % CLASSES), labels);
        for (unsigned at = 0; at < SIDE * SIDE; at++)
            fputc(pixel(at / SIDE, at % SIDE, k % CLASSES, random), images);
    }
    CU_ASSERT_EQUAL(fclose(images), 0);
    CU_ASSERT_EQUAL(fclose(labels), 0);
}

void tnm_digits_write(const char *folder, unsigned train, unsigned test)
{
    tnm_random random = {21};
    (void)mkdir(folder, 0777);
    write_part(folder, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", train, &random);
    write_part(folder, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", test, &random);
}
