#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: build.sh DIRECTORY ARCHITECTURE
#
# Builds the program and the programs of the tests for macOS in DIRECTORY/ARCHITECTURE/build, on what
# sdk.sh and deps.sh made, and looks at what came out. Nothing is run: that takes a Mac.
set -eu
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$prefix/build
rm -rf "$build"
mkdir "$build"
cd "$build"

# A call that the oldest macOS does not have is an error, and one that none has fails the link.
"$top/configure" --quiet --host="$host" --without-libarchive --enable-werror \
    CC="$compiler" AR=llvm-ar RANLIB=llvm-ranlib \
    CFLAGS='-O0 -Werror=unguarded-availability' \
    CPPFLAGS="-I$prefix/include" LDFLAGS="-fuse-ld=lld -L$prefix/lib" PKG_CONFIG_LIBDIR="$prefix/no-packages" \
    PCRE2_CFLAGS="-I$prefix/include" PCRE2_LIBS=-lpcre2-8 \
    JANSSON_CFLAGS="-I$prefix/include" JANSSON_LIBS=-ljansson \
    CUNIT_CFLAGS="-I$prefix/include" CUNIT_LIBS=-lcunit
make
# What the tests run is built, and nothing run: the summary of no tests says nothing.
make check TESTS= >checks.log || { cat checks.log; exit 1; }

# What needs libarchive is only compiled: it needs more libraries in its turn. Debian's headers do.
mkdir -p "$prefix/archive"
cp /usr/include/archive.h /usr/include/archive_entry.h "$prefix/archive"
make CPPFLAGS="-I$prefix/include -I$prefix/archive" \
    lib/source/archive_read.o lib/source/archive_write.o tests/unit/test_archive-test_archive.o

# --- what came out -------------------------------------------------------------------------------

fault()
{
    echo "$architecture: $*"
    faults=$((faults + 1))
}

# look PROGRAM: of this architecture, for the oldest macOS, on nothing but the system's own library
look()
{
    local headers libraries
    headers=$(llvm-objdump --macho --private-headers "$1")
    printf '%s\n' "$headers" | grep -iqE "^ *MH_MAGIC_64 +$architecture .* EXECUTE .* NOUNDEFS " ||
        fault "$1: no complete program for $architecture"
    printf '%s\n' "$headers" | grep -A 5 -w LC_BUILD_VERSION | grep -qE "^ *minos ${oldest//./\\.}$" ||
        fault "$1: not for macOS $oldest and later"
    libraries=$(llvm-objdump --macho --dylibs-used "$1" | awk 'NR > 1 { print $1 }')
    [ "$libraries" = /usr/lib/libSystem.B.dylib ] || fault "$1: needs other libraries: $libraries"
}

faults=0 programs=0
while IFS= read -r program; do
    look "$program"
    programs=$((programs + 1))
done < <(find bin tests -type f -perm -u+x)
# The tests are most of them: none at all means that they were not built.
[ "$programs" -gt 10 ] || fault "only $programs programs"
echo "$architecture: $programs programs, $faults faults"
[ "$faults" -eq 0 ]
