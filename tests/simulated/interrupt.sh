#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Who interrupts the command while the kernel does not answer leaves nothing behind: neither the
# process that waits for the answer nor an unfinished file.
set -u

suite=interrupt
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh"
export VMT_SCENARIO=$VMT_SRCDIR/tests/simulated/scenarios/hangs.scenario

# child_of PROCESS: the number of what waits for an answer for it
child_of()
{
    sed -n "s/^\([0-9]*\) ([^)]*) [A-Z] $1 .*/\1/p" /proc/[0-9]*/stat 2>/dev/null | grep .
}

# ignored SIGNAL: by who started this, as nohup or an ampersand do; then the command ignores it, too
ignored()
{
    local mask
    mask=$(sed -n 's/^SigIgn:\t*//p' /proc/self/status)
    [ $((0x$mask >> ($(kill -l "$1") - 1) & 1)) -eq 1 ]
}

for signal in INT TERM HUP; do
    begin "SIG$signal"
    if ignored "$signal"; then
        skip "it is ignored here"
        continue
    fi
    set -m # else SIGINT is ignored behind an ampersand
    "$VMT_BUILDDIR/tests/simulated/vmtally" summary --source mach -o "$scratch/report" 840 \
        >"$scratch/output" 2>&1 &
    command=$!
    set +m
    started=$command
    child=
    for _ in {1..100}; do
        child=$(child_of "$command") && break
        sleep 0.05
    done
    [ -n "$child" ] || fault "nothing waits: $(cat "$scratch/output")"
    kill "-$signal" "$command"
    wait "$command" 2>/dev/null
    equal "exit code" $? $((128 + $(kill -l "$signal")))
    for _ in {1..100}; do
        kill -0 "$child" 2>/dev/null || break
        sleep 0.05
    done
    kill -0 "$child" 2>/dev/null && fault "$child waits still"
    left=$(find "$scratch" -name '*report*' -o -name '.vmtally*')
    equal "what is left" "$left" ""
    end
done

finish_cases
