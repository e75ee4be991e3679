# How fast masks are found, |N(0,1)| scores, one thread: time a tile, and how many times faster than
# LEMON's network simplex, against the side of the tile at N = M/2. Full marks find proven optima,
# open ones approximate. Data: make bench-figure. Run from the top of the tree.
data = "paper_figs/data/bench.csv"
set datafile separator ","

load "paper_figs/methods.gnuplot"

# The same method on slower instruction sets.
set style line 2 lc rgb "#000000" dt (6,3) pt 7 ps 0.7 lw 1.6
set style line 3 lc rgb "#000000" dt (2,3) pt 7 ps 0.7 lw 1.6

# column 2 pattern, 3 source, 4 constraint, 5 method, 6 instruction set, 7 threads, 13 median,
# 16 times faster than LEMON
side(pattern) = strstrt(pattern, ":") == 0 ? NaN : \
                real(substr(pattern, strstrt(pattern, ":") + 1, strlen(pattern)))
half(pattern) = real(substr(pattern, 1, strstrt(pattern, ":") - 1)) * 2 == side(pattern)
is(method, isa) = strcol(1) eq "ratios" && strcol(3) eq "gaussian" && half(strcol(2)) && \
                  strcol(5) eq method && strcol(7) eq "1" && \
                  strcol(4) eq (method[1:6] eq "greedy" ? "atmost" : "equal") && \
                  (isa eq "" || strcol(6) eq isa)
picked(method, isa, value) = is(method, isa) ? value : NaN

# All that the machine has, the fastest one last in the banner; the rivals use that.
sets = system("sed -n 's/^# instruction sets: \\([a-z0-9 ]*\\).*/\\1/p' " . data)
best = word(sets, words(sets))
titles = "'exact, plain x86-64' 'exact, AVX2' 'exact, AVX-512'"
methods = "exact exact exact greedy-keep greedy-prune lemon-network-simplex"
isa_of(i) = i > 3 ? best : i > words(sets) ? "none" : word(sets, words(sets) + 1 - i)
title_of(i) = i == 4 ? "greedy, keeping" : i == 5 ? "greedy, pruning" : \
              i == 6 ? "LEMON network simplex" : word(titles, words(sets) + 1 - i)
shown = "1 2 3"[1 : 2 * words(sets)]." 4 5"
look(i) = i == 2 || i == 3 ? i : style_of(word(methods, i))

set datafile missing NaN
set logscale x 2
set logscale y 10
set xrange [3.4:76]
set xtics ("2:4" 4, "4:8" 8, "8:16" 16, "16:32" 32, "32:64" 64) nomirror
set ytics nomirror
set border 3
set grid ytics lc rgb "#dddddd" lt 1
set xlabel "pattern N:M"

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,400 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,800 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/speed.".format
    set multiplot layout 1,2 margins 0.10,0.98,0.15,0.83 spacing 0.12
    set ylabel "time a tile (ns)" offset 0
    set yrange [*:*]
    set ytics auto nomirror
    set format y "10^{%L}"
    set key at screen 0.53,0.995 center top maxrows 2 width 1 samplen 4 spacing 1.15 reverse Left
    plot for [i in shown." 6"] data \
         using (side(strcol(2))):(picked(word(methods, int(i)), isa_of(int(i)), $13)) \
         with linespoints ls look(int(i)) title title_of(int(i))
    set ylabel "times faster than LEMON" offset 0
    set yrange [10:500]
    set ytics (10, 20, 50, 100, 200, 500) nomirror
    set format y "%g"
    set key off
    plot for [i in shown] data \
         using (side(strcol(2))):(picked(word(methods, int(i)), isa_of(int(i)), $16)) \
         with linespoints ls look(int(i)) notitle
    unset multiplot
    unset output
}
