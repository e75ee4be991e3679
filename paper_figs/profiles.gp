# Profiles of Dolan and More: the share of all problems (a matrix under a pattern and a constraint)
# in which a heuristic's gap is within tau of the best one's, and a prover's time within a factor.
# Data: make gap, make time. Run from the top of the tree.
gaps = "paper_figs/data/gap_profiles.csv"
times = "paper_figs/data/time_profiles.csv"
set datafile separator ","
set datafile commentschars "#"

load "paper_figs/methods.gnuplot"

heuristics = "exact tsenor swap greedy-keep bi-nm greedy-prune random"
provers = "exact lemon-network-simplex lemon-capacity-scaling lemon-cost-scaling lemon-cycle-canceling glpk-ilp brute"
mine(kind, name) = strcol(1) eq kind && strcol(2) eq name && strcol(3) eq ""
problems(file) = system("sed -n 's/^# problems: //p' ".file)

set border 3
set logscale x
set yrange [0:104]
set ytics 20 nomirror
set grid ytics lc rgb "#dddddd" lt 1
set key bottom right samplen 3 spacing 1.2 reverse Left

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,390 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2200,780 font "Helvetica,13" fontscale 1.9 linewidth 2
    }
    set output "paper_figs/profiles.".format
    set multiplot
    set bmargin at screen 0.16; set tmargin at screen 0.90
    set lmargin at screen 0.065; set rmargin at screen 0.33
    set title sprintf("gap, %s problems", problems(gaps))
    set ylabel "share of problems (%)" offset 1
    set xlabel "at most tau above the best gap (%)"
    set xrange [0.001:100]
    set xtics ("0.001" 0.001, "0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10, "100" 100) nomirror
    set key at screen 0.34, graph 0.95 left top
    # The best everywhere: a single point of the data, drawn as the line it begins.
    plot 100 ls style_of("exact") title "exact", for [i = 2:7] gaps using (mine("gap", word(heuristics, i)) ? ($4 > 1e-5 ? 100 * $4 : 0.001) : NaN):(100 * $5) \
         with steps ls style_of(word(heuristics, i)) title word(heuristics, i)
    set lmargin at screen 0.53; set rmargin at screen 0.785
    set title sprintf("time, %s problems", problems(times))
    unset ylabel
    set xlabel "at most tau times the best time"
    set xrange [1:1e6]
    set xtics ("1" 1, "10" 10, "100" 100, "10^3" 1e3, "10^4" 1e4, "10^5" 1e5, "10^6" 1e6) nomirror
    set key at screen 0.795, graph 0.95 left top
    plot 100 ls style_of("exact") title "exact", for [i = 2:7] times using (mine("time", word(provers, i)) && $4 < 1e300 ? $4 : NaN):(100 * $5) \
         with steps ls style_of(word(provers, i)) title word(provers, i)
    unset multiplot
    unset output
}
