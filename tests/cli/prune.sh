# tnm prune and tnm verify: checkpoints masked, proven, interrupted and taken up again.

make_checkpoint() {
    /usr/bin/python3 "$HERE/../pruning/make_checkpoint.py" "$@"
}
confirm() {
    /usr/bin/python3 "$HERE/../pruning/confirm.py" "$@" >out 2>err
    check "$2: confirmed by NumPy" grep -q 'are [0-9]*:[0-9]* along rows and columns$' out
}
# no_partials: nothing of an unfinished run is in the current folder.
no_partials() {
    check "$command: leaves nothing unfinished" eval '! ls -A | grep -q "tnm-"'
}

make_checkpoint small.safetensors 1 a.weight:F32:64,96 a.bias:F32:96 conv:BF16:40,24,3,3 \
    half:F16:100,52 steps:I64:3,3 double:F64:33,70 eighth:F8_E4M3:256,128 tiny:F32:3,9 none:F32:0,8

# What is masked, what is not and why, and that the result is what it says it is.
run 0 "$TNM" prune small.safetensors -p 2:4 -o out.safetensors --masks masks.safetensors \
    --certificates proof.safetensors --report report.jsonl
has '^c masked: 5 tensors, 55062 weights, 3459 tiles$'
has '^c skipped: 1 tensor, no type of weights$'
has '^c skipped: 1 tensor, neither a matrix nor a convolution$'
has '^c skipped: 1 tensor, smaller than a tile$'
has '^c skipped: 1 tensor, empty$'
has '^s OPTIMAL$'
has '^c tiles 3459, proven 3459, exact 3459$'
silent
no_partials
check 'report: a line a tensor' [ "$(wc -l <report.jsonl)" -eq 9 ]
conv='"tensor": "conv", "type": "BF16", "shape": \[40, 24, 3, 3\], "pattern": "2:4"'
exact='"constraint": "equal", "method": "exact", "status": "OPTIMAL"'
check 'report: masked' grep -q "$conv, $exact" report.jsonl
check 'report: skipped' grep -q '"tensor": "tiny", .* "skipped": "smaller than a tile"' report.jsonl
run 0 "$TNM" verify small.safetensors out.safetensors --masks masks.safetensors \
    --certificates proof.safetensors
has '^s OPTIMAL$'
has '^c rows: all obey, columns: all obey; transposable$'
silent
run 0 "$TNM" verify small.safetensors out.safetensors
has '^s VALID$'
has '^c pattern 2:4'

# Sums over tensors are exact and rounded once, whoever adds them up.
make_checkpoint doubles.safetensors 9 $(seq -f 't%g:F64:20,32' 40)
run 0 "$TNM" prune doubles.safetensors -p 2:4 -o doubled.safetensors --masks masks.safetensors \
    --certificates proof.safetensors --report sums.jsonl
kept=$(sed -n 's/^o //p' out) bound=$(sed -n 's/^b //p' out)
has '^c gap 0$'
has '^c retention 0\.[0-9]{14}'
run 0 "$TNM" verify doubles.safetensors doubled.safetensors --masks masks.safetensors \
    --certificates proof.safetensors
has "^c kept score $kept of "
has "^c bound $bound, "
check 'report: exact sums' /usr/bin/python3 -c '
import fractions, json, sys
exact = lambda text: fractions.Fraction(int(text.split("p")[0], 16)) * fractions.Fraction(2) ** int(text.split("p")[1])
lines = [json.loads(line) for line in open("sums.jsonl")]
assert all(float(exact(line["total_exact"])) == line["total"] for line in lines)
assert float(sum(exact(line["objective_exact"]) for line in lines)) == float(sys.argv[1])
' "$kept"
run 0 "$TNM" prune small.safetensors -p 2:4 -o out.safetensors --masks masks.safetensors \
    --certificates proof.safetensors

# A dry run writes nothing, and says what would be written.
run 0 "$TNM" prune small.safetensors -p 2:4 -o dry.safetensors \
    --masks dry-masks.safetensors --dry-run
