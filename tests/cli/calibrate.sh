# tnm calibrate: matrices with inputs of their own, and networks with a data set.

matrix="$HERE/../../instances/data/mlp_mnist/fc2.npy"

# ---- matrices ----------------------------------------------------------------------------------

# Inputs that depend on each other: what is dropped can be handed on to what is kept.
/usr/bin/python3 - <<'EOF'
import numpy
random = numpy.random.default_rng(1)
mixing = random.standard_normal((60, 512))
for name, count in ("x", 700), ("other", 300):
    values = random.standard_normal((count, 60)) @ mixing + random.standard_normal((count, 512))
    numpy.save(f"{name}.npy", values.astype(numpy.float32))
numpy.save("narrow.npy", numpy.zeros((5, 511), numpy.float32))
values[7, 3] = numpy.nan
numpy.save("broken.npy", values.astype(numpy.float32))
EOF

# confirm RULE: NumPy finds the mask that of tnm solve, the printed errors, and that no other
# weights do better (least-squares).
confirm() {
    /usr/bin/python3 - "$matrix" "$1" >confirmed 2>err <<'EOF'
import sys
import numpy
w, v, mask = numpy.load(sys.argv[1]), numpy.load("fitted.npy"), numpy.load("mask.npy")
x, other = numpy.load("x.npy").astype(float), numpy.load("other.npy").astype(float)
assert v.dtype == numpy.float32 and mask.dtype == bool and not v[~mask].any()
assert (mask == numpy.load("best.npy")).all()
def error(inputs):
    return numpy.linalg.norm((w - v.astype(float)) @ inputs.T) / numpy.linalg.norm(w @ inputs.T)
print(f"calibration 700 {error(x):.6f}")
print(f"evaluation 300 {error(other):.6f}")
if sys.argv[2] == "least-squares":
    gram = x.T @ x
    for row in (0, 100, 255):
        kept = mask[row]
        best = numpy.linalg.solve(gram[numpy.ix_(kept, kept)], (gram @ w[row])[kept])
        assert abs(best - v[row, kept]).max() < 1e-4
EOF
    check "$command: NumPy agrees" [ $? -eq 0 ]
    while read -r role count error; do
        has "^$role +$count +0\.[0-9]+ +$error$"
    done <confirmed
}

"$TNM" solve "$matrix" -p 2:4 -o best.npy -q >/dev/null
for rule in least-squares adam none; do
    run 0 "$TNM" calibrate "$matrix" --inputs x.npy -p 2:4 --evaluate other.npy --by $rule \
        --ridge 0 -o fitted.npy --masks mask.npy
    silent
    has '^c wrote fitted.npy$'
    confirm $rule
    cp fitted.npy $rule.npy
done
run 0 "$TNM" calibrate "$matrix" --inputs x.npy --mask best.npy --ridge 0 -o again.npy -q -j1
same again.npy least-squares.npy
run 0 "$TNM" calibrate "$matrix" --inputs x.npy -p 2:4 --format json
is_json
has '"by": "least-squares", "ridge": 0\.|"by": "least-squares", "ridge": [13]'
has '"evaluation": null'
run 0 "$TNM" calibrate "$matrix" --inputs x.npy -p 2:4 --by none -o - -q
check "$command: the matrix is on stdout" cmp -s out none.npy

# What is wrong is said in one line, and old files stay.
cp fitted.npy before.npy
run 65 "$TNM" calibrate "$matrix" --inputs narrow.npy -o fitted.npy
complains 'narrow.npy: samples of 511 numbers, the matrix has 512 inputs'
run 65 "$TNM" calibrate "$matrix" --inputs broken.npy -o fitted.npy
complains 'broken.npy: row 7, column 3: not a finite number'
run 65 "$TNM" calibrate "$matrix" --inputs x.npy --mask x.npy -o fitted.npy
complains 'x.npy'
run 66 "$TNM" calibrate "$matrix" --inputs missing.npy -o fitted.npy
complains "missing.npy"
/usr/bin/python3 -c 'import numpy; numpy.save("one.npy", numpy.ones((1, 512), numpy.float32))'
run 65 "$TNM" calibrate "$matrix" --inputs one.npy --ridge 0 -o fitted.npy
complains 'row 0: its kept inputs depend on each other: choose a larger ridge'
run 0 "$TNM" calibrate "$matrix" --inputs one.npy -q
same fitted.npy before.npy
nothing_left
run 64 "$TNM" calibrate "$matrix"
complains 'a matrix needs inputs'
run 64 "$TNM" calibrate "$matrix" --inputs x.npy --data .
complains 'are about networks'
run 64 "$TNM" calibrate "$matrix" --inputs x.npy --by magic
complains "unknown way to calibrate 'magic'"
run 64 "$TNM" calibrate "$matrix" --inputs x.npy --ridge -1
complains "ridge '-1': expected a number"
run 64 "$TNM" calibrate "$matrix" --inputs x.npy -o same.npy --masks same.npy
complains 'cannot hold two outputs'

# ---- networks ----------------------------------------------------------------------------------

/usr/bin/python3 "$HERE/../training/make_waves.py" .
run 0 "$TNM" calibrate net.safetensors --data . -p 1:4 --samples 300 --seed 3 -o fitted.safetensors \
    --masks masks.safetensors
silent
has '^c data \.: 300 of 600 images to calibrate, 300 to test, seed 3$'
has '^fc1.weight +1:4 +25.00 +0\.[0-9]+ +0\.[0-9]+ +[0-9.]+$'
has '^fc3.weight +dense +100.00 +- +- +-$'
has '^a dense 0\.9'
has '^c recovered [0-9.]+ % of what masking lost$'
run 0 "$TNM" verify fitted.safetensors fitted.safetensors --masks masks.safetensors
has '^c rows: all obey, columns: all obey; transposable$'
run 0 "$TNM" calibrate net.safetensors --data . -p 1:4 --samples 300 --seed 3 -o one.safetensors -q -j1
same one.safetensors fitted.safetensors
for way in '--by adam' '--by none' '--sequential' '--unstructured 0.6 --confidence 0.9' '-m row-nm' \
    '--include fc3' '-m greedy-keep'; do
    # shellcheck disable=SC2086 # words
    run 0 "$TNM" calibrate net.safetensors --data . -p 2:4 $way
    has '^a calibrated 0\.'
done
run 0 "$TNM" calibrate net.safetensors --data . -p 2:4 --unstructured 0.6 --format json
is_json
has '"start": 0\.'

run 64 "$TNM" calibrate net.safetensors -p 1:4
complains 'a network needs images'
run 64 "$TNM" calibrate net.safetensors --data . --conv positions
complains 'as flat matrices'
run 64 "$TNM" calibrate net.safetensors --data . --include nothing
complains 'no weights of mlp:24,16 are to be masked'
run 66 "$TNM" calibrate net.safetensors --data nowhere
complains 'nowhere/train-images-idx3-ubyte'
run 65 "$TNM" calibrate net.safetensors --data . -m unstructured
complains "mask of 'fc1.weight': row"
"$TNM" pack best.npy -o other.safetensors
run 65 "$TNM" calibrate other.safetensors --data .
complains "other.safetensors: no checkpoint of a network"
