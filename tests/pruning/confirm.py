#!/usr/bin/env python3
"""Confirms with NumPy, and nothing of tnm, that a masked checkpoint is what it should be.

    confirm.py ORIGINAL MASKED N:M [MASKS]

Every masked tensor keeps at most N of every M consecutive weights along rows and along columns,
within tiles; kept weights have their original bits, and everything else is the same. Convolutions
are looked at position by position. With MASKS exactly N are kept in tiles that are whole.
"""
import json
import struct
import sys

import numpy as np

WEIGHTS = {"F32": "<u4", "F16": "<u2", "BF16": "<u2", "F64": "<u8",
           "F8_E4M3": "u1", "F8_E5M2": "u1"}


def read(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: (t["dtype"], t["shape"], data[slice(*t["data_offsets"])])
            for name, t in header.items()}


def tiles(mask, m):
    """(rows, cols) of bools as (tiles down, m, tiles across, m), padded with False."""
    rows, cols = mask.shape
    padded = np.zeros((-(-rows // m) * m, -(-cols // m) * m), bool)
    padded[:rows, :cols] = mask
    return padded.reshape(padded.shape[0] // m, m, padded.shape[1] // m, m)


def matrices(array):
    if array.ndim == 2:
        return [array]
    return [array[:, :, i, j] for i in range(array.shape[2]) for j in range(array.shape[3])]


def confirm(name, kind, shape, before, after, n, m, stored):
    before = np.frombuffer(before, WEIGHTS[kind]).reshape(shape)
    after = np.frombuffer(after, WEIGHTS[kind]).reshape(shape)
    kept = after != 0 if stored is None else np.frombuffer(stored, "?").reshape(shape)
    assert (after == np.where(kept, before, 0)).all(), f"{name}: something else changed"
    for matrix in matrices(kept):
        tiled = tiles(matrix, m)
        along_rows, along_cols = tiled.sum(3), tiled.sum(1)
        assert along_rows.max() <= n and along_cols.max() <= n, f"{name}: not {n}:{m}"
        if stored is not None:
            down, across = matrix.shape[0] // m, matrix.shape[1] // m
            assert (along_rows[:down, :, :across] == n).all(), f"{name}: a short row"
            assert (along_cols[:down, :across] == n).all(), f"{name}: a short column"


def main():
    n, m = (int(side) for side in sys.argv[3].split(":"))
    original, masked = read(sys.argv[1]), read(sys.argv[2])
    masks = read(sys.argv[4]) if len(sys.argv) > 4 else {}
    assert list(original) == list(masked), "other tensors"
    count = 0
    for name, (kind, shape, before) in original.items():
        assert masked[name][:2] == (kind, shape), f"{name}: another type or shape"
        after = masked[name][2]
        stored = masks.get(name + ".mask", (None, None, None))[2]
        if after == before and stored is None:
            continue
        confirm(name, kind, shape, before, after, n, m, stored)
        count += 1
    print(f"{count} tensors are {n}:{m} along rows and columns")


if __name__ == "__main__":
    main()
