#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Running processes on a real Mac: what the kernel tells of a process with a known memory, beside what
# vmmap and footprint print of it. Skipped elsewhere. A part needs to be root: sudo, where it does
# not ask.
set -u

suite=mac
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh"
if [ "$(uname -s)" != Darwin ]; then
    echo "$suite: skipped, not macOS"
    exit 77
fi

root=
if [ "$(id -u)" -eq 0 ]; then root='env'; elif sudo -n true 2>/dev/null; then root='sudo -n'; fi
mebibyte=1048576

# --- a process that waits, and its child ----------------------------------------------------------

# What it maps: bytes that are no zeros, on a disk.
head -c $((4 * mebibyte)) /dev/urandom >"$scratch/file"
mkfifo "$scratch/gate" "$scratch/numbers" || exit 1
exec 8<>"$scratch/gate" 9<>"$scratch/numbers"
"${VMT_BUILDDIR:?}/tests/macos/worker" "$scratch/file" <&8 >&9 &
started=$!
read -r -t 60 worker child _ <&9 || exit 1
started="$started $child"

# account NAME ARGUMENT...: a row of totals of a process into a file
account()
{
    local file=$scratch/$1.csv
    shift
    "$@" --csv --table processes >"$file" 2>"$file.err" || { fault "$*: $(cat "$file.err")"; return 1; }
}

# near WHAT FIRST SECOND PERCENT
near()
{
    awk -v first="$2" -v second="$3" -v percent="$4" 'BEGIN {
        far = first > second ? first - second : second - first
        exit !(first ~ /^[0-9]+$/ && second ~ /^[0-9]+$/ && far <= second * percent / 100)
    }' || fault "$1: $2 and $3 differ by more than $4 %"
}

# at_least WHAT VALUE MEBIBYTES
at_least()
{
    within "$1" $(($3 * mebibyte)) "${2:-0}" $((1 << 62))
}

# What the worker has written is there, and private: all but what it shares with its child.
known_memory()
{
    local file=$scratch/$1.csv
    at_least anonymous "$(value "$file" anonymous)" 52
    at_least uss "$(value "$file" uss)" 32
    at_least footprint "$(value "$file" footprint)" 44
    equal pid "$(value "$file" pid)" "$worker"
}

# --- the kernel alone -----------------------------------------------------------------------------

begin "own process by the kernel"
account kernel "$VMTALLY" summary --source mach "$worker" && known_memory kernel
end

begin "beside footprint"
if footprint -p "$worker" -f bytes >"$scratch/footprint" 2>/dev/null; then
    printed=$(awk '/phys_footprint: / { print $2; exit }' "$scratch/footprint")
    near footprint "$(value "$scratch/kernel.csv" footprint)" "${printed:-none}" 3
    end
else
    skip "footprint gives nothing of it"
fi

begin "names, trees and rankings"
"$VMTALLY" processes --tree "$worker" --csv --columns pid,name >"$scratch/tree.csv" 2>&1
for pid in "$worker" "$child"; do
    grep -q "^$pid,worker" "$scratch/tree.csv" || fault "no $pid: $(cat "$scratch/tree.csv")"
done
end

begin "the machine by the kernel"
"$VMTALLY" system --source mach --csv >"$scratch/machine.csv" 2>"$scratch/machine.err" ||
    fault "$(cat "$scratch/machine.err")"
near total "$(value "$scratch/machine.csv" total)" "$(sysctl -n hw.memsize)" 0
wired=$(vm_stat | awk '/^Pages wired down/ { gsub(/[^0-9]/, ""); print }')
near wired "$(value "$scratch/machine.csv" wired)" $((wired * $(sysctl -n vm.pagesize))) 10
end

# --- beside vmmap ---------------------------------------------------------------------------------

if [ -n "$root" ]; then
    begin "beside vmmap"
    # shellcheck disable=SC2086  # a command and its arguments
    {
        $root vmmap -w -interleaved -noCoalesce "$worker" >"$scratch/vmmap.txt" 2>/dev/null
        account vmmap "$VMTALLY" summary "$scratch/vmmap.txt"
        account task $root "$VMTALLY" summary --source mach "$worker" && known_memory task
    }
    # vmmap's own sampling and malloc's zones change little in a process that waits.
    for member in dirty swapped anonymous footprint; do
        near "$member" "$(value "$scratch/task.csv" $member)" "$(value "$scratch/vmmap.csv" $member)" 5
    done
    near resident "$(value "$scratch/task.csv" resident)" "$(value "$scratch/vmmap.csv" resident)" 10
    end

    begin "not suspended by what was given up"
    # shellcheck disable=SC2086
    $root "$VMTALLY" summary --source vmmap --max-time 0.05 "$worker" >/dev/null 2>&1
    state=$(ps -o stat= -p "$worker")
    case $state in T*) fault "the process is stopped: $state" ;; esac
    end

    begin "page by page"
    # shellcheck disable=SC2086
    account exact $root "$VMTALLY" summary --source mach --exact "$worker" && known_memory exact
    near anonymous "$(value "$scratch/exact.csv" anonymous)" "$(value "$scratch/task.csv" anonymous)" 5
    end
else
    begin "beside vmmap"
    skip "not root, and sudo asks"
fi

finish_cases
