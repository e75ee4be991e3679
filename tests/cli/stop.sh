# Time limits, Ctrl-C, and inputs that shrink: a clean end, nothing half-written.

"$TNM" generate gaussian 4096 4096 -o large.npy # far more than glpk-ilp does in these seconds
echo 'an old file' >old
cp old expected

run 1 "$TNM" solve large.npy -m glpk-ilp -p 8:16 --time-limit 0.5 -o old --certificate cert.npy
has '^s LIMIT$'
has '^o [0-9]'
has '^c tiles [0-9]+ of 65536, proven [0-9]+,'
has '^c stopped early'
silent
same old expected
nothing_left
check 'no certificate' [ ! -e cert.npy ]
run 1 "$TNM" solve large.npy -m glpk-ilp -p 8:16 --time-limit 0.5 --format json
is_json
has '"status": "LIMIT"'

# Before a program is waited for, what the one before it printed is taken away.

# interrupted SIGNAL: exit code 130, a report, old files.
interrupted() {
    rm out
    "$TNM" solve large.npy -m glpk-ilp -p 8:16 -o old --certificate cert.npy >out 2>err &
    program=$!
    command="solve, then SIG$1"
    check "$command: starts" until_printed '^c method' out
    kill -s "$1" $program
    wait $program
    code=$?
    check "$command: exit code 130" [ $code -eq 130 ]
    has '^s LIMIT$'
    has '^c tiles [0-9]+ of 65536, proven [0-9]+,'
    silent
    same old expected
    nothing_left
    check "$command: no certificate" [ ! -e cert.npy ]
}
interrupted INT
interrupted TERM

# A comparison says what it has.
rm out
"$TNM" compare large.npy -m glpk-ilp,exact -p 8:16 >out 2>err &
program=$!
command='compare, then SIGINT'
check "$command: starts" until_printed '^c pattern' out
kill -s INT $program
wait $program
code=$?
check "$command: exit code 130" [ $code -eq 130 ]
has '^glpk-ilp +LIMIT '
has '^exact +not run '

# Somebody truncates the input.
cp large.npy shrinking.npy
rm out
"$TNM" solve shrinking.npy -m glpk-ilp -p 8:16 -o old >out 2>err &
program=$!
command='solve of a shrinking file'
check "$command: starts" until_printed '^c method' out
: >shrinking.npy
wait $program
code=$?
check "$command: exit code 74" [ $code -eq 74 ]
complains 'became shorter'
same old expected
nothing_left
