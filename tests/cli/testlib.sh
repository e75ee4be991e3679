# Helpers of the tests in this folder. $TNM and $CHECK are the programs; the current folder is empty
# and thrown away afterwards.

# Nothing of the caller's surroundings decides what is printed.
unset CI NO_COLOR
TERM=dumb
export TERM

# ---- verdicts ----------------------------------------------------------------------------------

pass() {
    echo "pass $NAME: $1" >>"$TALLY"
}

fail() {
    echo "fail $NAME: $1" >>"$TALLY"
    echo "FAIL $NAME: $1" >&2
    sed 's/^/    stdout: /' out | head -5 >&2
    sed 's/^/    stderr: /' err | head -5 >&2
}

# check DESCRIPTION COMMAND...: passes when the command succeeds.
check() {
    description=$1
    shift
    if "$@"; then pass "$description"; else fail "$description"; fi
}

# ---- running -----------------------------------------------------------------------------------

# run CODE COMMAND...: runs it with stdout in `out`, stderr in `err`, and checks the exit code.
run() {
    expected=$1
    shift
    command=$*
    "$@" >out 2>err
    code=$?
    if [ "$code" -eq "$expected" ]; then pass "$command: exit $code"; else
        fail "$command: exit $code, expected $expected"
    fi
}

# has PATTERN, lacks PATTERN: about the stdout of the last run.
has() {
    check "$command: prints $1" grep -Eq -e "$1" out
}

lacks() {
    check "$command: does not print $1" is_absent "$1"
}

is_absent() {
    ! grep -Eq -e "$1" out
}

# silent: the last run left stderr empty.
silent() {
    check "$command: silent on stderr" [ ! -s err ]
}

# complains TEXT: the last run put exactly one line on stderr, in the usual form, with this text.
complains() {
    check "$command: one line on stderr" [ "$(wc -l <err)" -eq 1 ]
    check "$command: complains in form" grep -Eq '^tnm(-check)?: error: .' err
    check "$command: complains of '$1'" grep -Fq -e "$1" err
}

# is_json: stdout is one line of JSON; looks closely where there is something to look with.
is_json() {
    check "$command: one line of JSON" [ "$(wc -l <out)" -eq 1 ]
    if command -v python3 >/dev/null; then
        check "$command: valid JSON" eval 'python3 -m json.tool <out >/dev/null 2>&1'
    elif command -v jq >/dev/null; then
        check "$command: valid JSON" eval 'jq . <out >/dev/null 2>&1'
    else
        check "$command: looks like JSON" grep -Eq '^[[{].*[]}]$' out
    fi
}

# same A B: files of the same bytes.
same() {
    check "$command: $1 equals $2" cmp -s "$1" "$2"
}

# nothing_left: no temporary file of an output is in the current folder.
nothing_left() {
    check "$command: leaves no temporary file" eval '! ls -A | grep -q "\.tmp$"'
}

# ---- .npy files by hand ------------------------------------------------------------------------

# npy DESCR ROWS COLS: a header of 128 bytes, to be followed by the elements.
npy() {
    printf '\223NUMPY\001\000\166\000%-117s\n' \
        "{'descr': '$1', 'fortran_order': False, 'shape': ($2, $3), }"
}

# little_endian BYTES VALUE...: whole numbers in two's complement.
little_endian() {
    bytes=$1
    shift
    for value in "$@"; do
        k=0
        while [ $k -lt "$bytes" ]; do
            printf "\\$(printf %03o $(((value >> (8 * k)) & 255)))"
            k=$((k + 1))
        done
    done
}

# mask ROWS COLS 0|1...: to stdout.
mask() {
    npy '|b1' "$1" "$2"
    shift 2
    little_endian 1 "$@"
}

# prices TILES LENGTH VALUE...: to stdout.
prices() {
    npy '<i8' "$1" "$2"
    shift 2
    little_endian 8 "$@"
}

# byte FILE OFFSET: its value in decimal.
byte() {
    od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' '
}

# poke FILE OFFSET VALUE: overwrites a byte.
poke() {
    little_endian 1 "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# ---- waiting -----------------------------------------------------------------------------------

# until_true COMMAND...: waits until it succeeds; two minutes at most, which only what hangs needs.
until_true() {
    tries=0
    until "$@" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 6000 ] || return 1
        sleep 0.02
    done
}

# until_printed PATTERN FILE: waits until the file has such a line.
until_printed() {
    until_true grep -Eqa -e "$1" "$2"
}
