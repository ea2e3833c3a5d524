#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Blanks at line ends, tabs where spaces belong, DOS line ends, a missing last line end, and, in a
# git checkout, what git itself objects to. Fixtures and expected outputs are other people's bytes.
. "$(dirname "$0")/common.sh"

tab=$'\t' cr=$'\r'
while IFS= read -r file; do
    while IFS= read -r place; do
        fault "$file:$place: blank at the end of the line"
    done < <(grep -nE "[ $tab]\$" "$file" | cut -d: -f1)
    grep -q "$cr" "$file" && fault "$file: carriage return"
    [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ] && fault "$file: no line end at the end"
    case $file in
    *.[ch] | *.sh | *.ac | *.md)
        grep -q "$tab" "$file" && fault "$file:$(grep -n "$tab" "$file" | cut -d: -f1 | head -n 1): tab"
        ;;
    esac
done < <(
    find_files '*.[ch]' lib bin tests
    find_files '*.mk' lib bin tests
    find_files '*.sh' tests
    find_files '*.md' lib bin tests
    find_files '*.[0-9]' lib bin
    find_files '*.txt' tests/lint
    for file in README.md configure.ac Makefile.am tests/golden/CASES .ci/run .[ceg]*; do
        [ ! -f "$file" ] || echo "$file"
    done
)

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    # Against the empty tree: the whole work tree, not only the last change.
    empty=$(git hash-object -t tree /dev/null)
    said=$(git diff --check "$empty" -- . 2>&1) || {
        printf '%s\n' "$said"
        fault "git diff --check has findings"
    }
fi
verdict
