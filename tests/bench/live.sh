#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: live.sh   (through make bench)
#
# Running processes of Linux: a population of forked workers (BENCH_PROCESSES, 200, of 120 mappings
# each) and one process of 60,000 mappings (BENCH_LARGE). Beside each other, in the same rounds:
# what only copies the kernel's files, vmtally, and programs that answer the same question.
# BENCH_RUNS (7) rounds. Only a crash makes this fail.
set -u

# shellcheck source=tests/bench/common.sh
. "$(dirname "$0")/common.sh"
if [ ! -r /proc/self/smaps_rollup ]; then
    echo "running processes: skipped, no /proc/PID/smaps_rollup here"
    exit 0
fi

coproc population { "$programs/population" "${BENCH_PROCESSES:-200}" 120 "${BENCH_LARGE:-60000}"; }
pids=()
while read -r line <&"${population[0]}" && [ "$line" != ready ]; do
    pids+=("$line")
done
[ "${line:-}" = ready ] || fail "no population"
large=${pids[0]}

# What a row is measured against, and what it should be: the first row of its group.
first=0 floor=() goals=()
# against GOAL LABEL [COMMAND...]
against()
{
    goals[count]=$1 floor[count]=$first
    shift
    program "$@"
}

# only COMMAND ARGUMENT...: nothing where there is no such program
only()
{
    ! command -v "$1" >/dev/null || printf '%s\n' "$@"
}

first=$count
against '' "one: cat smaps" cat "/proc/$large/smaps"
against '1.10x or less' "one: summary" "$VMTALLY" summary "$large"
against '1.20x or less' "one: regions" "$VMTALLY" regions "$large"
against '' "one: regions --csv" "$VMTALLY" regions --csv "$large"
mapfile -t words < <(only pmap -X "$large")
against '10x summary or more' "one: pmap -X" "${words[@]}"

# Some processes may not be read: cat goes on to the next.
first=$count
against '' "all: cat smaps_rollup" \
    bash -c 'cat /proc/[0-9]*/smaps_rollup 2>/dev/null; exit 0'
against '1.15x or less' "all: processes" "$VMTALLY" processes
mapfile -t words < <(only smem)
against '30x processes or more' "all: smem" "${words[@]}"

first=$count
against '' "all: ps -e" ps -e
against '1.2x or less' "all: processes, cheap columns" \
    "$VMTALLY" processes --columns pid,resident,name

measure_all

echo "running processes: one of $(wc -l <"/proc/$large/maps") mappings, ${#pids[@]} in the population"
echo
printf '%-32s %9s %9s %9s   %s\n' PROGRAM ms 'x first' 'peak MiB' goal
ms='' ratio='' mib=''
for ((i = 0; i < count; i++)); do
    [ "$i" -eq 0 ] || [ "${floor[i]}" -ne "$i" ] || echo
    if [ -z "${commands[i]}" ]; then
        printf '%-32s %9s %9s %9s   %s\n' "${labels[i]}" absent '' '' "${goals[i]}"
        continue
    fi
    decimal ms "${best[i]}" 1000
    decimal ratio "${best[i]}" "${best[${floor[i]}]}"
    decimal mib "${peak[i]}" 1024
    printf '%-32s %9s %9s %9s   %s\n' "${labels[i]}" "$ms" "$ratio" "$mib" "${goals[i]}"
done
