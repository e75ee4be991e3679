# tnm study: rows, tables, and a study that is killed again and again.

cat >plan <<'END'
# a bit of everything
study trial
seed 2
baseline greedy-keep
pattern 2:4 4:8
constraint equal atmost
family gaussian 64x64 seeds 1..2
family ties 100x60 seeds 1 values=3
methods heuristic
method exact
method lemon-network-simplex
END

run 0 "$TNM" study plan -o whole
has '^c study trial: [0-9]+ runs to do$'
has '^c all [0-9]+ runs are in whole/records.csv, tables in whole/summary.md$'
silent
for file in records.csv summary.csv gaps.csv profiles.csv slopes.csv summary.md; do
    check "whole/$file is there" [ -s "whole/$file" ]
done
check 'records: the banner' grep -Eq '^# program: tnm [0-9.]+.$' whole/records.csv
check 'records: the plan' grep -Eq '^# plan: baseline greedy-keep.$' whole/records.csv
check 'records: as many cells in every row' \
    [ "$(grep -v '^#' whole/records.csv | sed 's/[^,]//g' | sort -u | wc -l)" -eq 1 ]
check 'summary: exact has no gap' grep -Eq '^\| exact \| 0 ± 0 \| 0 ± 0 \|$' whole/summary.md

# rows FOLDER: its records without the head and what the clock decides.
rows() {
    grep -v '^#' "$1/records.csv" | tr -d '\r' | sed -E 's/(,[^,]*){3}$//'
}
rows whole >expected

# Again: nothing to do, the same bytes.
cp whole/records.csv before
run 0 "$TNM" study plan -o whole
has '^c study trial: 0 runs to do$'
same before whole/records.csv
run 0 "$TNM" study plan -o whole -q
check 'quiet: prints nothing' [ ! -s out ]

# Killed again and again, it goes on, and ends with the same rows: killed as it starts, and after
# one more row, so that every second run brings it nearer to its end.
complete_rows() { # FOLDER
    grep -vc '^#' "$1/records.csv" 2>/dev/null || true
}
has_more_rows() { # FOLDER COUNT
    [ "$(complete_rows "$1")" -gt "$2" ] || ! kill -0 $program
}
mkdir killed
kills=0
while [ $kills -lt 40 ]; do
    seen=$(complete_rows killed)
    "$TNM" study plan -o killed -j 2 >log 2>err &
    program=$!
    case $((kills % 2)) in
    0) sleep "0.0$((kills % 10))" ;;
    1) until_true has_more_rows killed "${seen:-0}" ;;
    esac
    kill -s KILL $program
    wait $program
    [ $? -ne 0 ] || break
    kills=$((kills + 1))
done 2>/dev/null
command="study, killed $kills times"
check "$command: more than once, after its first rows" \
    eval '[ $kills -gt 2 ] && [ "$(complete_rows killed)" -gt 0 ]'
run 0 "$TNM" study plan -o killed
rows killed >found
same found expected
check "$command: no temporary file" eval '! ls -A killed | grep -q "\.tmp$"'

# Ctrl-C says how to go on.
sed 's/64x64 seeds 1..2/2048x2048 seeds 1..9/' plan >long
"$TNM" study long -o stopped >out.log 2>err &
program=$!
check 'study, then SIGINT: starts' until_printed '^c study trial' out.log
kill -s INT $program
wait $program
code=$?
check 'study, then SIGINT: exit code 130' [ $code -eq 130 ]
check 'study, then SIGINT: says so' grep -Eq '^c stopped with [0-9]+ of [0-9]+ runs' out.log

# A changed plan is refused, and everything left as it was.
cp killed/records.csv before
sed 's/^seed 2/seed 3/' plan >changed
run 65 "$TNM" study changed -o killed
complains "killed/records.csv was begun with '# plan: seed 2', now it is '# plan: seed 3'"
same before killed/records.csv

# Complaints name the line.
echo 'patern 2:4' >>changed
run 65 "$TNM" study changed -o new
complains "changed:12: unknown word 'patern'"
check 'no folder is made for a broken plan' [ ! -e new ]
run 66 "$TNM" study nothing -o new
complains 'nothing'
run 64 "$TNM" study plan
complains 'no folder given'
run 64 "$TNM" study
complains 'no plan given'
echo 'a file' >file
run 73 "$TNM" study plan -o file
complains 'file: cannot open'
