"""Networks once more, in NumPy and doubles.

    python3 tests/training/network/reference.py FILE...

Every FILE is a checkpoint with more tensors along: `samples`, as the input signal holds them;
`labels`; `outputs`, what the network made of the samples in training; `evaluated`, what it makes of
them with running statistics; and, where there are `gradient.NAME`, those of the mean loss by the
parameter NAME, of kept entries only where there is a `mask.NAME`. Says where any of them is not what
it should be, and fails then. Gradients are compared with central differences of the loss, which in
doubles may be so short that the kinks of rectifiers and maxima hardly matter.
"""

import json
import struct
import sys

import numpy

TYPES = {"F32": "<f4", "U8": "u1"}


def read(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = numpy.frombuffer(content[begin:end], TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return metadata, tensors


# ---- layers: samples x channels (x height x width) ----------------------------------------------


def linear(parameters, name, x):
    return x @ parameters[name + ".weight"].T + parameters[name + ".bias"]


def convolve(parameters, name, x):
    weight = parameters[name + ".weight"]
    padded = numpy.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = x.shape[2:]
    return sum(
        numpy.einsum(
            "oc,schw->sohw", weight[:, :, ky, kx], padded[:, :, ky : ky + height, kx : kx + width]
        )
        for ky in range(3)
        for kx in range(3)
    )


def normalise(parameters, name, x, train):
    vector = {
        key: parameters[name + "." + key][None, :, None, None]
        for key in ("weight", "bias", "running_mean", "running_var")
    }
    mean = x.mean(axis=(0, 2, 3), keepdims=True) if train else vector["running_mean"]
    variance = x.var(axis=(0, 2, 3), keepdims=True) if train else vector["running_var"]
    return (x - mean) / numpy.sqrt(variance + 1e-5) * vector["weight"] + vector["bias"]


def pool(x):
    samples, channels, height, width = x.shape
    x = x[:, :, : height // 2 * 2, : width // 2 * 2]
    return x.reshape(samples, channels, height // 2, 2, width // 2, 2).max(axis=(3, 5))


# ---- networks ------------------------------------------------------------------------------------


def forward(architecture, parameters, x, train):
    word, sizes = architecture.split(":")
    sizes = sizes.split(",")
    if word == "mlp":
        x = x.reshape(x.shape[0], -1)
        for number in range(1, len(sizes) + 1):
            x = numpy.maximum(linear(parameters, "fc%d" % number, x), 0)
        return linear(parameters, "fc%d" % (len(sizes) + 1), x)
    for number in range(1, len(sizes) + 1):
        x = convolve(parameters, "conv%d" % number, x)
        x = pool(numpy.maximum(normalise(parameters, "bn%d" % number, x, train), 0))
    return linear(parameters, "fc1", x.reshape(x.shape[0], -1))


def loss(outputs, labels):
    shifted = outputs - outputs.max(axis=1, keepdims=True)
    own = shifted[numpy.arange(len(labels)), labels]
    return (numpy.log(numpy.exp(shifted).sum(axis=1)) - own).mean()


def differences(architecture, parameters, x, labels, name, step=1e-6):
    values = parameters[name]
    slopes = numpy.zeros_like(values)
    for place in numpy.ndindex(*values.shape):
        before = values[place]
        both = []
        for value in (before + step, before - step):
            values[place] = value
            both.append(loss(forward(architecture, parameters, x, True), labels))
        values[place] = before
        slopes[place] = (both[0] - both[1]) / (2 * step)
    return slopes


# ---- comparing -----------------------------------------------------------------------------------


def check(path, what, found, expected, tolerance):
    off = numpy.linalg.norm(found - expected) / numpy.linalg.norm(expected)
    if not off < tolerance:
        print("%s: %s is off by %g" % (path, what, off), file=sys.stderr)
    return off < tolerance


def check_file(path):
    metadata, tensors = read(path)
    architecture = metadata["architecture"]
    parameters = {name: tensor.astype(float) for name, tensor in tensors.items()}
    channels, height, width = map(int, metadata["input"].split(","))
    if architecture.startswith("mlp"):
        x = parameters["samples"].T
    else:
        x = parameters["samples"].reshape(channels, -1, height, width).transpose(1, 0, 2, 3)
    labels = tensors["labels"]
    good = True
    for what, train in (("outputs", True), ("evaluated", False)):
        expected = forward(architecture, parameters, x, train)
        good &= check(path, what, parameters[what].T, expected, 1e-5)
    for what in sorted(name for name in tensors if name.startswith("gradient.")):
        name = what[len("gradient.") :]
        expected = differences(architecture, parameters, x, labels, name)
        expected = expected * parameters.get("mask." + name, 1)
        good &= check(path, what, parameters[what], expected, 1e-4)
    return good


if __name__ == "__main__":
    sys.exit(not all([check_file(path) for path in sys.argv[1:]]))
