"""Writes the broken IDX files beside it: idx/NAME.idx.

    python3 tests/broken/make_idx.py

Every file breaks one rule; what has to be said about it stands in idx/EXPECTED.
"""

import gzip
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))


def write(name, content):
    with open(os.path.join(HERE, "idx", name + ".idx"), "wb") as file:
        file.write(content)


def idx(*sides, data, magic=b"\0\0\x08"):
    return magic + bytes([len(sides)]) + struct.pack(">%dI" % len(sides), *sides) + bytes(data)


def packed(content):
    return gzip.compress(content, mtime=0)


def plain_files():
    write("empty", b"")
    write("magic_cut", b"\0\0\x08")
    write("magic_text", b"P5 28 28")
    write("magic_swapped", b"\x01\x08\0\0" + bytes(5))
    write("type_float", idx(2, data=8, magic=b"\0\0\x0d"))
    write("type_signed", idx(2, data=2, magic=b"\0\0\x09"))
    write("rank_zero", idx(data=1))
    write("rank_four", idx(1, 1, 1, 1, data=1))
    write("sides_cut", idx(2, 3, 4, data=0)[:-1])
    write("sides_overflow", idx(2**32 - 1, 2**32 - 1, 2**32 - 1, data=9))
    write("data_missing", idx(3, data=0))
    write("data_cut", idx(2, 3, data=5))
    write("data_huge", idx(2**31, 2**31, data=5))
    write("data_trails", idx(2, 3, data=7))


def packed_files():
    good = packed(idx(2, 300, data=600))
    write("gzip_cut", good[:-9])
    write("gzip_checksum_cut", good[:-1])
    write("gzip_checksum_wrong", good[:-8] + b"\1\2\3\4" + good[-4:])
    write("gzip_header_only", good[:10])
    write("gzip_block_wrong", good[:10] + b"\x07" + good[11:])
    write("gzip_trails", good + b"\0")
    write("gzip_twice", good + good)
    write("gzip_of_gzip", packed(good))
    write("gzip_of_nothing", packed(b""))
    write("gzip_data_cut", packed(idx(2, 300, data=599)))
    write("gzip_data_huge", packed(idx(2**31, 2**31, data=5)))
    write("gzip_data_trails", packed(idx(2, 300, data=601)))


if __name__ == "__main__":
    plain_files()
    packed_files()
