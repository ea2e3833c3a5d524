#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Processes that fork, execute, map, unmap, grow and die while they are read (churn.c): nothing
# crashes, no process is there twice, and what is said of those that were read holds.
set -u
suite=churn
# shellcheck source=tests/live/common.sh
. "${VMT_SRCDIR:?run through make check}/tests/live/common.sh"

# Each case takes so many turns, or fewer where that takes too many seconds.
turns=20 seconds=4
churn=$VMT_BUILDDIR/tests/live/churn
start 1 "$churn"
parent=$process
[ -d "/proc/$parent" ] || exit 1

test_all()
{
    local turn until=$((SECONDS + seconds))
    begin "all processes"
    for ((turn = 0; turn < turns && SECONDS < until; turn++)); do
        run 0 summary --all --csv --bounds --table processes
        check_processes
        processes | grep -qw "$parent" || fault "process $parent is not among them"
    done
    [ "$turn" -gt 0 ] || fault "not one turn"
    end
}

# Names are those that churn gives its own.
test_tree()
{
    local turn odd until=$((SECONDS + seconds))
    begin "a tree"
    for ((turn = 0; turn < turns && SECONDS < until; turn++)); do
        run 0 summary --tree "$parent" --csv --bounds --table processes
        check_processes
        odd=$(table "process coverage" "$scratch/out" |
            grep -vE '^churn((-(fork|map|short|grow|orphans?|parent|execute))?|\) S \(|\?exec|.n?exec)	')
        [ -z "$odd" ] || fault "names: $odd"
    done
    [ "$turn" -gt 0 ] || fault "not one turn"
    end
}

# One that is named may have gone since.
test_one()
{
    local turn number read=0 until=$((SECONDS + seconds))
    begin "one after the other"
    for ((turn = 0; turn < turns && SECONDS < until; turn++)); do
        run 0 summary --tree "$parent" --csv --table processes
        for number in $(processes); do
            run "0|2" regions --csv "$number"
            table "start end" "$scratch/out" | awk -F '\t' '$1 == "" || $1 == $2' >"$scratch/faults"
            [ ! -s "$scratch/faults" ] || fault "regions of $number: $(head -n 3 "$scratch/faults")"
            run "0|2" summary --json "$number"
            [ -s "$scratch/out" ] && read=$((read + 1))
        done
    done
    # The first of all stays.
    within "processes read" 1 "$read" 100000
    end
}

# What was torn by an end, or by another program, has lost the mappings at the end of the file, of
# which the kernel gives every program one: [stack].
test_whole()
{
    local turn until=$((SECONDS + seconds))
    begin "whole or not"
    for ((turn = 0; turn < turns && SECONDS < until; turn++)); do
        run 0 regions --tree "$parent" --csv
        table "pid type coverage" "$scratch/out" | awk -F '\t' '
            { all[$1] = 1 }
            $2 == "[stack]" { has[$1] = 1 }
            $3 != "whole" { print $1 " is not whole" }
            END { for (pid in all) if (!(pid in has)) print pid " has no stack" }' >"$scratch/faults"
        [ ! -s "$scratch/faults" ] || fault "$(head -n 3 "$scratch/faults")"
    done
    [ "$turn" -gt 0 ] || fault "not one turn"
    end
}

test_all
test_tree
test_one
test_whole
finish_cases
