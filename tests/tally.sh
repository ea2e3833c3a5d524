#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: tally.sh LOG...   (Automake's .log files, each with its .trs beside it)
# Prints "vmtally: N passed, N failed, N skipped" and fails when something failed.
#
# A test program that ends in "NAME: N passed, N failed[, N skipped]" counts with its cases; any
# other, and one that crashed before that line, counts as one with Automake's verdict.
set -eu

passed=0 failed=0 skipped=0
for log in "$@"; do
    trs=${log%.log}.trs
    verdict=$(sed -n 's/^:global-test-result: *//p' "$trs" 2>/dev/null) || verdict=
    # shellcheck disable=SC2046  # three words, or none
    set -- $(sed -nE 's/^[A-Za-z0-9_.-]+: ([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p' \
        "$log" 2>/dev/null | tail -n 1)
    p=${1:-0} f=${2:-0} s=$((10#${3:-0}))
    case $verdict in
    PASS) [ $# -gt 0 ] || p=1 ;;
    SKIP) [ "$s" -gt 0 ] || s=1 ;;
    # A crash, a leak found at the end, or no verdict at all: never less than one failure.
    *) [ "$f" -gt 0 ] || f=1 ;;
    esac
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "vmtally: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
