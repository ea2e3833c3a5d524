#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/common.sh"
need cppcheck

# Style is left to clang-format and clang-tidy. System headers are not looked at: cppcheck knows the
# C library without them. An unused suppression is a finding as well.
cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=missingInclude --error-exitcode=1 \
    -j "$(cores)" -I lib -DHAVE_CONFIG_H lib bin tests || fault "cppcheck has findings"
verdict
