# tnm bench: sections, columns, CSV, Markdown, exit codes.

run 0 "$TNM" bench --quick --only ratios --families gaussian --patterns 2:4 --isa baseline -j2 \
    --csv rows.csv --markdown tables.md
has '^c ratios: pattern 2:4, source gaussian, isa baseline, size tiles in memory$'
has '^constraint +method +threads +ns/tile +least +most +x lemon +x greedy +proven$'
has '^equal +lemon-network-simplex +1 .* 1 .* 1$'
has '^equal +exact +1 .* 1$'
has '^equal +exact +2 .* 1$'
has '^atmost +greedy-keep +1 '
silent
check 'csv: a banner first' eval 'head -1 rows.csv | grep -q "^# program: tnm "'
check 'csv: the command' grep -q '^# command: tnm bench --quick --only ratios ' rows.csv
check 'csv: the columns' grep -q '^section,pattern,source,constraint,method,isa,threads,rows,cols,' \
    rows.csv
check 'csv: as many commas in every row' \
    [ "$(grep -v '^#' rows.csv | sed 's/[^,]//g' | sort -u | wc -l)" -eq 1 ]
check 'csv: 6 contestants, 1 and 2 threads' [ "$(grep -c '^ratios,' rows.csv)" -eq 12 ]
check 'markdown: a heading' grep -q '^### ratios: ' tables.md
check 'markdown: 12 rows and the head' [ "$(grep -c '^| ' tables.md)" -eq 13 ]

"$TNM" generate student-t 64 64 -o layer.npy
run 0 "$TNM" bench --quick --only ratios --families gaussian --input layer.npy --patterns 4:8 -j1
has '^layer.npy +equal +exact '
lacks 'fc1'

mkdir scratch
for section in endtoend threads sizes layouts memory warm; do
    run 0 env TMPDIR="$PWD/scratch" "$TNM" bench --quick --only $section --patterns 4:8 -j2
    has "^c $section: .*method exact"
    silent
    check "$section: nothing is left" [ -z "$(ls scratch)" ]
done
run 0 "$TNM" bench --quick --only endtoend,memory --patterns 4:8 -j1
has '^c endtoend: pattern 4:8, .* size 1024 x 1024$'
has '^ *total s +read s +solve s +verify s +write s +commit s +proven$'
has '^c memory: '

run 64 "$TNM" bench --isa mmx
complains 'mmx'
run 64 "$TNM" bench --quick --families nonsense
complains 'nonsense'
run 64 "$TNM" bench --only nonsense
complains "unknown section 'nonsense'"
run 64 "$TNM" bench --patterns 5:4
complains '5:4'
run 66 "$TNM" bench --only ratios --input missing.npy
complains 'missing.npy'
