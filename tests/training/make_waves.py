#!/usr/bin/python3
"""make_waves.py FOLDER: a data set of small images and a network that knows them.

Images are waves whose direction is their class, in IDX files, one of them compressed; the network
is a perceptron mlp:24,16 trained here, FOLDER/net.safetensors. The same bytes every time."""
import gzip
import json
import struct
import sys

import numpy

SIDE, CLASSES = 12, 4


def draw(random, count):
    angle = numpy.pi * random.random(count)
    phase = 2 * numpy.pi * random.random(count)
    rows, cols = numpy.mgrid[0:SIDE, 0:SIDE]
    along = (numpy.cos(angle)[:, None, None] * rows + numpy.sin(angle)[:, None, None] * cols)
    waves = 127 + 80 * numpy.sin(along + phase[:, None, None])
    noisy = waves + 25 * random.standard_normal(waves.shape)
    labels = numpy.minimum(CLASSES * angle / numpy.pi, CLASSES - 1).astype(numpy.uint8)
    return numpy.clip(noisy, 0, 255).astype(numpy.uint8), labels


def write_idx(path, array, opened=open):
    head = struct.pack(">BBBB", 0, 0, 8, array.ndim)
    with opened(path, "wb") as file:
        file.write(head + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes())


def train(random, images, labels):
    """Full-batch gradient descent with momentum on softmax cross-entropy."""
    x = images.reshape(len(images), -1) / 255.0
    x = (x - x.mean()) / x.std()
    sides = [x.shape[1], 24, 16, CLASSES]
    weights = [random.standard_normal((b, a)) * numpy.sqrt(2 / a) for a, b in zip(sides, sides[1:])]
    biases = [numpy.zeros(b) for b in sides[1:]]
    speed = [numpy.zeros_like(p) for p in weights + biases]
    for _ in range(400):
        layers = [x]
        for k, (w, b) in enumerate(zip(weights, biases)):
            z = layers[-1] @ w.T + b
            layers.append(numpy.maximum(z, 0) if k < 2 else z)
        chance = numpy.exp(layers[-1] - layers[-1].max(axis=1, keepdims=True))
        slope = chance / chance.sum(axis=1, keepdims=True)
        slope[numpy.arange(len(labels)), labels] -= 1
        slope /= len(labels)
        slopes = [None] * 6
        for k in (2, 1, 0):
            slopes[k], slopes[3 + k] = slope.T @ layers[k], slope.sum(axis=0)
            slope = (slope @ weights[k]) * (layers[k] > 0)
        for k, p in enumerate(weights + biases):
            speed[k] = 0.9 * speed[k] + slopes[k]
            p -= 0.1 * speed[k]
    return weights, biases


def write_network(path, weights, biases):
    tensors = {}
    for k, (w, b) in enumerate(zip(weights, biases)):
        tensors[f"fc{k + 1}.weight"], tensors[f"fc{k + 1}.bias"] = w, b
    header = {"__metadata__": {"architecture": "mlp:24,16", "input": f"1,{SIDE},{SIDE}",
                               "classes": str(CLASSES)}}
    body = b""
    for name in sorted(tensors):
        data = tensors[name].astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape),
                        "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def main(folder):
    random = numpy.random.default_rng(1)
    images, labels = draw(random, 600)
    tests, test_labels = draw(random, 300)
    write_idx(f"{folder}/train-images-idx3-ubyte.gz", images, gzip.open)
    write_idx(f"{folder}/train-labels-idx1-ubyte", labels)
    write_idx(f"{folder}/t10k-images-idx3-ubyte", tests)
    write_idx(f"{folder}/t10k-labels-idx1-ubyte", test_labels)
    write_network(f"{folder}/net.safetensors", *train(random, images, labels))


main(sys.argv[1])
