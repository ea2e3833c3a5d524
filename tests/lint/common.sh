# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by each step. A step prints what is wrong, one line a fault with its place, and exits 0, 1
# or 77 (its tool is not there). `make lint` tells it VMT_SRCDIR, VMT_BUILDDIR, CC, CFLAGS, CPPFLAGS;
# started by hand it takes the checkout that it lies in.
set -u
export LC_ALL=C

VMT_SRCDIR=${VMT_SRCDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
VMT_BUILDDIR=${VMT_BUILDDIR:-$VMT_SRCDIR}
CC=${CC:-cc}
CPPFLAGS=${CPPFLAGS:--DHAVE_CONFIG_H -I$VMT_BUILDDIR -I$VMT_SRCDIR/lib}
cd "$VMT_SRCDIR" || exit 1

faults=0
fault()
{
    printf '%s\n' "$*"
    faults=$((faults + 1))
}

verdict()
{
    [ "$faults" -eq 0 ]
    exit
}

# need TOOL
need()
{
    command -v "$1" >/dev/null 2>&1 && return
    echo "$1 is not installed"
    exit 77
}

# need_build: for the steps that compile something.
need_build()
{
    [ -e "$VMT_BUILDDIR/config.h" ] || fault "no config.h in $VMT_BUILDDIR: run configure first"
    [ "$faults" -eq 0 ] || exit 1
}

cores()
{
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

# find_files PATTERN DIRECTORY...: what lies there, committed or not yet.
find_files()
{
    local pattern=$1
    shift
    find "$@" -name "$pattern" -type f | sort
}

# has HEADER
has()
{
    # shellcheck disable=SC2086  # flags are words
    echo "#include <$1>" | $CC $CPPFLAGS -fsyntax-only -x c - 2>/dev/null
}

# The sources that need Apple's headers.
apple()
{
    find_files "$1" lib/source | grep '/mach_' | grep -v '/mach_absent\.c$'
    find_files "$1" tests/simulated | grep -E '/xnu(_|\.h)' | grep -v '/xnu_control\.h$'
}

# The sources that can be compiled here: the unit programs need CUnit's headers, some need Apple's.
compilable()
{
    local without='^$'
    has CUnit/CUnit.h || without="$without|^tests/unit/"
    has libproc.h || without="$without|$(apple "$1" | paste -sd '|' -)"
    find_files "$1" lib bin tests | grep -vE "$without"
}

# code FILE: the file with comments and the contents of strings blanked, line for line.
code()
{
    awk '
    {
        out = ""
        n = length($0)
        for (i = 1; i <= n; i++) {
            c = substr($0, i, 1)
            two = substr($0, i, 2)
            if (state == "comment") {
                if (two == "*/") { state = ""; i++ }
            } else if (state == "string" || state == "char") {
                if (c == "\\") i++
                else if (c == (state == "string" ? "\"" : "\047")) { state = ""; out = out c }
            } else if (two == "/*") { state = "comment"; i++ }
            else if (two == "//") break
            else {
                if (c == "\"" && $0 !~ /^[ \t]*#[ \t]*include/) state = "string"
                else if (c == "\047") state = "char"
                out = out c
            }
        }
        if (state != "comment") state = ""
        print out
    }' "$1"
}
