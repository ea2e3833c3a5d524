#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: scale.sh   (through make bench)
#
# Large inputs at three sizes beside what only copies or counts their bytes: a vm_stat log of a week
# (BENCH_SECONDS, 604800), an smaps of 40 MB (BENCH_MAPPINGS, 48000), a directory of captures of all
# kinds (BENCH_FILES, 1000) by all processors and by one. Time per row is the same at each size where
# the cost is linear. BENCH_RUNS (7) rounds. Only a crash or a wrong count makes this fail.
set -u

# shellcheck source=tests/bench/common.sh
. "$(dirname "$0")/common.sh"
week=${BENCH_SECONDS:-604800}
mappings=${BENCH_MAPPINGS:-48000}
files=${BENCH_FILES:-1000}

# sizes N: three of them
sizes()
{
    echo $(($1 / 4)) $(($1 / 2)) "$1"
}

rows=() bytes=() floor=()

# set_rows FIRST ROWS BYTES: of the programs from FIRST on, which are measured against that one
set_rows()
{
    local i
    for ((i = $1; i < count; i++)); do
        rows[i]=$2 bytes[i]=$3 floor[i]=$1
    done
}

# expect COUNT FILE ARGUMENTS...: so many rows, and their heading
expect()
{
    local wanted=$1 got
    shift
    got=$("$VMTALLY" "$@" | wc -l) || fail "vmtally $* fails"
    [ "$got" -eq $((wanted + 1)) ] || fail "vmtally $* gives $got lines, not $((wanted + 1))"
}

for size in $(sizes "$week"); do
    "$programs/gen_vm_stat" "$size" >"week.$size" || fail "gen_vm_stat $size"
    first=$count
    program "vm_stat: wc -l" wc -l "week.$size"
    program "vm_stat: cat" cat "week.$size"
    program "vm_stat: system --csv" "$VMTALLY" system --csv "week.$size"
    program "vm_stat: system" "$VMTALLY" system "week.$size"
    set_rows "$first" "$size" $(($(wc -c <"week.$size")))
done

for size in $(sizes "$mappings"); do
    "$programs/gen_smaps" "$size" >"smaps.$size" || fail "gen_smaps $size"
    expect "$size" regions --csv "smaps.$size"
    first=$count
    program "smaps: wc -l" wc -l "smaps.$size"
    program "smaps: cat" cat "smaps.$size"
    program "smaps: summary" "$VMTALLY" summary "smaps.$size"
    program "smaps: regions --csv" "$VMTALLY" regions --csv "smaps.$size"
    set_rows "$first" "$size" $(($(wc -c <"smaps.$size")))
done

# The fixtures again and again, each copy with a line more.
fixtures=("$VMT_FIXTURES"/*/ok-*)
alone=
command -v taskset >/dev/null && alone='taskset -c 0'
for size in $(sizes "$files"); do
    mkdir "files.$size"
    for ((i = 0; i < size; i++)); do
        fixture=${fixtures[i % ${#fixtures[@]}]}
        { cat "$fixture"; printf '\nCopy %d.\n' "$i"; } >"files.$size/$i-${fixture##*/}"
    done
    expect "$size" summary --csv --table inputs "files.$size"
    first=$count
    program "files: cat" cat "files.$size"/*
    program "files: summary --csv" "$VMTALLY" summary --csv "files.$size"
    # shellcheck disable=SC2086  # words
    program "files: the same, one processor" ${alone:+$alone "$VMTALLY" summary --csv "files.$size"}
    set_rows "$first" "$size" $(($(cat "files.$size"/* | wc -c)))
done

measure_all

echo "a week of vm_stat, an smaps, a directory of files; best of $rounds, whole processes"
echo
printf '%-32s %8s %9s %9s %9s %9s %9s\n' PROGRAM rows ms us/row 'x first' 'peak MiB' MB/s
ms='' each='' ratio='' mib=''
for ((i = 0; i < count; i++)); do
    [ "$i" -eq 0 ] || [ "${floor[i]}" -ne "$i" ] || echo
    if [ -z "${commands[i]}" ]; then
        printf '%-32s %8d %9s\n' "${labels[i]}" "${rows[i]}" skipped
        continue
    fi
    decimal ms "${best[i]}" 1000
    decimal each "${best[i]}" "${rows[i]}"
    decimal ratio "${best[i]}" "${best[${floor[i]}]}"
    decimal mib "${peak[i]}" 1024
    printf '%-32s %8d %9s %9s %9s %9s %9d\n' "${labels[i]}" "${rows[i]}" "$ms" "$each" "$ratio" \
        "$mib" $((bytes[i] / best[i]))
done
