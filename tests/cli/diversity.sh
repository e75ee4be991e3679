# tnm diversity: counts, estimates, and three ways to tell them.

run 0 "$TNM" diversity 4:8
has '^pattern +4:8 kept, constraint equal$'
has '^transposable +0\.574489 +11\.0681 +116963796250$'
has '^published +150\.11 times the truth$'
has '^asymptotic .*off by -5\.96 %$'
has '^sharper .*off by \+0\.38[0-9]* %$'
silent
run 0 "$TNM" diversity 4:8 --constraint=atmost
has ' 94473463102448047$'
lacks '^published|as kept'
run 0 "$TNM" diversity 4:8 --constraint=atmost --format=json
is_json
has '"published": null, "published_ratio": null'
run 0 "$TNM" diversity --table=4 --constraint=atmost
has '^ +2:4 .* - +[0-9.]+ +[0-9]+$'
run 0 "$TNM" diversity 14:16 --tile=160
has '^published +2\.[0-9]{3}e-13 times the truth$'
run 0 "$TNM" diversity 14:16 --tile=96
has '^published +2\.[0-9]{3}e-05 times the truth$'
run 0 "$TNM" diversity 8:16
has ' 34812290428176298285394893936773707951192224124239796250$'
run 0 "$TNM" diversity 2:4 --tile=8
has '^transposable .* 65610000$'
has '^structured .* 2821109907456$'
has '^unstructured .* 1832624140942590534$'
has '^published +6\.5536 times the truth$'
run 0 "$TNM" diversity 2:4 --tile=4x8
has '^transposable .* 8100$'
run 0 "$TNM" diversity 5:8
has '^published +6\.084'
has '^  as kept +17524 times'

run 0 "$TNM" diversity 3:6 --format=json
is_json
has '"pattern": "3:6", "constraint": "equal", "tile": 6, "transposable": \{"exact": "297200"'
has '"published": "2073600", "published_ratio": 6\.977'
has '"structured": \{"exact": "64000000"'
run 0 "$TNM" diversity 16:32 --format=json
is_json
has '"exact": null, "log10": 254\.98999'
has '"estimate_error": null'
run 0 "$TNM" diversity 32:64
has '^transposable .* about 2\.[0-9]+e\+1106$'
has '^beyond +counting exactly needs .* states, .* GiB and .* steps; this machine has not the memory$'
run 0 "$TNM" diversity 32:64 --exact
has '^beyond '

run 0 "$TNM" diversity --table=4
check "a line a pattern" [ "$(grep -c : out)" -eq 14 ]
has '^ +2:4 +0\.4057 +0\.6462 +0\.8532 +1\.6 +0\.86 +90$'
run 0 "$TNM" diversity --table=3 --format=csv
has '^pattern,constraint,rows,cols,exact,log10,bits_per_weight,'
has '^1:3,equal,3,3,6,'
check "ten lines of CSV" [ "$(wc -l <out)" -eq 10 ]
run 0 "$TNM" diversity --table=2 --format=json
is_json

diversity_wrong() {
    text=$1
    shift
    run 64 "$TNM" diversity "$@"
    complains "$text"
}
diversity_wrong 'expected a pattern'
diversity_wrong 'is no pattern' four
diversity_wrong 'N must lie between' 5:4
diversity_wrong 'has patterns and tiles of its own' 2:4 --table=4
diversity_wrong 'multiples of 4' 2:4 --tile=6
diversity_wrong 'multiples of 4' 2:4 --tile=8x6
diversity_wrong 'whole number' 2:4 --tile=8x
diversity_wrong 'whole number' --table=65
diversity_wrong 'is no constraint' 2:4 --constraint=less
diversity_wrong 'too many' 2:4 4:8
