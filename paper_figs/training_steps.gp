# Where the time of a training step goes, over that of the dense step of the same network: one bar a
# way of training, one group a width of the two hidden layers, one panel a number of threads. Data:
# make training-steps. Run from the top of the tree.
data = "paper_figs/data/training_steps.csv"
set datafile separator ","
set datafile commentschars "#"

widths = "64 128 256 512 1024 2048"
kinds  = "dense: dynamic:4:8 static:4:8 dynamic:2:8 static:2:8"

# Okabe and Ito's colours, from the floor of a bar up.
parts   = "masks gradient backward forward update data"
columns = "9 12 11 10 13 14"
colours = "#D55E00 #0072B2 #56B4E9 #009E73 #E69F00 #BBBBBB"
meaning = "'finding masks' 'gradient by weights' 'backward' 'forward' 'update' 'samples'"

# gnuplot reads "mlp:64,64" up to its comma.
first(network) = strstrt(network, ",") > 0 ? network[1:strstrt(network, ",") - 1] : network
group(network) = sum [k = 1:words(widths)] (first(network) eq "mlp:".word(widths, k) ? k : 0)
kind(mode, pattern) = sum [k = 1:words(kinds)] (mode.":".pattern eq word(kinds, k) ? k : 0)
x(network, mode, pattern) = group(network) + 0.16 * (kind(mode, pattern) - 3)
# How high a bar is with its first n parts.
height(n) = (sum [k = 1:n] column(int(word(columns, k)))) * column(8) / column(7)
shown(threads) = column(2) == threads && group(strcol(1)) > 0 && \
                 kind(strcol(3), strcol(5)) > 0

set xrange [0.45:6.55]
set yrange [0:1.45]
set boxwidth 0.13
set style fill solid 1 noborder
set xtics ("64" 1, "128" 2, "256" 3, "512" 4, "1024" 5, "2048" 6) nomirror scale 0 offset 0,-0.9
set ytics 0.25 nomirror
set border 3
set grid ytics lc rgb "#dddddd" lt 1
set xlabel "width of the two hidden layers, batch 128" offset 0,-0.6
abbreviations = "D d s d s"

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1150,430 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2300,860 font "Helvetica,13" fontscale 1.9 linewidth 2
    }
    set output "paper_figs/training_steps.".format
    set multiplot layout 1,2 margins 0.075,0.82,0.2,0.92 spacing 0.05
    do for [t = 1:2] {
        set title (t == 1 ? "one thread" : "two threads")
        set ylabel (t == 1 ? "time a step / dense step" : "")
        set key off
        unset label
        do for [g = 1:6] { do for [k = 1:5] {
            set label word(abbreviations, k) at g + 0.16 * (k - 3), graph -0.035 center \
                font "Helvetica,8"
        } }
        if (t == 2) {
            set key at screen 0.828, graph 0.95 left top samplen 1.2 spacing 1.3 reverse Left \
                maxrows 6
            set label "D  dense\nd  masks that follow\ns  one mask\nd s at 4:8, then at 2:8" \
                at screen 0.832, graph 0.32 left font "Helvetica,11"
        }
        plot for [n = 6:1:-1] data using (shown(t) ? x(strcol(1), strcol(3), strcol(5)) : NaN):(height(n)) with boxes \
                 lc rgb word(colours, n) title word(meaning, n), \
             1 with lines lc rgb "#444444" dt 2 notitle
    }
    unset multiplot
    unset output
}
