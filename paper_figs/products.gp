# How many times faster a product with a compressed transposable matrix is than the dense one by
# OpenBLAS, against the batch: 4:8 (half of the weights) and 2:8 (a quarter), in both directions, on
# one thread and on two. Bars are quartiles of paired turns. Data: make products. Run from the top of
# the tree.
data = "paper_figs/data/products.csv"
set datafile separator ","
set datafile commentschars "#"
set datafile missing NaN

# Okabe and Ito's colours for the share that is kept, marks and dashes for the size.
half = "#0072B2"
quarter = "#D55E00"
set style line 1 lc rgb half    pt 6 ps 0.9 lw 1.8 dt 1
set style line 2 lc rgb half    pt 4 ps 0.9 lw 1.8 dt (8,4)
set style line 3 lc rgb half    pt 8 ps 1.0 lw 1.8 dt (3,3)
set style line 4 lc rgb quarter pt 6 ps 0.9 lw 1.8 dt 1
set style line 5 lc rgb quarter pt 4 ps 0.9 lw 1.8 dt (8,4)
set style line 6 lc rgb quarter pt 8 ps 1.0 lw 1.8 dt (3,3)
set style line 7 lc rgb "#000000" lw 2.2 dt 1
set style line 8 lc rgb half    lw 1.0 dt (2,4)
set style line 9 lc rgb quarter lw 1.0 dt (2,4)

# column 1 rows, 2 cols, 3 samples, 4 pattern, 5 direction, 6 threads, 11 to 13 speed-up
picked(size, pattern, direction, threads) = \
    column(1) == size && column(2) == size && strcol(4) eq pattern && strcol(5) eq direction && \
    column(6) == threads ? 1 : NaN
sizes = "256 1024 4096"

set logscale x 2
set xrange [25:2600]
set xtics (32, 64, 128, 256, 512, 1024) nomirror
set yrange [0:4.5]
set ytics 1 nomirror
set border 3
set key off
goal_half = 1.7
goal_quarter = 3

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,680 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,1360 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/products.".format
    set multiplot layout 2,2 margins 0.075,0.985,0.085,0.87 spacing 0.07,0.13
    do for [threads = 1:2] {
        do for [direction in "forward backward"] {
            unset label
            first = threads == 1 && direction eq "forward"
            set title sprintf("%s, %d thread%s", \
                              direction eq "forward" ? "forward, y = W x" : "backward, g = W^T d", \
                              threads, threads == 1 ? "" : "s") offset 0,-0.6
            set xlabel (threads == 2 ? "samples in a batch" : "") offset 0,0.3
            set ylabel (direction eq "forward" ? "times faster than dense" : "") offset 1.2,0
            set label "dense" at 1220, 1 left offset 0,-0.65
            set label sprintf("goal %.1f", goal_half) at 1220, goal_half left offset 0,-0.6 \
                textcolor rgb half
            set label sprintf("goal %.0f", goal_quarter) at 1220, goal_quarter left offset 0,-0.6 \
                textcolor rgb quarter
            if (first) {
                set key at screen 0.53,0.995 center top maxrows 2 width 1 samplen 5 spacing 1.15 \
                    reverse Left
            } else {
                set key off
            }
            plot 1 ls 7 notitle, goal_half ls 8 notitle, goal_quarter ls 9 notitle, \
                 for [i = 1:3] data using 3:($11 * picked(word(sizes, i), "4:8", direction, threads)):12:13 \
                     with yerrorbars ls i lw 1 dt 1 ps 0 notitle, \
                 for [i = 1:3] data using 3:($11 * picked(word(sizes, i), "2:8", direction, threads)):12:13 \
                     with yerrorbars ls 3 + i lw 1 dt 1 ps 0 notitle, \
                 for [i = 1:3] data using 3:($11 * picked(word(sizes, i), "4:8", direction, threads)) \
                     with linespoints ls i title sprintf("4:8, %s x %s", word(sizes, i), word(sizes, i)), \
                 for [i = 1:3] data using 3:($11 * picked(word(sizes, i), "2:8", direction, threads)) \
                     with linespoints ls 3 + i title sprintf("2:8, %s x %s", word(sizes, i), word(sizes, i))
        }
    }
    unset multiplot
    unset output
}
