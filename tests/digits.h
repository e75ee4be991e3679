/* A tiny set of images to learn from, written as the files of MNIST are: 12 x 12 pixels, four
 * classes, each bright in a quarter of its own, all in noise. */
#ifndef TNM_TESTS_DIGITS_H
#define TNM_TESTS_DIGITS_H

enum { TNM_DIGITS_SIDE = 12, TNM_DIGITS_CLASSES = 4 };

/* Writes the four files into a folder, which is made; `train` images to train with, `test` others.
 */
void tnm_digits_write(const char *folder, unsigned train, unsigned test);

#endif