has '^c tensor tiny F32 \[3, 9\] skipped, smaller than a tile$'
sizes="$(wc -c <small.safetensors) bytes of weights, $(wc -c <masks.safetensors) of masks"
has "^c would write $sizes, 0 of"
has '^c would solve for [0-9.e-]+ seconds'
check 'nothing is written' [ ! -e dry.safetensors ]
run 0 "$TNM" prune small.safetensors -p 2:4 --dry-run --format json
is_json
no_partials

# A real network, from end to end.
run 0 "$HERE/../pruning/accept.sh" "$TNM" "$HERE/../../instances/data/mlp_mnist"
has '^3 tensors are 2:4 along rows and columns$'
has '^2 tensors are 8:16 along rows and columns$'

# Every pattern, one thread and two: the same bytes.
for pattern in 2:4 4:8 8:16 1:3; do
    for threads in 1 2; do
        run 0 "$TNM" prune small.safetensors -p $pattern -o out$threads.safetensors -q -j$threads \
            --masks masks$threads.safetensors --certificates proof$threads.safetensors
    done
    same out1.safetensors out2.safetensors
    same masks1.safetensors masks2.safetensors
    same proof1.safetensors proof2.safetensors
    confirm small.safetensors out1.safetensors $pattern masks1.safetensors
    run 0 "$TNM" verify small.safetensors out1.safetensors --masks masks1.safetensors \
        --certificates proof1.safetensors -q
    has '^s OPTIMAL$'
done

# Nothing to mask is no success; rules that match nothing are named.
run 64 "$TNM" prune small.safetensors -p 2:4 -o x --include 'nothing$'
complains 'small.safetensors: there is nothing to mask: of 9 tensors 9 not included'
has "^c --include 'nothing\\$' matches no tensor$"
run 64 "$TNM" prune small.safetensors -p 2:4 --dry-run --exclude .
complains 'there is nothing to mask: of 9 tensors 9 excluded'
"$TNM" generate gaussian 3 8 -o low.npy
run 65 "$TNM" prune low.npy -p 2:4 -o x
complains 'low.npy: there is nothing to mask: of 1 tensor 1 smaller than a tile'
check 'nothing is written' [ ! -e x ]
run 0 "$TNM" prune small.safetensors -p 2:4 -o out.safetensors --exclude '^half.weight' \
    --pattern-map 'b.weight=4:8' --pattern-map 'a=2:4'
has "^c --exclude '\^half.weight' matches no tensor$"
has "^c --pattern-map 'b.weight' matches no tensor$"
check 'two rules are idle' [ "$(grep -c 'matches no tensor' out)" -eq 2 ]
run 0 "$TNM" prune small.safetensors -p 2:4 -o out.safetensors --exclude none --exclude zero \
    --format json
has '"unmatched": \[\{"option": "exclude", "expression": "zero"\}\]'

# Methods whose masks break the pattern, or that do not answer it, are refused before any work.
for method in row-nm unstructured; do
    run 64 "$TNM" prune small.safetensors -p 2:4 -m $method -o x
    complains "method '$method' solves a relaxation: its masks break the pattern"
done
run 64 "$TNM" prune small.safetensors -p 8:32 -m brute -o x
complains 'brute does not answer 8:32'
run 64 "$TNM" prune small.safetensors -p 8:32 -m brute --dry-run
complains 'brute does not answer 8:32'
run 64 "$TNM" prune small.safetensors -p 2:4 --set nonsense=1 -o x
complains "exact has no parameters: 'nonsense=1'"
no_partials

# Packed masks, at most N, mixed patterns, a choice of tensors.
run 0 "$TNM" prune small.safetensors -p 4:8 --pattern-map '^a=2:4' --exclude half \
    --constraint atmost -o mixed.safetensors --masks packed.safetensors --packed --certificates proof.safetensors -v
has '^c pattern .*, convolutions by positions$'
has '^c tensor a.weight F32 \[64, 96\] 2:4$'
has '^c tensor half F16 \[100, 52\] skipped, excluded$'
has '^c tensor double F64 \[33, 70\] 4:8$'
run 0 "$TNM" verify small.safetensors mixed.safetensors --masks packed.safetensors \
    --certificates proof.safetensors
