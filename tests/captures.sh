#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Real captures, in vmmap-full/, vmmap-summary/ and footprint/ below VMT_CAPTURES: each is read, or
# refused because it is of a format that we do not read; none is committed, so without the directory
# there is nothing to test.
#
# A file fails when the command crashes or hangs, when its lines do not add up, when it is refused
# though it should be read, or when a check of a whole dump differs: what vmmap printed agrees with
# itself. Tables alone (vmmap-summary, footprint) can have lost rows to whoever quoted them.
set -u

: "${VMTALLY:?run through make check}"
captures=${VMT_CAPTURES-}
if [ ! -d "$captures/vmmap-full" ] && [ ! -d "$captures/vmmap-summary" ]; then
    echo "captures: skipped, no vmmap-full or vmmap-summary in '$captures' (VMT_CAPTURES)"
    exit 77
fi

# Refused, and why; all others are to be read. A release that reads more takes a line out here.
may_refuse()
{
    case $1 in
    *_10.[2-9]_* | *_10.[2-9].* | *_10.1[01]_* | *_10.1[01].*) ;; # rows with one size, or two
    *_tiger_*) ;;                                                 # 10.4
    lecture_llama_rows.txt | warp8100_mid.txt) ;;                 # rows of a table, no heading
    *) return 1 ;;
    esac
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-captures.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

limit=
command -v timeout >/dev/null && limit='timeout 60'

fault()
{
    echo "captures: $kind/$name: $*"
    ok=false
}

# try ARGUMENTS OUTPUT: the exit code is that of all runs, so that any may be the one to fail.
try()
{
    local code
    # shellcheck disable=SC2086  # words
    $limit "$VMTALLY" $1 "$file" >"$scratch/$2" 2>"$scratch/err"
    code=$?
    case $code in
    0 | 2) ;;
    *)
        fault "vmtally $1: exit code $code"
        sed 's/^/    /' "$scratch/err"
        ;;
    esac
    if [ "${status:-$code}" != "$code" ]; then
        fault "vmtally $1: exit code $code, $status with other options"
    fi
    status=$code
}

# count VERDICT: the column before the last; a reason may be quoted, and hold commas.
count()
{
    grep -cE ",$1,(\"[^\"]*\"|[^,\"]*)"$'\r?$' "$scratch/checks"
}

passed=0 failed=0 read=0 refused=0

test_file()
{
    local numbers lines consumed prose damaged blank agrees explained differs open
    ok=true
    status=
    try "summary --csv --table inputs" inputs
    try "summary --csv --table checks" checks
    try "summary --json" json
    try "regions --csv" regions
    try "summary" text
    lines=- damaged=- prose=-
    if [ "$status" = 0 ]; then
        read=$((read + 1))
        # The path may hold anything; the numbers are what ends the line.
        numbers=$(sed -nE $'s/^.*,([0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+)\r?$/\\1 \\2 \\3 \\4 \\5/p' \
            "$scratch/inputs")
        # shellcheck disable=SC2086  # five words
        set -- $numbers
        [ $# -eq 5 ] || fault "no ledger of one input"
        lines=${1:-0} consumed=${2:-0} prose=${3:-0} damaged=${4:-0} blank=${5:-0}
        [ $((consumed + prose + damaged + blank)) -eq "$lines" ] ||
            fault "$lines lines are not $consumed + $prose + $damaged + $blank"
        # Lines as awk counts them, a last one without an end too.
        [ "$lines" -eq "$(awk 'END { print NR }' "$file")" ] || fault "the file has not $lines lines"
    else
        refused=$((refused + 1))
        may_refuse "$name" || fault "refused: $(head -n 1 "$scratch/err")"
    fi
    agrees=$(count agrees) explained=$(count explained)
    differs=$(count differs) open=$(count not_assessed)
    printf '%-45s %4s %6s %7s %6s %7s %9s %7s %5s\n' "$name" "${status:-?}" "$lines" "$damaged" \
        "$prose" "$agrees" "$explained" "$differs" "$open"
    if [ "$kind" = vmmap-full ] && [ "$differs" -gt 0 ]; then
        fault "$differs checks differ"
        grep -E ',differs,' "$scratch/checks" | sed 's/^/    /'
    fi
    if $ok; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

for kind in vmmap-full vmmap-summary footprint; do
    printf '%-45s %4s %6s %7s %6s %7s %9s %7s %5s\n' "$kind" exit lines damaged prose agrees \
        explained differs open
    for file in "$captures/$kind"/*; do
        [ -f "$file" ] || continue
        name=${file##*/}
        test_file
    done
done

echo "captures: $read read, $refused refused (formats that are not read yet)"
echo "captures: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
