"""Files as NumPy writes them, for tests/instances/test_npy.c and test_input.c.

    numpy_files.py write FOLDER     3x4 matrices of the numbers -6 ... 5, one for every type, byte
                                    order, array order and version of the format
    numpy_files.py compare FOLDER   every TYPE.npy in FOLDER is, to the byte, what NumPy writes for
                                    a 12345x7 array of zeros
"""

import io
import os
import sys

import numpy as np
from numpy.lib import format as npy_format


def write(folder):
    numbers = np.arange(-6, 6).reshape(3, 4)
    for name, order in (("little", "<"), ("big", ">")):
        for code in ("f2", "f4", "f8"):
            for layout in "CF":
                array = np.asarray(numbers.astype(order + code), order=layout)
                for major in (1, 2, 3):
                    path = os.path.join(folder, f"{name}{code}_{layout}_{major}.npy")
                    with open(path, "wb") as file:
                        npy_format.write_array(file, array, version=(major, 0))


def compare(folder):
    for name in sorted(os.listdir(folder)):
        expected = io.BytesIO()
        np.save(expected, np.zeros((12345, 7), dtype=os.path.splitext(name)[0]))
        with open(os.path.join(folder, name), "rb") as file:
            if file.read() != expected.getvalue():
                sys.exit(f"{name} is not what NumPy writes")


if __name__ == "__main__":
    {"write": write, "compare": compare}[sys.argv[1]](sys.argv[2])
