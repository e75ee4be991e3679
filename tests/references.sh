#!/usr/bin/env bash
# Literature: every key cited, as [kulisch2011] or as the reference of a method, is in
# docs/references.bib, and every entry there is cited. Prints what is wrong, and fails if anything is.
#
#   tests/references.sh     from the top of a tree
set -euo pipefail
shopt -s nullglob globstar
key='[a-z]+(19|20)[0-9][0-9][a-z]?'

entries() {
    sed -nE 's/^@[a-z]+\{([^,]+),.*/\1/p' docs/references.bib | sort -u
}

cited() {
    grep -ohE "\[$key([,;] $key)*\]|\.reference = \"$key([,;] $key)*\"" ./*.md docs/*.md \
        {include,instances,formulations,solver,bench,pruning,training,cli,paper_figs,tests}/**/*.{c,h,cc,gp} |
        grep -oE "$key" | sort -u
}

missing=$(comm -13 <(entries) <(cited))
idle=$(comm -23 <(entries) <(cited))
[ -z "$missing" ] || echo "references: cited, but not in docs/references.bib:" $missing >&2
[ -z "$idle" ] || echo "references: in docs/references.bib, but never cited:" $idle >&2
[ -z "$missing$idle" ]
