# Time a tile against its side M for every method that proves its masks, with fitted power laws.
# Data: make time. Run from the top of the tree.
times = "paper_figs/data/time_summary.csv"
slopes = "paper_figs/data/time_slopes.csv"
set datafile separator ","
set datafile commentschars "#"

load "paper_figs/methods.gnuplot"

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
# The matrices of the plan, largest first: where a method had no time for one, the others speak.
sizes = system("sed -n 's/^# plan: family gaussian \\([0-9]*\\)x.*/\\1/p' ".times." | sort -rn")
size_of(k) = sprintf("%s x %s", word(sizes, k), word(sizes, k))
weights = size_of(1).(words(sizes) > 1 ? " (slow methods ".size_of(2).")" : "")
set xlabel "side M of a tile, N = M/2; ".weights." weights, |N(0,1)|, one thread"
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
             with points ls style_of(word(methods, i)) ps 0.8 notitle, \
         for [i = 1:8] a[i] * x**b[i] ls style_of(word(methods, i)) notitle, \
         for [i = 1:8] NaN with linespoints ls style_of(word(methods, i)) ps 0.8 title label(word(methods, i))
    unset output
}
