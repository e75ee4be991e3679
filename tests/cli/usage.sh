# Help, versions, and mistakes on the command line.

run 0 "$TNM" --help
has '^Usage: tnm '
has '^  solve '
has '130 interrupted'
silent
run 0 "$TNM" --version
has '^tnm [0-9]+\.[0-9]+\.[0-9]+ \(commit '
has '^LEMON [0-9.]+, GLPK [0-9.]+, GSL [0-9.]+, GMP [0-9.]+, jansson [0-9.]+, OpenBLAS [0-9.]+ \([A-Za-z0-9]+\)$'
has '^methods: .*exact'
run 0 "$TNM" --usage
has '^Usage: tnm '
run 0 "$CHECK" --help
has '^Usage: tnm-check '
has '130 interrupted'
run 0 "$CHECK" --version
has '^tnm-check [0-9]'
has '^jansson [0-9.]+$'
for name in solve compare generate info export bench diversity sample methods calibrate allocate; do
    run 0 "$TNM" $name --help
    has "^Usage: tnm $name "
    has '65 bad data'
    silent
    run 0 "$TNM" $name --version
    has '^tnm [0-9]'
    run 64 "$TNM" $name --no-such-option
    complains "unrecognized option '--no-such-option'"
done

run 64 "$TNM"
complains 'no command'
run 64 "$TNM" frobnicate
complains "unknown command 'frobnicate'"
run 64 "$TNM" -Z
complains "invalid option -- 'Z'"
run 64 "$CHECK"
complains 'expected an input and a mask'
run 64 "$CHECK" a b c
complains "one argument too many: 'c'"

# Each of these is wrong whatever the input holds.
wrong() {
    text=$1
    shift
    run 64 "$TNM" "$@"
    complains "$text"
    check "$command: nothing on stdout" [ ! -s out ]
}
wrong 'no input given' solve
wrong 'no input given' compare
wrong 'no input given' info
wrong 'no input given' export
wrong 'too many' solve a b
wrong 'requires an argument' solve a -p
wrong 'is no pattern' solve a -p four
wrong 'N must lie between' solve a -p 9:8
wrong 'M must lie between' solve a -p 4:65
wrong 'is no constraint' solve a --constraint less
wrong 'unknown edge rule' solve a --edges round
wrong 'unknown method' solve a -m magic
wrong 'unknown method' compare a -m exact,magic
wrong 'unknown method' compare a -m exact,
wrong 'whole number' solve a -j two
wrong 'whole number' solve a -j -1
wrong 'whole number' solve a --seed 18446744073709551616
wrong 'seconds above 0' solve a --time-limit 0
wrong 'seconds above 0' solve a --time-limit soon
wrong 'NAME=VALUE' solve a --set x
wrong 'unknown format' solve a --format xml
wrong 'does not write csv' solve a --format csv
wrong 'does not write csv' methods --format csv
wrong 'cannot hold two outputs' solve a -o x --certificate x
wrong 'either --tile I,J or --all' export a --to lp
wrong 'either --tile I,J or --all' export a --to lp --tile 0,0 --all
wrong 'expected I,J' export a --to lp --tile 0
wrong 'whole number' export a --to lp --tile 0,x
wrong 'expected --to' export a --tile 0,0
wrong 'no export format' export a --tile 0,0 --to xls
wrong 'needs a folder' export a --all --to lp
wrong 'expected a family' generate gaussian 4
wrong 'no output given' generate gaussian 4 4
wrong 'whole number' generate gaussian four 4 -o x
wrong 'whole number' generate gaussian 4 4 -o x --seed 4294967296
wrong 'unknown kind of file' generate gaussian 4 4 -o x --to csv
wrong 'magic' generate magic 4 4 -o x
wrong 'too many' methods x
check 'no output was made' [ ! -e x ]
