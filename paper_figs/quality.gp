# What a better mask costs: processor time a tile against the gap of all that is kept, one panel a
# pattern, one mark a method, as published (at most N kept), on |N(0,1)|; a method that was run with
# several settings is a line.
# Data: make quality. Run from the top of the tree.
data = "paper_figs/data/quality.csv"
set datafile separator ","
set datafile commentschars "#"

load "paper_figs/methods.gnuplot"

methods = "exact lemon-network-simplex greedy-keep reference-2021 greedy-prune bi-nm swap tsenor random"
names = "'exact' 'LEMON simplex' 'greedy-keep' 'its code of 2021' 'greedy-prune' 'Bi-NM' 'swap' 'TSENOR, own settings' 'random, best of 100'"

set logscale xy
set border 3
set xrange [0.02:1e4]
set xtics ("0.1" 0.1, "1" 1, "10" 10, "100" 100, "1000" 1000) nomirror
set yrange [0.004:40]
set grid xtics ytics lc rgb "#e4e4e4" lt 1
set xlabel "time a tile, one thread (µs)"

# A gap of 0 stands on the lowest line.
place(gap) = 100 * gap > 0.008 ? 100 * gap : 0.006
mine(name, pattern) = strcol(1) eq "gaussian" && strcol(2) eq pattern && \
                      strcol(3) eq "atmost" && strcol(4) eq name && \
                      (strcol(5) eq "" || name eq "tsenor")
# Repetitions are of the same tiles.
tiles(pattern) = system(sprintf("awk -F, '$2 == \"%s\" && $4 == \"exact\" {print $10 / $6; exit}' %s", \
                        pattern, data))

# The heading and the rows of a method alone: rows of others between them would break its line.
settings_of(method, pattern) = sprintf("< awk -F, '!/^#/ && (!heading++ || \
    ($2 == \"%s\" && $3 == \"atmost\" && $4 == \"%s\"))' %s", pattern, method, data)

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,360 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2200,720 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/quality.".format
    set multiplot layout 1,3 margins 0.075,0.80,0.17,0.89 spacing 0.025
    do for [n = 1:3] {
        pattern = word("4:8 8:16 16:32", n)
        set title sprintf("%s, %s tiles", pattern, tiles(pattern))
        unset ylabel
        set ytics ("" 0.006, "" 0.01, "" 0.1, "" 1, "" 10) nomirror
        set key off
        if (n == 1) {
            set ylabel "gap to the optimum (%)" offset 1
            set ytics ("0" 0.006, "0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10) nomirror
        }
        if (n == 3) { set key at screen 0.81, graph 1 left top samplen 1 spacing 1.4 reverse Left }
        plot for [i = 1:9] data \
             using (mine(word(methods, i), pattern) ? 1e6 * column("seconds_per_tile") : NaN): \
                   (place(column("gap"))) \
             with points ls style_of(word(methods, i)) ps 1.3 title word(names, i), \
             settings_of("tsenor", pattern) using (1e6 * column("seconds_per_tile")): \
             (place(column("gap"))) smooth unique with lines ls style_of("tsenor") lw 1.2 notitle
    }
    unset multiplot
    unset output
}