has '^s OPTIMAL$'
has '^c pattern 2:4 and others, constraint atmost'
run 0 "$TNM" prune small.safetensors -p 4:8 --conv flat --include conv -o flat.safetensors -q
run 0 "$TNM" verify small.safetensors flat.safetensors -p 4:8 --conv flat --include conv -q
has '^s VALID$'
run 1 "$TNM" verify small.safetensors flat.safetensors -p 4:8 --include conv -q
has "^c fault: tensor 'conv': position 0, tile [0-9]+,[0-9]+: "

# Scores of their own; squares; a heuristic, graded.
make_checkpoint scores.safetensors 2 half:F32:100,52
make_checkpoint positive.safetensors 2 half:+F32:100,52
run 0 "$TNM" prune small.safetensors --include half --scores positive.safetensors -p 8:16 \
    -o scored.safetensors --masks masks.safetensors --certificates proof.safetensors
has '^s OPTIMAL$'
run 0 "$TNM" verify small.safetensors scored.safetensors --scores positive.safetensors \
    --masks masks.safetensors --certificates proof.safetensors -q
has '^s OPTIMAL$'
run 64 "$TNM" verify small.safetensors scored.safetensors --masks masks.safetensors
complains 'these masks answer scores'
run 65 "$TNM" prune small.safetensors --include half --scores scores.safetensors \
    -o scored.safetensors
complains "scores.safetensors: tensor 'half': the score of entry [0, 0] is negative"
run 65 "$TNM" verify small.safetensors scored.safetensors --scores scores.safetensors \
    --masks masks.safetensors
complains "scores.safetensors: tensor 'half': a score is negative or not finite"
run 65 "$TNM" prune small.safetensors --scores scores.safetensors -o scored.safetensors
complains "there are no scores for tensor 'a.weight'"
run 0 "$TNM" prune small.safetensors -m greedy-keep -o greedy.safetensors \
    --masks masks.safetensors --certificates proof.safetensors
has '^s FEASIBLE$'
has '^c gap 0\.'
run 1 "$TNM" verify small.safetensors greedy.safetensors --masks masks.safetensors \
    --certificates proof.safetensors
has '^s VALID$'
run 0 "$TNM" prune small.safetensors -o out.safetensors --format json
is_json
has '"status": "OPTIMAL"'
has '"masked": 5, "skipped": 4'

run 1 "$TNM" verify small.safetensors greedy.safetensors --masks masks.safetensors \
    --certificates proof.safetensors
has "^c not proven: [2-5] tensors, the first '[a-z.]+'$"
has "^c worst tile: tensor '[a-z.]+', (position [0-8], )?tile [0-9]+,[0-9]+, gap 0\.[0-9]+$"
worst=$(grep '^c worst' out)
run 1 "$TNM" verify small.safetensors greedy.safetensors --masks masks.safetensors \
    --certificates proof.safetensors -j1
check 'the same tile for any number of threads' [ "$(grep '^c worst' out)" = "$worst" ]
run 1 "$TNM" verify small.safetensors greedy.safetensors --masks masks.safetensors \
    --certificates proof.safetensors --format json
is_json
has '"worst_tile": \{"tensor": "'

# Files are known by what is in them, whatever their names are.
run 0 "$TNM" prune small.safetensors -p 2:4 -o bare --masks bare-masks --certificates bare-proof.npy -q
run 0 "$TNM" verify small.safetensors bare --masks bare-masks --certificates bare-proof.npy -q
has '^s OPTIMAL$'
run 0 "$TNM" info bare-masks
has '^tensors     5, '
for command in 'solve small.safetensors' 'info - ' 'export bare --tile 0,0 --to lp'; do
    run 65 sh -c '"$0" $1 <small.safetensors' "$TNM" "$command"
    complains 'a checkpoint (safetensors), no single matrix'
    complains "'tnm prune' masks them, 'tnm verify' checks them"
