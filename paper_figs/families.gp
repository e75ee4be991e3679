# How many times as fast the method exact is, on every family of scores and on trained layers, one
# thread: above as LEMON's network simplex, below as the two greedy rules as published.
# Data: make bench-figure. Run from the top of the tree.
data = "paper_figs/data/bench.csv"
set datafile separator ","
set datafile commentschars "#"

# The fastest instruction set of the machine is the last one of the banner.
best = system("sed -n 's/^# instruction sets:.* \\([a-z0-9]*\\)\\r*$/\\1/p' " . data)

# column 2 pattern, 3 source, 4 constraint, 5 method, 6 instruction set, 7 threads, 13 median time,
# 16 times faster than LEMON under the same constraint
layers = "instances/data/mlp_mnist/"
sources = "gaussian laplace student-t bf16 ties binary constant sparse dead wide fc2 fc1"
patterns = "1:4 2:4 2:8 4:8 4:16 8:16 16:32 32:64"
source(name) = strstrt(name, layers) == 1 ? name[strlen(layers) + 1 : strlen(name) - 4] : name
place(list, name) = sum [k = 1 : words(list)] (word(list, k) eq name ? k : 0)
is(constraint) = strcol(1) eq "ratios" && strcol(4) eq constraint && strcol(5) eq "exact" && \
                 strcol(6) eq best && strcol(7) eq "1" && place(sources, source(strcol(3))) > 0
column_of(constraint) = is(constraint) ? place(patterns, strcol(2)) : NaN
row_of(name) = place(sources, source(name)) > 0 ? place(sources, source(name)) : NaN
shown(value) = sprintf(value < 0.995 ? "%.2g" : value < 9.95 ? "%.1f" : "%.0f", value)

# Pattern, source, and the median time of a rule over that of exact, both under atmost.
against(rule) = sprintf("< awk -F, '$1 == \"ratios\" && $4 == \"atmost\" && $6 == \"%s\" && $7 == 1 { \
    if ($5 == \"%s\") rule[$2 \",\" $3] = $13; if ($5 == \"exact\") exact[$2 \",\" $3] = $13 } \
    END { for (k in exact) print k \",\" rule[k] / exact[k] }' %s", best, rule, data)

set datafile missing NaN
set border 0
set style fill solid 1.0 noborder
set xrange [0.5 : words(patterns) + 0.5]
set yrange [words(sources) + 0.5 : 0.5]
set xtics () scale 0
set ytics () scale 0
set for [k = 1 : words(patterns)] xtics add (word(patterns, k) k)
label(k, panel) = panel % 2 == 1 ? word(sources, k) : ""
set logscale cb
set cbtics scale 0.5
set key off

titles = "'against LEMON, exactly N kept' 'against LEMON, at most N kept' \
          'against greedy-keep, at most N kept' 'against greedy-prune, at most N kept'"

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,820 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,1640 font "Helvetica,13" fontscale 1.8 linewidth 2
    }
    set output "paper_figs/families.".format
    set multiplot layout 2,2 margins 0.09,0.89,0.05,0.95 spacing 0.03,0.09
    do for [panel = 1:4] {
        set title word(titles, panel) offset 0,-0.6
        set for [k = 1 : words(sources)] ytics add (label(k, panel) k)
        if (panel % 2 == 0) { set colorbox } else { unset colorbox }
        if (panel <= 2) {
            set cbrange [2.5 : 160]
            set cbtics (5, 10, 20, 50, 100)
            set cblabel "times as fast as LEMON" offset 0.5
            set palette defined (0 "#f7fbff", 0.4 "#9ecae1", 0.75 "#3182bd", 1 "#08306b")
            constraint = panel == 1 ? "equal" : "atmost"
            plot data using (column_of(constraint)):(row_of(strcol(3))):(0.5):(0.5):16 \
                     with boxxyerror lc palette, \
                 data using (column_of(constraint)):(row_of(strcol(3))):(shown($16)):($16 > 30 ? 0xffffff : 0x000000) \
                     with labels font ",11" tc rgb variable
        } else {
            # White where both take the same time.
            set cbrange [0.02 : 50]
            set cbtics ("1/50" 0.02, "1/10" 0.1, "1/3" 0.333, "1" 1, "3" 3, "10" 10, "50" 50)
            set cblabel "times as fast as the greedy rule" offset 0.5
            set palette defined (0 "#8c2d04", 0.3 "#fd8d3c", 0.5 "#ffffff", 0.7 "#6baed6", 1 "#08306b")
            rule = panel == 3 ? "greedy-keep" : "greedy-prune"
            plot against(rule) using (place(patterns, strcol(1))):(row_of(strcol(2))):(0.5):(0.5):3 \
                     with boxxyerror lc palette, \
                 against(rule) using (place(patterns, strcol(1))):(row_of(strcol(2))):(shown($3)): \
                     ($3 > 8 || $3 < 0.05 ? 0xffffff : 0x000000) with labels font ",11" tc rgb variable
        }
    }
    unset multiplot
    unset output
}
