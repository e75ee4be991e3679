#!/usr/bin/env bash
# Which file may include which: arrows between folders point one way, and every foreign library is
# met in one place (and where that place is tested). Prints what is wrong, and fails if anything is.
#
#   tests/layers.sh FILE...     from the top of a tree; FILEs make up the independent checker, which
#                               meets no solver
set -euo pipefail
checker=" $* "
shopt -s nullglob globstar
wrong=0

complain() { # file, header, reason
    echo "layers: $1 includes $2: $3" >&2
    wrong=1
}

quoted() { # file: our own headers that it includes, one a line
    sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"([^"]+)".*/\1/p' "$1"
}

bracketed() { # file: the headers of others
    sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*<([^>]+)>.*/\1/p' "$1"
}

# ---- cli -> bench, pruning, training -> solver -> formulations -> instances -> include -----------
may_include() { # file: folders whose headers it may include
    if [[ $checker == *" ${1%.[ch]}.c "* ]]; then
        echo "cli formulations instances"
        return
    fi
    case $1 in
    include/*) echo "" ;;
    instances/*) echo "instances" ;;
    formulations/*) echo "formulations instances" ;;
    solver/*) echo "solver formulations instances" ;;
    bench/programs/*) echo "bench training solver formulations instances" ;;
    bench/*) echo "bench solver formulations instances" ;;
    pruning/prune.* | pruning/masking.* | pruning/estimate.*) echo "pruning solver formulations instances" ;;
    pruning/*) echo "pruning formulations instances" ;; # verify meets no solver
    training/*) echo "training solver formulations instances" ;;
    cli/*) echo "cli bench pruning training solver formulations instances" ;;
    tests/*) echo "tests cli bench pruning training solver formulations instances" ;;
    esac
}

check_arrows() { # file
    local header allowed
    allowed=" $(may_include "$1") "
    for header in $(quoted "$1"); do
        if [[ $header == tnm.h ]]; then
            continue
        elif [[ $header != */* ]]; then
            complain "$1" "$header" "write the folder in the path"
        elif [[ $1 == pruning/verify.* && $header =~ ^pruning/(prune|masking).h ]]; then
            complain "$1" "$header" "a solver is behind it"
        elif [[ $allowed != *" ${header%%/*} "* ]]; then
            complain "$1" "$header" "no arrow points there"
        fi
    done
}

# ---- one foreign library, one home --------------------------------------------------------------
homes() { # header: patterns of the files that may include it; nothing for a standard header
    case $1 in
    lemon/*) echo "solver/methods/*.cc" ;;
    glpk.h) echo "solver/methods/glpk*.c" ;;
    cblas.h) echo "training/blas.c" ;;
    gmp.h) echo "formulations/diversity/*" ;;
    gsl/*) echo "instances/generate.[ch] formulations/diversity/* bench/*" ;;
    zlib.h) echo "instances/idx.c" ;;
    jansson.h) echo "instances/* bench/* pruning/* cli/*" ;;
    CUnit/*) echo "tests/*" ;;
    argp.h) echo "cli/*" ;;
    esac
}

check_homes() { # file
    local header home list at_home
    for header in $(bracketed "$1"); do
        read -ra list <<<"$(homes "$header")"
        [[ ${#list[@]} -gt 0 ]] || continue
        at_home=0
        for home in "${list[@]}" "tests/*"; do
            # shellcheck disable=SC2053 # it is a pattern
            if [[ $1 == $home ]]; then at_home=1; fi
        done
        [[ $at_home == 1 ]] || complain "$1" "$header" "it is at home in ${list[*]}"
    done
}

for file in {include,instances,formulations,solver,bench,pruning,training,cli,tests}/**/*.{c,h,cc}; do
    check_arrows "$file"
    check_homes "$file"
done
exit $wrong
