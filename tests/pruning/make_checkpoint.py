#!/usr/bin/env python3
"""Writes a safetensors checkpoint of pseudorandom weights, with the standard library only.

    make_checkpoint.py FILE SEED NAME:TYPE:SIDE,SIDE,... ...

TYPE is F32, F16, BF16, F64, F8_E4M3 or I64; a + before it leaves numbers of no sign.

The bytes of weights are drawn so that they are finite numbers of either sign. The same seed and
tensors give the same file.
"""
import json
import random
import struct
import sys

SIZES = {"F32": 4, "F16": 2, "BF16": 2, "F64": 8, "F8_E4M3": 1, "I64": 8}
CHUNK = 1 << 20  # elements


def elements(rng, kind, count):
    """`count` elements; magnitudes within a few powers of two, as trained weights have them."""
    positive, kind = kind.startswith("+"), kind.lstrip("+")
    size = SIZES[kind]
    raw = bytearray(rng.randbytes(count * size))
    if kind in ("F32", "BF16"):  # exponents 0x3c80 .. 0x3dff: 2^-6 to 2^-4
        raw[size - 1::size] = bytes(b & 0x80 | 0x3c | b & 1 for b in raw[size - 1::size])
    elif kind == "F16":
        raw[1::2] = bytes(b & 0x80 | 0x20 | b & 0x0f for b in raw[1::2])
    elif kind == "F64":
        raw[7::8] = bytes(b & 0x80 | 0x3f for b in raw[7::8])
        raw[6::8] = bytes(b & 0x1f | 0xa0 for b in raw[6::8])
    elif kind == "F8_E4M3":
        raw = bytearray(b & 0xbf for b in raw)
    if positive:
        raw[size - 1::size] = bytes(b & 0x7f for b in raw[size - 1::size])
    return raw


def main():
    path, seed, tensors = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    header, plan, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for tensor in tensors:
        name, kind, sides = tensor.split(":")
        shape = [int(side) for side in sides.split(",") if side]
        count = 1
        for side in shape:
            count *= side
        end = offset + count * SIZES[kind.lstrip("+")]
        header[name] = {"dtype": kind.lstrip("+"), "shape": shape, "data_offsets": [offset, end]}
        plan.append((kind, count))
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    rng = random.Random(seed)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for kind, count in plan:
            while count > 0:
                step = min(count, CHUNK)
                file.write(elements(rng, kind, step))
                count -= step


if __name__ == "__main__":
    main()
