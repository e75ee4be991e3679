#!/bin/sh
# Puts the tables of `tnm bench --markdown` into a page, in place of what stands between the lines
#
#     <!-- tnm bench SECTION: PATTERN -->        and        <!-- end -->
#
# where PATTERN is an extended regular expression that picks rows of the section's table; the head
# is kept. Sections that were not measured leave their table as it is.
#
#   bench/programs/tables.sh TABLES.md PAGE.md
set -eu
tables=$1
page=$2
awk -v tables="$tables" '
function read_tables(    line, name) {
    while ((getline line <tables) > 0) {
        if (line ~ /^### /) {
            name = line
            sub(/^### /, "", name)
            sub(/:.*/, "", name)
            heading[name] = line
            sub(/^### [a-z]*: /, "", heading[name])
            count[name] = 0
        } else if (line ~ /^\|/) {
            row[name, ++count[name]] = line
        }
    }
}
function put(name, pattern,    k) {
    print ""
    print "*" heading[name] "*"
    print ""
    for (k = 1; k <= count[name]; k++)
        if (k <= 2 || row[name, k] ~ pattern)
            print row[name, k]
    print ""
}
BEGIN { read_tables() }
/^<!-- tnm bench / {
    print
    name = $4
    sub(/:$/, "", name)
    pattern = $0
    sub(/^[^:]*: /, "", pattern)
    sub(/ -->$/, "", pattern)
    skipping = name in count
    if (skipping)
        put(name, pattern)
    next
}
/^<!-- end -->$/ { skipping = 0 }
!skipping
' "$page" >"$page.new"
mv "$page.new" "$page"