done
"$TNM" generate gaussian 8 8 -o one.npy
run 65 "$CHECK" small.safetensors one.npy
complains 'small.safetensors: a checkpoint (safetensors)'
run 65 "$CHECK" one.npy bare-masks
complains 'bare-masks: a checkpoint (safetensors)'
cp one.npy one.safetensors
run 0 "$TNM" info one.safetensors
has '^shape       8 x 8$'

# edited FILE KEY VALUE: the file with this entry of its metadata, or without where VALUE is empty.
edited() {
    /usr/bin/python3 - "$@" >edited.safetensors <<'END'
import json, struct, sys
data = open(sys.argv[1], "rb").read()
header = 8 + struct.unpack("<Q", data[:8])[0]
described = json.loads(data[8:header])
described["__metadata__"].pop(sys.argv[2], None)
if sys.argv[3]:
    described["__metadata__"][sys.argv[2]] = sys.argv[3]
text = json.dumps(described).encode()
sys.stdout.buffer.write(struct.pack("<Q", len(text)) + text + data[header:])
END
}
# Metadata that were lost, changed or added are a fault; words that masks cannot mean are errors.
edited bare format ''
run 1 "$TNM" verify small.safetensors edited.safetensors --masks bare-masks
has '^s INVALID$'
has "^c fault: entry 'format' of the metadata is missing or changed$"
edited bare format tf
run 1 "$TNM" verify small.safetensors edited.safetensors --masks bare-masks
has "^c fault: entry 'format' of the metadata is missing or changed$"
edited bare by us
run 1 "$TNM" verify small.safetensors edited.safetensors --masks bare-masks
has "^c fault: entry 'by' of the metadata is not in the original$"
for key in constraint score edges convolution; do
    edited bare-masks $key foo
    run 65 "$TNM" verify small.safetensors bare --masks edited.safetensors
    complains "edited.safetensors: metadata: 'foo' is no $key"
done
edited bare-masks half.pattern 5:4
run 65 "$TNM" verify small.safetensors bare --masks edited.safetensors
complains "edited.safetensors: tensor 'half': pattern 5:4: N must lie between 0 and M"
edited bare-masks half.pattern nonsense
run 65 "$TNM" verify small.safetensors bare --masks edited.safetensors
complains "edited.safetensors: tensor 'half': 'nonsense' is no pattern"

# Checkpoints with faults, each named.
cp small.safetensors bad.safetensors
run 65 "$TNM" verify small.safetensors bad.safetensors
complains 'no pattern N:M'
run 0 "$TNM" prune small.safetensors -p 2:4 -o out.safetensors -q --masks masks.safetensors
size=$(wc -c <small.safetensors)
cp out.safetensors bad.safetensors
poke bad.safetensors $((size - 1)) 1
run 1 "$TNM" verify small.safetensors bad.safetensors --masks masks.safetensors -q
has '^s INVALID$'
has "^c fault: tensor 'tiny' is not masked but changed$"
header=$((8 + $(od -An -tu8 -N8 small.safetensors)))
for at in 3 7 11 15; do poke bad.safetensors $((header + at)) 60; done
run 1 "$TNM" verify small.safetensors bad.safetensors -p 2:4 -q
has "^c fault: tensor 'a.weight': entry \[0, [0-3]\] is kept but changed$"
run 1 "$TNM" verify small.safetensors bad.safetensors --masks masks.safetensors
has "^c fault: tensor 'a.weight': entry \[0, [0-3]\] is "
has '^c tensors with faults: 2$'

# Rows that obey and columns that do not: what others call 2:4.
/usr/bin/python3 - <<'END'
import json, struct
data = bytearray(open("small.safetensors", "rb").read())
header = 8 + struct.unpack("<Q", data[:8])[0]
for name, tensor in json.loads(data[8:header]).items():
    if name == "a.weight":
        first = header + tensor["data_offsets"][0]
for k in range(0, 64 * 96, 4): # the first two of each four
    data[first + k * 4 + 8:first + k * 4 + 16] = bytes(8)
