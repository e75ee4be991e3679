# How many transposable masks there are at half density, for one M x M tile: counted, by the formula
# of Hubara et al. (2021), and estimated. Data: make diversity. Run from the top of the tree.
data = "paper_figs/data/diversity_counts.csv"
set datafile separator ","

# Okabe and Ito's colours, told apart by dashes and marks as well.
set style line 1 lc rgb "#000000" dt 1       pt 7  ps 0.7 lw 1.6
set style line 2 lc rgb "#D55E00" dt (8,4)   pt 4  ps 0.7 lw 1.6
set style line 3 lc rgb "#0072B2" dt (3,3)   pt 8  ps 0.8 lw 1.6
set style line 4 lc rgb "#009E73" dt (9,3,2,3) pt 12 ps 0.8 lw 1.6

set border 3
set xtics 4 nomirror
set ytics nomirror
set xrange [0:24]
set grid ytics lc rgb "#dddddd" lt 1
set xlabel "M (N = M/2 kept)"

of_masks(column) = strcol(1) eq "transposable" ? column : NaN
counted(column) = strcol(1) eq "transposable" && $4 == 1 ? column : NaN

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 960,340 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1920,680 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/diversity_counts.".format
    set multiplot layout 1,3 margins 0.075,0.985,0.16,0.88 spacing 0.085

    set title "masks of one tile"
    set ylabel "log_{10} of the count" offset 0.5
    unset logscale y
    set format y "%g"
    set yrange [0:180]
    set ytics 60
    set key top left samplen 4 spacing 1.15 reverse Left
    plot data using 3:(of_masks($7)) with linespoints ls 2 title "published", \
         "" using 3:(of_masks($10)) with linespoints ls 3 title "estimate", \
         "" using 3:(counted($5)) with points ls 1 title "counted"

    set title "published / counted"
    set ylabel "ratio" offset 0.5
    set logscale y
    set format y "10^{%T}"
    set yrange [1:1e60]
    set ytics 1e10
    unset mytics
    set key off
    plot data using 3:(counted($8)) with linespoints ls 2

    set title "estimate / counted - 1"
    set ylabel "size of the error (%)" offset 1
    set format y "%g"
    set yrange [0.03:100]
    set ytics 10
    set key top right samplen 4 spacing 1.15 reverse Left
    plot data using 3:(counted(-100 * $9)) with linespoints ls 4 title "asymptotic, too small", \
         "" using 3:(counted(100 * $11)) with linespoints ls 3 title "sharper, too large"
    unset multiplot
    unset output
}
