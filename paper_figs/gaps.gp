# Cumulative distribution of the gaps of tiles, one panel a pattern, one curve a heuristic, as
# published (at most N kept), on |N(0,1)|. Data: make study STUDY=quick. Run from the top of the tree.
data = "paper_figs/data/quick_gaps.csv"
set datafile separator ","
set datafile commentschars "#"

load "paper_figs/methods.gnuplot"

methods = "tsenor swap greedy-keep bi-nm greedy-prune"
set logscale x
set xrange [0.01:50]
set yrange [0:100]
set xtics ("< 0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10) nomirror
set ytics 20 nomirror
set mxtics 10
set border 3
set grid ytics lc rgb "#dddddd" lt 1
set xlabel "gap of a tile (%)"

# Less than the axis shows, and optimal tiles, stand at the left edge.
place(gap) = gap > 0.0001 ? 100 * gap : 0.01
mine(name, pattern) = strcol(1) eq "gaussian" && strcol(2) eq pattern && \
                      strcol(3) eq "atmost" && strcol(4) eq name

# How many tiles a curve is made of.
tiles(pattern) = system(sprintf("awk -F, '$1 == \"gaussian\" && $2 == \"%s\" && $3 == \"atmost\" \\
    && $4 == \"greedy-keep\" {n += $8} END {print n}' %s", pattern, data))

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,330 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2200,660 font "Helvetica,13" fontscale 1.9 linewidth 2
    }
    set output "paper_figs/gaps.".format
    set multiplot layout 1,4 margins 0.065,0.845,0.18,0.88 spacing 0.03
    do for [n = 1:4] {
        pattern = word("2:4 4:8 8:16 16:32", n)
        set title sprintf("%s, %s tiles", pattern, tiles(pattern))
        unset ylabel
        set format y ""
        set key off
        if (n == 1) {
            set ylabel "tiles with at most that gap (%)"
            set format y "%g"
        }
        if (n == 4) {
            set key at screen 0.85, graph 0.8 left top samplen 2 spacing 1.3 reverse Left
        }
        plot for [i = 1:5] data \
             using (mine(word(methods, i), pattern) ? place($7) : NaN):(100 * $9) \
             with steps ls style_of(word(methods, i)) title word(methods, i)
    }
    unset multiplot
    unset output
}
