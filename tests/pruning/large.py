#!/usr/bin/env python3
"""Masks a large synthetic checkpoint at 2:4 and says how long that takes and how much memory.

    large.py TNM GIBIBYTES FOLDER [ROUNDS]

Time is that of `tnm prune`, which waits for the disk, and in the same round that of `cp` and of
`cp` followed by `sync`; memory is the most that was resident. Everything is deleted afterwards.
"""
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time

SIDE = 8192  # tensors of 8192 x 8192 float32, a quarter of a gibibyte each


def make(tnm, path, gibibytes, folder):
    matrix = os.path.join(folder, "matrix.npy")
    subprocess.run([tnm, "generate", "gaussian", str(SIDE), str(SIDE), "-o", matrix], check=True)
    with open(matrix, "rb") as file:
        weights = file.read()[-4 * SIDE * SIDE:]
    os.remove(matrix)
    header, size = {}, len(weights)
    for k in range(4 * gibibytes):
        header[f"layers.{k}.weight"] = {"dtype": "F32", "shape": [SIDE, SIDE],
                                        "data_offsets": [k * size, (k + 1) * size]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _ in range(4 * gibibytes):
            file.write(weights)
        file.flush()
        os.fsync(file.fileno())


def seconds(command, output):
    if os.path.exists(output):
        os.remove(output)
    os.sync()
    start = time.monotonic()
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def main():
    tnm, gibibytes, where = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    with tempfile.TemporaryDirectory(dir=where) as folder:
        original = os.path.join(folder, "original.safetensors")
        output = os.path.join(folder, "output.safetensors")
        make(tnm, original, gibibytes, folder)
        copy = f"cp {original} {output}"
        for _ in range(rounds):
            copied = seconds(copy, output)
            synced = seconds(f"{copy} && sync {output}", output)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            pruned = seconds(f"exec {tnm} prune {original} -p 2:4 -o {output} -q", output)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
            print(f"cp {copied:.2f} s, cp and sync {synced:.2f} s, prune {pruned:.2f} s "
                  f"({pruned / synced:.2f} of cp and sync), {processor:.2f} s of processor",
                  flush=True)
        print(peak(f"{tnm} prune {original} -p 2:4 -o {output} -q", folder))


def peak(command, folder):
    """The high-water mark of resident memory, as the system counts it for the process itself."""
    with open(os.path.join(folder, "report"), "w") as report:
        process = subprocess.Popen(command.split(), stdout=report)
        most = 0
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as status:
                    marks = [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
                most = max([most] + marks)
            except OSError:
                pass
            time.sleep(0.02)
    return f"most resident: {most / 1024:.1f} MiB"


if __name__ == "__main__":
    main()
