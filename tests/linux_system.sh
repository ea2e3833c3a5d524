#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What this machine's kernel says of its memory, on Linux: what we make of saved files is what
# free(1) and vmstat(8) make of them, what awk does, and no sum of one reading differs. A tool reads
# /proc by itself, so that a value is compared where it is the same before and behind the tool.
set -u

suite=linux_system
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh" meminfo

# sum_fields FILE FIELD... : of lines of meminfo in bytes, those with a - in front taken off.
sum_fields()
{
    local file=$1
    shift
    awk -v fields="$*" '
        BEGIN { n = split(fields, f, " "); for (i = 1; i <= n; i++) {
            sign = sub(/^-/, "", f[i]) ? -1 : 1; factor[f[i] ":"] = sign } }
        $1 in factor { total += factor[$1] * $2 }
        END { printf "%.0f\n", total * 1024 }' "$file"
}

# --- our rules, worked out by another ---------------------------------------------------------------

test_rules()
{
    begin "rules"
    cat /proc/meminfo >"$scratch/meminfo"
    "$VMTALLY" system --csv "$scratch/meminfo" >"$scratch/csv" || fault "exit code $?"
    equal used "$(value "$scratch/csv" used)" "$(sum_fields "$scratch/meminfo" MemTotal -MemAvailable)"
    equal available "$(value "$scratch/csv" available)" "$(sum_fields "$scratch/meminfo" MemAvailable)"
    equal cached "$(value "$scratch/csv" cached)" "$(sum_fields "$scratch/meminfo" Cached Buffers -Shmem)"
    equal swap_in_use "$(value "$scratch/csv" swap_in_use)" \
        "$(sum_fields "$scratch/meminfo" SwapTotal -SwapFree)"
    equal compressed "$(value "$scratch/csv" compressed)" "$(
        grep -q '^Zswap:' "$scratch/meminfo" && sum_fields "$scratch/meminfo" Zswap)"
    equal remainder "$(value "$scratch/csv" remainder)" "$(
        sum_fields "$scratch/meminfo" MemTotal -MemFree -Active -Inactive -Unevictable -Slab -KernelStack \
            -PageTables -SecPageTables -Percpu -Hugetlb -Zswap -Balloon)"
    equal available_permille "$(value "$scratch/csv" available_permille)" "$(
        awk '$1 == "MemTotal:" { t = $2 } $1 == "MemAvailable:" { a = $2 }
            END { printf "%d\n", int((a * 1000 + t / 2) / t) }' "$scratch/meminfo")"
    end
}

test_checks()
{
    begin "checks"
    for file in meminfo vmstat pressure/memory; do
        cat "/proc/$file" >"$scratch/${file##*/}" 2>/dev/null || rm -f "$scratch/${file##*/}"
    done
    set -- "$scratch/meminfo" "$scratch/vmstat"
    [ -s "$scratch/memory" ] && set -- "$@" "$scratch/memory"
    "$VMTALLY" system --strict --fail-on-check "$@" >"$scratch/text" ||
        fault "exit code $?: $(tail -3 "$scratch/text")"
    equal "inferred size of a page" "$("$VMTALLY" system --csv "$@" >"$scratch/csv" &&
        value "$scratch/csv" page_size_inferred)" "$(getconf PAGESIZE)"
    end
}

# --- other tools ------------------------------------------------------------------------------------

# What each tool says, as `name bytes`; the names are columns of ours.
tools()
{
    LC_ALL=C free -b | awk '
        $1 == "Mem:" { print "total", $2; print "used", $3; print "free", $4; print "shmem", $5
                       print "available", $7 }
        $1 == "Swap:" { print "swap_total", $2; print "swap_in_use", $3; print "swap_free", $4 }'
    LC_ALL=C vmstat -s | awk '
        function size(name) { printf "%s %.0f\n", name, $1 * 1024 }
        /K total memory/ { size("total") } /K free memory/ { size("free") }
        /K active memory/ { size("active") } /K inactive memory/ { size("inactive") }
        /K buffer memory/ { size("buffers") } /K total swap/ { size("swap_total") }
        /K free swap/ { size("swap_free") } /pages swapped out/ { print "swapouts", $1 }'
}

