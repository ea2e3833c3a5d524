#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: tidy.sh DIRECTORY ARCHITECTURE
#
# After build.sh: clang-tidy over what needs Apple's headers, which `make lint` leaves out elsewhere.
set -eu
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=../lint/common.sh
. "$(dirname "$0")/../lint/common.sh"

files=$(apple '*.c')
[ -n "$files" ] || fault "nothing needs Apple's headers"
for file in $files; do
    # shellcheck disable=SC2086  # a command and its arguments
    clang-tidy --quiet "$file" -- ${compiler#clang } -std=gnu11 -DHAVE_CONFIG_H \
        -I"$prefix/build" -Ilib 2>"$prefix/tidy.log" || {
        cat "$prefix/tidy.log"
        fault "$file: clang-tidy has findings"
    }
done
verdict
