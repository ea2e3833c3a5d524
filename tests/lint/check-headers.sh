#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each header compiles alone and twice, its guard is named after it, each .c begins with config.h,
# each file names its licence.
. "$(dirname "$0")/common.sh"
need_build

while IFS= read -r file; do
    # shellcheck disable=SC2086  # flags are words
    said=$(printf '#include "config.h"\n#include "%s"\n#include "%s"\ntypedef int vmt_not_empty;\n' \
        "$VMT_SRCDIR/$file" "$VMT_SRCDIR/$file" |
        $CC $CPPFLAGS -I"$(dirname "$file")" -fsyntax-only -Wall -Wextra -Werror \
            -Wno-unused-function -x c - 2>&1) || {
        fault "$file: does not compile alone"
        printf '%s\n' "$said" | head -n 6
    }
done < <(compilable '*.h')

while IFS= read -r file; do
    guard=VMT_$(echo "$file" | sed -E 's,^(lib|tests)/,,; s,[/.-],_,g' | tr '[:lower:]' '[:upper:]')
    for line in "#ifndef $guard" "#define $guard"; do
        grep -qxF "$line" "$file" || fault "$file: no line $line"
    done
done < <(find_files '*.h' lib bin tests)

while IFS= read -r file; do
    first=$(code "$file" | grep -nE '^[ ]*#' | head -n 1)
    case $first in
    *'#include "config.h"') ;;
    *) fault "$file:${first%%:*}: config.h must be included first" ;;
    esac
done < <(find_files '*.c' lib bin tests)

while IFS= read -r file; do
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || fault "$file: no SPDX line"
done < <(find_files '*.[ch]' lib bin tests; find_files '*.sh' tests; find_files '*.mk' lib bin tests)
verdict
