# tnm bench: columns, CSV, exit codes.

run 0 "$TNM" bench --quick --families gaussian --patterns 2:4 --csv rows.csv
has '^pattern +family +constraint +method +isa +ns/tile +least +most +x lemon +x greedy +proven$'
has '^2:4 +gaussian +equal +lemon-network-simplex .* 1 '
has '^2:4 +gaussian +equal +exact .* 1$'
has '^2:4 +gaussian +atmost +greedy-keep '
silent
check 'csv: a banner first' eval 'head -1 rows.csv | grep -q "^# program: tnm "'
check 'csv: as many commas in every row' \
    [ "$(grep -v '^#' rows.csv | sed 's/[^,]//g' | sort -u | wc -l)" -eq 1 ]
run 64 "$TNM" bench --isa mmx
complains 'mmx'
run 64 "$TNM" bench --quick --families nonsense
complains 'nonsense'
