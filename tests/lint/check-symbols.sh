#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the built library exports, uses and keeps: only vmt_ and vmtally_ names, nothing of
# symbols.txt, and no variable that outlives a call.
. "$(dirname "$0")/common.sh"
need nm
library=$VMT_BUILDDIR/lib/libvmtally.a
[ -e "$library" ] || { fault "no lib/libvmtally.a: run make first"; verdict; }
table=tests/lint/symbols.txt

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# The archive is flat: the object file.o belongs to DIRECTORY/file.c; equal names would be confused.
twice=$(find lib -name '*.c' -exec basename {} \; | sort | uniq -d)
[ -z "$twice" ] || fault "two sources of one name, which an archive cannot tell apart: $twice"

# Lines "OBJECT TYPE SYMBOL". Mach-O puts an underscore before each name. Fortified calls
# (__printf_chk) count as what they stand for; instrumentation is not ours.
prefix=
[ "$(uname)" = Darwin ] && prefix=_
nm -A "$library" 2>/dev/null | awk -v prefix="$prefix" '
    {
        object = $1
        sub(/:[0-9a-f]*$/, "", object)
        sub(/.*[:\[]/, "", object)
        sub(/\.o\]?$/, "", object)
        symbol = $NF
        if (prefix != "" && index(symbol, prefix) == 1) symbol = substr(symbol, 2)
        if (symbol ~ /^__.*_chk$/) { sub(/^__/, "", symbol); sub(/_chk$/, "", symbol) }
        if (symbol ~ /^__isoc[0-9]+_/) sub(/^__isoc[0-9]+_/, "", symbol)
        sub(/\$.*/, "", symbol)
        if (symbol ~ /^(__odr_asan|__asan|__ubsan|__sancov|__sanitizer|__gcov|__llvm|___asan|sancov\.|asan\.)/) next
        print object, $(NF - 1), symbol
    }' >"$scratch/symbols"
[ -s "$scratch/symbols" ] || { fault "nm tells nothing about $library"; verdict; }

# 1. exported names
while read -r object _ symbol; do
    case $symbol in
    vmt_* | vmtally_*) ;;
    *) fault "lib/**/$object.c: exports $symbol: make it static, or name it vmt_..." ;;
    esac
done < <(awk '$2 ~ /^[A-TV-Z]$/' "$scratch/symbols")

# 2. forbidden uses
while IFS='|' read -r symbols where why; do
    where=$(echo "$where" | tr -d ' ')
    for symbol in $symbols; do
        # __stderrp and its like are what the streams are called on macOS.
        while read -r object _ _; do
            path=$(cd lib && find . -name "$object.c" | sed 's,^\./,,; s,\.c$,,')
            [ "$where" != - ] && echo "$path" | grep -qE "^($where)\$" && continue
            fault "lib/$path.c: uses $symbol:$why"
        done < <(awk -v s="$symbol" '$2 == "U" && ($3 == s || $3 == "__" s "p")' "$scratch/symbols")
    done
done < <(grep -vE '^(#|$)' "$table")

# 3. variables. Constant tables of pointers lie in .data.rel.ro: the section tells, the letter does not.
if nm -f sysv "$library" >"$scratch/sections" 2>/dev/null; then
    while IFS='|' read -r symbol section; do
        case $symbol in *asan* | *ubsan* | *sancov* | *gcov* | *.L* | __*) continue ;; esac
        fault "$symbol in $section: a variable of the whole process; keep state in a context"
    done < <(awk -F'|' '
        { gsub(/ /, "") }
        $4 == "OBJECT" && $7 ~ /^(\.data|\.bss|\.tbss|\.tdata|COMMON)/ && $7 !~ /^\.data\.rel\.ro/ {
            print $1 "|" $7
        }' "$scratch/sections")
fi
verdict
