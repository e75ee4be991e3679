# What a command reads stays as it is, by whatever name an output goes; and no file is two outputs.

"$TNM" generate gaussian 16 16 -o w.npy
cp w.npy kept.npy
ln -s w.npy link.npy
ln w.npy hard.npy

# refuses OUTPUT COMMAND...: an output that is an input is refused, and the input is what it was.
refuses() {
    output=$1
    shift
    run 64 "$TNM" "$@"
    complains "'$output' is an input: the original stays as it is"
    same w.npy kept.npy
}

for output in w.npy ./w.npy link.npy hard.npy "$PWD/w.npy"; do
    refuses "$output" solve w.npy -p 2:4 -o "$output"
    refuses "$output" solve w.npy -p 2:4 --certificate "$output"
done
refuses w.npy solve small.npy --score w.npy -o w.npy
run 64 sh -c '"$0" solve - -o w.npy <w.npy' "$TNM"
complains "'w.npy' is an input"
same w.npy kept.npy
run 0 "$TNM" solve /dev/stdin -q -o /dev/stdout <w.npy
run 0 "$TNM" solve w.npy -q -o /dev/null --certificate /dev/null

refuses w.npy export w.npy --tile 0,0 --to lp -o w.npy
mkdir tiles
"$TNM" export w.npy -p 4:8 --all --to lp -o tiles
printf 'p tnm 1:2 equal 2 2\nr 3 4\nr 5 4\n' >tiles/tile-0-0.lp
cp tiles/tile-0-0.lp kept.lp
run 64 "$TNM" export tiles/tile-0-0.lp --all --to lp -o tiles
complains "'tiles/tile-0-0.lp' is an input"
same tiles/tile-0-0.lp kept.lp

refuses w.npy pack w.npy -o w.npy
mkdir arrays
cp w.npy arrays/a.npy
refuses arrays/a.npy pack arrays -o arrays/a.npy
refuses w.npy bench --input w.npy --csv w.npy
refuses w.npy bench --input w.npy --markdown w.npy
printf 'study tiny\n' >summary.md
run 64 "$TNM" study summary.md -o .
complains "'./summary.md' is an input"

for option in -o --masks --certificates --report; do
    refuses w.npy prune w.npy -o out.npy $option w.npy
    printf 'array=2:4\n' >map.txt
    run 64 "$TNM" prune w.npy -o out.npy --pattern-map-file map.txt $option map.txt
    complains "'map.txt' is an input"
    check 'the map is what it was' grep -q '^array=2:4$' map.txt
done

refuses w.npy calibrate w.npy --inputs x.npy -o w.npy
refuses w.npy calibrate w.npy --inputs x.npy --masks w.npy
refuses w.npy calibrate v.npy --inputs w.npy -o w.npy
refuses w.npy calibrate v.npy --inputs x.npy --mask w.npy -o w.npy
refuses w.npy calibrate v.npy --inputs x.npy --evaluate w.npy -o w.npy
: >train-labels-idx1-ubyte
: >net.safetensors
run 64 "$TNM" calibrate net.safetensors --data . -o net.safetensors
complains "'net.safetensors' is an input"
mkdir model
"$TNM" pack w.npy -o model/model.safetensors
run 64 "$TNM" calibrate model --data . -o model/model.safetensors
complains "'model/model.safetensors' is an input"
mv model/model.safetensors model/shard.safetensors
echo '{"weight_map": {"w": "shard.safetensors"}}' >model/model.safetensors.index.json
for output in shard.safetensors model.safetensors.index.json; do
    for network in model model/model.safetensors.index.json; do
        run 64 "$TNM" calibrate $network --data . -o model/$output
        complains "'model/$output' is an input"
    done
done

# What lies beside inputs is none: the result of an earlier run, say.
: >fitted.safetensors
run 66 "$TNM" calibrate net.safetensors --data . -o fitted.safetensors
complains 'train-images-idx3-ubyte: no such file'
budget='--patterns 2:4 --budget 1'
run 64 "$TNM" allocate net.safetensors --data . $budget -o net.safetensors
complains "'net.safetensors' is an input"
run 64 "$TNM" allocate net.safetensors --data . $budget -o train-labels-idx1-ubyte
complains "'train-labels-idx1-ubyte' is an input"
run 64 "$TNM" allocate net.safetensors --data . --table w.npy --budget 1 -o w.npy
complains "'w.npy' is an input"
run 64 "$TNM" allocate net.safetensors --data . $budget --write-table net.safetensors
complains "'net.safetensors' is an input"
run 64 "$TNM" train . --from net.safetensors -o net.safetensors
complains "'net.safetensors' is an input"
run 64 "$TNM" train . -o out.safetensors --log train-labels-idx1-ubyte
complains "'train-labels-idx1-ubyte' is an input"
check 'still empty' [ ! -s train-labels-idx1-ubyte ]

# One file, two outputs: the same name, a link, another way there.
run 64 "$TNM" solve w.npy -o x --certificate ./x
complains "'./x' cannot hold two outputs"
: >x
ln x y
run 64 "$TNM" solve w.npy -o x --certificate y
complains "'y' cannot hold two outputs"
run 64 "$TNM" allocate net.safetensors --data . $budget -o z --write-table ./z
complains "'./z' cannot hold two outputs"
run 64 "$TNM" train . -o z --log ./z
complains "'./z' cannot hold two outputs"
run 64 "$TNM" bench --csv z --markdown ./z
complains "'z' cannot hold two outputs"
run 64 "$TNM" prune w.npy -o z --report ./z
complains "'./z' cannot hold two outputs"
check 'nothing is written' [ ! -e z ]
nothing_left
