# make install, a program against what it put there, make uninstall.

root=$HERE/../..
stage=$PWD/stage
install() {
    run 0 "${MAKE:-make}" -s -C "$root" "$1" BUILD="$BUILD" DESTDIR="$stage" PREFIX=/opt/tnm
}

install install
for file in bin/tnm bin/tnm-check lib/libtnm.a lib/pkgconfig/tnm.pc include/tnm.h \
    share/man/man1/tnm.1 share/man/man1/tnm-check.1; do
    check "installs $file" [ -s "stage/opt/tnm/$file" ]
done
run 0 stage/opt/tnm/bin/tnm --version

flags="-Istage/opt/tnm/include -Lstage/opt/tnm/lib -ltnm -fopenmp -lm"
if command -v pkg-config >/dev/null; then
    export PKG_CONFIG_PATH="$stage/opt/tnm/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$stage"
    flags=$(pkg-config --cflags --libs tnm)
    run 0 pkg-config --modversion tnm
    has '^[0-9]+\.[0-9]+\.[0-9]+$'
fi
# shellcheck disable=SC2086 # lists of words
run 0 ${CC:-cc} ${FLAGS:-} "$root/examples/mask.c" -o mask $flags
run 0 ./mask
has '^OPTIMAL: kept 11\.50 of 15\.10$'
has '^checked: OPTIMAL, no mask keeps more than 11\.50$'

# All of the library may become part of a shared one.
# shellcheck disable=SC2086 # lists of words
run 0 ${CC:-cc} ${FLAGS:-} -shared -Wl,--whole-archive stage/opt/tnm/lib/libtnm.a \
    -Wl,--no-whole-archive -o libhost.so -fopenmp -lm
# shellcheck disable=SC2086 # lists of words
run 0 ${CC:-cc} ${FLAGS:-} "$root/examples/mask.c" -o mask-shared -Istage/opt/tnm/include \
    ./libhost.so -fopenmp -lm
run 0 ./mask-shared
has '^checked: OPTIMAL, no mask keeps more than 11\.50$'

# The header alone is enough for C++.
if command -v c++ >/dev/null; then
    echo '#include <tnm.h>' >empty.cc
    run 0 c++ -std=c++17 -Wall -Wextra -Werror -Istage/opt/tnm/include -c empty.cc -o empty.o
fi

install uninstall
check 'leaves no file' [ -z "$(find stage -type f)" ]
