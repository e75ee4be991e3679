"""An independent reader and writer of safetensors files, for the tests beside it.

    safetensors_files.py arrays FOLDER          NumPy arrays as .npy files: types, ranks, orders
    safetensors_files.py same FOLDER FILE       FILE holds exactly the arrays of FOLDER
    safetensors_files.py write FILE             tensors of many types, written by hand
    safetensors_files.py again FILE OTHER       OTHER holds the same tensors as FILE
    safetensors_files.py sparse24 FILE PACKED   PACKED holds the tensors of FILE, those it packs too
"""

import json
import os
import sys

import numpy as np

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I16": "<i2",
          "U8": "|u1", "F8_E4M3": "|u1", "BOOL": "|b1"}


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end_of_this = entry["data_offsets"]
        assert begin == end, f"{name} does not begin where the one before it ends"
        end = end_of_this
        data = content[8 + length + begin:8 + length + end]
        tensors[name] = np.frombuffer(data, DTYPES[entry["dtype"]]).reshape(entry["shape"])
    assert 8 + length + end == len(content), "bytes behind the last tensor"
    return tensors, metadata, length


def arrays(folder):
    random = np.random.default_rng(7)
    for shape in ((), (5,), (3, 4), (2, 3, 5), (2, 3, 2, 2), (4, 0)):
        for code in ("<f2", ">f4", "<f8", ">i8", "|b1", "|u1"):
            array = random.integers(0, 100, shape).astype(code)
            for order in "CF":
                name = f"r{len(shape)}.{np.dtype(code).name}.{array.size}.{order}.npy"
                np.save(os.path.join(folder, name), np.asarray(array, order=order))


def same(folder, path):
    tensors, metadata, length = read(path)
    assert metadata == {"format": "pt"} and length % 8 == 0
    files = [name for name in os.listdir(folder) if name.endswith(".npy")]
    assert sorted(tensors) == sorted(name[:-4] for name in files)
    for name in files:
        expected, found = np.load(os.path.join(folder, name)), tensors[name[:-4]]
        assert found.dtype.kind == expected.dtype.kind and found.shape == expected.shape, name
        assert np.array_equal(found, expected), name


def write(path):
    header, data = {"__metadata__": {"format": "pt", "q\"\u00e9": "1"}}, b""
    for number, (dtype, code) in enumerate(sorted(DTYPES.items())):
        array = np.arange(6).astype(code).reshape(2, 3)
        header[f"t{number}.{dtype}"] = {"dtype": dtype, "shape": [2, 3],
                                        "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header, ensure_ascii=False).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def again(path, other):
    (old, metadata, _), (new, new_metadata, _) = read(path), read(other)
    assert metadata == new_metadata and sorted(old) == sorted(new)
    assert all(old[name].tobytes() == new[name].tobytes() for name in old)


def sparse24(path, packed):
    (dense, _, _), (tensors, _, _) = read(path), read(packed)
    for name, expected in dense.items():
        module = name.removesuffix(".weight")
        if module + ".compressed" not in tensors:
            assert np.array_equal(tensors[name], expected), name
            continue
        rows, cols = tensors[module + ".shape"].reshape(-1)
        kept = np.unpackbits(tensors[module + ".bitmask"], axis=-1, count=cols, bitorder="little")
        assert (kept.reshape(rows, -1, 4).sum(axis=2) == 2).all(), name
        found = np.zeros((rows, cols), expected.dtype)
        found[kept.astype(bool)] = tensors[module + ".compressed"].reshape(-1)
        assert np.array_equal(found, expected), name


if __name__ == "__main__":
    steps = {"arrays": arrays, "same": same, "write": write, "again": again, "sparse24": sparse24}
    steps[sys.argv[1]](*sys.argv[2:])
