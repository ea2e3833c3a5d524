#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Which checks, and why some are off: .clang-tidy.
. "$(dirname "$0")/common.sh"
need clang-tidy
need_build

# Compiler warnings belong to --enable-werror: gcc's flags are not clang's.
# One file a process: clang's va_list checker goes wrong after the first of several.
# shellcheck disable=SC2016  # expanded by the inner shell
compilable '*.c' | xargs -P "$(cores)" -n 1 sh -c '
    flags=$1
    shift
    said=$(clang-tidy --quiet "$@" -- $flags 2>&1) && exit 0
    printf "%s\n" "$said" | grep -v "warnings generated\.$"
    exit 1' sh "$CPPFLAGS" || fault "clang-tidy has findings"
verdict
