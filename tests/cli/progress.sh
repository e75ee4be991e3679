# The progress bar: on a terminal, for work that takes its time, and nowhere else.

if ! command -v script >/dev/null; then
    pass 'no script(1) to make a terminal with'
    return 0
fi
"$TNM" generate gaussian 4096 4096 -o large.npy
# terminal NAME OPTION...: solves on a terminal, in the background; what is drawn is in the file
# NAME, the number of the process in NAME.pid.
terminal() {
    name=$1
    shift
    script -qefc "sh -c 'echo \$\$ >$name.pid; exec $TNM solve large.npy -m glpk-ilp -p 4:8 -j1 $*'" \
        "$name" >/dev/null 2>&1 &
}
export TERM=xterm
terminal plain
terminal option --no-progress
terminal quiet -q
NO_COLOR=1 terminal no_color
CI=true terminal ci
TERM=dumb terminal dumb

# All are stopped when the first has drawn its bar.
bar='glpk-ilp \[[#.]*\] *[0-9]+ %  [0-9]+ of 262144 tiles  [0-9]+:[0-9][0-9] left'
: >out
: >err
check 'a bar with the time left' until_printed "$bar" plain
for name in plain option quiet no_color ci dumb; do
    until_true [ -s $name.pid ]
    kill -s INT "$(cat $name.pid)"
done
wait
for quiet in option quiet no_color ci dumb; do
    check "$quiet: no bar" eval '! grep -qa "tiles .* left" $quiet'
    check "$quiet: a report" grep -qa '^s LIMIT' $quiet
done
export TERM=dumb
run 0 "$TNM" solve large.npy -m exact -p 2:4
silent
