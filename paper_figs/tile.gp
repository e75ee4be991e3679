# One real 16 x 16 tile, masked greedily and optimally: |w| as colour, kept entries as full cells,
# dropped ones small, entries in which the masks differ framed, lines that keep fewer than 8 told.
# Data: make tile. Run from the top of the tree.
entries = "paper_figs/data/tile.csv"
gaps = "paper_figs/data/tile_gaps.csv"
set datafile separator ","
set datafile commentschars "#"

# The tile of median gap is the one that is shown; the worst is the last.
cell(rank, column) = real(system(sprintf("awk -F, '$1 == \"%d\" {print $%d}' %s", \
                                         rank, column, gaps)))
stats gaps using 1 every ::1 nooutput
tiles = STATS_records
median = (tiles - 1) / 2
worst = tiles - 1
said(name, kept, lines) = sprintf("%s: keeps %.3f, %d short lines", name, cell(median, kept), \
                                  cell(median, lines))

# Dark is heavy, also in grey.
stats entries using 3 every ::1 nooutput
set palette defined (0 "#d3e2f0", 0.2 "#a9c8e2", 0.45 "#649fcb", 0.7 "#2468a8", 1 "#08244f")
set cbrange [0:STATS_max]
set xrange [-0.6:16.4]
set yrange [16.4:-0.6]
set size ratio -1
unset border
unset tics
unset key

half(kept) = kept > 0 ? 0.47 : 0.16
differs(there) = $4 != $5 ? there : NaN
few(line, end, kept, there) = line == end && kept < 8 ? there : NaN
marked = "#D55E00"

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 860,480 font "Helvetica,14" background rgb "white"
    } else {
        set terminal pngcairo size 1720,960 font "Helvetica,14" fontscale 1.9 linewidth 2
    }
    set output "paper_figs/tile.".format
    set multiplot
    do for [mask = 4:5] {
        left = mask == 4 ? 0.01 : 0.46
        rows = mask == 4 ? 6 : 8
        columns = rows + 1
        set lmargin at screen left
        set rmargin at screen left + 0.43
        set bmargin at screen 0.15
        set tmargin at screen 0.92
        set title (mask == 4 ? said("greedy", 4, 8) : said("optimal", 5, 9)) offset 0,-0.4
        unset colorbox
        unset label
        if (mask == 5) {
            set colorbox user origin 0.91,0.2 size 0.02,0.6
            set cbtics 0.05 scale 0.4
            set label "|w|" at screen 0.92, screen 0.835 center
            set label sprintf("%d entries differ; gap %.2f %%, the median of %d tiles (worst %.2f %%)", \
                              cell(median, 7), 100 * cell(median, 6), tiles, 100 * cell(worst, 6)) \
                at screen 0.45, screen 0.085 center
            set label "full: kept    small: dropped    framed: the masks differ    \
numbers: kept in lines short of 8" at screen 0.45, screen 0.03 center textcolor rgb "#444444"
        }
        plot entries every ::1 using 2:1:(half(column(mask))):(half(column(mask))):3 \
                 with boxxyerror fill solid noborder lc palette, \
             entries every ::1 using (differs($2)):1:(0.5):(0.5) \
                 with boxxyerror lc rgb marked lw 2.6 fill empty border rgb marked, \
             entries every ::1 using (few($2, 15, column(rows), 16)):1:rows \
                 with labels textcolor rgb marked, \
             entries every ::1 using 2:(few($1, 15, column(columns), 16)):columns \
                 with labels textcolor rgb marked
    }
    unset multiplot
    unset output
}
