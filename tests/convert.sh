#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each dump that can be read, written in vmmap's layout and read again, comes to the same amounts and
# bounds by type, redacted or not.  Evidence of other tools, and what is written in the layout of
# smaps, comes to the same processes and regions.
set -u

: "${VMTALLY:?run through make check}"
: "${VMT_FIXTURES:?}" "${VMT_SRCDIR:?}"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-convert.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

passed=0 failed=0

# compare FILE OPTION...: through standard input, so that both sides have one name
compare()
{
    local file=$1
    shift
    "$VMTALLY" summary --csv --bounds - <"$file" >"$scratch/before" 2>/dev/null || return 0
    if "$VMTALLY" convert --to vmmap "$@" "$file" >"$scratch/converted" 2>/dev/null &&
        "$VMTALLY" summary --csv --bounds - <"$scratch/converted" >"$scratch/after" 2>/dev/null &&
        cmp -s "$scratch/before" "$scratch/after"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "convert: ${file##*/} $*: amounts differ after a round trip"
        diff "$scratch/before" "$scratch/after" | head -n 4
    fi
}

# Number and regions of each process that has some: a row each.
processes()
{
    "$VMTALLY" regions --csv - 2>/dev/null | cut -d, -f2,6,7 | tail -n +2 |
        awk -F, '$2 !~ /^0x/ { next } $1 != last { index_++; last = $1 } { print index_, $2, $3 }' | sort
}

# same_processes LAYOUT FILE
same_processes()
{
    processes <"$2" >"$scratch/before"
    "$VMTALLY" convert --to "$1" "$2" 2>/dev/null | processes >"$scratch/after"
    if cmp -s "$scratch/before" "$scratch/after"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "convert: ${2##*/} to $1: other processes or regions after a round trip"
        diff "$scratch/before" "$scratch/after" | head -n 4
    fi
}

# Where a row begins, and for each size what it is at least and at most.
sizes()
{
    "$VMTALLY" regions --csv - 2>/dev/null | awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        {
            line = $column["start"]
            split("virtual resident dirty swapped", names, " ")
            for (i = 1; i <= 4; i++) {
                value = $column[names[i]]
                slack = $column[names[i] "_quantum"] / 2
                line = line " " (value == "" ? "- -" : sprintf("%.0f %.0f", value - slack, value + slack))
            }
            print line
        }' | sort
}

# same_sizes FILE: each size of the one lies within that of the other.
same_sizes()
{
    sizes <"$1" >"$scratch/before"
    "$VMTALLY" convert --to vmmap "$1" 2>/dev/null | sizes >"$scratch/after"
    if [ -s "$scratch/before" ] && paste -d ' ' "$scratch/before" "$scratch/after" | awk '
        {
            if (NF != 18 || $1 != $10) exit 1
            for (i = 2; i <= 9; i += 2)
                if ($i != "-" && ($i < $(i + 9) || $(i + 1) > $(i + 10))) exit 1
        }'; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "convert: ${1##*/}: sizes beyond their rounding after a round trip"
        diff "$scratch/before" "$scratch/after" | head -n 4
    fi
}

for file in "$VMT_FIXTURES"/darwin-vmmap/ok-*; do
    case $file in
    *pages*) continue ;; # counted in pages: sizes in K are rounded, and have other bounds
    esac
    compare "$file"
    compare "$file" --redact
done
for file in "$VMT_FIXTURES"/{darwin-crash,darwin-ips,darwin-metrickit,linux}*/ok-* \
    "$VMT_FIXTURES"/vmtally-json/ok-*; do
    same_processes vmmap "$file"
done
for file in "$VMT_FIXTURES"/{darwin-vmmap,linux}*/ok-*; do
    case $file in
    *submap* | *10.[34]-*) continue ;; # smaps has no windows on other rows
    esac
    same_processes smaps "$file"
done

# Of Linux before 2.6.26 the swapped sizes are missing, and no size is written.
for file in "$VMT_FIXTURES"/linux-smaps/ok-* "$VMT_SRCDIR"/tests/accuracy/recorded/*/*.smaps; do
    case $file in
    *no-swap*) continue ;;
    esac
    same_sizes "$file"
done

echo "convert: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
