#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What this machine's kernel says now, on Linux: files of /proc are saved and read as anybody's would
# be. Two files that tell of the same process must agree: the sums over smaps with smaps_rollup to
# the byte, but for the proportional sizes, of which each mapping has lost up to a kB. Every process
# that can be read is read without a line left over.
set -u

suite=linux
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh" self/smaps_rollup

# Save smaps between two equal rollups: then nobody has come or gone who shares a page meanwhile.
save()
{
    local try
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        cat "/proc/$1/smaps_rollup" >"$scratch/rollup" 2>/dev/null || return 1
        cat "/proc/$1/smaps" >"$scratch/smaps" 2>/dev/null || return 1
        cat "/proc/$1/smaps_rollup" >"$scratch/again" 2>/dev/null || return 1
        cmp -s "$scratch/rollup" "$scratch/again" && return 0
        sleep "0.0$try"
    done
    return 1
}

# The members that both files tell of, and the field that each comes from.
check_sums()
{
    local pair member field count low high
    save "$1" || exit 77
    for file in smaps rollup; do
        "$VMTALLY" summary --csv --bounds --table processes "$scratch/$file" >"$scratch/$file.csv" ||
            fault "vmtally summary of $file: exit code $?"
    done
    for pair in resident:Rss rss:Rss private_clean:Private_Clean private_dirty:Private_Dirty \
        shared_clean:Shared_Clean shared_dirty:Shared_Dirty swapped:Swap reclaimable:LazyFree; do
        member=${pair%%:*} field=${pair#*:}
        equal "$member of smaps" "$(value "$scratch/smaps.csv" "$member")" \
            "$(sum "$scratch/smaps" "$field")"
        equal "$member of smaps_rollup" "$(value "$scratch/rollup.csv" "$member")" \
            "$(sum "$scratch/rollup" "$field")"
        equal "$member of smaps" "$(value "$scratch/smaps.csv" "$member")" \
            "$(value "$scratch/rollup.csv" "$member")"
    done
    for member in dirty clean uss; do
        equal "$member of smaps" "$(value "$scratch/smaps.csv" "$member")" \
            "$(value "$scratch/rollup.csv" "$member")"
    done
    count=$(value "$scratch/smaps.csv" region_count)
    equal region_count "$count" "$(grep -c '^Rss:' "$scratch/smaps")"
    equal pss_method "$(value "$scratch/smaps.csv" pss_method)" kernel
    for pair in pss:Pss swap_pss:SwapPss; do
        member=${pair%%:*} field=${pair#*:}
        low=$(value "$scratch/smaps.csv" "$member")
        high=$(value "$scratch/rollup.csv" "$member")
        equal "$member of smaps" "$low" "$(sum "$scratch/smaps" "$field")"
        equal "$member of smaps_rollup" "$high" "$(sum "$scratch/rollup" "$field")"
        within "$member of smaps_rollup, by mappings" "$low" "$high" $((low + count * 1024))
        within "$member of smaps_rollup, by bounds" "$(value "$scratch/smaps.csv" "${member}_lower")" \
            "$high" "$(value "$scratch/smaps.csv" "${member}_upper")"
    done
    within "anonymous of smaps" "$(value "$scratch/rollup.csv" anonymous_lower)" \
        "$(value "$scratch/smaps.csv" anonymous)" "$(value "$scratch/rollup.csv" anonymous_upper)"
}

test_sums()
{
    begin "sums of $1"
    settled check_sums "$2" && end
}

# read_whole COMMAND FILE: nothing damaged, nothing left over.
read_whole()
{
    local ledger=$scratch/ledger.csv
    if ! "$VMTALLY" "$1" --csv --table inputs "$2" >"$ledger" 2>"$scratch/err"; then
        fault "$(head -n 1 "$scratch/err")"
        return
    fi
    equal "lines of ${2##*/}" "$(value "$ledger" lines)" "$(wc -l <"$2" | tr -d ' ')"
    equal "consumed of ${2##*/}" "$(value "$ledger" consumed)" "$(value "$ledger" lines)"
}

test_every_process()
{
    local directory pid file read=0
    begin "every process"
    for directory in /proc/[0-9]*; do
        pid=${directory#/proc/}
        for file in smaps smaps_rollup maps status; do
            # It may be gone, not ours, or have no memory.
            if cat "$directory/$file" >"$scratch/$pid.$file" 2>/dev/null &&
                [ -s "$scratch/$pid.$file" ]; then
                read_whole summary "$scratch/$pid.$file"
                read=$((read + 1))
            fi
            rm -f "$scratch/$pid.$file"
        done
    done
    # This shell and the three that it has started, four files each.
    [ "$read" -ge 16 ] || fault "only $read files could be read"
    end
}

test_host()
{
    local file
    begin "host"
    for file in meminfo vmstat pressure/memory; do
        if cat "/proc/$file" >"$scratch/host" 2>/dev/null; then
            read_whole system "$scratch/host"
        fi
    done
    end
}

# Of its own memory, of memory shared with a child that writes to some of it, of a few pages only.
mkfifo "$scratch/gate" || exit 1
# shellcheck disable=SC2016  # its own variables
"$BASH" -c 'exec 3<>"$1"; words=({1..60000})
    (words[7]=x; echo "$BASHPID" >"$0"; read -r -t 120 <&3; :) & read -r -t 120 <&3; :' \
    "$scratch/child" "$scratch/gate" &
parent=$!
sleep 120 &
sleeper=$!
started="$parent $sleeper"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -s "$scratch/child" ] && break
    sleep 0.1
done
child=$(cat "$scratch/child" 2>/dev/null)
started="$started $child"
sleep 0.2 # until each waits

test_sums "a process that sleeps" "$sleeper"
test_sums "a process with a child" "$parent"
test_sums "the child" "${child:-0}"
test_every_process
test_host

finish_cases
