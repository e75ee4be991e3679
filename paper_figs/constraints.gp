# Keeping exactly N against keeping at most N, proven optima, on every trained layer: what the looser
# reading keeps more. One place a layer, in the order of 8:16, one mark a pattern.
# Data: make constraints. Run from the top of the tree.
data = "paper_figs/data/layers.csv"
set datafile separator ","
set datafile commentschars "#"

# Okabe and Ito's colours, told apart by marks as well.
patterns = "2:4 4:8 8:16 16:32"
marks = "6 4 8 2"
colours = "#0072B2 #000000 #D55E00 #009E73"
groups = "gaussian mlp_mnist use_lite silero_vad ppocr_det ppocr_rec"
names = "'N(0,1)' 'perceptron' 'transformer' 'voice' 'text detector' 'text recogniser'"
layers(group) = int(system(sprintf("awk -F, '$1 == \"%s\" && $5 == \"8:16\"' %s | wc -l", group, data)))

set border 3
set logscale y
set yrange [0.0005:3]
set ytics ("< 0.001" 0.00055, "0.001" 0.001, "0.01" 0.01, "0.1" 0.1, "1" 1) nomirror
unset xtics
set grid ytics lc rgb "#dddddd" lt 1
set ylabel "more kept by \"at most N\" (%)" offset 0.5

total = 0
do for [g = 1:words(groups)] { total = total + layers(word(groups, g)) + 5 }
set xrange [-2:total - 2]

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1100,400 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 2200,800 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/constraints.".format
    set bmargin 3.5
    set tmargin 2.5
    set key outside top center horizontal samplen 1 reverse Left
    unset label
    unset arrow
    at = 0
    do for [g = 1:words(groups)] {
        group = word(groups, g)
        set label g sprintf("%s%s", word(names, g), layers(group) > 1 ? sprintf("\n%d layers", layers(group)) : "") \
            at at + (layers(group) + 1) / 2.0, graph -0.06 center
        at = at + layers(group) + 5
        if (g < words(groups)) { set arrow g from at - 2, graph 0 to at - 2, graph 1 nohead lc rgb "#bbbbbb" }
    }
    plot for [p = 1:4] data using (strcol(5) eq word(patterns, p) ? $10 : NaN): \
                                   (100 * $9 > 0.00055 ? 100 * $9 : 0.00055) \
         with points pt int(word(marks, p)) ps 0.9 lw 1.6 lc rgb word(colours, p) title word(patterns, p)
    unset output
}
