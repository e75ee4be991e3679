"""Writes the broken checkpoints beside it: safetensors/NAME.safetensors and index/NAME.json.

    python3 tests/broken/make_checkpoints.py

Every file breaks one rule; what has to be said about it stands in EXPECTED of its folder.
"""

import json
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))


def write(folder, name, content):
    with open(os.path.join(HERE, folder, name), "wb") as file:
        file.write(content)


# ---- safetensors: a length, a header, the bytes ----------------------------------------------


def raw(name, content):
    write("safetensors", name + ".safetensors", content)


def text(name, header, data=0, length=None):
    """A header given as text (or bytes), its length (or another), and so many bytes."""
    header = header if isinstance(header, bytes) else header.encode()
    raw(name, struct.pack("<Q", len(header) if length is None else length) + header + bytes(data))


def entry(dtype="U8", shape=(4,), offsets=(0, 4), **others):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **others}


def tensors(name, data, **entries):
    text(name, json.dumps(entries), data)


GOOD = json.dumps({"w": entry()})


def headers():
    raw("empty", b"")
    raw("length_cut", b"\x10\0\0\0\0")
    raw("length_only", struct.pack("<Q", 16))
    raw("length_huge", struct.pack("<Q", 100000001) + b"{}")
    raw("length_overflows", b"\xff" * 8 + b"{}")
    raw("length_is_text", b'{"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}')
    text("length_zero", "")
    text("length_past_the_end", GOOD, 0, len(GOOD) + 1)
    text("length_too_short", GOOD, 4, len(GOOD) - 1)
    text("starts_with_space", " " + GOOD, 4)
    text("starts_with_mark", "\ufeff" + GOOD, 4)
    text("array", "[1,2]", 0)
    text("padded_with_tabs", GOOD + "\t\t", 4)
    text("padded_with_newline", GOOD + "\n", 4)
    text("padded_with_zeros", GOOD + "\0\0\0", 4)
    text("two_objects", GOOD + GOOD, 4)
    text("comma_trails", GOOD[:-1] + ",}", 4)
    text("brace_missing", GOOD[:-1], 4)
    text("quotes_single", GOOD.replace('"', "'"), 4)
    text("zero_byte_inside", GOOD.replace("w", "\0"), 4)
    text("name_not_utf8", GOOD.encode().replace(b"w", b"\xff"), 4)
    text("name_overlong", GOOD.encode().replace(b"w", b"\xc0\xaf"), 4)
    text("name_surrogate", GOOD.encode().replace(b"w", b"\\ud800"), 4)
    text("name_zero", GOOD.encode().replace(b"w", b"\\u0000"), 4)
    text("name_newline_raw", GOOD.encode().replace(b"w", b"\n"), 4)
    text("nested", '{"w":' + "[" * 3000 + "]" * 3000 + "}", 0)


def keys():
    one = json.dumps(entry())
    text("name_twice", '{"w":%s,"w":%s}' % (one, json.dumps(entry(offsets=(4, 8)))), 8)
    text("name_twice_escaped", '{"w":%s,"\\u0077":%s}' % (one, one), 4)
    text("dtype_twice", '{"w":{"dtype":"U8","dtype":"I8","shape":[4],"data_offsets":[0,4]}}', 4)
    text("metadata_twice", '{"__metadata__":{},"__metadata__":{},"w":%s}' % one, 4)
    text("metadata_key_twice", '{"__metadata__":{"a":"1","a":"2"},"w":%s}' % one, 4)
    tensors("metadata_array", 4, __metadata__=["pt"], w=entry())
    tensors("metadata_null", 4, __metadata__=None, w=entry())
    tensors("metadata_number", 4, __metadata__={"step": 7}, w=entry())
    tensors("metadata_nested", 4, __metadata__={"config": {}}, w=entry())
    tensors("entry_number", 4, w=4)
    tensors("entry_null", 4, w=None)
    tensors("member_unknown", 4, w=entry(strides=[1]))
    for member in ("dtype", "shape", "data_offsets"):
        rest = entry()
        del rest[member]
        tensors("lacks_" + member, 4, w=rest)


