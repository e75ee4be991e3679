# tnm info and tnm pack on checkpoints: what is listed, what is refused, what is written.

tests=$HERE/..

# safetensors HEADER BYTES: a file with this header and so many zero bytes, to stdout.
safetensors() {
    little_endian 8 ${#1}
    printf %s "$1"
    head -c "$2" /dev/zero
}

# ---- what is listed ------------------------------------------------------------------------------

mkdir model
safetensors '{"__metadata__":{"format":"pt"},
"up.weight":{"dtype":"BF16","shape":[8,16],"data_offsets":[0,256]},
"up.bias":{"dtype":"BF16","shape":[8],"data_offsets":[256,272]},
"conv":{"dtype":"F16","shape":[8,8,1,2],"data_offsets":[272,528]},
"ids":{"dtype":"I64","shape":[8,8],"data_offsets":[528,1040]}}' 1040 >model/a.safetensors
safetensors '{"head.weight":{"dtype":"F32","shape":[4,8],"data_offsets":[0,128]}}' 128 \
    >model/b.safetensors
run 0 "$TNM" info model/a.safetensors
has '^tensors +4, 1040 bytes$'
has '^metadata +format=pt$'
has '^mask +2 of 4 tensors, 256 of 264 weights; constraint equal, convolutions positions$'
has '^up\.weight +BF16 +\[8, 16\] +256  4:8$'
has '^up\.bias +BF16 +\[8\] +16  left: neither a matrix nor a convolution$'
has '^conv +F16 +\[8, 8, 1, 2\] +256  4:8$'
has '^ids +I64 +\[8, 8\] +512  left: no type of weights$'
silent
run 0 "$TNM" info model/a.safetensors -p 8:16 --constraint atmost --conv flat --exclude '^up'
has '^mask +0 of 4 tensors, .* constraint atmost, convolutions flat$'
has '^up\.weight .* left: excluded$'
has '^conv .* left: smaller than a tile$'
run 0 "$TNM" info model/a.safetensors --pattern-map 'conv=2:4' --include 'conv|weight'
has '^conv .* 2:4$'
has '^up\.weight .* 4:8$'
has '^ids .* left: not included$'
run 64 "$TNM" info model/a.safetensors --include '('
complains '('
run 64 "$TNM" info model/a.safetensors --conv sideways
complains 'sideways'

run 66 "$TNM" info model
complains 'there is no model.safetensors.index.json and no model.safetensors in this folder'
cat >model/model.safetensors.index.json <<'END'
{"metadata": {"total_size": 1168},
 "weight_map": {"conv": "a.safetensors", "head.weight": "b.safetensors", "ids": "a.safetensors",
                "up.bias": "a.safetensors", "up.weight": "a.safetensors"}}
END
run 0 "$TNM" info model
has '^index +model/model\.safetensors\.index\.json$'
has '^tensors +5, 1168 bytes$'
has '^head\.weight +F32 +\[4, 8\] +128  b\.safetensors  left: smaller than a tile$'
run 0 "$TNM" info model -p 2:4 --format json
is_json
has '"masked_tensors": 3'
has '"name": "head.weight", "file": "b.safetensors", "dtype": "F32", "shape": \[4, 8\], "bytes": 128, "masked": true, "pattern": "2:4", "reason": null'
has '"reason": "no type of weights"'
rm model/b.safetensors
run 66 "$TNM" info model
complains 'model/b.safetensors: No such file'

# ---- what is refused -----------------------------------------------------------------------------

# Every broken file: one line, exit code 65, nothing on stdout. What the line says is looked at in
# tests/instances/test_checkpoint.c.
for file in "$tests"/broken/safetensors/*.safetensors "$tests"/broken/index/*.json; do
    code=65
    [ "${file##*/}" = shard_missing.json ] && code=66
    case $file in
    *.json) path=$file ;;
    *) path=${file##*/} && cp "$file" "$path" ;;
    esac
    run $code "$TNM" info "$path"
    complains "$path"
    check "$command: prints nothing" [ ! -s out ]
done
nothing_left

# ---- packing -------------------------------------------------------------------------------------

mlp=$tests/../instances/data/mlp_mnist
run 0 "$TNM" pack "$mlp" -o mlp.safetensors
silent
check 'pack prints nothing' [ ! -s out ]
run 0 "$TNM" info mlp.safetensors
has '^mask +3 of 6 tensors, 535040 of 535818 weights'
has '^fc1 +F32 +\[512, 784\] +1605632  4:8$'
has '^fc3\.bias +F32 +\[10\] +40  left'
run 0 "$TNM" pack -o again.safetensors "$mlp"/fc3*.npy "$mlp"/fc1*.npy "$mlp"/fc2*.npy
same mlp.safetensors again.safetensors
run 0 sh -c '"$0" pack "$1" -o - >piped.safetensors' "$TNM" "$mlp"
same mlp.safetensors piped.safetensors
tail -c 40 "$mlp/fc3.bias.npy" >bias
check 'the last tensor ends the file' eval 'tail -c 40 mlp.safetensors | cmp -s - bias'
echo 'an old file' >old
cp old expected
mkdir empty
(npy '<i4' 1 2 && little_endian 4 1 2) >integers.npy
for input in empty integers.npy missing.npy "$mlp $mlp"; do
    code=65
    case $input in empty | missing.npy) code=66 ;; esac
    # shellcheck disable=SC2086 # two words are two inputs
    run $code "$TNM" pack $input -o old
    complains 'tnm: error: '
    same old expected
    nothing_left
done
for missing in missing missing.npy; do
    run 66 "$TNM" pack $missing -o old
    complains "$missing: No such file"
done
run 64 "$TNM" pack
complains 'no input given'
run 64 "$TNM" pack "$mlp"
complains 'no output given'
