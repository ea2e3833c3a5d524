# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What scripts of tests share: a scratch directory, cases with faults, processes with a known memory,
# columns of our CSV.  Each of the files that they need of /proc is to be readable, else the script
# is skipped.
#   suite=NAME; . cases.sh FILE...

: "${suite:?}" "${VMTALLY:?run through make check}"
for file in "$@"; do
    if [ "$(uname -s)" != Linux ] || ! cat "/proc/$file" >/dev/null 2>&1; then
        echo "$suite: skipped, not Linux or no /proc/$file"
        exit 77
    fi
done

# It goes, and so do the processes in `started`, when the script ends, however it does.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-$suite.XXXXXX") || exit 1
started=
# shellcheck disable=SC2086  # a word for each
clean_up()
{
    [ -z "$started" ] || kill $started 2>/dev/null
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

passed=0 failed=0 skipped=0

begin()
{
    case_name=$1
    ok=true
}

fault()
{
    echo "$suite: $case_name: $*"
    ok=false
}

end()
{
    if $ok; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# skip WHY: in place of a case.
skip()
{
    echo "$suite: $case_name: skipped, $*"
    skipped=$((skipped + 1))
}

# settled CHECK ARGUMENT...: the faults of a check of what may change while it is looked at, since
# others come and go who share memory with it. A fault is one when it comes eight times; a check that
# ends with 77 is skipped, and then this is false.
settled()
{
    local try faults status
    for try in 1 2 3 4 5 6 7 8; do
        faults=$(ok=true; "$@"; $ok)
        status=$?
        [ $status -eq 0 ] && return
        sleep "0.$try"
    done
    if [ $status -eq 77 ]; then
        skip "this machine does not come to rest"
        return 1
    fi
    echo "$faults"
    ok=false
}

# The last lines; its status is the program's.
finish_cases()
{
    echo "$suite: $passed passed, $failed failed"
    [ "$skipped" -gt 0 ] && echo "$suite: $skipped skipped" >&2
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# value FILE COLUMN: of the one row of a table of ours.
value()
{
    awk -F, -v column="$2" '
        { sub(/\r$/, "") }
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i }
        NR == 2 { print at ? $at : "no column" }' "$1"
}

# sum FILE FIELD: of all lines of that name, in bytes, counted without vmtally.
sum()
{
    awk -v field="$2:" '$1 == field { sum += $2 } END { printf "%.0f\n", sum * 1024 }' "$1"
}

# equal WHAT ACTUAL EXPECTED
equal()
{
    [ "$2" = "$3" ] || fault "$1 is '$2', expected '$3'"
}

# within WHAT LOWER VALUE UPPER
within()
{
    if ! { [ "$2" -le "$3" ] && [ "$3" -le "$4" ]; }; then
        fault "$1: $3 is not in [$2, $4]"
    fi
}
