#!/bin/sh
# A real network from end to end: packed, masked, proven, and confirmed by NumPy without any of tnm.
#
#   tests/pruning/accept.sh TNM FOLDER      FOLDER has .npy weights, as `make data` fetches them
set -e
tnm=$1
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$tnm" pack "$2" -o "$scratch/network.safetensors"
cd "$scratch"
for pattern in 2:4 4:8 8:16; do
    "$tnm" prune network.safetensors -p $pattern -o masked.safetensors --masks masks.safetensors \
        --certificates proof.safetensors -q
    "$tnm" verify network.safetensors masked.safetensors --masks masks.safetensors \
        --certificates proof.safetensors -q
    /usr/bin/python3 "$here/confirm.py" network.safetensors masked.safetensors $pattern \
        masks.safetensors
    /usr/bin/python3 "$here/confirm.py" network.safetensors masked.safetensors $pattern
done
