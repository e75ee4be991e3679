# Does what a mask retains, or the number of masks there are, predict accuracy? Each mark is a pattern
# and a method, the mean over seeds, with Student's 95 % intervals. Data: make training-study. Run
# from the top of the tree.
data  = "paper_figs/data/training_cells.csv"
ranks = "paper_figs/data/training_ranks.csv"
set datafile separator ","
set datafile commentschars "#"

# Okabe and Ito's colours, told apart by marks as well.
set style line 1 lc rgb "#0072B2" pt 7  ps 1.0 lw 1.4
set style line 2 lc rgb "#D55E00" pt 5  ps 0.9 lw 1.4
set style line 3 lc rgb "#009E73" pt 9  ps 1.1 lw 1.4
set style line 4 lc rgb "#888888" pt 13 ps 1.2 lw 1.4

modes = "dynamic static calibrated one-shot"
names = "'trained' 'fine-tuned' 'calibrated' 'masked only'"
rank(mode, column) = system(sprintf("awk -F, '$1 == \"%s\" {printf \"%%.2f\", $%d}' %s", \
                                    mode, column, ranks))
masked(mode) = strcol(1) eq mode && strcol(2) ne ""

# Accuracy lost, in points, on a logarithmic scale, whose floor stands for less and for gains.
least = 0.05
lost(change) = -100 * change > least ? -100 * change : least
set logscale y
set yrange [least:100]
set ytics ("0.1" 0.1, "1" 1, "10" 10, "100" 100)

set border 3
set tics nomirror
set grid ytics lc rgb "#dddddd" lt 1

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,420 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2200,840 font "Helvetica,13" fontscale 1.9 linewidth 2
    }
    set output "paper_figs/training_quality.".format
    set multiplot layout 1,2 margins 0.075,0.8,0.15,0.95 spacing 0.07
    set xlabel "retention: kept |w| / all |w|"
    set ylabel "accuracy lost to dense (points)"
    set key at screen 0.815, graph 0.97 left top samplen 1 spacing 1.3 reverse Left \
        title "left, rank correlation\nof accuracy:" left
    plot for [m = 1:4] data using (masked(word(modes, m)) ? $11 : NaN):(lost($8)):(lost($9)):(lost($10)) \
             with yerrorbars ls m title word(names, m).", ".rank(word(modes, m), 3)
    set xlabel "diversity of masks (bits a weight)"
    set ylabel ""
    set key at screen 0.815, graph 0.45 left top samplen 1 spacing 1.3 reverse Left \
        title "right:" left
    plot for [m = 1:4] data using (masked(word(modes, m)) ? $12 : NaN):(lost($8)):(lost($9)):(lost($10)) \
             with yerrorbars ls m title word(names, m).", ".rank(word(modes, m), 4)
    unset multiplot
    unset output
}
