# tnm allocate: a pattern for every layer, within a budget.

/usr/bin/python3 "$HERE/../training/make_waves.py" .

run 0 "$TNM" allocate net.safetensors --data . --patterns 1:4,2:4,1:8,4:8 --budget 0.35 -o map.txt \
    --write-table table.csv
silent
has '^fc1.weight +1:4 '
has '^total +[0-9.]+ % '
has '^a integer program 0\.'
has '^a greedy 0\.'
has '^a uniform 0\.'
has '^c budget 1344 of 3840 weights$'
check 'a row for every layer and pattern' [ "$(wc -l <table.csv)" -eq 9 ]
check 'a rule for every layer' [ "$(grep -c '^[^#]' map.txt)" -eq 3 ]

# The sums are those of the table, and the program's is the least of all.
/usr/bin/python3 - >least 2>err <<'EOF'
import csv
import itertools
rows = list(csv.DictReader(open("table.csv")))
layers = sorted({row["layer"] for row in rows})
options = [[row for row in rows if row["layer"] == layer] for layer in layers]
fits = [choice for choice in itertools.product(*options)
        if sum(int(row["kept"]) for row in choice) <= 1344]
best = min(fits, key=lambda choice: sum(float(row["damage"]) for row in choice))
print(f"{sum(float(row['damage']) for row in best):.6f}")
EOF
check "$command: the least of all choices" grep -Eq "^total +[0-9.]+ % +$(cat least) " out

# The map is one that others take.
run 0 "$TNM" prune net.safetensors --pattern-map-file map.txt -o pruned.safetensors -v
has '^c tensor fc1.weight F32 \[24, 144\] 1:4$'
has '^c tensor fc3.weight F32 \[4, 16\] 1:1$'
run 0 "$TNM" verify net.safetensors pruned.safetensors --pattern-map-file map.txt -q
has '^s VALID$'

# A table from elsewhere; the other cost; other damages.
run 0 "$TNM" allocate net.safetensors --data . --table table.csv --budget 0.35 -o again.txt
same map.txt again.txt
for way in '--of multiply-adds' '--damage error' '--by least-squares' '-m greedy-keep' '--include .'; do
    # shellcheck disable=SC2086 # words
    run 0 "$TNM" allocate net.safetensors --data . --patterns 1:4,2:4,2:2 --budget 0.5 \
        --samples 200 $way
    has '^a integer program 0\.'
done
run 0 "$TNM" allocate net.safetensors --data . --patterns 1:4,2:4 --budget 0.35 --format json
is_json
has '"program": \{"patterns": \{"fc1.weight": "1:4", "fc2.weight": "[12]:4"\}, "cost": [0-9]+'
run 0 "$TNM" allocate net.safetensors --data . --table table.csv --budget 0.35 -j1 -q
cp out one
run 0 "$TNM" allocate net.safetensors --data . --table table.csv --budget 0.35 -j2 -q
same out one

# What is wrong is said in one line, and old files stay.
run 64 "$TNM" allocate net.safetensors --data . --patterns 2:4 --budget 0.4 -o map.txt
complains 'a budget of 1536 is out of reach: the least is 1920'
run 64 "$TNM" allocate net.safetensors --data . --budget 0.4
complains 'no candidates given'
run 64 "$TNM" allocate net.safetensors --data . --patterns 2:4
complains 'no budget given'
run 64 "$TNM" allocate net.safetensors --patterns 2:4 --budget 1
complains 'a network needs images'
run 64 "$TNM" allocate net.safetensors --data . --patterns 2:4,2:4 --budget 1
complains 'named twice'
run 64 "$TNM" allocate net.safetensors --data . --patterns 5:4 --budget 1
complains 'N must lie between'
run 64 "$TNM" allocate net.safetensors --data . --table table.csv --patterns 2:4 --budget 1
complains '--table brings its patterns'
sed 's/^fc2/fc9/' table.csv >unknown.csv
run 65 "$TNM" allocate net.safetensors --data . --table unknown.csv --budget 1 -o map.txt
complains "net.safetensors has no weights 'fc9.weight'"
printf 'nonsense\n' >nonsense.csv
run 65 "$TNM" allocate net.safetensors --data . --table nonsense.csv --budget 1 -o map.txt
complains 'nonsense.csv:1: expected the names of the columns'
run 73 "$TNM" allocate net.safetensors --data . --table table.csv --budget 1 -o nowhere/map.txt
complains 'nowhere/map.txt'
same map.txt again.txt
printf 'fc1=2:4\nfc2\n' >rules.txt
run 65 "$TNM" prune net.safetensors --pattern-map-file rules.txt -o pruned.safetensors
complains "rules.txt:2: pattern map 'fc2': expected REGEX=N:M"
nothing_left
