# tnm sample: random masks, exactly uniform or by a chain.

run 0 "$TNM" sample 2:4 --count=3 --seed=7 -o a.npy
has '^c exactly uniform among 10\^1\.9542 masks$'
silent
check 'a header and 48 entries' [ "$(wc -c <a.npy)" -eq 176 ]
check 'three dimensions' grep -aq "'shape': (3, 4, 4), }" a.npy
check '24 kept' [ "$(tail -c 48 a.npy | od -An -tu1 -v | tr -s ' ' '\n' | grep -c '^1$')" -eq 24 ]
run 0 "$TNM" sample 2:4 --count=3 --seed=7 -o b.npy
same a.npy b.npy
run 0 "$TNM" sample 2:4 --count=3 --seed=8 -o c.npy
check 'another seed, other masks' eval '! cmp -s a.npy c.npy'
run 0 "$TNM" sample 4:8 --constraint=atmost -o d.npy
has '10\^16\.9753 masks'
run 0 "$TNM" sample 2:4 --count=3 --seed=7 -o -
check 'the masks on stdout' cmp -s out a.npy
check 'the report on stderr' grep -q '^c exactly' err

run 0 "$TNM" sample 32:64 --count=2 -o e.npy
has '^c approximate: a chain of trades, [0-9]+ sweeps between masks$'
has '^c overlap .* integrated autocorrelation time [0-9.]+ sweeps$'
check 'half of it kept' [ "$(tail -c 8192 e.npy | od -An -tu1 -v | tr -s ' ' '\n' | grep -c '^1$')" -eq 4096 ]
run 0 "$TNM" sample 2:4 --sampler=chain -o f.npy
has '^c approximate'
nothing_left

sample_wrong() {
    text=$1
    shift
    run 64 "$TNM" sample "$@"
    complains "$text"
    check "$command: nothing on stdout" [ ! -s out ]
}
sample_wrong 'expected a pattern'
sample_wrong 'no output given' 2:4
sample_wrong 'at least one mask' 2:4 --count=0 -o x
sample_wrong 'whole number' 2:4 --count=-1 -o x
sample_wrong 'whole number' 2:4 --seed=one -o x
sample_wrong 'unknown sampler' 2:4 --sampler=magic -o x
sample_wrong 'N must lie between' 5:4 -o x
check 'no output was made' [ ! -e x ]
run 1 "$TNM" sample 32:64 --sampler=exact -o x
complains 'more than this machine has'
check 'no output was made' [ ! -e x ]
run 73 "$TNM" sample 2:4 -o no/such/folder.npy
complains 'no/such/folder.npy'
