# tnm solve: reports and files.

# At most two of three keeps 5, exactly two keeps 4.
cat >small.tnm <<'END'
c where the two constraints differ
p tnm 2:3 atmost 3 3
r 1 0 0
r 0 1 1
r 0 1 1
END
run 0 "$TNM" solve small.tnm
has '^c input small.tnm: 3 x 3 float64$'
has '^c pattern 2:3, constraint atmost, score abs, edges pad$'
has '^s OPTIMAL$'
has '^o 5$'
has '^b 5$'
has '^c tiles 1 of 1, proven 1, exact 1, broken 0$'
silent
check 'every line is typed' eval '! grep -Evq "^[csob] " out'
run 0 "$TNM" solve small.tnm --constraint equal
has '^o 4$'
run 0 "$TNM" solve small.tnm -p 1:3
has '^c pattern 1:3, constraint atmost'
has '^o 3$'
run 0 "$TNM" solve small.tnm -q
lacks '^c'
check 'quiet: three lines' [ "$(wc -l <out)" -eq 3 ]
run 0 sh -c '"$0" solve - -q <small.tnm' "$TNM"
has '^o 5$'

# JSON says the same.
run 0 "$TNM" solve small.tnm --format json
is_json
for key in input rows cols pattern method constraint status objective bound gap retention tiles \
    tiles_exact short_lines seconds solve_seconds version; do
    has "\"$key\": "
done
has '"input": "small.tnm", "rows": 3, "cols": 3'
has '"pattern": "2:3", "method": "exact"'
has '"status": "OPTIMAL", "objective": 5.0, "bound": 5.0, "gap": 0.0'
silent

# Scores: squares and a matrix of their own.
cat >signs.tnm <<'END'
p tnm 1:2 equal 2 2
r -3 4
r -5 4
END
run 0 "$TNM" solve signs.tnm -q
has '^o 9$'
run 0 "$TNM" solve signs.tnm -q --score square
has '^o 41$'
cat >scores.tnm <<'END'
p tnm 1:2 equal 2 2
r 1 0
r 0 8
END
run 0 "$TNM" solve signs.tnm -q --score scores.tnm
has '^o 9$'
run 65 "$TNM" solve signs.tnm --score small.tnm
complains 'scores are 3x3, weights 2x2'
run 66 "$TNM" solve signs.tnm --score missing.npy
complains 'missing.npy'
run 65 "$TNM" solve scores.tnm --score signs.tnm
complains 'signs.tnm: score at row 0, column 0 is negative'

# Files: the same bytes for any number of threads, and what the checker makes of them.
"$TNM" generate student-t 136 264 --seed 5 -o weights.npy
for constraint in equal atmost; do
    run 0 "$TNM" solve weights.npy --constraint $constraint -j1 -o mask1.npy --certificate cert1.npy
    run 0 "$TNM" solve weights.npy --constraint $constraint -j2 -o mask2.npy --certificate cert2.npy
    same mask1.npy mask2.npy
    same cert1.npy cert2.npy
    objective=$(grep '^o' out)
    run 0 "$CHECK" weights.npy mask1.npy --constraint $constraint --certificate cert1.npy
    has '^s OPTIMAL$'
    has "^$objective\$"
done
for isa in baseline avx2 avx512; do
    "$TNM" solve small.tnm --isa $isa >/dev/null 2>&1 || continue # not on this machine
    run 0 "$TNM" solve weights.npy --isa $isa --constraint atmost -v -o mask2.npy
    has "^c instruction set $isa\$"
    has '^c thread seconds: reading [0-9.]+, solving [0-9.]+, verifying [0-9.]+, writing [0-9.]+$'
    has '^c peak memory [0-9]+ bytes$'
    same mask1.npy mask2.npy
done
run 64 "$TNM" solve small.tnm --isa mmx
complains 'mmx'
run 0 "$TNM" compare small.tnm -m exact --isa baseline
has '^exact +OPTIMAL '
check 'mask: one byte an entry' [ "$(wc -c <mask1.npy)" -eq $((128 + 136 * 264)) ]
check 'certificate: 17 numbers a tile' [ "$(wc -c <cert1.npy)" -eq $((128 + 17 * 33 * 17 * 8)) ]
nothing_left

# A mask on the standard output sends the report out of its way.
run 0 "$TNM" solve weights.npy -o -
"$TNM" solve weights.npy -o mask.npy >/dev/null
same out mask.npy
check 'the report is on stderr' grep -q '^s OPTIMAL' err

# A heuristic is graded against the optimum; its certificate is that of the optimum.
run 0 "$TNM" solve weights.npy -q
optimum=$(sed -n 's/^o //p' out)
run 0 "$TNM" solve weights.npy -m greedy-keep -o greedy.npy --certificate greedy_cert.npy
has '^s FEASIBLE$'
has "^b $optimum\$"
has '^c method greedy-keep and completion'
has '^c worst tile [0-9]+,[0-9]+, gap 0\.'
run 1 "$CHECK" weights.npy greedy.npy --certificate greedy_cert.npy
has '^s VALID$'
has "^b $optimum\$"
run 0 "$TNM" solve weights.npy -m greedy-keep --no-bound
has '^b inf$'
lacks '^c gap'
run 0 "$TNM" solve weights.npy -m greedy-keep --no-bound --format json
is_json
has '"bound": null, "gap": null'

# Sides that are no multiple of M.
"$TNM" generate gaussian 13 22 -o ragged.npy
for constraint in equal atmost; do
    for edges in pad dense; do
        options="--constraint $constraint --edges $edges"
        run 0 "$TNM" solve ragged.npy $options -o mask.npy --certificate cert.npy
        has '^s OPTIMAL$'
        run 0 "$CHECK" ragged.npy mask.npy $options --certificate cert.npy
        has '^s OPTIMAL$'
    done
done
run 65 "$TNM" solve ragged.npy --edges error
complains 'ragged.npy: 13x22 is no multiple of 8'

# A method that does not apply, and parameters it does not have.
run 64 "$TNM" solve weights.npy --set rounds=3
complains "exact has no parameters: 'rounds=3'"
run 64 "$TNM" solve weights.npy -p 16:32 -m brute
complains 'brute'