open("rows.safetensors", "wb").write(data)
END
run 1 "$TNM" verify small.safetensors rows.safetensors --include a.weight
has '^c pattern 2:4'
has '^s INVALID$'
has "^c fault: tensor 'a.weight': tile 0,0: column 0 keeps 4 of 4, more than 2$"
has '^c rows: all obey, columns: not all obey; not transposable$'

# A .npy matrix; a tensor of many pieces.
"$TNM" generate student-t 300 520 --seed 3 -o matrix.npy
run 0 "$TNM" prune matrix.npy -p 4:8 -o masked.npy -q --masks masks.safetensors
optimum=$(sed -n 's/^o //p' out)
run 0 "$TNM" solve matrix.npy -p 4:8 -q
has "^o $optimum\$"
run 0 "$TNM" verify matrix.npy masked.npy --masks masks.safetensors -q
has '^s VALID$'

# With --edges dense what sticks out is kept whole, but for what was zero before.
/usr/bin/python3 - <<'END'
import numpy as np
weights = np.arange(1, 101, dtype="<f4").reshape(10, 10)
weights[9, 1], weights[3, 8] = 0, -0.0
np.save("edges.npy", weights)
END
run 0 "$TNM" prune edges.npy -p 4:8 --edges dense -o dense.npy -q --masks masks.safetensors
run 0 "$TNM" verify edges.npy dense.npy --masks masks.safetensors -q
run 0 "$TNM" verify edges.npy dense.npy -p 4:8 --edges dense -q
has '^s VALID$'
/usr/bin/python3 -c 'import numpy as np; w = np.load("dense.npy"); w[9, 4] = 0; np.save("less.npy", w)'
run 1 "$TNM" verify edges.npy less.npy -p 4:8 --edges dense
has '^s INVALID$'
has "^c fault: tensor '.*': entry \[9, 4\] of the dense margin is dropped$"

make_checkpoint large.safetensors 3 a:F32:1536,1024 wide:BF16:8,1500000 b:F16:1024,1024 c:F32:9
run 0 "$TNM" prune large.safetensors -p 4:8 -o expected.safetensors -q --masks masks.safetensors \
    --certificates proof.safetensors
run 0 "$TNM" verify large.safetensors expected.safetensors --masks masks.safetensors \
    --certificates proof.safetensors -q
has '^s OPTIMAL$'
confirm large.safetensors expected.safetensors 4:8 masks.safetensors

# Other orders of a .npy matrix are refused, with the way out.
/usr/bin/python3 -c 'import numpy as np; w = np.load("matrix.npy")
np.save("fortran.npy", np.asfortranarray(w)); np.save("swapped.npy", w.astype(">f4"))'
for order in fortran swapped; do
    run 65 "$TNM" prune $order.npy -o x
    complains "tnm pack"
    run 0 "$TNM" pack $order.npy -o packed.safetensors
    run 0 "$TNM" prune packed.safetensors -p 4:8 -o out.safetensors -q
    has "^o $optimum\$"
done

# Inputs are never outputs, and no output is two.
run 64 "$TNM" prune small.safetensors -o small.safetensors
complains "'small.safetensors' is an input"
run 64 "$TNM" prune small.safetensors -o x --masks small.safetensors
complains "'small.safetensors' is an input"
run 64 "$TNM" prune small.safetensors -o x --masks x
complains "'x' cannot hold two outputs"
run 64 "$TNM" prune small.safetensors
complains 'no output given'
run 64 "$TNM" prune small.safetensors -o x --include 'a('
complains "regular expression 'a('"
no_partials

# Truncated and missing inputs, folders that cannot be written to.
head -c 5000 small.safetensors >short.safetensors
run 65 "$TNM" prune short.safetensors -o x
complains 'short.safetensors'
run 66 "$TNM" prune missing.safetensors -o x
complains 'missing.safetensors'
run 73 "$TNM" prune small.safetensors -o missing/x
complains 'missing/x'
check 'no output' [ ! -e x ]
no_partials

