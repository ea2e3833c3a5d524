#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Running processes ranked, on Linux: of some that this test starts, and that do nothing but wait,
# each number must be what the kernel's own files say, counted without vmtally; their group is
# their sum; their order is that of their sizes. Whatever else runs meanwhile does not matter.
set -u

suite=processes
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh" self/smaps_rollup

# A name that nobody else has, of a shell that waits: small ones, and one with memory of its own.
name=vmt-rank-$(($$ % 100000))
cp "$BASH" "$scratch/$name" && mkfifo "$scratch/gate" || exit 1
exec 8<>"$scratch/gate"
for words in 10 10 10 200000; do
    # shellcheck disable=SC2016  # its own variables
    "$scratch/$name" -c 'eval "words=({1..$1})"; : >"$2.$$"; read -r -t 300 <&8; :' \
        "$name" "$words" "$scratch/ready" &
    started="$started $!"
    large=$!
done
for _ in {1..200}; do
    set -- "$scratch"/ready.*
    [ $# -eq 4 ] && [ -e "$4" ] && break
    sleep 0.1
done
sleep 0.2 # until each waits

# rollups FILE: pid, private, resident and proportional bytes of each, by the kernel.
rollups()
{
    local pid
    for pid in $started; do
        awk -v pid="$pid" '
            /^Pss:/ { pss = $2 }
            /^Private_(Clean|Dirty):/ { uss += $2 }
            /^Rss:/ { rss = $2 }
            END { printf "%d,%.0f,%.0f,%.0f\n", pid, uss * 1024, rss * 1024, pss * 1024 }' \
            "/proc/$pid/smaps_rollup"
    done | sort >"$1"
}

# What of the list is not as the kernel has it.
wrong_list()
{
    diff <(cut -d, -f1-3 "$scratch/list") <(cut -d, -f1-3 "$scratch/before")
    paste -d, "$scratch/list" "$scratch/before" | awk -F, '
        { far = $4 > $8 ? $4 - $8 : $8 - $4 }
        far > 512 * 1024 || $4 < $2 || $4 > $3 { print "proportional: " $0 }'
}

# What of the group is not its processes'.
wrong_group()
{
    awk -F, -v name="$name" '
        NR == FNR { uss += $2; rss += $3; pss += $4; largest = $3 > largest ? $3 : largest; next }
        FNR == 1 { next }
        {
            lower = largest > $9 ? largest : $9
            far = $8 > pss ? $8 - pss : pss - $8
            if ($1 != 4 || $2 != uss || $5 != "" || $6 != lower || $7 != rss || far > 2048 * 1024 ||
                $11 != name)
                print "expected 4, " uss ", bounds " lower " " rss ", about " pss ": " $0
            rows++
        }
        END { if (rows != 1) print rows + 0 " rows" }' "$scratch/before" "$scratch/group.csv"
}

# They wait; yet the system may take pages of files from them, and others come and go who share some.
# A reading counts when neither was so; what is wrong each time is a fault.
quiet=false
for _ in {1..50}; do
    rollups "$scratch/before"
    "$VMTALLY" processes --csv --name "$name" --columns pid,uss,resident,pss \
        >"$scratch/list.csv" 2>"$scratch/list.err"
    code=$?
    "$VMTALLY" processes --csv --by name --name "$name" --bounds \
        --columns processes,uss,resident,pss,name >"$scratch/group.csv" 2>>"$scratch/list.err"
    rollups "$scratch/after"
    if cmp -s <(cut -d, -f1-3 "$scratch/before") <(cut -d, -f1-3 "$scratch/after"); then
        quiet=true
        tail -n +2 "$scratch/list.csv" | sort >"$scratch/list"
        [ -z "$(wrong_list)$(wrong_group)" ] && break
    fi
    sleep 0.1
done
if ! $quiet; then
    echo "processes: skipped, this machine does not come to rest"
    exit 77
fi

# Whoever starts or ends meanwhile changes what part of the C library is whose, by some kB.
begin "each process as the kernel has it"
[ "$code" -eq 0 ] || fault "exit code $code"
[ -s "$scratch/list.err" ] && fault "standard error: $(head -3 "$scratch/list.err")"
wrong=$(wrong_list)
[ -z "$wrong" ] || fault "$wrong"
end

begin "the largest first"
first=$(sed -n 2p "$scratch/list.csv")
[ "${first%%,*}" = "$large" ] || fault "first is $first, not $large"
tail -n +2 "$scratch/list.csv" | sort -c -t , -k2,2nr -k1,1n || fault "not in order"
end

begin "a group is its processes, shared memory once"
wrong=$(wrong_group)
[ -z "$wrong" ] || fault "$wrong"
end

begin "filters change no total, and cheap columns ask for no more"
"$VMTALLY" processes --csv --table totals --name "$name" -n 1 --columns pid,resident \
    >"$scratch/totals.csv" || fault "exit code $?"
awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    $1 == "all" { all = $at["processes"]; if ($at["uss"] != "") print "private sizes were read" }
    $1 == "shown" && $at["processes"] != 1 { print "shown: " $at["processes"] }
    END { if (all < 5) print "all: " all + 0 }' "$scratch/totals.csv" >"$scratch/wrong"
[ -s "$scratch/wrong" ] && fault "$(cat "$scratch/wrong")"
end

begin "a selection is all there is"
"$VMTALLY" processes --csv --tree "$large" --columns pid >"$scratch/tree.csv" ||
    fault "exit code $?"
[ "$(cat "$scratch/tree.csv")" = "pid
$large" ] || fault "$(cat "$scratch/tree.csv")"
end

begin "processes that end meanwhile are no failure"
(for _ in {1..60}; do /bin/true & done; wait) &
for _ in {1..5}; do
    "$VMTALLY" processes --json >"$scratch/all.json" 2>"$scratch/all.err" || fault "exit code $?"
    [ -s "$scratch/all.err" ] && fault "standard error: $(head -3 "$scratch/all.err")"
done
wait $!
end

# column FILE NAME ROW: a cell of a small table, rows by their first cell
column()
{
    awk -F, -v name="$2" -v row="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == row { print $at[name] }' "$1"
}

begin "how closely was looked, and how long"
for columns in pid,resident:status pid,uss:smaps_rollup pid,reserved:smaps; do
    "$VMTALLY" processes --csv --table totals --columns "${columns%:*}" --tree "$large" \
        >"$scratch/totals.csv" || fault "exit code $?"
    [ "$(column "$scratch/totals.csv" read_from all)" = "${columns#*:}" ] ||
        fault "${columns%:*}: read from $(column "$scratch/totals.csv" read_from all)"
    [ "$(column "$scratch/totals.csv" read_us all)" -gt 0 ] || fault "read in no time"
done
"$VMTALLY" processes --tree "$large" >"$scratch/text" || fault "exit code $?"
grep -q '^read while they ran, in [0-9]*\.[0-9] ms, from status and smaps_rollup$' "$scratch/text" ||
    fault "$(cat "$scratch/text")"
end

begin "no time is a reason of its own"
"$VMTALLY" processes --csv --table unread --tree "$large" --max-total 0.000001 \
    >"$scratch/unread.csv" || fault "exit code $?"
[ "$(column "$scratch/unread.csv" processes late)" = 1 ] || fault "$(cat "$scratch/unread.csv")"
[ "$(column "$scratch/unread.csv" processes failed)" = 0 ] || fault "$(cat "$scratch/unread.csv")"
end

finish_cases
