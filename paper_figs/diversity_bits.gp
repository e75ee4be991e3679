# Bits per weight that a choice of mask carries at half density: all families and sizes, ordered, with
# the 2:4 row-only pattern of today's hardware as reference. Data: make diversity. Run from the top
# of the tree.
data = "paper_figs/data/diversity_counts.csv"
set datafile separator ","

# Sorted by bits; the sizes that are powers of two, and 12.
rows = "< grep -E '^[a-z-]+,[0-9]+:(2|4|8|12|16|32|64),' ".data." | sort -t, -k6,6g"

# Okabe and Ito's colours, told apart by marks as well; hollow where an estimate stands for a count.
families = "transposable transposable-atmost row-only row-only-atmost unstructured"
names = "'transposable, N kept' 'transposable, at most N' 'row-only, N kept' 'row-only, at most N' 'unstructured'"
colours = "#000000 #E69F00 #0072B2 #56B4E9 #009E73"
marks = "7 5 9 11 13"
hollow = "6 4 8 10 12"

count = int(system("grep -cE '^[a-z-]+,[0-9]+:(2|4|8|12|16|32|64),' ".data))
reference = real(system("grep '^row-only,2:4,' ".data." | cut -d, -f6"))

set border 3
set yrange [-0.7:count - 0.3]
set xrange [0:1.02]
set xtics 0.2 nomirror
set ytics nomirror scale 0
set grid xtics ytics lc rgb "#e4e4e4" lt 1
set xlabel "log_2(masks of one M x M tile) / M^2  (bits per weight)"
set key top left samplen 1 spacing 1.3 reverse Left opaque box lc rgb "#bbbbbb" width 1
set tmargin 2.5
set style arrow 1 nohead dt (6,4) lc rgb "#555555" lw 1.4

picked(family, exact) = strcol(1) eq family && $4 == exact ? $6 : NaN

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 760,820 font "Helvetica,13" background rgb "white"
    } else {
        set terminal pngcairo size 1520,1640 font "Helvetica,13" fontscale 1.9 linewidth 2 pointscale 2
    }
    set output "paper_figs/diversity_bits.".format
    set arrow 1 from reference, graph 0 to reference, graph 1 as 1
    set label 1 "2:4 row-only" at reference, graph 1.015 center
    plot for [i = 1:5] rows using (picked(word(families, i), 1)):0:ytic(2) with points \
             pt int(word(marks, i)) ps 1.1 lc rgb word(colours, i) title word(names, i), \
         for [i = 1:5] rows using (picked(word(families, i), 0)):0 with points \
             pt int(word(hollow, i)) ps 1.1 lw 1.6 lc rgb word(colours, i) notitle, \
         NaN with points pt 6 ps 1.1 lw 1.6 lc rgb "#000000" title "hollow: estimated"
    unset output
}
