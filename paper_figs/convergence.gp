# Share of tiles solved by the first stage of the exact method against half rounds, one panel a
# pattern, one curve a relaxation factor. Data: make convergence. Run from the top of the tree.
data = "paper_figs/data/convergence.csv"
set datafile separator ","

# Okabe and Ito's colours, told apart by dashes and marks as well.
set style line 1 lc rgb "#000000" dt 1       pt 6  ps 0.7 lw 1.6
set style line 2 lc rgb "#E69F00" dt (8,4)   pt 4  ps 0.7 lw 1.6
set style line 3 lc rgb "#0072B2" dt (3,3)   pt 8  ps 0.8 lw 1.6
set style line 4 lc rgb "#D55E00" dt (9,3,2,3) pt 12 ps 0.8 lw 1.6
set style line 5 lc rgb "#009E73" dt (2,2)   pt 2  ps 0.7 lw 1.6

factors = "0 0.17 0.3 0.4 0.5"
set xrange [0:30]
set yrange [0:100]
set xtics 5 nomirror
set ytics 20 nomirror
set mxtics 5
set border 3
set grid ytics lc rgb "#dddddd" lt 1
set xlabel "half rounds"

picked(pattern, k) = strcol(1) eq pattern && strcol(2) eq k ? 100.0 * $5 / $3 : NaN

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,340 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,680 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/convergence.".format
    set multiplot layout 1,3 margins 0.08,0.98,0.16,0.88 spacing 0.055
    do for [n = 1:3] {
        pattern = word("4:8 8:16 16:32", n)
        set title pattern
        unset ylabel
        set key off
        if (n == 1) {
            set ylabel "tiles solved (% of 20 000)"
            set key bottom right samplen 4 spacing 1.1 reverse Left title "factor k"
        }
        plot for [i = 1:5] data using 4:(picked(pattern, word(factors, i))) \
             with linespoints ls i pointinterval 1 title word(factors, i)
    }
    unset multiplot
    unset output
}
