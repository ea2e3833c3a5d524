#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/common.sh"
need shellcheck

scripts=()
while IFS= read -r file; do
    scripts+=("$file")
done < <(find_files '*.sh' tests; echo .ci/run)
# SC1091: the common file is checked on its own. What a script names as its source is read with it.
shellcheck -x -P SCRIPTDIR -e SC1091 "${scripts[@]}" || fault "shellcheck has findings"
verdict
