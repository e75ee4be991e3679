#!/bin/sh
# long_counts.sh TNM: counts 9:18, 10:20 and 11:22 and compares with known values (OEIS A058527 as
# far as it is known there, and a row-by-row count by another program).
status=0
while read -r pattern expected; do
    found=$("$1" diversity "$pattern" --exact --format=csv | sed -n 2p | cut -d, -f5)
    if [ "$found" = "$expected" ]; then echo "$pattern: $found"; else
        echo "$pattern: found $found, expected $expected" >&2
        status=1
    fi
done <<'KNOWN'
9:18 2188263032066768922535710968724036448759525154977348944382853301460850000
10:20 27856726619148825494784078580561902698029561072477313921903857594739813713335069572835719440
11:22 73598361490497320315061303329860141625489297388873097402577973995078475595177219907273524251166598220695445665280
KNOWN
exit $status