def types_and_shapes():
    tensors("dtype_unknown", 4, w=entry("F128"))
    tensors("dtype_lower_case", 4, w=entry("u8"))
    tensors("dtype_number", 4, w=entry(8))
    tensors("dtype_escapes", 4, w=entry("U8\x1b[31m\n"))
    tensors("shape_number", 4, w={**entry(), "shape": 4})
    tensors("shape_negative", 4, w=entry(shape=(-4,)))
    tensors("shape_fraction", 4, w=entry(shape=(4.0,)))
    tensors("shape_string", 4, w=entry(shape=("4",)))
    tensors("shape_null", 4, w=entry(shape=(None,)))
    tensors("shape_past_48_bits", 4, w=entry(shape=(1 << 48, 0), offsets=(0, 0)))
    tensors("shape_past_64_bits", 4, w=entry(shape=(1 << 64,)))
    tensors("shape_wraps_to_zero", 0, w=entry(shape=(1 << 32, 1 << 32), offsets=(0, 0)))
    tensors("shape_wraps", 4, w=entry(shape=((1 << 32) + 1, (1 << 32) - 1, 5)))
    tensors("shape_wraps_in_bytes", 0, w=entry("F64", (1 << 31, 1 << 30), (0, 0)))
    tensors("shape_wraps_beside_zero", 0, w=entry(shape=(0, 1 << 40, 1 << 40), offsets=(0, 0)))
    tensors("bits_left_over", 2, w=entry("F4", (3,), (0, 2)))
    tensors("size_too_small", 3, w=entry(offsets=(0, 3)))
    tensors("size_too_large", 5, w=entry(offsets=(0, 5)))
    tensors("size_of_other_type", 4, w=entry("F32"))
    tensors("size_of_scalar", 0, w=entry("F32", (), (0, 0)))


def places():
    tensors("offsets_number", 4, w={**entry(), "data_offsets": 4})
    tensors("offsets_one", 4, w=entry(offsets=(4,)))
    tensors("offsets_three", 4, w=entry(offsets=(0, 4, 8)))
    tensors("offsets_negative", 4, w=entry(offsets=(-4, 0)))
    tensors("offsets_fraction", 4, w=entry(offsets=(0, 4.5)))
    tensors("offsets_string", 4, w=entry(offsets=("0", "4")))
    tensors("offsets_huge", 4, w=entry(offsets=(0, 1 << 63)))
    tensors("offsets_backwards", 4, w=entry(offsets=(4, 0)))
    tensors("hole_first", 8, w=entry(offsets=(4, 8)))
    tensors("hole_between", 12, a=entry(), b=entry(offsets=(8, 12)))
    tensors("overlap", 6, a=entry(), b=entry(offsets=(2, 6)))
    tensors("overlap_whole", 4, a=entry(), b=entry())
    tensors("overlap_empty", 4, a=entry(), b=entry(shape=(0,), offsets=(2, 2)))
    tensors("past_the_end", 4, a=entry(), b=entry(offsets=(4, 8)))
    tensors("data_cut", 3, w=entry())
    tensors("data_missing", 0, w=entry())
    tensors("data_trails", 5, w=entry())
    tensors("data_without_tensors", 4)


# ---- indices: the shards a and b beside them are good -----------------------------------------

A, B = "a.safetensors", "b.safetensors"


def index(name, content):
    content = content if isinstance(content, (str, bytes)) else json.dumps(content)
    write("index", name + ".json", content if isinstance(content, bytes) else content.encode())


def mapped(name, **weight_map):
    index(name, {"metadata": {"total_size": 12}, "weight_map": weight_map})


def indices():
    shard = json.dumps({"x": entry(), "y": entry(offsets=(4, 8))}).encode()
    write("index", A, struct.pack("<Q", len(shard)) + shard + bytes(8))
    write("index", B, struct.pack("<Q", len(GOOD)) + GOOD.encode() + bytes(4))
    good = {"w": B, "x": A, "y": A}
    index("empty", "")
    index("array", [good])
    index("number", "17")
    index("cut", json.dumps({"weight_map": good})[:-1])
    index("trails", json.dumps({"weight_map": good}) + "}")
    index("not_utf8", json.dumps({"weight_map": good}).encode().replace(b"w\"", b"\xff\""))
    index("key_twice", '{"weight_map":%s,"weight_map":%s}' % ((json.dumps(good),) * 2))
    index("tensor_twice", '{"weight_map":{"w":"%s","w":"%s"}}' % (A, B))
    index("map_missing", {"metadata": {"total_size": 12}})
    index("map_array", {"weight_map": [A, B]})
    index("map_empty", {"weight_map": {}})
    mapped("file_number", **{**good, "w": 2})
    mapped("file_null", **{**good, "w": None})
    mapped("file_empty", **{**good, "w": ""})
    mapped("file_only_ending", **{**good, "w": ".safetensors"})
    mapped("file_absolute", **{**good, "w": "/etc/passwd.safetensors"})
    mapped("file_in_folder", **{**good, "w": "sub/b.safetensors"})
    mapped("file_above", **{**good, "w": "../safetensors/overlap.safetensors"})
    mapped("file_backslash", **{**good, "w": "..\\b.safetensors"})
    mapped("file_dots", **{**good, "w": "..safetensors"})
    mapped("file_of_other_kind", **{**good, "w": "b.bin"})
    mapped("file_zero_byte", **{**good, "w": "b.safetensors\0.safetensors"})
    mapped("shard_missing", **{**good, "w": "c.safetensors"})
    mapped("tensor_elsewhere", **{**good, "w": A})
    mapped("tensor_missing", **{**good, "z": A})
    mapped("tensor_not_mapped", w=B, x=A)


if __name__ == "__main__":
    headers()
    keys()
    types_and_shapes()
    places()
    indices()
