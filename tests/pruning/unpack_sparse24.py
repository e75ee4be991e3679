#!/usr/bin/env python3
"""Confirms that a file in the layout sparse-24-bitmask says what masked safetensors files say.

    unpack_sparse24.py PACKED MASKED...

Every MODULE.compressed is expanded by its bitmask, with NumPy and nothing of tnm, and has to be the
MODULE.weight of the masked files, bit by bit; every other tensor has to be the same.
"""
import sys

import numpy as np
from confirm import WEIGHTS, read


def expand(module, packed):
    kind, _, compressed = packed.pop(module + ".compressed")
    _, _, bitmask = packed.pop(module + ".bitmask")
    _, _, sides = packed.pop(module + ".shape")
    rows, cols = (int(side) for side in np.frombuffer(sides, "<i8"))
    bits = np.frombuffer(bitmask, "u1").reshape(rows, -1)
    kept = np.unpackbits(bits, axis=1, bitorder="little")[:, :cols].astype(bool)
    assert (kept.reshape(rows, cols // 4, 4).sum(2) == 2).all(), f"{module}: not 2 of 4"
    dense = np.zeros((rows, cols), WEIGHTS[kind])
    dense[kept] = np.frombuffer(compressed, WEIGHTS[kind])
    return kind, [rows, cols], dense.tobytes()


def main():
    packed, masked = read(sys.argv[1]), {}
    for path in sys.argv[2:]:
        masked.update(read(path))
    modules = [name[:-len(".compressed")] for name in packed if name.endswith(".compressed")]
    for module in modules:
        packed[module + ".weight"] = expand(module, packed)
    assert packed == masked, "another checkpoint"
    print(f"{len(modules)} of {len(masked)} tensors are packed, and all are the same")


if __name__ == "__main__":
    main()
