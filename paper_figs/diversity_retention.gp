# Diversity against what an optimal mask retains, for all families of patterns at one density, on
# trained layers and Gaussian numbers. Data: make diversity. Run from the top of the tree.
data = "paper_figs/data/diversity_retention.csv"
set datafile separator ","

# Okabe and Ito's colours, told apart by dashes and marks as well.
set style line 1 lc rgb "#000000" dt 1       pt 7  ps 0.8 lw 1.4
set style line 2 lc rgb "#E69F00" dt (8,4)   pt 5  ps 0.8 lw 1.4
set style line 3 lc rgb "#0072B2" dt (3,3)   pt 9  ps 0.9 lw 1.4
set style line 4 lc rgb "#56B4E9" dt (9,3,2,3) pt 11 ps 0.9 lw 1.4
set style line 5 lc rgb "#009E73" dt 1       pt 13 ps 1.2 lw 1.4

families = "transposable transposable-atmost row-only row-only-atmost unstructured"
names = "'transposable, N kept' 'transposable, at most N' 'row-only, N kept' 'row-only, at most N' 'unstructured'"
matrices = "fc1 fc2 gaussian"
titles = "'fc1, 96 blocks of 64 x 64' 'fc2, 32 blocks' 'Gaussian, 64 blocks'"
densities = "1/2 1/4"

set border 3
set xtics nomirror
set ytics nomirror
set grid lc rgb "#e4e4e4" lt 1
set format y "%g"

picked(matrix, density, family) = \
    strcol(1) eq matrix && strcol(2) eq density && strcol(3) eq family ? 100 * $8 : NaN

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 960,700 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1920,1400 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/diversity_retention.".format
    set multiplot layout 2,3 margins 0.075,0.985,0.17,0.95 spacing 0.06,0.11
    do for [d = 1:2] {
        do for [n = 1:3] {
            set title d == 1 ? word(titles, n) : ""
            unset xlabel
            if (d == 2) { set xlabel "bits per weight" }
            unset ylabel
            if (n == 1) { set ylabel "|w| retained (%), density ".word(densities, d) }
            set key off
            set xrange [0.2:1]
            set xtics 0.2
            plot for [i = 1:5] data \
                 using 7:(picked(word(matrices, n), word(densities, d), word(families, i))) \
                 with linespoints ls i title word(names, i)
        }
    }
    # The key, in a plot of its own along the lower edge.
    set lmargin at screen 0.02; set rmargin at screen 0.98
    set bmargin at screen 0.01; set tmargin at screen 0.09
    set title ""; unset xlabel; unset ylabel; unset border; unset xtics; unset ytics; unset grid
    set yrange [0:1]
    set key center center horizontal maxrows 2 samplen 4 reverse Left
    plot for [i = 1:5] NaN with linespoints ls i title word(names, i)
    set border 3; set xtics 0.2 nomirror; set ytics nomirror; set grid lc rgb "#e4e4e4" lt 1
    set yrange [*:*]
    unset lmargin; unset rmargin; unset bmargin; unset tmargin
    unset multiplot
    unset output
}
