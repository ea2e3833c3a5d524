#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: run.sh   (through make bench)
#
# Whole processes on generated dumps: vmtally, its own pattern of a row matched alone, and scripts
# that make the same sums. BENCH_ROWS (100000) regions, BENCH_RUNS (7) rounds. A goal that is missed
# is shown; only a crash or sums that disagree make this fail.
set -u

# shellcheck source=tests/bench/common.sh
. "$(dirname "$0")/common.sh"
sources=$VMT_SRCDIR/tests/bench
rows=${BENCH_ROWS:-100000}
fixture=$VMT_FIXTURES/darwin-vmmap/ok-14.5-editor.txt

# --- inputs --------------------------------------------------------------------------------------

sizes=$((rows / 4))\ $((rows / 2))\ $rows\ $((rows * 2))
for size in $sizes; do
    "$programs/gen_vmmap" "$size" >"$size.txt" || fail "gen_vmmap $size"
done
dump=$rows.txt
dump_bytes=$(($(wc -c <"$dump")))

# --- programs ------------------------------------------------------------------------------------

# Not a version manager's shim, which would be measured too.
find_python()
{
    python3 -c 'import sys; print(sys.executable)' 2>/dev/null
}

find_ruby()
{
    ruby -rrbconfig -e 'print RbConfig.ruby' 2>/dev/null
}

program 'match alone' "$programs/floor_match" "$dump"
program 'line count' "$programs/floor_lines" "$dump"
text=$count
program 'vmtally summary' "$VMTALLY" summary "$dump"
json=$count
program 'vmtally summary --json' "$VMTALLY" summary --json "$dump"
program 'vmtally regions --csv' "$VMTALLY" regions --csv "$dump"
scripts=$count
for awk in mawk gawk; do
    command -v "$awk" >/dev/null && program "$awk" "$awk" -f "$sources/sums.awk" "$dump"
done
if [ "$count" -eq "$scripts" ]; then
    awk=$(command -v awk)
    program awk ${awk:+"$awk" -f "$sources/sums.awk" "$dump"}
fi
python=$(find_python)
program python ${python:+"$python" "$sources/sums.py" "$dump"}
ruby=$(find_ruby)
program ruby ${ruby:+"$ruby" "$sources/sums.rb" "$dump"}
growth=$count
for size in $sizes; do
    program "$size regions" "$VMTALLY" summary "$size.txt"
done
small=$count
program 'vmtally summary' "$VMTALLY" summary "$fixture"
program 'line count' "$programs/floor_lines" "$fixture"

# --- equal work ----------------------------------------------------------------------------------

