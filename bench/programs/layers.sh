#!/bin/sh
# What keeping at most N gains over keeping exactly N, layer by layer, from the records of the study
# layers: pairs of proven optima. `place` numbers the layers of a group from 1, by the gain at 8:16,
# and leaves five places between groups.
#
#   layers.sh RECORDS
grep '^#' "$1"
echo 'group,matrix,rows,cols,pattern,tiles,equal,atmost,gain,place'
grep -v '^#' "$1" | tr -d '\r' | awk -F, '
    BEGIN { split("gaussian mlp_mnist use_lite silero_vad ppocr_det ppocr_rec", order, " ") }
    $8 == "exact" && $12 == "OPTIMAL" {
        key = $3 "," $4 "," $5 "," $6
        kept[key, $7] = $15
        tiles[key] = $14
        group[key] = $2
        if ($7 == "equal")
            keys[++count] = key
    }
    function gain(key) { return kept[key, "atmost"] / kept[key, "equal"] - 1 }
    END {
        for (g = 1; g <= 6; g++) {
            for (k = 1; k <= count; k++) {
                split(keys[k], part, ",")
                if (group[keys[k]] != order[g] || part[4] != "8:16")
                    continue
                for (at = ++members; at > 1 && gain(sorted[at - 1]) > gain(keys[k]); at--)
                    sorted[at] = sorted[at - 1]
                sorted[at] = keys[k]
            }
            for (k = 1; k <= members; k++) {
                split(sorted[k], part, ",")
                layer_place[part[1]] = offset + k
            }
            offset += members + 5
            members = 0
        }
        for (k = 1; k <= count; k++) {
            split(keys[k], part, ",")
            printf "%s,%s,%s,%.10g,%d\n", group[keys[k]], keys[k] "," tiles[keys[k]], \
                   kept[keys[k], "equal"] "," kept[keys[k], "atmost"], gain(keys[k]), \
                   layer_place[part[1]]
        }
    }'
