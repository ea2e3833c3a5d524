#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: deps.sh DIRECTORY ARCHITECTURE
#
# Builds PCRE2, jansson, libcsv and CUnit from Debian's sources as static libraries for macOS, in
# DIRECTORY/ARCHITECTURE; the sources are fetched once into DIRECTORY/sources. Compiled without their
# configure scripts, two of which are older than arm64: their own notes say how.
set -eu
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"

# The machine's own lists of packages stay as they are: this has lists of its own.
fetch()
{
    local apt=$work/apt sources=$work/sources codename
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    rm -rf "$apt" "$sources"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$sources"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
        "http://deb.debian.org/debian $codename main" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<END
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
END
    export APT_CONFIG=$apt/apt.conf
    apt-get -qq update
    cd "$sources"
    apt-get -qq source pcre2 jansson libcsv cunit >unpacked.log
    rm -rf "$apt"
    touch complete
}

# source_of NAME: the directory of its unpacked source
source_of()
{
    set -- "$work/sources/$1"-*/
    [ -d "$1" ] || { echo "no source: $1" >&2; exit 1; }
    printf '%s\n' "${1%/}"
}

# library NAME COMPILER-ARGUMENT... SOURCE...
library()
{
    local objects=$prefix/objects/$1 archive=$prefix/lib/lib$1.a
    shift
    rm -rf "$objects"
    mkdir -p "$objects"
    cd "$objects"
    # Nobody runs it, and its warnings are for those who maintain it.
    # shellcheck disable=SC2086  # a command and its arguments
    $compiler -O0 -w -c "$@"
    rm -f "$archive"
    llvm-ar rcs "$archive" ./*.o
}

pcre2()
{
    local source name
    source=$(source_of pcre2)/src
    cp "$source/config.h.generic" "$source/config.h"
    cp "$source/pcre2.h.generic" "$source/pcre2.h"
    cp "$source/pcre2_chartables.c.dist" "$source/pcre2_chartables.c"
    set --
    for name in auto_possess chartables compile config context convert dfa_match error extuni \
        find_bracket jit_compile maketables match match_data newline ord2utf pattern_info \
        script_run serialize string_utils study substitute substring tables ucd valid_utf xclass; do
        set -- "$@" "$source/pcre2_$name.c"
    done
    library pcre2-8 -DHAVE_CONFIG_H -DPCRE2_CODE_UNIT_WIDTH=8 -DSUPPORT_PCRE2_8 -DSUPPORT_UNICODE \
        -DSUPPORT_JIT -DPCRE2_STATIC -I"$source" "$@"
    cp "$source/pcre2.h" "$prefix/include"
}

jansson()
{
    local source
    source=$(source_of jansson)/src
    sed -e 's/@json_inline@/inline/' -e 's/@json_have_[a-z_]*@/1/' "$source/jansson_config.h.in" \
        >"$source/jansson_config.h"
    : >"$source/jansson_private_config.h"
    library jansson -DHAVE_STDINT_H=1 -I"$source" "$source"/*.c
    cp "$source/jansson.h" "$source/jansson_config.h" "$prefix/include"
}

libcsv()
{
    local source
    source=$(source_of libcsv)
    library csv -I"$source" "$source/libcsv.c"
    cp "$source/csv.h" "$prefix/include"
}

cunit()
{
    local source
    source=$(source_of cunit)/CUnit
    library cunit -I"$source/Headers" "$source"/Sources/Framework/*.c
    mkdir -p "$prefix/include/CUnit"
    cp "$source"/Headers/*.h "$prefix/include/CUnit"
}

[ -e "$work/sources/complete" ] || (fetch)
pcre2
jansson
libcsv
cunit
