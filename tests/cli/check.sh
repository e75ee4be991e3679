# tnm-check: what is right passes, everything else is caught.

# ---- by hand: one tile whose optimum, 6, is the diagonal -----------------------------------------
cat >tile.tnm <<'END'
p tnm 1:2 equal 2 2
r 3 1
r 1 3
END
mask 2 2 1 0 0 1 >diagonal.npy
prices 1 5 0 2 2 1 1 >proof.npy
run 0 "$CHECK" tile.tnm diagonal.npy
has '^s VALID$'
has '^o 6$'
has '^b inf$'
silent
run 0 "$CHECK" tile.tnm diagonal.npy --certificate proof.npy
has '^s OPTIMAL$'
has '^b 6$'
run 0 "$CHECK" tile.tnm diagonal.npy --certificate proof.npy --constraint atmost
has '^s OPTIMAL$'
run 0 "$CHECK" tile.tnm diagonal.npy --certificate proof.npy --format json
is_json
has '"status": "OPTIMAL", "objective": 6.0, "bound": 6.0, "gap": 0.0'
has '"violation": null'
run 0 "$CHECK" tile.tnm diagonal.npy -q
lacks '^c'

# A unit of 1/4, and prices so coarse that they prove less.
prices 1 5 -2 8 8 4 4 >quarter.npy
run 0 "$CHECK" tile.tnm diagonal.npy --certificate quarter.npy
has '^s OPTIMAL$'
prices 1 5 2 1 1 0 0 >coarse.npy
run 1 "$CHECK" tile.tnm diagonal.npy --certificate coarse.npy
has '^s VALID$'
has '^b 8$'

# Masks: the other diagonal is valid but not the best; the rest breaks the constraint.
mask 2 2 0 1 1 0 >other.npy
run 1 "$CHECK" tile.tnm other.npy --certificate proof.npy
has '^s VALID$'
has '^o 2$'
has '^b 6$'
mask 2 2 1 1 0 0 >row.npy
run 1 "$CHECK" tile.tnm row.npy
has '^s INVALID$'
has '^c violation: tile 0,0, row 0 of the matrix keeps 2, exactly 1 allowed$'
mask 2 2 1 0 1 0 >column.npy
run 1 "$CHECK" tile.tnm column.npy
has '^c violation: tile 0,0, column 0 of the matrix keeps 2, exactly 1 allowed$'
mask 2 2 1 0 0 0 >less.npy
run 1 "$CHECK" tile.tnm less.npy
has '^c violation: tile 0,0, row 1 of the matrix keeps 0, exactly 1 allowed$'
run 0 "$CHECK" tile.tnm less.npy --constraint atmost
has '^s VALID$'
has '^c short lines 2$'
run 1 "$CHECK" tile.tnm row.npy --constraint atmost --certificate proof.npy --format json
is_json
has '"status": "INVALID"'
has '"violation": \{"tile": \[0, 0\], "line": "row", "index": 0, "kept": 2\}'

# Prices: moved, negative, enormous, in a unit that cannot be, or none.
prices 1 5 0 3 2 1 1 >moved.npy
run 1 "$CHECK" tile.tnm diagonal.npy --certificate moved.npy
has '^s VALID$'
has '^b 7$'
prices 1 5 0 4 4 -1 -1 >negative.npy
run 0 "$CHECK" tile.tnm diagonal.npy --certificate negative.npy
has '^s OPTIMAL$'
run 1 "$CHECK" tile.tnm diagonal.npy --certificate negative.npy --constraint atmost
has '^s VALID$'
has '^b inf$'
prices 1 5 0 9223372036854775807 9223372036854775807 9223372036854775807 9223372036854775807 >huge.npy
run 1 "$CHECK" tile.tnm diagonal.npy --certificate huge.npy
has '^s VALID$'
has '^b 3\.68934881474191[0-9]*e\+19$'
prices 1 5 5000 2 2 1 1 >unit.npy
run 1 "$CHECK" tile.tnm diagonal.npy --certificate unit.npy
has '^b inf$'
prices 1 5 $((-9223372036854775807 - 1)) 2 2 1 1 >absent.npy
run 1 "$CHECK" tile.tnm diagonal.npy --certificate absent.npy
has '^b inf$'

# Files that are no mask or no certificate of this matrix.
mask 2 3 1 0 0 1 0 0 >wide.npy
run 65 "$CHECK" tile.tnm wide.npy
complains 'wide.npy: expected a mask of shape (2, 2), found (2, 3)'
run 65 "$CHECK" tile.tnm diagonal.npy --certificate diagonal.npy
complains 'diagonal.npy'
prices 2 5 0 2 2 1 1 0 2 2 1 1 >two.npy
run 65 "$CHECK" tile.tnm diagonal.npy --certificate two.npy
complains 'two.npy: expected prices of shape (1, 5), found (2, 5)'
prices 1 5 0 2 2 1 >short.npy
run 65 "$CHECK" tile.tnm diagonal.npy --certificate short.npy
complains 'short.npy'
(npy '|u1' 2 2 && little_endian 1 1 0 0 255) >bytes.npy
run 0 "$CHECK" tile.tnm bytes.npy
has '^s VALID$'
run 65 "$CHECK" tile.tnm tile.tnm
complains 'tile.tnm'
run 66 "$CHECK" tile.tnm diagonal.npy --certificate missing.npy
complains 'missing.npy'
[ ! -e /dev/full ] || {
    run 74 sh -c '"$0" tile.tnm diagonal.npy >/dev/full' "$CHECK"
    complains 'No space left'
}

