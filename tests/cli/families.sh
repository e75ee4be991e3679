# tnm generate and tnm info.

families=$("$TNM" generate --help | sed -n 's/^  \([a-z][a-z0-9-]*\) .*/\1/p')
check 'help lists ten families at least' [ "$(echo "$families" | wc -l)" -ge 10 ]
for family in $families; do
    run 0 "$TNM" generate "$family" 16 24 --seed 7 -p 2:4 -o a.npy
    silent
    run 0 "$TNM" generate "$family" 16 24 --seed 7 -p 2:4 -o b.npy
    same a.npy b.npy
    run 0 "$TNM" solve a.npy -p 2:4 -q
    has '^s OPTIMAL$'
done
"$TNM" generate gaussian 16 24 --seed 7 -o a.npy
"$TNM" generate gaussian 16 24 --seed 8 -o b.npy
check 'another seed, other bytes' eval '! cmp -s a.npy b.npy'
run 0 "$TNM" generate gaussian 16 24 --seed 7 -o -
same out a.npy

# Where the optimum is planted, it is found.
for constraint in equal atmost; do
    for pattern in 2:4 8:16; do
        run 0 "$TNM" generate planted 48 32 -p $pattern --constraint $constraint -o planted.npy
        optimum=$(cat out)
        has '^o [0-9.]+$'
        run 0 "$TNM" solve planted.npy -p $pattern --constraint $constraint -q
        has "^$optimum\$"
    done
done

# A text instance brings its pattern along.
run 0 "$TNM" generate ties 6 6 -p 2:3 --constraint atmost --to text -o block.tnm
run 0 "$TNM" solve block.tnm
has '^c pattern 2:3, constraint atmost'
run 64 "$TNM" generate gaussian 3000 3000 --to text -o large.tnm
complains 'does not fit a text instance'
check 'and no file is made' [ ! -e large.tnm ]
run 64 "$TNM" generate gaussian 4 4 --set nonsense=1 -o x.npy
complains 'nonsense'

# ---- tnm info ------------------------------------------------------------------------------------
cat >odd.tnm <<'END'
p tnm 1:2 equal 3 4
r 0 0 0 0
r 8 0 -0.5 0x1p-1074
r -1 0 2 0
END
run 0 "$TNM" info odd.tnm
has '^shape       3 x 4$'
has '^type        float64, C order, 96 bytes$'
has '^magnitudes  smallest 4\.9406564584124654e-324, largest 8, mean 0\.9583333333333333[0-9]*$'
has '^exponents   1078$'
has '^zeros       7 \(58\.33 %\)$'
has '^negative    2 '
has '^denormal    1 '
has '^dead        1 rows, 1 columns$'
has '^not finite  0 NaN, 0 infinite$'
has '^pattern     1:2, constraint equal$'
has '^tiles       4: 2 down, 2 across$'
has '^edges       pad: 1 rows and 0 columns past whole tiles$'
run 0 "$TNM" info odd.tnm --format json
is_json
has '"dead_rows": 1, "dead_cols": 1'

(npy '<f4' 2 2 && little_endian 4 0 2139095040 2143289344 0) >nan.npy # inf, NaN
run 0 "$TNM" info nan.npy
has '^not finite  1 NaN, 1 infinite, one at row 0, column 1$'
(npy '<f4' 2 2 | sed 's/False, /True,  /' && little_endian 4 0 2139095040 2143289344 0) >fortran.npy
run 0 "$TNM" info fortran.npy
has '^type        float32, Fortran order, 16 bytes$'
has '^not finite  1 NaN, 1 infinite, one at row 1, column 0$'
(npy '>f4' 1 1 && little_endian 1 63 128 0 0) >swapped.npy # 1.0
run 0 "$TNM" info swapped.npy
has '^type        float32 in the other byte order, C order, 4 bytes$'
has '^magnitudes  smallest 1, largest 1, mean 1$'

# ---- tnm methods ---------------------------------------------------------------------------------
run 0 "$TNM" methods
has '^name +proof +M +equal +reference +summary$'
for method in exact greedy-keep greedy-prune brute lemon-network-simplex lemon-cost-scaling \
    lemon-capacity-scaling lemon-cycle-canceling glpk-lp glpk-ilp; do
    has "^$method +(yes|no) +[0-9]+ +(itself|completion) "
done
run 0 "$TNM" methods --format json
is_json
has '"name": "exact"'
