#!/usr/bin/env bash
# training_steps.sh TNM DATA OUT: how long a step of training takes, dense and masked, for hidden
# layers of growing width, one run after the other, with one thread and with two.
#
# A run leaves OUT/NAME.jsonl; what is there is left alone. Threads that wait sleep: where anything
# else runs on the machine, spinning ones make a step several times as long.
set -euo pipefail
export OMP_WAIT_POLICY=passive
tnm=$1 data=$2 out=$3

step() { # NAME ARGUMENT...
    local name=$1
    shift
    [ -s "$out/$name.jsonl" ] && return
    "$tnm" train "$data" "$@" --epochs 1 --warm-up 0 --no-progress --format json \
        -o "$out/net.safetensors" >"$out/new"
    mv "$out/new" "$out/$name.jsonl"
    echo "$name"
}

mkdir -p "$out"
trap 'rm -f "$out/net.safetensors" "$out/new"' EXIT
for threads in 1 2; do
    for width in 64 128 256 512 1024 2048; do
        # Forty steps at least, the distance of two searches for masks; more where they are short.
        samples=$((width < 512 ? 30720 : width < 2048 ? 10240 : 5120))
        common=(--network "mlp:$width,$width" --samples "$samples" -j "$threads")
        name="$width-$threads"
        step "dense-$name" "${common[@]}"
        for pattern in 4:8 2:8; do
            masked=(--sparsity transposable -p "$pattern")
            step "dynamic-${pattern/:/of}-$name" "${common[@]}" "${masked[@]}"
            step "static-${pattern/:/of}-$name" "${common[@]}" "${masked[@]}" --static
        done
    done
done
