#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The examples of README.md are tests. A fenced block that begins with ```console holds commands,
# "$ " first (a trailing backslash continues on the next line), each followed by what it prints,
# standard output and standard error as a terminal would show them. A block marked
# ```console norun is only read by people.
#
# Environment: VMTALLY, VMT_SRCDIR, VMT_BUILDDIR, VMT_FIXTURES (make check sets them).
set -u

: "${VMTALLY:?run through make check}" "${VMT_SRCDIR:?}" "${VMT_FIXTURES:?}"
readme=$VMT_SRCDIR/README.md
export LC_ALL=C TZ=UTC COLUMNS=80
unset NO_COLOR CLICOLOR_FORCE VMT_DEBUG

scratch=$(mktemp -d "${VMT_BUILDDIR:?}/readme.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

PATH=${VMTALLY%/*}:$PATH
mkdir "$scratch/run" || exit 1
ln -s "$VMT_FIXTURES" "$scratch/run/fixtures" || exit 1

passed=0 failed=0
status=0
command='' command_line=0
: >"$scratch/expected"

# Compares what the pending command prints with the lines collected since.
finish()
{
    [ -n "$command" ] || return
    case $command in
    *vmtally*) ;;
    'echo $?') ;;
    *)
        echo "README.md:$command_line: only vmtally is run here; mark the block: console norun"
        failed=$((failed + 1))
        command=
        return
        ;;
    esac
    # The status of the command before is what "echo $?" in an example shows.
    (
        cd "$scratch/run" || exit 126
        (exit "$status")
        eval "$command"
    ) </dev/null >"$scratch/actual" 2>&1
    status=$?
    if [ "$status" -ge 126 ]; then
        echo "README.md:$command_line: exit code $status: $command"
        cat "$scratch/actual"
        failed=$((failed + 1))
    elif cmp -s "$scratch/expected" "$scratch/actual"; then
        passed=$((passed + 1))
    else
        echo "README.md:$command_line: differs (- README, + actual): $command"
        diff -u "$scratch/expected" "$scratch/actual" | sed '1,2d'
        failed=$((failed + 1))
    fi
    command=
    : >"$scratch/expected"
}

inside=false continued=false number=0
[ -r "$readme" ] || { echo "readme: no README.md"; exit 1; }
while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    if ! $inside; then
        [ "$line" = '```console' ] && { inside=true status=0; }
    elif [ "$line" = '```' ]; then
        finish
        inside=false
    elif $continued; then
        command="$command"$'\n'"$line"
        case $line in *\\) ;; *) continued=false ;; esac
    elif [ "${line#'$ '}" != "$line" ]; then
        finish
        command=${line#'$ '} command_line=$number
        case $line in *\\) continued=true ;; esac
    elif [ -z "$command" ]; then
        echo "README.md:$number: output before any command"
        failed=$((failed + 1))
    else
        printf '%s\n' "$line" >>"$scratch/expected"
    fi
done <"$readme"
$inside && { echo "README.md: the last block is not closed"; failed=$((failed + 1)); }

# A README whose examples nobody runs would pass for ever.
[ $((passed + failed)) -gt 0 ] || { echo "README.md: no console block to run"; failed=1; }
echo "readme: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