# ours: TYPE, regions, virtual, resident, dirty, swapped, as the scripts print them.
ours()
{
    local header line names cells i name type regions n=0 v=0 r=0 d=0 s=0
    local virtual resident dirty swapped
    IFS= read -r header
    IFS=, read -r -a names <<<"$header"
    while IFS= read -r line; do
        IFS=, read -r -a cells <<<"$line" # nothing in our dumps needs quotes
        for ((i = 0; i < ${#names[@]}; i++)); do
            name=${names[i]}
            case $name in
            type | regions | virtual | resident | dirty | swapped)
                printf -v "$name" %s "${cells[i]}" ;;
            esac
        done
        printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$type" "$regions" "$virtual" "$resident" "$dirty" "$swapped"
        n=$((n + regions)) v=$((v + virtual)) r=$((r + resident))
        d=$((d + dirty)) s=$((s + swapped))
    done
    printf 'TOTAL\t%s\t%s\t%s\t%s\t%s\n' "$n" "$v" "$r" "$d" "$s"
}

# close A B: scripts add up what was printed, and a last digit is at most a half percent.
close()
{
    local apart=$(($1 - $2))
    [ $((${apart#-} * 200)) -le "$1" ]
}

compare()
{
    local label=$1 i theirs mine
    sort "$2" >theirs.tsv
    while IFS=$'\t' read -r -a theirs <&3; IFS=$'\t' read -r -a mine <&4; do
        [ "${theirs[*]:0:2}" = "${mine[*]:0:2}" ] ||
            fail "$label disagrees: '${theirs[*]:0:2}', vmtally '${mine[*]:0:2}'"
        for ((i = 2; i < 6; i++)); do
            close "${mine[i]}" "${theirs[i]}" ||
                fail "$label disagrees: ${theirs[*]}, vmtally ${mine[*]}"
        done
    done 3<theirs.tsv 4<ours.tsv
    [ "$(wc -l <theirs.tsv)" -eq "$(wc -l <ours.tsv)" ] || fail "$label has other types than vmtally"
}

for size in $sizes; do
    "$VMTALLY" summary --strict --fail-on-check "$size.txt" >/dev/null ||
        fail "vmtally summary disagrees with the table of a dump of $size regions"
done
"$VMTALLY" summary --csv "$dump" | ours | sort >ours.tsv
[ "$(grep -c $'^TOTAL\t'"$rows"$'\t' ours.tsv)" -eq 1 ] || fail "vmtally does not count $rows regions"
[ "$("$programs/floor_match" "$dump")" -eq "$rows" ] || fail "floor_match does not match $rows rows"
[ "$("$programs/floor_lines" "$dump")" -eq "$(wc -l <"$dump")" ] || fail "floor_lines miscounts"
[ "$("$VMTALLY" regions --csv "$dump" | wc -l)" -eq $((rows + 1)) ] ||
    fail "vmtally regions does not list $rows regions"
for ((i = scripts; i < growth; i++)); do
    [ -n "${commands[i]}" ] || continue
    eval "${commands[i]}" >theirs || fail "${labels[i]}: exit code $?"
    compare "${labels[i]}" theirs
done

# --- measurement ---------------------------------------------------------------------------------

measure_all

# --- report --------------------------------------------------------------------------------------

# goal N DIVISOR HUNDREDTHS: whether N / DIVISOR is at most that
goal()
{
    local verdict=missed limit
    [ $(($1 * 100)) -gt $(($2 * $3)) ] || verdict=met
    decimal limit "$3" 100
    printf '   goal %sx: %s' "${limit%0}" "$verdict"
}

ms='' ratio='' mib='' each=''
echo "vmmap dump, $rows regions, $dump_bytes bytes; best of $rounds, whole processes"
echo
printf '%-26s %9s %9s %9s %9s\n' PROGRAM ms 'x match' 'peak MiB' MB/s
for ((i = 0; i < growth; i++)); do
    if [ -z "${commands[i]}" ]; then
        printf '%-26s %9s\n' "${labels[i]}" skipped
        continue
    fi
    decimal ms "${best[i]}" 1000
    decimal ratio "${best[i]}" "${best[0]}"
    decimal mib "${peak[i]}" 1024
    printf '%-26s %9s %9s %9s %9d' "${labels[i]}" "$ms" "$ratio" "$mib" $((dump_bytes / best[i]))
    [ "$i" -ne "$text" ] || goal "${best[i]}" "${best[0]}" 150
    [ "$i" -ne "$json" ] || goal "${best[i]}" "${best[0]}" 150
    echo
done

echo
printf '%-26s %9s %9s %9s\n' 'VMTALLY SUMMARY' ms us/1000 'peak MiB'
i=$growth
for size in $sizes; do
    decimal ms "${best[i]}" 1000
    decimal each $((best[i] * 1000)) "$size"
    decimal mib "${peak[i]}" 1024
    printf '%-26s %9s %9s %9s' "${labels[i]}" "$ms" "$each" "$mib"
    # Per region, against the fewest regions.
    [ "$i" -eq "$growth" ] || goal $((best[i] * (rows / 4))) $((best[growth] * size)) 120
    echo
    i=$((i + 1))
done

echo
printf '%-26s %9s %19s\n' "${fixture##*/}" ms 'peak MiB'
for ((i = small; i < count; i++)); do
    decimal ms "${best[i]}" 1000
    decimal mib "${peak[i]}" 1024
    printf '%-26s %9s %19s\n' "${labels[i]}" "$ms" "$mib"
done
