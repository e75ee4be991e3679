# tnm export: files that other programs read, and solve to the same optimum.

"$TNM" generate ties 8 12 --seed 3 -p 2:4 --constraint atmost --to text -o block.tnm
run 0 "$TNM" export block.tnm --tile 1,2 --to lp
has 'tile 1,2'
has '^Maximi[sz]e'
cp out piped.lp
run 0 "$TNM" export block.tnm --tile 1,2 --to lp -o tile.lp
same piped.lp tile.lp
run 64 "$TNM" export block.tnm --tile 2,0 --to lp
complains 'there is no tile 2,0: block.tnm has 2 x 3'
run 64 "$TNM" export block.tnm --tile 0,3 --to lp -o tile.lp
complains 'there is no tile 0,3'
same piped.lp tile.lp

for format in dimacs lp mps; do
    run 0 "$TNM" export block.tnm --all --to $format -o all
    silent
done
check 'six tiles, three formats' [ "$(ls all | wc -l)" -eq 18 ]
same piped.lp all/tile-1-2.lp

# Whole numbers as scores: the optima of the tiles add up to that of the matrix.
"$TNM" solve block.tnm -q >out
optimum=$(sed -n 's/^o //p' out)
if command -v glpsol >/dev/null; then
    for format in lp freemps; do
        sum=0
        for file in all/*."${format#free}"; do
            unit=$(sed -n 's/.*2^\(-*[0-9]*\).*/\1/p' "$file" | head -1)
            glpsol --$format "$file" -o glpsol.txt >/dev/null
            kept=$(sed -n 's/^Objective:.*= *-*\([0-9.]*\) .*/\1/p' glpsol.txt)
            sum=$(awk -v sum="$sum" -v kept="$kept" -v unit="${unit:-0}" \
                'BEGIN { printf "%.17g", sum + kept * 2 ^ unit }')
        done
        check "glpsol --$format: $sum in all, expected $optimum" [ "$sum" = "$optimum" ]
    done
fi
