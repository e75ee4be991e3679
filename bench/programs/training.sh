#!/usr/bin/env bash
# training.sh TNM DATA OUT SEEDS: the runs of the study of training, each in one thread, as many at a
# time as there are cores.
#
# A run leaves OUT/NAME.jsonl, whose last line says what it found. What is there is left alone, so a
# study that was stopped goes on. Masks are asked for under `atmost`, where greedy rules run as
# published, and all methods play by the same rule; and with sparse products, since a choice by the clock
# would not come out the same twice.
set -euo pipefail
tnm=$1 data=$2 out=$3 seeds=$4

patterns='2:4 4:8 8:16 1:4 2:8 2:16'
methods='exact greedy-keep greedy-prune'
recipe='--network mlp:64,64 --epochs 10 --rate 0.05 --masked-decay 2.5e-4'
more='--epochs 5 --rate 0.02' # what fine-tuning adds

dense() {
    for seed in $(seq "$seeds"); do
        echo "dense-$seed train $data $recipe --seed $seed"
    done
}

# NAME: what is said after the network to start from.
masked() { # NAME ARGUMENT...
    local name=$1 pattern method seed
    shift
    for seed in $(seq "$seeds"); do
        for pattern in $patterns; do
            for method in row-nm $methods; do
                local how="--sparsity transposable --constraint atmost --products sparse -m $method"
                [ "$method" = row-nm ] && how='--sparsity row'
                echo "$name-$method-${pattern/:/of}-$seed train $data $how -p $pattern" \
                    "--seed $seed ${*//SEED/$seed}"
            done
        done
    done
}

fine_tuned() {
    masked static --static --from "$out/dense-SEED.safetensors" "$more"
    for seed in $(seq "$seeds"); do # what the same steps do for a dense network
        echo "more-$seed train $data --from $out/dense-$seed.safetensors $more --seed $seed"
    done
}

calibrated() {
    local pattern method seed
    for seed in $(seq "$seeds"); do
        for pattern in $patterns; do
            for method in row-nm $methods; do
                echo "calibrated-$method-${pattern/:/of}-$seed calibrate" \
                    "$out/dense-$seed.safetensors --data $data -p $pattern --constraint atmost" \
                    "-m $method --seed $seed"
            done
        done
    done
}

# One line of the above, unless it is done. The network is kept where others start from it.
run() { # NAME COMMAND ARGUMENT...
    local name=$1
    shift
    [ -s "$out/$name.jsonl" ] && return
    "$tnm" "$@" -j 1 -o "$out/$name.safetensors" --format json >"$out/$name.new"
    mv "$out/$name.new" "$out/$name.jsonl"
    case $name in dense-*) ;; *) rm -f "$out/$name.safetensors" ;; esac
    echo "$name"
}
export -f run
export tnm out

at_once() {
    # shellcheck disable=SC2016 # the inner shell's words
    xargs -P "$(nproc)" -I{} bash -c 'set -euo pipefail; read -ra words <<<"{}"; run "${words[@]}"'
}

mkdir -p "$out"
dense | at_once
{ masked dynamic "$recipe"; fine_tuned; calibrated; } | at_once
