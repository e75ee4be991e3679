#!/bin/sh
# The profiles of a study, with the number of problems they are about in the first line.
#
#   profiles.sh FOLDER
set -e
problems=$(grep -v '^#' "$1/records.csv" | tail -n +2 | cut -d, -f3,6,7 | sort -u | wc -l)
echo "# problems: $problems"
cat "$1/profiles.csv"
