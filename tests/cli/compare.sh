# tnm compare: one row a method.

"$TNM" generate gaussian 64 64 --seed 2 -o weights.npy

run 0 "$TNM" compare weights.npy
has '^c input weights.npy: 64 x 64 float32$'
has '^c threads [0-9]+$'
has '^method +status +objective +kept % +gap % +worst % +tile +short +seconds +time/ref$'
has '^exact +OPTIMAL '
has '^lemon-network-simplex +OPTIMAL .* 1$'
has '^greedy-keep\+completion +FEASIBLE '
lacks '^brute +LIMIT'
has '^c time/ref: seconds divided by those of lemon-network-simplex$'
has '^c \+completion: '
silent

# Every exact method that applies finds the same objective, to the last bit.
run 0 "$TNM" compare weights.npy -p 2:4 --format csv
check 'csv: lines end in CR LF' eval '[ "$(grep -c "$(printf "\r")" out)" -eq "$(wc -l <out)" ]'
has '^method,completion,status,objective,bound,gap,worst_gap,worst_tile_row,worst_tile_col,'
check 'csv: as many commas in every row' \
    [ "$(sed 's/[^,]//g' out | sort -u | wc -l)" -eq 1 ]
check 'csv: at least seven methods are optimal' [ "$(grep -c ',OPTIMAL,' out)" -ge 7 ]
check 'csv: they agree' [ "$(grep ',OPTIMAL,' out | cut -d, -f 4-6 | sort -u | wc -l)" -eq 1 ]
has ',OPTIMAL,([0-9.]+),\1,0,0,,,'

run 0 "$TNM" compare weights.npy --constraint atmost -q
lacks '^c'
lacks 'completion'

run 0 "$TNM" compare weights.npy -m exact,greedy-prune --format json
is_json
has '"reference": "exact", "methods": \[\{"method": "exact", "completion": false, "status": "OPTIMAL"'
has '"method": "greedy-prune", "completion": true, "status": "FEASIBLE"'
run 0 "$TNM" compare weights.npy -m greedy-keep
has '^greedy-keep\+completion +FEASIBLE +[0-9.]+ +[0-9.]+ +[0-9]'
lacks 'time/ref:'

# Every method is listed, and those that do not apply say so; limits from above are no failure.
run 0 "$TNM" compare weights.npy -p 2:4 --format csv
for name in $("$TNM" --version | sed -n 's/^methods: //p'); do
    has "^$name,"
done
has '^row-nm,0,INFEASIBLE,[0-9.]+,[0-9.]+,-0\.[0-9]+,'
run 0 "$TNM" compare weights.npy -m torch-greedy,enumerate,brute -p 8:16
has '^torch-greedy +only 2:4 +- '
has '^brute +too much work +- '

# Parameters go to the methods that have them.
run 0 "$TNM" compare weights.npy -m exact,bi-nm,swap -q --set order=column --start bi-nm
has '^bi-nm'
run 64 "$TNM" compare weights.npy -m exact,bi-nm --set rank=abs
complains "parameter 'rank=abs' belongs to none of the methods"
run 64 "$TNM" solve weights.npy -m bi-nm --set rank=abs
complains "bi-nm has no parameter 'rank'"
run 64 "$TNM" solve weights.npy -m bi-nm --set order=diagonal
complains "bi-nm: order 'diagonal': expected one of row|column"
run 64 "$TNM" solve weights.npy -m swap --start row-nm
complains 'the masks of row-nm may break the constraint'

# A mask that never promised to keep the constraint is written, and found wanting.
run 0 "$TNM" solve weights.npy -m row-nm -o rows.npy
has '^s INFEASIBLE$'
run 1 "$CHECK" weights.npy rows.npy
has '^s INVALID$'

# The layout of 2021: a mask to write, and to find wanting, along a column.
run 0 "$TNM" solve weights.npy -m reference-2021 --layout flat -o flat.npy
has '^c method reference-2021 and completion, layout flat, threads '
has '^s INFEASIBLE$'
run 1 "$CHECK" weights.npy flat.npy
has 'column'
run 0 "$TNM" compare weights.npy -m exact,greedy-keep --layout flat
has '^exact +INFEASIBLE '
has '^c layout flat, threads '
run 64 "$TNM" compare weights.npy --layout round
complains "unknown layout 'round'"

# A time limit is each method's own.
"$TNM" generate gaussian 2048 2048 -o large.npy
run 0 "$TNM" compare large.npy -m glpk-ilp,exact -p 8:16 --time-limit 1
has '^glpk-ilp +LIMIT +- +- +- '
has '^c glpk-ilp stopped after [0-9]+ of 16384 tiles'
