#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Recorded smaps of processes with a known memory, see accuracy.c: the truth that Linux told lies in
# the bounds that vmtally gives without it, on any system.
set -u

: "${VMTALLY:?run through make check}"
: "${VMT_BUILDDIR:?}"
: "${VMT_SRCDIR:?}"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-accuracy.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

"$VMT_BUILDDIR/tests/accuracy/accuracy" recorded "$VMTALLY" "$scratch" \
    "$VMT_SRCDIR/tests/accuracy/recorded"
