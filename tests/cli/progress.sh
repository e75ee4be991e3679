# The progress bar: on a terminal, for work that takes its time, and nowhere else.

if ! command -v script >/dev/null; then
    pass 'no script(1) to make a terminal with'
    return 0
fi
"$TNM" generate gaussian 4096 4096 -o large.npy
solve="$TNM solve large.npy -m glpk-ilp -p 4:8 -j1 --time-limit 5"
export TERM=xterm
script -qec "$solve" plain >/dev/null 2>&1 &
script -qec "$solve --no-progress" option >/dev/null 2>&1 &
script -qec "$solve -q" quiet >/dev/null 2>&1 &
NO_COLOR=1 script -qec "$solve" no_color >/dev/null 2>&1 &
CI=true script -qec "$solve" ci >/dev/null 2>&1 &
TERM=dumb script -qec "$solve" dumb >/dev/null 2>&1 &
wait
: >out
: >err
bar='glpk-ilp \[[#.]*\] *[0-9]+ %  [0-9]+ of 262144 tiles  [0-9]+:[0-9][0-9] left'
check 'a bar with the time left' grep -Eqa "$bar" plain
for quiet in option quiet no_color ci dumb; do
    check "$quiet: no bar" eval '! grep -qa "tiles .* left" $quiet'
    check "$quiet: a report" grep -qa '^s LIMIT' $quiet
done
export TERM=dumb
run 0 "$TNM" solve large.npy -m exact -p 2:4
silent
