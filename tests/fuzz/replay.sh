#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every input that a fuzzer ever found worth keeping goes through the parser again, and every
# fixture, which is what it begins with.
set -eu

: "${VMT_SRCDIR:?run through make check}" "${VMT_FUZZ_PARSE:?run through make check}"
corpus=$VMT_SRCDIR/tests/fuzz/corpus/parse
inputs=("$corpus"/*)
[ -e "${inputs[0]}" ] || { echo "replay: no input in tests/fuzz/corpus/parse"; exit 1; }
for kind in ok warn bad; do
    inputs+=("$VMT_SRCDIR"/fixtures/*/"$kind"-*)
done

if "$VMT_FUZZ_PARSE" "${inputs[@]}"; then
    echo "replay: ${#inputs[@]} passed, 0 failed"
    exit 0
fi
# One by one, to name the input.
failed=0
for input in "${inputs[@]}"; do
    "$VMT_FUZZ_PARSE" "$input" >/dev/null 2>&1 && continue
    echo "replay: fails on ${input#"$VMT_SRCDIR"/}"
    failed=$((failed + 1))
done
# Alone each passed, together they did not: state is carried from one input to the next.
[ $failed -gt 0 ] || { echo "replay: fails only on all inputs in one run"; failed=1; }
echo "replay: $((${#inputs[@]} - failed)) passed, $failed failed"
exit 1