# near NAME A B: as far apart as a tool that is running has memory of its own.
near()
{
    local slack=0
    case $1 in used | free | available | active | inactive) slack=$((8 << 20)) ;; esac
    [ "$(($2 - $3))" -le "$slack" ] && [ "$(($3 - $2))" -le "$slack" ]
}

# `used` is that of procps 4; older ones leave out the cache in another way.
test_tools()
{
    local try name number before behind
    declare -A right=() wrong=()
    begin "free and vmstat"
    if ! free --version 2>/dev/null | grep -q ' 4\.' || ! vmstat -s >/dev/null 2>&1; then
        skip "no procps 4"
        return
    fi
    for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
        cat /proc/meminfo /proc/vmstat >"$scratch/before"
        tools >"$scratch/tools"
        cat /proc/meminfo /proc/vmstat >"$scratch/behind"
        for file in before behind; do
            "$VMTALLY" system --csv "$scratch/$file" >"$scratch/$file.csv" || fault "exit code $?"
        done
        while read -r name number; do
            before=$(value "$scratch/before.csv" "$name")
            behind=$(value "$scratch/behind.csv" "$name")
            if near "$name" "$number" "$before" || near "$name" "$number" "$behind"; then
                right[$name]=$number
            elif near "$name" "$before" "$behind"; then
                wrong[$name]="${wrong[$name]-} $before/$number"
            fi
        done <"$scratch/tools"
        [ "${#right[@]}" -eq 12 ] && break
        sleep "0.0$try"
    done
    # Once or twice it can have moved and come back.
    for name in "${!wrong[@]}"; do
        [ -n "${right[$name]-}" ] || [ "$(wc -w <<<"${wrong[$name]}")" -lt 3 ] ||
            fault "$name, ours and another tool's:${wrong[$name]}"
    done
    # Those that seldom move at least.
    [ "${#right[@]}" -ge 4 ] || fault "only ${!right[*]} could be compared"
    end
}

# --- parts of the machine ---------------------------------------------------------------------------

# The files of a group, each told by its name alone.
test_group()
{
    local directory file
    begin "control group"
    for directory in /sys/fs/cgroup/memory /sys/fs/cgroup/system.slice /sys/fs/cgroup/init.scope \
        /sys/fs/cgroup; do
        set --
        for file in "$directory"/memory.{stat,current,max,high,peak,events} \
            "$directory"/memory.{usage,limit,max_usage}_in_bytes; do
            [ -r "$file" ] && set -- "$@" "$file"
        done
        if [ "$#" -gt 1 ]; then
            break
        fi
    done
    if [ "$#" -lt 2 ]; then
        skip "none with a memory controller"
        return
    fi
    "$VMTALLY" system --strict --csv "$@" >"$scratch/csv" || fault "exit code $?"
    equal cgroup "$(value "$scratch/csv" cgroup)" "${1%/*}"
    equal rows "$(wc -l <"$scratch/csv" | tr -d ' ')" 2
    [ -n "$(value "$scratch/csv" anonymous)" ] || fault "no anonymous memory"
    end
}

# The pressure of a processor is not that of memory, though it looks like it.
test_pressure()
{
    begin "pressure"
    if ! cat /proc/pressure/memory >/dev/null 2>&1; then
        skip "no /proc/pressure"
        return
    fi
    "$VMTALLY" system --csv /proc/pressure/cpu /proc/pressure/io >"$scratch/csv" ||
        fault "exit code $?"
    equal "rows without memory" "$(wc -l <"$scratch/csv" | tr -d ' ')" 1
    "$VMTALLY" system --csv /proc/pressure/memory >"$scratch/csv" || fault "exit code $?"
    [ -n "$(value "$scratch/csv" psi_some_total_us)" ] || fault "nothing of memory"
    end
}

test_zram()
{
    local file
    begin "zram"
    for file in /sys/block/zram*/mm_stat; do
        if ! [ -r "$file" ]; then
            skip "no device"
            return
        fi
        "$VMTALLY" system --strict --csv "$file" >"$scratch/csv" || fault "exit code $?"
        equal "stored in $file" "$(value "$scratch/csv" zram_stored)" "$(awk '{ print $1 }' "$file")"
    done
    end
}

test_rules
test_checks
test_tools
test_group
test_pressure
test_zram

finish_cases
