#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Real captures, a directory of each kind below VMT_CAPTURES; none is committed, so without them
# there is nothing to test. A directory is read in one run of a command. A kind fails when a command
# crashes, hangs or ends with another code than 0 (or 2: nothing of what it reports is in there); a
# file fails when
#
#     its lines do not add up, or are not those that it has
#     a format claims part of it that its kind does not have, or several formats claim one part
#     it is refused or read in part, and EXCEPTIONS does not say why
#     EXCEPTIONS excuses it, and it is read whole
#     it is a whole dump (vmmap-full) and a check differs: what vmmap printed agrees with itself
set -u

: "${VMTALLY:?run through make check}" "${VMT_SRCDIR:?run through make check}"
captures=${VMT_CAPTURES-}

# KIND (the name of the directory), formats that may claim a part of such a file.
kinds="
crash            darwin-(crash|ips|jetsam|metrickit)
footprint        darwin-footprint(-json)?
memory_pressure  darwin-memory-pressure
swapusage        darwin-sysctl
top-ps           darwin-top
vm_stat          darwin-vm-stat(-log)?
vmmap-full       darwin-vmmap(-old)?
vmmap-summary    darwin-vmmap(-old)?
"
exceptions=$VMT_SRCDIR/tests/captures.tsv
seconds=60

if [ -z "$captures" ] || ! cd "$captures" 2>/dev/null; then
    echo "captures: skipped, no directory '$captures' (VMT_CAPTURES)"
    exit 77
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-captures.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C

limit=
command -v timeout >/dev/null && limit="timeout $seconds"

passed=0 failed=0
commands=
for command in summary regions system; do
    "$VMTALLY" $command --help >/dev/null 2>&1 && commands="$commands $command"
done

# run ARGUMENTS TARGET OUTPUT: whether it ends as it should.
run()
{
    local code
    # shellcheck disable=SC2086  # words
    $limit "$VMTALLY" $1 "$2" >"$3" 2>"$scratch/err"
    code=$?
    [ $code -eq 0 ] || [ $code -eq 2 ]
}

