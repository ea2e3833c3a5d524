#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Calls of what banned.txt lists, outside the files where it is allowed. An allowance that fits no
# file any more is a fault too.
. "$(dirname "$0")/common.sh"
table=tests/lint/banned.txt

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
find_files '*.[ch]' lib bin tests >"$scratch/files"
while IFS= read -r file; do
    code "$file" | grep -noE '(^|[^A-Za-z0-9_.>])[A-Za-z_][A-Za-z0-9_]*[[:space:]]*\(' |
        sed -nE "s,^([0-9]+):[^A-Za-z_]?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*\($,$file:\1 \2,p"
done <"$scratch/files" >"$scratch/calls"

while IFS='|' read -r words where why; do
    for pattern in $where; do
        [ "$pattern" = - ] || grep -qE "^($pattern)\$" "$scratch/files" ||
            fault "$table: no file fits the allowance $pattern"
    done
    for word in $words; do
        while read -r place _; do
            allowed=false
            for pattern in $where; do
                echo "${place%:*}" | grep -qE "^($pattern)\$" && allowed=true
            done
            $allowed || fault "$place: $word is banned:$why"
        done < <(awk -v w="$word" '$2 == w' "$scratch/calls")
    done
done < <(grep -vE '^(#|$)' "$table")
verdict
