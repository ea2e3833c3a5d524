#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Manual pages as mandoc sees them, warnings and errors; and the page of the accounting, which has an
# entry for each member, with its evidence, its bounds, other programs and its source.
. "$(dirname "$0")/common.sh"
need mandoc

while IFS= read -r page; do
    mandoc -T lint -W warning "$page" || fault "$page: mandoc has findings"
done < <(find_files '*.[1-9]' lib bin)

# --- the page of the accounting ------------------------------------------------------------------
accounting=lib/vmtally-accounting.7

# members FILE: the names in the table of members that it defines
members()
{
    tr '\n' ' ' <"$1" | grep -oE '\[VMT_[A-Z_]+\] = *\{ *"[a-z_]+"' | grep -oE '"[a-z_]+"' | tr -d '"'
}

# parts NAME: the parts of its entry, in their order; nothing when there is no entry
parts()
{
    awk -v name="$1" '
        /^\.It Cm / { inside = 0; for (i = 3; i <= NF; i++) if ($i == name) inside = 1; if (inside) found = 1 }
        inside && /^\.It Em / { list = list " " $3 }
        inside && /^\.(Sh|Ss) / { inside = 0 }
        END { if (found) print "entry" list }' "$accounting"
}

names=$(members lib/model/member.c && members lib/analysis/system_members.c)
[ "$(echo "$names" | wc -l)" -gt 30 ] || fault "the tables of members hold too few: $names"
while IFS= read -r name; do
    has=$(parts "$name")
    case $has in
    '') fault "$accounting: no entry for $name" ;;
    'entry Evidence Bounds Elsewhere Source') ;;
    *) fault "$accounting: $name: not one each of Evidence, Bounds, Elsewhere, Source: ${has#entry}" ;;
    esac
done <<<"$names"
while IFS= read -r name; do
    echo "$names" | grep -qxF "$name" || fault "$accounting: $name is no member"
done < <(sed -n 's/^\.It Cm //p' "$accounting" | tr ',' '\n' | tr -d ' ')
verdict
