# tnm train: networks, reports, logs, interruptions and all that is refused.

# ---- images ------------------------------------------------------------------------------------

big_endian() {
    for side in "$@"; do
        for shift in 24 16 8 0; do little_endian 1 $(((side >> shift) & 255)); done
    done
}

# images COUNT, labels COUNT: IDX files of 12 x 12 images and four classes, to stdout.
images() {
    printf '\0\0\10\3'
    big_endian "$1" 12 12
    seq 100000 | head -c $(($1 * 144))
}

labels() {
    printf '\0\0\10\1'
    big_endian "$1"
    label=0
    while [ $label -lt "$1" ]; do
        little_endian 1 $((label * label / 3 % 4))
        label=$((label + 1))
    done
}

mkdir digits
images 150 >digits/train-images-idx3-ubyte
labels 150 >digits/train-labels-idx1-ubyte
images 60 >digits/t10k-images-idx3-ubyte
labels 60 >digits/t10k-labels-idx1-ubyte

# train ARGUMENT...: a small network on them.
small='--network mlp:24,16 --batch 32'
train() {
    "$TNM" train digits $small "$@"
}
masked='--sparsity transposable -p 2:4 --mask-every 3'

# ---- reports -----------------------------------------------------------------------------------

run 0 train -o dense.safetensors --epochs 3
has '^c data digits: 150 training and 60 test images of 12 x 12, 4 classes$'
has '^c fc1\.weight 24 x 144: dense$'
has '^c 3 epochs of 5 steps, batches of 32, seed 0$'
has '^c epoch 3 of 3: loss [0-9.]+, training [0-9.]+ %, test [0-9.]+ %, [0-9.]+ s$'
has '^s DONE$'
has '^a [01]'
has '^c seconds forward '
lacks '^c seconds masks '
silent
check 'train: writes the network' [ -s dense.safetensors ]
check 'train: no state is left' [ ! -e .dense.safetensors.tnm-training ]

run 0 train -o few.safetensors --epochs 1 --samples 40
has '^c data digits: 40 training and 60 test images'
has '^c 1 epochs of 2 steps'

run 0 train -o net.safetensors --epochs 3 $masked --log log.jsonl
has '^c fc1\.weight 24 x 144: 2:4 equal, transposable, 0\.4057 bits a weight$'
has '^c fc3\.weight 4 x 16: dense, gives the classes$'
has '^c masks by exact, anew every 3 steps; gradients pass straight through them$'
has '^c products of fc1\.weight: (sparse|dense); [0-9.]+ ms a step sparse, [0-9.]+ dense$'
has '^c epoch 2 of 3: .*, flips [0-9.]+ %, '
has '^c retention fc1\.weight 0\.[6-9]'
has '^c masks take [0-9.]+ % of the time of the steps between them$'
has '^c published, over dense training of ResNet50: integer program 180 %, minimum-cost flow 70 %, 2-'
check 'log: a line an epoch, and one' [ "$(wc -l <log.jsonl)" -eq 4 ]
while read -r line; do
    echo "$line" >out
    command='a line of the log'
    is_json
done <log.jsonl
check 'log: ends with the whole' eval 'tail -1 log.jsonl | grep -q "\"status\": \"DONE\".*\"layers\""'

# What is kept obeys the pattern: pruning it once more drops nothing.
run 0 "$TNM" prune net.safetensors -p 2:4 --include 'fc[12].weight' -o pruned.safetensors
has '^c retention 1$'

run 0 train -o net.safetensors --epochs 1 $masked --format json
is_json
has '"mask_method": "exact".*"masks": "dynamic", "mask_every": 3'
run 0 train -o net.safetensors --epochs 1 -q
check 'quiet: two lines' [ "$(wc -l <out)" -eq 2 ]

run 0 train -o row.safetensors --epochs 1 --sparsity row -p 1:4
has '^c masks by row-nm, '
has '^c fc2\.weight 16 x 24: 1:4 equal, along rows, 0\.5000 bits a weight$'
run 0 train -o all.safetensors --epochs 1 --sparsity transposable -p 2:4 --include weight \
    --pattern-map 'fc2=1:4' --exclude fc1 --mask-method greedy-keep
