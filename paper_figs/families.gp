# How many times faster than LEMON's network simplex the method exact is, on every family of scores
# and on trained layers, one thread. Data: make bench-figure. Run from the top of the tree.
data = "paper_figs/data/bench.csv"
set datafile separator ","
set datafile commentschars "#"

# The fastest instruction set of the machine is the last one of the banner.
best = system("sed -n 's/^# instruction sets:.* \\([a-z0-9]*\\)\\r*$/\\1/p' " . data)

# column 2 pattern, 3 source, 4 constraint, 5 method, 6 instruction set, 7 threads, 16 times faster
layers = "instances/data/mlp_mnist/"
sources = "gaussian laplace student-t bf16 ties binary constant sparse dead wide fc2 fc1"
patterns = "1:4 2:4 2:8 4:8 4:16 8:16 16:32 32:64"
source(name) = strstrt(name, layers) == 1 ? name[strlen(layers) + 1 : strlen(name) - 4] : name
place(list, name) = sum [k = 1 : words(list)] (word(list, k) eq name ? k : 0)
is(constraint) = strcol(1) eq "ratios" && strcol(4) eq constraint && strcol(5) eq "exact" && \
                 strcol(6) eq best && strcol(7) eq "1" && place(sources, source(strcol(3))) > 0
column_of(constraint) = is(constraint) ? place(patterns, strcol(2)) : NaN
row_of(name) = place(sources, source(name))
shown(value) = value < 9.95 ? sprintf("%.1f", value) : sprintf("%.0f", value)

set datafile missing NaN
set border 0
set style fill solid 1.0 noborder
set xrange [0.5 : words(patterns) + 0.5]
set yrange [words(sources) + 0.5 : 0.5]
set xtics () scale 0
set ytics () scale 0
set for [k = 1 : words(patterns)] xtics add (word(patterns, k) k)
label(k, constraint) = constraint eq "equal" ? word(sources, k) : ""
set logscale cb
set cbrange [2.5 : 160]
set cbtics (5, 10, 20, 50, 100) scale 0.5
set cblabel "times faster than LEMON" offset 0.5
set palette defined (0 "#f7fbff", 0.4 "#9ecae1", 0.75 "#3182bd", 1 "#08306b")
set key off

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 900,430 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1800,860 font "Helvetica,13" fontscale 1.8 linewidth 2
    }
    set output "paper_figs/families.".format
    set multiplot layout 1,2 margins 0.09,0.90,0.10,0.92 spacing 0.03
    do for [constraint in "equal atmost"] {
        set title constraint eq "equal" ? "exactly N kept" : "at most N kept" offset 0,-0.6
        set for [k = 1 : words(sources)] ytics add (label(k, constraint) k)
        if (constraint eq "atmost") { set colorbox } else { unset colorbox }
        plot data using (column_of(constraint)):(row_of(strcol(3))):(0.5):(0.5):16 \
                 with boxxyerror lc palette, \
             data using (column_of(constraint)):(row_of(strcol(3))):(shown($16)):($16 > 30 ? 0xffffff : 0x000000) \
                 with labels font ",11" tc rgb variable
    }
    unset multiplot
    unset output
}
