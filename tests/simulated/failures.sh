#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The whole command while one call of the kernel after the other fails: it says what it can, ends as it
# ends on any failure, and gives back all ports.
set -u

suite=failures
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh"
command=$VMT_BUILDDIR/tests/simulated/vmtally

# sane FILE: nothing in it but messages of the command
sane()
{
    ! grep -v '^vmtally: ' "$1"
}

# try SCENARIO ARGUMENT...
try()
{
    local scenario=$1 number status
    shift
    begin "$scenario $*"
    for number in $(seq 1 40); do
        VMT_FAIL=$number VMT_SCENARIO=$VMT_SRCDIR/tests/simulated/scenarios/$scenario.scenario \
            "$command" "$@" >"$scratch/out" 2>"$scratch/err"
        status=$?
        [ $status -le 2 ] || fault "call $number: exit code $status: $(cat "$scratch/err")"
        sane "$scratch/err" || fault "call $number: that is no message"
        [ $status -ne 0 ] || [ -s "$scratch/out" ] || fault "call $number: nothing is said"
    done
    end
}

try plain summary --source mach 500
try plain summary --source mach --exact 500
try fork summary --source mach 700 701
try purgeable regions --source mach 640
try denied summary 820
try denied processes
try plain system
finish_cases