has '^c fc1\.weight 24 x 144: dense, excluded$'
has '^c fc2\.weight 16 x 24: 1:4 '
has '^c fc3\.weight 4 x 16: 2:4 '
run 0 train -o static.safetensors --epochs 1 --from dense.safetensors $masked --static -j 1
has '^c network mlp:24,16, from dense\.safetensors$'
has '^c masks of the weights at the start, by exact, held to the end$'

# ---- the same bytes ----------------------------------------------------------------------------

fixed="$masked --products sparse --epochs 40 --seed 7"
run 0 train -o whole.safetensors $fixed --log whole.jsonl -j 1
run 0 train -o again.safetensors $fixed -j 3
same whole.safetensors again.safetensors

# Killed as it likes, it goes on; an old file stays until the new one is complete.
echo old >part.safetensors
"$TNM" train digits $small -o part.safetensors $fixed --log part.jsonl >out 2>err &
program=$!
command='train, then SIGKILL'
check "$command: leaves a state" until_true [ -s .part.safetensors.tnm-training ]
kill -9 $program
wait $program 2>/dev/null
check "$command: the old file is there" grep -q old part.safetensors
run 65 train -o part.safetensors $fixed --rate 0.2 --resume
complains 'the state of another training: rate is'
run 0 train -o part.safetensors $fixed --log part.jsonl --resume -j 2
has '^c resumed after [0-9]+ steps$'
same whole.safetensors part.safetensors
check 'resumed: as many lines in the log' [ "$(wc -l <part.jsonl)" -eq 41 ]
lines() { sed 's/, "seconds".*//; $d' "$1"; }
lines whole.jsonl >expected
lines part.jsonl >found
same expected found
check 'resumed: no state is left' [ ! -e .part.safetensors.tnm-training ]

rm out
"$TNM" train digits $small -o stopped.safetensors --epochs 100000 $masked >out 2>err &
program=$!
command='train, then SIGINT'
check "$command: starts" until_printed '^c epoch 2 of' out
kill -s INT $program
wait $program
check "$command: exit code 130" [ $? -eq 130 ]
has '^c stopped after [0-9]+ steps; --resume goes on$'
complains interrupted
check "$command: no network" [ ! -e stopped.safetensors ]
check "$command: a state" [ -s .stopped.safetensors.tnm-training ]
run 1 train -o limited.safetensors --epochs 100000 --time-limit 0.2
complains 'stopped by the time limit'
nothing_left

# ---- what is refused ---------------------------------------------------------------------------

run 64 "$TNM" train
complains 'no data given'
run 64 "$TNM" train digits
complains 'no file for the network given'
run 64 train -o net.safetensors -p 2:4
complains 'nothing is masked without --sparsity'
run 64 train -o net.safetensors --sparsity some
complains "unknown sparsity 'some'"
run 64 train -o net.safetensors --rate fast
complains "rate 'fast': expected a number, 0 or more"
run 64 train -o net.safetensors --momentum 1
complains 'momentum 1'
run 64 train -o net.safetensors --epochs 0
complains 'epochs, batch and the steps'
run 64 train -o net.safetensors --network mlp:0
complains 'mlp:0'
run 64 train -o net.safetensors --sparsity transposable --mask-method nobody
complains "unknown method 'nobody'"
run 64 train -o net.safetensors --sparsity transposable --mask-method row-nm
complains "'row-nm' does not find transposable masks"
run 64 train -o net.safetensors --sparsity transposable --mask-method enumerate
complains 'enumerate does not answer 4:8'
run 64 train -o net.safetensors --sparsity row --products sparse
complains 'sparse products take a transposable mask'
run 64 train -o net.safetensors --sparsity transposable --exclude weight
complains 'no weights of mlp:24,16 are to be masked'
run 64 train -o net.safetensors --sparsity transposable --conv positions
complains 'convolutions are masked as the matrices of their products'
run 64 train -o net.safetensors --from dense.safetensors --network mlp:8
complains '--network'
run 65 train -o net.safetensors --from log.jsonl
complains 'log.jsonl'
run 66 "$TNM" train nowhere -o net.safetensors
complains 'nowhere'
run 73 train -o nowhere/net.safetensors
complains 'nowhere/net.safetensors'
cp dense.safetensors expected
run 65 train -o dense.safetensors --rate 1e30
complains 'the loss is no longer a number'
same dense.safetensors expected