# try ARGUMENTS OUTPUT: on the whole kind; when that goes wrong, on its files, to name them.
try()
{
    local file
    if run "$1" "$kind" "$scratch/$2"; then
        passed=$((passed + 1))
        return
    fi
    echo "captures: vmtally $1 $kind: exit code other than 0 and 2"
    sed 's/^/    /' "$scratch/err" | head -n 20
    failed=$((failed + 1))
    for file in "$kind"/*; do
        run "$1" "$file" /dev/null || echo "captures: vmtally $1 $file fails"
    done
}

# What became of each file: PATH, fate, lines, damaged, prose, and each fault, tab-separated.
judge()
{
    awk -F '\t' -v OFS='\t' -v kind="$kind" -v grammars="^($grammars)\$" '
        FILENAME == ARGV[1] { # EXCEPTIONS
            if ($0 !~ /^#/ && NF >= 3) { excused[$1] = $2; reason[$1] = $3 }
            next
        }
        FILENAME == ARGV[2] { # path, lines as awk counts them
            if ($1 != "") counted[$1] = $2
            next
        }
        FILENAME == ARGV[3] { # path, lines, consumed, prose, damaged, blank
            seen[$1] = some = 1 # none of a directory in which nothing is read
            lines[$1] = $2; consumed[$1] = $3; prose[$1] = $4; damaged[$1] = $5
            if ($3 + $4 + $5 + $6 != $2) fault($1, $2 " lines are not " $3 " + " $4 " + " $5 " + " $6)
            next
        }
        FILENAME == ARGV[4] { # path, format
            if ($2 !~ grammars) fault($1, "is claimed by " $2)
            claimed[$1] = 1
            next
        }
        { fault($1, $2) } # path, what is wrong with it

        function fault(path, what)
        {
            if (!said[path, what]++) print "fault", path, what
        }
        END {
            for (path in counted) {
                fate = consumed[path] == 0 ? "refused" : damaged[path] > 0 ? "part" : "whole"
                if (!seen[path] && some) fault(path, "is not among the inputs")
                if (seen[path] && lines[path] != counted[path])
                    fault(path, "has not " lines[path] " lines")
                if (fate != "refused" && !claimed[path]) fault(path, "is consumed and in no report")
                excuse = ""
                if (fate == "whole" && path in excused) fault(path, "is read whole: EXCEPTIONS excuses it")
                if (fate != "whole") {
                    if (excused[path] == fate) excuse = reason[path]
                    else fault(path, fate == "part" ? damaged[path] " damaged lines" : "is refused")
                }
                print "file", path, fate, lines[path], damaged[path], prose[path], excuse
            }
        }' "$exceptions" "$scratch/counted" "$scratch/ledgers" "$scratch/claims" "$scratch/wrong"
}

# columns FILE NAME...: those columns of a table, tabs between them. Only a last column of ours
# holds quotes or commas.
columns()
{
    local file=$1
    shift
    awk -F , -v OFS='\t' -v names="$*" '
        { sub(/\r$/, "") }
        FNR == 1 {
            count = split(names, wanted, " ")
            for (i = 1; i <= NF; i++) at[$i] = i
            next
        }
        {
            line = ""
            for (i = 1; i <= count; i++)
                line = line (i > 1 ? OFS : "") (wanted[i] in at ? $(at[wanted[i]]) : "no such column")
            print line
        }' "$file"
}

test_kind()
{
    local command table
    : >"$scratch/claims"
    : >"$scratch/wrong"
    # Lines as awk counts them, a last one without an end too; an empty file has none.
    for file in "$kind"/*; do echo "$file"; done >"$scratch/names"
    awk -v OFS='\t' '
        NR == FNR && FILENAME == ARGV[1] { count[$0] = 0; next }
        { count[FILENAME]++ }
        END { for (name in count) print name, count[name] }' "$scratch/names" "$kind"/* \
        >"$scratch/counted"
    : >"$scratch/ledgers"
    # A report of processes has nothing to say of hosts, and the other way round.
    for command in $commands; do
        case $command in
        summary) table=processes ;;
        system) table=evidence ;;
        *) continue ;;
        esac
        try "$command --csv --table inputs" csv
        columns "$scratch/csv" path lines consumed prose damaged blank >>"$scratch/ledgers"
        try "$command --csv --table $table" csv
        columns "$scratch/csv" source grammar >>"$scratch/claims"
        try "$command --csv --table notes" csv
        columns "$scratch/csv" source kind | awk -F '\t' -v OFS='\t' '
            $2 == "ambiguous-part" { print $1, "several formats claim a part" }' >>"$scratch/wrong"
    done
    try "summary --csv --table checks" checks
    if [ "$kind" = vmmap-full ]; then
        grep -E ',differs,' "$scratch/checks" |
            sed -E $'s/^([^,]*),(.*)$/\\1\tcheck: \\2/' >>"$scratch/wrong"
    fi
    for command in $commands; do
        try "$command" text
        try "$command --json" json
        try "$command --csv" csv
    done
    judge >"$scratch/verdict"
}

printf '%-16s %6s %6s %6s %8s %8s %8s %8s\n' KIND files whole 'in part' refused lines damaged prose
while read -r kind grammars; do
    [ -d "${kind:-none}" ] || continue
    test_kind
    awk -F '\t' -v kind="$kind" '
        $1 == "file" {
            files++; fates[$3]++; lines += $4; damaged += $5; prose += $6
        }
        END {
            printf "%-16s %6d %6d %7d %8d %8d %8d %8d\n", kind, files, fates["whole"],
                fates["part"], fates["refused"], lines, damaged, prose
        }' "$scratch/verdict"
    sort "$scratch/verdict" | awk -F '\t' '
        $1 == "fault" { print "captures: " $2 ": " $3 }
        $1 == "file" && $7 != "" { print "    " $3 ": " $2 ": " $7 }'
    files=$(grep -c $'^file\t' "$scratch/verdict")
    wrong=$(awk -F '\t' '$1 == "fault" { print $2 }' "$scratch/verdict" | sort -u | grep -c .)
    passed=$((passed + files - wrong)) failed=$((failed + wrong))
done <<<"$kinds"

if [ $((passed + failed)) -eq 0 ]; then
    echo "captures: skipped, no directory of a kind in '$captures' (VMT_CAPTURES)"
    exit 77
fi
echo "captures: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
