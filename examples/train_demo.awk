#!/usr/bin/awk -f
# Two reports of tnm train side by side: accuracy, and where the time went.
#
#   train_demo.awk DENSE TRANSPOSABLE

FNR == 1 { report++ }
$1 == "a" { accuracy[report] = $2 }
/^c seconds .* in all$/ { all[report] = $3 }
/^c seconds .* %$/ {
    seconds[report, $3] = $4
    if (!seen[$3]++)
        parts[++count] = $3
}
report == 2 && (/^c products/ || /^c retention/ || /^c masks take/ || /^c published/) {
    notes = notes substr($0, 3) "\n"
}

function row(name, left, right, unit) {
    printf "%-14s %12s %12s%s\n", name, left, right, unit == "" ? "" : "  " unit
}

function of(part, which) {
    return (which, part) in seconds ? sprintf("%.2f", seconds[which, part]) : "-"
}

END {
    row("", "dense", "transposable", "")
    row("accuracy", sprintf("%.2f", 100 * accuracy[1]), sprintf("%.2f", 100 * accuracy[2]),
        "% of test images")
    row("seconds", sprintf("%.2f", all[1]), sprintf("%.2f", all[2]), "in all")
    for (k = 1; k <= count; k++)
        row("  " parts[k], of(parts[k], 1), of(parts[k], 2), "")
    printf "\n%s", notes
}
