#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Stands in the list of tests where configure was given no headers of Apple's.
echo "the simulated kernel of macOS is not tried: its headers are missing; to fetch them (28 MB, npm):"
echo "    bash tests/macos/sdk.sh DIRECTORY && ./configure --with-darwin-headers=DIRECTORY/sdk"
echo "no_headers: skipped"
exit 77