# A full disk: said before the work begins, and the old file stays.
echo old >out.safetensors
run 74 sh -c 'ulimit -f 16; trap "" XFSZ; exec "$0" prune large.safetensors -o out.safetensors' \
    "$TNM"
complains 'out.safetensors: cannot reserve'
check 'the old file stays' [ "$(cat out.safetensors)" = old ]
no_partials

# ---- checkpoints in several files ---------------------------------------------------------------

mkdir model
make_checkpoint model/model-00001-of-00002.safetensors 4 a:F32:512,512 b:F32:7
make_checkpoint model/model-00002-of-00002.safetensors 5 c:BF16:512,512
cat >model/model.safetensors.index.json <<'END'
{"metadata": {"total_size": 1572892}, "weight_map": {
  "a": "model-00001-of-00002.safetensors", "b": "model-00001-of-00002.safetensors",
  "c": "model-00002-of-00002.safetensors"}}
END
echo '{"model_type": "test"}' >model/config.json
run 0 "$TNM" prune model -p 2:4 -o pruned/ --masks masks.safetensors \
    --certificates proof.safetensors
has '^c input model: 2 files, 3 tensors, '
same model/config.json pruned/config.json
same model/model.safetensors.index.json pruned/model.safetensors.index.json
confirm model/model-00001-of-00002.safetensors pruned/model-00001-of-00002.safetensors 2:4
confirm model/model-00002-of-00002.safetensors pruned/model-00002-of-00002.safetensors 2:4
run 0 "$TNM" verify model pruned --masks masks.safetensors --certificates proof.safetensors -q
has '^s OPTIMAL$'
lacks 'not copied'

# What lies beside the weights and is not copied is told.
mkdir model/original
echo '{}' >model/original/params.json
ln -s nowhere model/dangling.txt
truncate -s 67108865 model/consolidated.pth
run 0 "$TNM" prune model -p 2:4 -o told
has '^c not copied: consolidated.pth, larger than 64 MiB$'
has '^c not copied: dangling.txt, a link that leads nowhere$'
has '^c not copied: original, a folder$'
check 'three are told' [ "$(grep -c 'not copied' out)" -eq 3 ]
run 0 "$TNM" prune model -p 2:4 -o told-json --format json
is_json
has '"not_copied": \[\{"file": "consolidated.pth", "why": "larger than 64 MiB"\}, '
rm -r model/original model/dangling.txt model/consolidated.pth told told-json
run 73 "$TNM" prune model -p 2:4 -o pruned
complains 'pruned: this folder exists and is not empty'
mv model/model-00002-of-00002.safetensors away
run 66 "$TNM" prune model -p 2:4 -o again
complains 'model-00002-of-00002.safetensors'
mv away model/model-00002-of-00002.safetensors
no_partials

# ---- the legacy layout sparse-24-bitmask ----------------------------------------------------

# unpacked FILE MASKED...: says the same, as NumPy sees it.
unpacked() {
    run 0 /usr/bin/python3 "$HERE/../pruning/unpack_sparse24.py" "$@"
}
make_checkpoint layers.safetensors 7 up.weight:BF16:64,96 up.bias:BF16:64 down.weight:F32:33,52 \
    ragged.weight:F32:16,18 conv.weight:F16:8,8,3,3 other:F32:8,8
run 0 "$TNM" prune layers.safetensors -p 2:4 -o out.safetensors --sparse24 legacy.safetensors
has '^c wrote legacy.safetensors: 2 of 5 masked tensors as sparse-24-bitmask, the rest as they are$'
unpacked legacy.safetensors out.safetensors
has '^2 of 6 tensors are packed, and all are the same$'
run 0 "$TNM" prune layers.safetensors -p 4:8 --pattern-map '^down=2:4' --constraint atmost \
    -o out.safetensors --sparse24 legacy.safetensors -q