# ---- a real answer, damaged in every way ---------------------------------------------------------
"$TNM" generate gaussian 32 48 --seed 9 -o weights.npy
"$TNM" solve weights.npy -q -o mask.npy --certificate cert.npy >/dev/null
run 0 "$CHECK" weights.npy mask.npy --certificate cert.npy
has '^s OPTIMAL$'

# Any flipped bit.
for entry in 0 47 700 1535; do
    cp mask.npy flipped.npy
    poke flipped.npy $((128 + entry)) $((1 - $(byte mask.npy $((128 + entry)))))
    run 1 "$CHECK" weights.npy flipped.npy --certificate cert.npy
    has '^s INVALID$'
    has "row $((entry / 48)) of the matrix|column $((entry % 48)) of the matrix"
done

# Two rows of a band exchanged: every count is right, the choice is wrong.
(head -c 128 mask.npy && tail -c +177 mask.npy | head -c 48 && tail -c +129 mask.npy | head -c 48 &&
    tail -c +225 mask.npy) >swapped.npy
run 1 "$CHECK" weights.npy swapped.npy --certificate cert.npy
has '^s VALID$'
run 0 "$CHECK" weights.npy swapped.npy
has '^s VALID$'

# The same rows from two bands exchanged.
(head -c 128 mask.npy && tail -c +897 mask.npy | head -c 384 && tail -c +513 mask.npy | head -c 384 &&
    tail -c +129 mask.npy | head -c 384 && tail -c +1281 mask.npy) >bands.npy
run 1 "$CHECK" weights.npy bands.npy --certificate cert.npy
has '^s VALID$'

# Prices of one tile changed, and prices of two tiles exchanged.
cp cert.npy changed.npy
poke changed.npy $((128 + 8 * 17 + 10)) $((($(byte cert.npy $((128 + 8 * 17 + 10))) + 64) % 256))
run 1 "$CHECK" weights.npy mask.npy --certificate changed.npy
has '^s VALID$'
has 'proven 23'
(head -c 128 cert.npy && tail -c +265 cert.npy | head -c 136 && tail -c +129 cert.npy | head -c 136 &&
    tail -c +401 cert.npy) >exchanged.npy
run 1 "$CHECK" weights.npy mask.npy --certificate exchanged.npy
has '^s VALID$'
has 'proven 22'

# Another pattern, other weights, another score.
run 1 "$CHECK" weights.npy mask.npy -p 2:8
has '^s INVALID$'
run 1 "$CHECK" weights.npy mask.npy -p 5:8
has '^s INVALID$'
run 1 "$CHECK" weights.npy mask.npy -p 2:4
has '^s INVALID$'
run 65 "$CHECK" weights.npy mask.npy -p 8:16 --certificate cert.npy
complains 'cert.npy'
"$TNM" generate gaussian 32 48 --seed 10 -o others.npy
run 1 "$CHECK" others.npy mask.npy --certificate cert.npy
has '^s VALID$'
run 1 "$CHECK" weights.npy mask.npy --score square --certificate cert.npy
has '^s VALID$'
run 65 "$CHECK" weights.npy weights.npy
complains 'weights.npy'

# Ragged sides: what sticks out is made up, what is inside is not.
"$TNM" generate gaussian 13 22 -o ragged.npy
"$TNM" solve ragged.npy -q -o mask.npy --certificate cert.npy >/dev/null
run 0 "$CHECK" ragged.npy mask.npy --certificate cert.npy
has '^s OPTIMAL$'
cp mask.npy flipped.npy
poke flipped.npy $((128 + 285)) $((1 - $(byte mask.npy $((128 + 285)))))
run 1 "$CHECK" ragged.npy flipped.npy
has '^s INVALID$'
has '^c violation: tile 1,2'

# With --edges dense what sticks out is kept whole.
"$TNM" solve ragged.npy --edges dense -q -o mask.npy --certificate cert.npy >/dev/null
run 0 "$CHECK" ragged.npy mask.npy --edges dense --certificate cert.npy
has '^s OPTIMAL$'
cp mask.npy dropped.npy
poke dropped.npy $((128 + 22 * 9 + 4)) 0
run 1 "$CHECK" ragged.npy dropped.npy --edges dense --certificate cert.npy
has '^s INVALID$'
has '^c violation: row 9, column 4 of the dense margin is dropped$'
run 1 "$CHECK" ragged.npy dropped.npy --edges dense --format json
is_json
has '"violation": \{"margin": \[9, 4\]\}'
