#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make accuracy: processes with a known memory are started, see accuracy.c.
#   run.sh [DIRECTORY]   writes their smaps below DIRECTORY too, to be replayed by recorded.sh
set -u

: "${VMTALLY:?run through make accuracy}"
: "${VMT_BUILDDIR:?}"
if [ "$(uname -s)" != Linux ] || ! cat /proc/self/smaps >/dev/null 2>&1; then
    echo "accuracy: skipped: only Linux counts what is private and what is shared (/proc/PID/smaps)"
    exit 77
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-accuracy.XXXXXX") || exit 2
scratch=$(cd "$scratch" && pwd -P)
# Where there is no tmpfs, a directory is one with fewer things to try.
tmpfs=$(mktemp -d /dev/shm/vmtally-accuracy.XXXXXX 2>/dev/null) || tmpfs=$scratch/no-tmpfs
trap 'rm -rf "$scratch" "$tmpfs"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$tmpfs"

"$VMT_BUILDDIR/tests/accuracy/accuracy" live "$VMTALLY" "$scratch" \
    "$VMT_BUILDDIR/tests/accuracy/worker" "$tmpfs" ${1:+"$1"}