unpacked legacy.safetensors out.safetensors
has '^1 of 6 tensors are packed'
make_checkpoint model/model-00002-of-00002.safetensors 5 c:BF16:512,512
sed -i 's/"a"/"a.weight"/' model/model.safetensors.index.json
make_checkpoint model/model-00001-of-00002.safetensors 4 a.weight:F32:512,512 b:F32:7
run 0 "$TNM" prune model -p 2:4 -o folder --sparse24 legacy.safetensors -q
unpacked legacy.safetensors folder/*.safetensors
has '^1 of 3 tensors are packed'
echo old >legacy.safetensors
run 64 "$TNM" prune layers.safetensors -p 4:8 -o x --sparse24 legacy.safetensors
complains 'there is none here'
run 64 "$TNM" prune matrix.npy -p 2:4 -o x --sparse24 legacy.safetensors
complains 'only safetensors'
run 64 "$TNM" prune layers.safetensors -p 2:4 -o x --sparse24 layers.safetensors
complains 'is an input'
run 73 "$TNM" prune layers.safetensors -p 2:4 -o x --sparse24 missing/legacy.safetensors
complains 'missing/legacy.safetensors'
check 'the old file stays' [ "$(cat legacy.safetensors)" = old ]
check 'no output' [ ! -e x ]
no_partials

# ---- killed, and taken up again ------------------------------------------------------------------

# A slow method has time for a few tensors only. What it has done is kept, old outputs stay.
make_checkpoint many.safetensors 6 a:F32:128,128 b:F32:9 c:F32:128,128 d:BF16:128,128 \
    e:F32:128,128 f:F32:128,128 g:F16:128,128 h:F32:128,128 i:F32:128,128
question='many.safetensors -p 8:16 -m glpk-ilp'
outputs='-o out.safetensors --masks masks.safetensors --certificates proof.safetensors'
run 0 "$TNM" prune $question -o expected.safetensors --masks expected-masks.safetensors \
    --certificates expected-proof.safetensors -q
sums=$(sed -n 's/^[ob] //p' out)
rm -f masks.safetensors proof.safetensors

unharmed() {
    check "$command: the old file stays" [ "$(cat out.safetensors)" = old ]
    check "$command: no masks" [ ! -e masks.safetensors ]
}
completed() {
    same out.safetensors expected.safetensors
    same masks.safetensors expected-masks.safetensors
    same proof.safetensors expected-proof.safetensors
    no_partials
    echo old >out.safetensors
    rm masks.safetensors proof.safetensors
}
# started OPTION...: begins in the background, and returns when a tensor is in the logbook.
started() {
    "$TNM" prune $question $outputs -q "$@" >out 2>err &
    program=$!
    command="prune $*, logbook begun"
    check "$command" until_printed '"tensor"' .out.safetensors.tnm-logbook
}

echo old >out.safetensors
for threads in 1 2; do
    started -j$threads
    kill -9 $program
    wait $program 2>/dev/null
    command="prune -j$threads, killed"
    unharmed
    run 0 "$TNM" prune $question $outputs --resume -j$threads
    has '^c resumed after [1-8] tensors?$'
    check "$command: the same sums" [ "$(sed -n 's/^[ob] //p' out)" = "$sums" ]
    completed
done

started
kill -STOP $program
run 73 "$TNM" prune $question $outputs
complains 'another run is writing this output'
kill -INT $program
kill -CONT $program
wait $program
code=$?
command='prune, interrupted'
check "$command: exit code 130" [ $code -eq 130 ]
complains 'interrupted; '
complains ' of 9 tensors are done, --resume goes on from there'
unharmed
run 64 "$TNM" prune $question --exclude '^a' $outputs --resume
complains 'asked something else'
run 0 "$TNM" prune $question $outputs --resume -q
completed

# Without --resume, or with a logbook that was damaged, a run begins anew.
started
kill -9 $program
wait $program 2>/dev/null
printf x | dd of=.out.safetensors.tnm-logbook bs=1 seek=30 conv=notrunc 2>/dev/null
run 0 "$TNM" prune $question $outputs --resume
lacks 'resumed'
completed
run 1 "$TNM" prune $question $outputs --time-limit 0.01
complains 'stopped by the time limit'
unharmed
no_partials
run 0 "$TNM" prune $question $outputs --resume -q
completed
