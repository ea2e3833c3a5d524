#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: run.sh [STEP...]   (make lint STEP="layers symbols")
#
# Runs each check-STEP.sh beside it and ends in "lint: N passed, N failed, N skipped". A step whose
# tool is not installed is skipped, and said to be; with CI=true that is a failure, for a check
# that silently does not run is none.
set -u
here=$(cd "$(dirname "$0")" && pwd)

if [ $# -eq 0 ]; then
    for script in "$here"/check-*.sh; do
        step=${script##*/check-}
        set -- "$@" "${step%.sh}"
    done
fi

passed=0 failed=0 skipped=0
for step in "$@"; do
    [ -e "$here/check-$step.sh" ] || { echo "lint: no step $step"; failed=$((failed + 1)); continue; }
    start=$SECONDS
    said=$(bash "$here/check-$step.sh" 2>&1)
    status=$?
    seconds=$((SECONDS - start))
    if [ $status -eq 77 ] && [ "${CI-}" = true ]; then
        said="$said; it is required where CI=true"
        status=1
    fi
    case $status in
    0)
        echo "PASS: $step ($seconds s)"
        passed=$((passed + 1))
        ;;
    77)
        echo "SKIP: $step: $said"
        skipped=$((skipped + 1))
        ;;
    *)
        echo "FAIL: $step"
        printf '%s\n' "${said:-exit code $status}" | sed 's/^/    /'
        failed=$((failed + 1))
        ;;
    esac
done
echo "lint: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
