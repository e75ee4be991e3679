# Time a tile against its side M for every method that proves its masks, with fitted power laws.
# Data: make time. Run from the top of the tree.
times = "paper_figs/data/time_summary.csv"
slopes = "paper_figs/data/time_slopes.csv"
set datafile separator ","
set datafile commentschars "#"

# Okabe and Ito's colours, told apart by dashes and marks as well.
set style line 1 lc rgb "#000000" dt 1         pt 7  ps 0.8 lw 2.2
set style line 2 lc rgb "#0072B2" dt (8,4)     pt 4  ps 0.8 lw 1.6
set style line 3 lc rgb "#009E73" dt (3,3)     pt 8  ps 0.8 lw 1.6
set style line 4 lc rgb "#56B4E9" dt (9,3,2,3) pt 12 ps 0.8 lw 1.6
set style line 5 lc rgb "#CC79A7" dt (2,2)     pt 2  ps 0.8 lw 1.6
set style line 6 lc rgb "#D55E00" dt (6,2)     pt 6  ps 0.8 lw 1.6
set style line 7 lc rgb "#777777" dt (12,3)    pt 10 ps 0.8 lw 1.6
set style line 8 lc rgb "#E69F00" dt (12,3)    pt 3  ps 0.8 lw 1.6

methods = "exact lemon-network-simplex lemon-capacity-scaling lemon-cost-scaling \
lemon-cycle-canceling glpk-ilp glpk-lp brute"

side(pattern) = strstrt(pattern, ":") > 0 ? \
                substr(pattern, strstrt(pattern, ":") + 1, strlen(pattern)) + 0 : NaN
picked(name) = strcol(4) eq name && strcol(1) eq "gaussian" ? column("seconds_per_tile") : NaN

# Column k of a method's row in slopes; NaN where there was too little to fit.
cell(name, k) = system(sprintf("awk -F, '$3 == \"%s\" {print $%d + 0}' %s", name, k, slopes))
number(text) = strlen(text) > 0 ? text + 0 : NaN
exponent(name) = number(cell(name, 5))
factor(name) = number(cell(name, 6))
label(name) = strlen(cell(name, 5)) > 0 ? sprintf("%s, M^{%.1f}", name, exponent(name)) : name

array a[8]
array b[8]
do for [i = 1:8] {
    a[i] = factor(word(methods, i))
    b[i] = exponent(word(methods, i))
}

set logscale xy
set xrange [3.5:72]
set yrange [1e-8:1]
set xtics (4, 6, 8, 12, 16, 24, 32, 48, 64) nomirror
set ytics ("10 ns" 1e-8, "100 ns" 1e-7, "1 µs" 1e-6, "10 µs" 1e-5, "100 µs" 1e-4, "1 ms" 1e-3, \
           "10 ms" 1e-2, "100 ms" 1e-1, "1 s" 1) nomirror
set border 3
set grid ytics lc rgb "#dddddd" lt 1
set xlabel "side M of a tile, N = M/2; 192 x 192 weights, |N(0,1)|, one thread"
set ylabel "time a tile"
set key outside right center Left reverse samplen 4 spacing 1.3 width -4

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,420 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,840 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/scaling.".format
    plot for [i = 1:8] times using (side(strcol(2))):(picked(word(methods, i))) \
             with points ls i notitle, \
         for [i = 1:8] a[i] * x**b[i] ls i notitle, \
         for [i = 1:8] NaN with linespoints ls i title label(word(methods, i))
    unset output
}
