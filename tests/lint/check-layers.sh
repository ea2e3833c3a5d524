#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Includes follow layers.txt, are written from lib/ and lead to a file; and the platform is asked
# for only where it differs.
. "$(dirname "$0")/common.sh"

table=tests/lint/layers.txt
allowed()
{
    sed -nE "s/^$1: ?(.*)/$1 \1/p" "$table"
}

# A layer that the table does not know would be checked against nothing.
for directory in lib/*/; do
    layer=${directory#lib/}
    layer=${layer%/}
    case $layer in .deps) continue ;; esac
    [ -n "$(allowed "$layer")" ] || fault "lib/$layer: not in $table"
done
while read -r layer; do
    [ -d "lib/$layer" ] || [ -d "$layer" ] || fault "$table: $layer: no such directory"
done < <(sed -nE 's/^([a-z]+):.*/\1/p' "$table")

while IFS=: read -r file line text; do
    target=$(echo "$text" | sed -E 's/^[^"]*"([^"]*)".*/\1/')
    [ "$target" = config.h ] && continue
    layer=${file#lib/}
    layer=${layer%%/*}
    if [ -e "lib/$target" ]; then
        to=${target%%/*}
    elif [ "$layer" = bin ] && [ -e "bin/$target" ]; then
        to=bin
    else
        fault "$file:$line: \"$target\": no such file from lib/ (or bin/)"
        continue
    fi
    case " $(allowed "$layer") " in
    *" $to "*) ;;
    *) fault "$file:$line: $layer may not include $to (\"$target\")" ;;
    esac
done < <(grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' -r lib bin --include='*.[ch]')

# All grammars, and all that is above, compile and behave alike everywhere.
while IFS=: read -r file line text; do
    case $file in
    lib/source/platform_*.c | lib/source/mach*.c | lib/source/procfs*.c) ;;
    *) fault "$file:$line: the platform matters only in lib/source ($text)" ;;
    esac
done < <(grep -nE '__(APPLE|MACH|linux|gnu_linux|FreeBSD)__|TARGET_OS_' -r lib bin --include='*.[ch]')
verdict
