# What masks of half the entries keep, by pattern: transposable beside rows alone and no structure,
# one panel a network. Data: make retention. Run from the top of the tree.
data = "paper_figs/data/retention.csv"
set datafile separator ","
set datafile commentschars "#"
set datafile missing NaN

# Okabe and Ito's colours, told apart by dashes and marks as well.
set style line 1 lc rgb "#777777" dt (2,3) pt 2 ps 0.8 lw 1.7
set style line 2 lc rgb "#D55E00" dt (8,4) pt 8 ps 0.9 lw 1.7
set style line 3 lc rgb "#E69F00" dt 1     pt 6 ps 1.3 lw 1.7
set style line 4 lc rgb "#0072B2" dt 1     pt 7 ps 0.7 lw 1.7

networks = "gaussian mlp_mnist use_lite ppocr_det ppocr_rec silero_vad"
names = "'|N(0,1)|' 'MNIST perceptron' 'sentence transformer' 'text detector' 'text recogniser' 'voice detector'"
methods = "unstructured row-nm exact exact"
constraints = "equal equal atmost equal"
titles = "'no structure' 'N:M in rows only' 'transposable, at most N' 'transposable, exactly N'"

# Where the name of a pattern begins in this text tells where it stands.
patterns = "2:4 4:8 8:16 16:32"
places = "1 - - - 2 - - - 3 - - - - 4"
place(pattern) = strstrt(patterns, pattern) > 0 ? int(word(places, strstrt(patterns, pattern))) : NaN
row(network, k) = strcol(1) eq network && strcol(3) eq word(constraints, k) && \
                  strcol(4) eq word(methods, k) ? place(strcol(2)) : NaN

# Sample sizes: matrices, and their weights in millions by the tiles of 2:4.
size(column, network) = system(sprintf("awk -F, '$1 == \"%s\" && $2 == \"2:4\" && $3 == \"equal\" \\
    && $4 == \"exact\" {print $%d}' %s", network, column, data))
sample(network) = sprintf("%s layer%s, %.2f M weights", size(6, network), \
                          size(6, network) > 1 ? "s" : "", 16e-6 * size(10, network))
said(network) = network eq "gaussian" ? sprintf("%.2f M weights", 16e-6 * size(10, network)) \
                                      : sample(network)

set xrange [0.7:4.3]
set yrange [69:88]
set xtics ("2:4" 1, "4:8" 2, "8:16" 3, "16:32" 4) nomirror
set ytics 5 nomirror
set border 3
set grid ytics lc rgb "#dddddd" lt 1

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,600 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,1200 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/retention.".format
    set multiplot layout 2,3 margins 0.085,0.985,0.06,0.915 spacing 0.035,0.15
    do for [n = 1:6] {
        network = word(networks, n)
        set title word(names, n)."\n".said(network) offset 0,-0.6
        unset ylabel
        set key off
        set format y (n % 3 == 1 ? "%g" : "")
        if (n % 3 == 1) { set ylabel "kept score (% of all)" offset -0.3 }
        if (n == 1) { set key top left Left reverse samplen 3 spacing 1.15 }
        plot for [k = 1:4] data using (row(network, k)):(100 * $23) \
             with linespoints ls k title word(titles, k)
    }
    unset multiplot
    unset output
}
