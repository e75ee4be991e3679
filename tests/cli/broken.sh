# Inputs that are missing or make no sense, outputs that cannot be: one line, the right exit code,
# and what was there before is there still.

cat >good.tnm <<'END'
p tnm 1:2 equal 2 2
r 3 1
r 1 3
END
echo 'an old file' >old
cp old expected

# spoils CODE TEXT ARGUMENT...: tnm solve fails so, and leaves its output alone.
spoils() {
    code=$1
    text=$2
    shift 2
    run "$code" "$TNM" solve "$@" -o old
    complains "$text"
    same old expected
    nothing_left
}

run 66 "$TNM" solve missing.npy
complains 'missing.npy'
run 66 "$TNM" info missing.npy
complains 'missing.npy'
run 66 "$CHECK" missing.npy missing.npy
complains 'missing.npy'
run 66 "$CHECK" good.tnm missing.npy
complains 'missing.npy'
run 66 "$TNM" compare missing.npy
complains 'missing.npy'
spoils 66 'missing.npy' missing.npy

: >empty.npy
spoils 65 'empty.npy' empty.npy
npy '<f4' 8 8 >short.npy
spoils 65 'short.npy' short.npy
(npy '<i4' 2 2 && little_endian 4 1 2 3 4) >integers.npy
spoils 65 'integers.npy' integers.npy
(npy '<f4' 2 2 && little_endian 4 0 0 2143289344 0) >nan.npy # 0x7fc00000
spoils 65 'nan.npy: weight at row 1, column 0 is not a number' nan.npy -p 1:2
run 65 "$TNM" compare nan.npy -p 1:2
complains 'nan.npy'
printf 'p tnm 1:2 equal 2 2\nr 1 2\nr 1 x\n' >word.tnm
spoils 65 'word.tnm:3' word.tnm

run 73 "$TNM" solve good.tnm -o no/such/folder/mask.npy
complains 'no/such/folder/mask.npy'
run 73 "$TNM" solve good.tnm -o .
complains '.: cannot create'
run 73 "$TNM" solve good.tnm -o old --certificate no/such/folder/cert.npy
complains 'no/such/folder/cert.npy'
same old expected
nothing_left
run 73 "$TNM" generate gaussian 4 4 -o no/such/folder/x.npy
complains 'no/such/folder'
run 73 "$TNM" export good.tnm --all --to lp -o no/such/folder
complains 'no/such/folder'
if [ -e /dev/full ]; then
    # lost OLD COMMAND...: a report that cannot be told is a failure, and OLD stays as it was.
    lost() {
        old=$1
        shift
        echo old >"$old"
        run 74 sh -c '"$0" "$@" >/dev/full' "$@"
        complains 'standard output'
        check "$command: $old stays" [ "$(cat "$old")" = old ]
    }
    "$TNM" generate gaussian 16 16 -o full.npy
    "$TNM" generate gaussian 40 16 -o full-inputs.npy
    lost x.npy "$TNM" solve full.npy -o x.npy
    lost x.npy "$TNM" solve full.npy -o x.npy -q
    lost x.npy "$TNM" solve full.npy --certificate x.npy -q --format json
    lost x.npy "$TNM" prune full.npy -o x.npy -q
    lost x.npy "$TNM" prune full.npy -o x.npy --format json
    lost x.npy "$TNM" prune full.npy -o y.npy --masks x.npy -q
    lost x.npy "$TNM" prune full.npy -o y.npy --report x.npy -q
    run 0 "$TNM" prune full.npy -o y.npy --report x.npy --resume
    has '^c resumed after 1 tensors?$'
    has '^c wrote y.npy$'
    lost x.npy "$TNM" generate planted 8 8 -o x.npy
    lost x.npy "$TNM" sample 2:4 -o x.npy
    lost x.npy "$TNM" calibrate full.npy -p 2:4 --inputs full-inputs.npy -o x.npy -q
    run 74 "$TNM" solve good.tnm -o /dev/full
    complains '/dev/full'
    run 74 "$TNM" generate gaussian 4 4 -o /dev/full
    complains '/dev/full'
    for arguments in 'solve good.tnm' 'compare good.tnm -m exact' 'info good.tnm' methods --help \
        --version 'export good.tnm --tile 0,0 --to lp'; do
        run 74 sh -c '"$0" $1 >/dev/full' "$TNM" "$arguments"
        complains 'No space left'
    done
fi

# Text without an end is not read until there is no memory.
run 65 "$TNM" solve /dev/zero
complains '/dev/zero: text of more than 64 MiB, and it goes on'
run 65 sh -c 'yes "c hello" | "$0" solve -' "$TNM"
complains '<stdin>: text of more than 64 MiB'
run 65 sh -c 'yes "c hello" | "$0" - mask.npy' "$CHECK"
complains '<stdin>: text of more than 64 MiB'
"$TNM" generate gaussian 2048 16384 -o long.npy
run 0 sh -c 'cat long.npy | "$0" info -' "$TNM"
has '^shape       2048 x 16384$'
