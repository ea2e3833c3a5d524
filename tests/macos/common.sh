# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Usage: . common.sh DIRECTORY ARCHITECTURE
# What both scripts that build for macOS know; its names are used where it is read.
# shellcheck disable=SC2034
set -eu

work=$(cd "$1" && pwd)
architecture=$2
sdk=$work/sdk
[ -e "$sdk/complete" ] || { echo "no $sdk: sdk.sh comes first"; exit 1; }

# The oldest macOS that the program is for: the first one of arm64.
oldest=11.0
case $architecture in
arm64) host=aarch64-apple-darwin ;;
x86_64) host=x86_64-apple-darwin ;;
*) echo "unknown architecture: $architecture (arm64 or x86_64)"; exit 1 ;;
esac
prefix=$work/$architecture
compiler="clang -target $architecture-apple-macos$oldest -isysroot $sdk"
mkdir -p "$prefix/include" "$prefix/lib"
