# Accuracy of masked networks against the dense one of the same seed: one panel a way of training, one
# mark a way of masking, with Student's 95 % intervals over seeds. Data: make training-study. Run
# from the top of the tree.
data = "paper_figs/data/training_cells.csv"
set datafile separator ","
set datafile commentschars "#"

load "paper_figs/methods.gnuplot"

modes    = "dynamic static one-shot calibrated"
titles   = "'trained from random weights' 'fine-tuned, one mask' 'masked, no training' 'calibrated'"
methods  = "row-nm exact greedy-keep greedy-prune"
names    = "'along rows only' 'exact' 'greedy-keep' 'greedy-prune'"
patterns = "2:4 4:8 8:16 1:4 2:8 2:16"

# What lies below a panel stands at its floor, without an interval.
floors   = "-5.2 -5.2 -65 -22"
ceilings = "0.7 0.7 3 1"
steps    = "1 1 10 5"
place(pattern) = sum [k = 1:words(patterns)] (word(patterns, k) eq pattern ? k : 0)
x(i) = place(strcol(3)) + 0.16 * (i - 2.5)
mine(mode, method) = strcol(1) eq mode && strcol(2) eq method

set xrange [0.4:6.6]
set xtics ("2:4" 1, "4:8" 2, "8:16" 3, "1:4" 4, "2:8" 5, "2:16" 6) nomirror scale 0
set ytics nomirror
set border 3
set grid ytics lc rgb "#dddddd" lt 1
set arrow 1 from 3.5, graph 0 to 3.5, graph 1 nohead lc rgb "#bbbbbb" dt 3
set arrow 2 from 5.5, graph 0 to 5.5, graph 1 nohead lc rgb "#bbbbbb" dt 3
set xlabel "pattern"

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1150,620 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2300,1240 font "Helvetica,13" fontscale 1.9 linewidth 2
    }
    set output "paper_figs/training.".format
    set multiplot layout 2,2 margins 0.075,0.845,0.09,0.94 spacing 0.07,0.15
    do for [m = 1:4] {
        set title word(titles, m)
        set ylabel (m % 2 == 1 ? "accuracy - dense (points)" : "")
        floor = real(word(floors, m))
        set yrange [floor:real(word(ceilings, m))]
        set ytics real(word(steps, m)) nomirror
        set label 1 (m == 1 ? "collapsed" : "") at 6, floor + 0.75 center font "Helvetica,10"
        set key off
        if (m == 2) { set key at screen 0.86, screen 0.9 left top samplen 1 spacing 1.3 reverse Left }
        plot 0 with lines lc rgb "#888888" dt 2 notitle, \
             for [i = 1:4] data using \
             (mine(word(modes, m), word(methods, i)) && 100 * $8 > floor ? x(i) : NaN) \
             :(100 * $8):(100 * $9):(100 * $10) with yerrorbars ls style_of(word(methods, i)) dt 1 lw 1.6 title word(names, i), \
             for [i = 1:4] data using \
             (mine(word(modes, m), word(methods, i)) && 100 * $8 <= floor ? x(i) : NaN) \
             :(floor + 0.25) with points ls style_of(word(methods, i)) notitle
    }
    unset multiplot
    unset output
}
