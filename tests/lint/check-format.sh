#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Layout is decided by .clang-format. Mend with: clang-format -i FILE
. "$(dirname "$0")/common.sh"
need clang-format

while IFS= read -r file; do
    said=$(clang-format --dry-run -Werror "$file" 2>&1) || {
        printf '%s\n' "$said" | grep 'error:'
        fault "$file: run clang-format -i ($(clang-format --version | sed 's/.*version/version/'))"
    }
done < <(find_files '*.[ch]' lib bin tests)
verdict
