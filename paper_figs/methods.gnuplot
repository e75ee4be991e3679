# How methods look, the same in every figure that shows them: style_of(name) is a line style. Colours
# are mostly Okabe and Ito's, told apart by marks and dashes as well; full marks are proven optima.
# To be loaded by scripts that run from the top of the tree.
styled_methods = "exact lemon-network-simplex greedy-keep greedy-prune bi-nm swap tsenor \
reference-2021 random row-nm lemon-capacity-scaling lemon-cost-scaling lemon-cycle-canceling \
glpk-ilp glpk-lp brute"
style_of(name) = 100 + (sum [k = 1:words(styled_methods)] \
                        (word(styled_methods, k) eq name ? k : 0))

set style line 101 lc rgb "#000000" dt 1               pt 7  ps 1.0 lw 2.2 # exact
set style line 102 lc rgb "#0072B2" dt (8,4)           pt 5  ps 0.9 lw 1.8 # lemon-network-simplex
set style line 103 lc rgb "#D55E00" dt (6,2)           pt 8  ps 1.0 lw 1.8 # greedy-keep
set style line 104 lc rgb "#E69F00" dt (12,3)          pt 10 ps 1.0 lw 1.8 # greedy-prune
set style line 105 lc rgb "#CC79A7" dt (3,3)           pt 4  ps 0.9 lw 1.8 # bi-nm
set style line 106 lc rgb "#56B4E9" dt (9,3,2,3)       pt 12 ps 1.1 lw 1.8 # swap
set style line 107 lc rgb "#009E73" dt 1               pt 6  ps 1.0 lw 1.8 # tsenor
set style line 108 lc rgb "#8C3F00" dt (2,2)           pt 3  ps 0.9 lw 1.6 # reference-2021
set style line 109 lc rgb "#888888" dt (2,4)           pt 2  ps 0.9 lw 1.6 # random
set style line 110 lc rgb "#666666" dt (12,3,2,3,2,3)  pt 13 ps 1.1 lw 1.6 # row-nm
set style line 111 lc rgb "#5A9BD4" dt (3,3)           pt 9  ps 0.9 lw 1.6 # lemon-capacity-scaling
set style line 112 lc rgb "#1B3A6B" dt (9,3,2,3)       pt 11 ps 0.9 lw 1.6 # lemon-cost-scaling
set style line 113 lc rgb "#7F7FCC" dt (2,2)           pt 13 ps 1.0 lw 1.6 # lemon-cycle-canceling
set style line 114 lc rgb "#882255" dt (6,2)           pt 15 ps 1.0 lw 1.6 # glpk-ilp
set style line 115 lc rgb "#C77CA0" dt (12,3)          pt 1  ps 0.9 lw 1.6 # glpk-lp
set style line 116 lc rgb "#8A8A2E" dt (12,3)          pt 2  ps 0.9 lw 1.6 # brute
