#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Manual pages as mandoc sees them, warnings and errors.
. "$(dirname "$0")/common.sh"
need mandoc

while IFS= read -r page; do
    mandoc -T lint -W warning "$page" || fault "$page: mandoc has findings"
done < <(find_files '*.[1-9]' lib bin)
verdict
