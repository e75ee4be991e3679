#!/bin/sh
# Tests of the programs as a user meets them: what they print, where, and how they end.
#
#   tests/cli/run.sh BUILD [NAME...]     runs tests/cli/NAME.sh, or all of them, against BUILD/tnm
#
# Each file runs in an empty folder of its own with the helpers of testlib.sh, as many files at a
# time as there are cores.

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd) || exit 64
shift
for program in tnm tnm-check; do
    [ -x "$build/$program" ] || { echo "tests/cli: there is no $build/$program" >&2; exit 66; }
done
scratch=$(mktemp -d) || exit 73
trap 'rm -rf "$scratch"' EXIT
[ $# -gt 0 ] || set -- $(cd "$here" && ls ./*.sh | sed 's|^\./||; s|\.sh$||' | grep -v -e '^run$' -e '^testlib$')

export BUILD="$build" TNM="$build/tnm" CHECK="$build/tnm-check" TALLY="$scratch/tally" HERE="$here"
printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" sh -c '
    export NAME="$1"
    mkdir "$0/$NAME" && cd "$0/$NAME" && (. "$HERE/testlib.sh"; . "$HERE/$NAME.sh") ||
        echo "fail $NAME: ended early" >>"$TALLY"' "$scratch"

passed=$(grep -c '^pass' "$scratch/tally")
failed=$(grep -c '^fail' "$scratch/tally")
echo "tests/cli: $passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
