# What trained weights do that random ones do not: every layer as it was trained against the same
# weights shuffled, three measures at 8:16, one panel each. Above the diagonal the order of the
# weights matters, on it nothing but their distribution does.
# Data: make structure. Run from the top of the tree.
data = "paper_figs/data/structure.csv"
set datafile separator ","
set datafile commentschars "#"

# Okabe and Ito's colours, told apart by marks as well.
networks = "mlp_mnist use_lite ppocr_det ppocr_rec silero_vad"
names = "'MNIST perceptron' 'transformer' 'text detector' 'text recogniser' 'voice detector'"
marks = "13 6 8 4 2"
colours = "#000000 #0072B2 #009E73 #E69F00 #D55E00"
of(network) = strcol(1)[1:strlen(network)] eq network
layers(network) = system(sprintf("grep -c '^%s' %s", network, data))

set logscale xy
set border 3
set tics nomirror scale 0.6
set grid xtics ytics lc rgb "#e4e4e4" lt 1 lw 0.6
set xlabel "same weights, shuffled (%)"
set format "%g"
set size ratio 1

# In percent; what is less than an axis shows stands at its edge.
shown(share) = 100 * share > low ? 100 * share : low

# Column of a measure as trained; 24 further, shuffled.
titles = "'price of transposability:' 'gain of at most over exactly:' 'gap of the greedy rule:'"
messages = "'trained order raises it' 'trained order makes it' 'order hardly matters'"
columns = "9 10 11"
lows = "0.5 0.0002 0.1"
highs = "20 1 2"

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,360 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2200,720 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/structure.".format
    set multiplot
    do for [n = 1:3] {
        set lmargin at screen 0.065 + (n - 1) * 0.272
        set rmargin at screen 0.065 + (n - 1) * 0.272 + 0.215
        set bmargin at screen 0.165
        set tmargin at screen 0.845
        measure = int(word(columns, n))
        low = real(word(lows, n))
        high = real(word(highs, n))
        set xrange [low:high]
        set yrange [low:high]
        set title word(titles, n)."\n".word(messages, n) offset 0,-0.4
        unset ylabel
        set key off
        if (n == 1) {
            set xtics (0.5, 1, 2, 5, 10, 20)
            set ytics (0.5, 1, 2, 5, 10, 20)
        }
        if (n == 2) {
            set xtics ("< 0.0002" 0.0002, "" 0.001, "0.01" 0.01, "0.1" 0.1, "1" 1)
            set ytics (0.001, 0.01, 0.1, 1)
        }
        if (n == 3) {
            set xtics (0.1, 0.2, 0.5, 1, 2)
            set ytics (0.1, 0.2, 0.5, 1, 2)
        }
        if (n == 1) { set ylabel "as trained (%)" }
        if (n == 3) { set key title "one mark a layer" left at screen 0.832, screen 0.845 left top Left reverse spacing 1.4 samplen 0.6 width 0 }
        plot x with lines lc rgb "#666666" lw 1 dt (6,4) notitle, \
             for [k = 1:5] data every ::1 using (of(word(networks, k)) ? shown(column(measure + 24)) : NaN) \
                 :(shown(column(measure))) with points pt int(word(marks, k)) ps 0.8 lw 1.5 \
                 lc rgb word(colours, k) title sprintf("%s, %s", word(names, k), layers(word(networks, k))), \
             data every ::1 using (of("gaussian") ? shown(column(measure + 24)) : NaN):(shown(column(measure))) \
                 with points pt 3 ps 1.3 lw 2 lc rgb "#000000" title "|N(0,1)|, 4096 tiles", \
             NaN with lines lc rgb "#666666" lw 1 dt (6,4) title "order has no effect"
    }
    unset multiplot
    unset output
}
