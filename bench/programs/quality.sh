#!/bin/sh
# Puts the table of gaps and times of the study quality into a page, in place of what stands between
# the lines <!-- quality --> and <!-- end -->: of Gaussian weights with at most N kept, a row a method that
# keeps the pattern, by ascending gap.
#
#   bench/programs/quality.sh SUMMARY.csv PAGE.md
set -eu
summary=$1
page=$2
awk -v summary="$summary" '
function read_summary(    line, cell, name, gap, k) {
    while ((getline line <summary) > 0) {
        sub(/\r$/, "", line)
        if (line ~ /^#/)
            continue
        split(line, cell, ",")
        if (!("gap" in column)) {
            for (k in cell)
                column[cell[k]] = k
            continue
        }
        if (cell[column["group"]] != "gaussian" || cell[column["constraint"]] != "atmost")
            continue
        name = cell[column["method"]]
        if (cell[column["parameters"]] != "")
            name = name " " cell[column["parameters"]]
        gap = cell[column["gap"]]
        if (gap != "" && !(name in first_gap))
            order[++count] = name
        if (!(name in first_gap))
            first_gap[name] = gap
        shown[name, cell[column["pattern"]]] = \
            gap == "" ? "- / -" : sprintf("%.3g / %.3g", 100 * gap, 1e6 * cell[column["seconds_per_tile"]])
    }
}
# By the gap at the first pattern; of equal ones the earlier in the plan comes first.
function sort_methods(    k, to, name) {
    for (k = 2; k <= count; k++) {
        name = order[k]
        for (to = k; to > 1 && first_gap[order[to - 1]] + 0 > first_gap[name] + 0; to--)
            order[to] = order[to - 1]
        order[to] = name
    }
}
function put_table(    k, p) {
    print "\n| method | 4:8 | 8:16 | 16:32 |\n|---|---|---|---|"
    for (k = 1; k <= count; k++) {
        if (first_gap[order[k]] < 0) # not a mask of the pattern
            continue
        printf "| %s |", order[k]
        for (p = 1; p <= 3; p++)
            printf " %s |", shown[order[k], patterns[p]]
        print ""
    }
    print ""
}
BEGIN { split("4:8 8:16 16:32", patterns, " "); read_summary(); sort_methods() }
/^<!-- quality -->$/ { print; put_table(); skipping = 1; next }
/^<!-- end -->$/ { skipping = 0 }
!skipping
' "$page" >"$page.new"
mv "$page.new" "$page"
