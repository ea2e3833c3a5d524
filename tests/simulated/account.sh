#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the whole command says of each simulated process, by each way in which the kernel can be asked,
# beside what is true of it: the bounds hold the truth, and by task, page by page, there is no doubt
# about what no other process has to do with.
set -u

suite=simulated
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh"
command=$VMT_BUILDDIR/tests/simulated/vmtally

# truths FILE: pid, member and bytes of what is true, by our names
truths()
{
    awk '
        BEGIN {
            split("resident dirty swapped private_clean private_dirty shared_clean shared_dirty", same)
            for (i in same) name[same[i]] = same[i]
            name["private_swapped"] = "swapped_private"; name["share"] = "pss"
        }
        $1 == "truth" {
            for (i = 3; i <= NF; i++) {
                split($i, pair, "=")
                unit = pair[2] ~ /K$/ ? 1024 : pair[2] ~ /M$/ ? 1048576 : pair[2] ~ /G$/ ? 1073741824 : 1
                if (pair[1] in name) printf "%s %s %.0f\n", $2, name[pair[1]], pair[2] * unit
            }
        }' "$1"
}

# wrong TRUTHS CSV: what is true and not in the bounds, or not looked at
wrong()
{
    awk -F, '
        NR == FNR { split($0, word, " "); truth[++count] = word[3] ; pid[count] = word[1]; member[count] = word[2]; next }
        { sub(/\r$/, "") }
        FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        {
            for (i = 1; i <= count; i++) {
                lower = $(at[member[i] "_lower"]); upper = $(at[member[i] "_upper"])
                if (pid[i] != $(at["pid"]) || upper == "") continue
                looked[i] = 1
                if (truth[i] + 0 < lower + 0 || truth[i] + 0 > upper + 0)
                    printf "process %s: %s is %s, not in [%s, %s]\n", pid[i], member[i], truth[i], lower, upper
            }
        }
        END { for (i in truth) if (!(i in looked)) print "process " pid[i] ": nothing is said of " member[i] }
        ' "$1" "$2"
}

# shared TRUTHS CSV: shares by pages that are not the truth, or not looked at
shared()
{
    awk -F, '
        NR == FNR { split($0, word, " "); if (word[2] == "pss") truth[word[1]] = word[3]; next }
        { sub(/\r$/, "") }
        FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $(at["pid"]) in truth {
            pid = $(at["pid"]); lower = $(at["share_lower"]); upper = $(at["share_upper"])
            looked[pid] = 1
            if (lower == "" || truth[pid] + 0 < lower + 0 || truth[pid] + 0 > upper + 0)
                printf "process %s: share is %s, not in [%s, %s]\n", pid, truth[pid], lower, upper
        }
        END { for (pid in truth) if (!(pid in looked)) print "process " pid ": no share" }
        ' "$1" "$2"
}

for scenario in "$VMT_SRCDIR"/tests/simulated/scenarios/*.scenario; do
    name=${scenario##*/}
    name=${name%.scenario}
    truths "$scenario" >"$scratch/truths"
    # Who asks, who hangs and who dies are the unit test's.
    case $name in dying | hangs | reused) continue ;; esac
    [ -s "$scratch/truths" ] || continue
    # What a process has is counted by region, its part of a set by page: pages that it has mapped
    # twice are two in the one and one in the other.
    case $name in
    twice) grep -v ' pss ' "$scratch/truths" ;;
    *) cat "$scratch/truths" ;;
    esac >"$scratch/own"
    for options in "" "--source mach" "--source mach --exact"; do
        begin "$name ${options:-best source}"
        # shellcheck disable=SC2086  # options are words
        VMT_SCENARIO=$scenario "$command" summary --all --csv --bounds --table processes $options \
            >"$scratch/account.csv" 2>"$scratch/errors" || fault "exit code $?: $(cat "$scratch/errors")"
        faults=$(wrong "$scratch/own" "$scratch/account.csv")
        [ -z "$faults" ] || fault "$faults"
        end
    done
    begin "$name as vmmap prints it"
    # shellcheck disable=SC2046  # numbers
    VMT_SCENARIO=$scenario "$VMT_BUILDDIR/tests/simulated/as_vmmap" \
        $(cut -d ' ' -f 1 "$scratch/truths" | sort -u) >"$scratch/vmmap.txt" || fault "no text"
    "$VMTALLY" summary --strict --csv --bounds --table processes "$scratch/vmmap.txt" \
        >"$scratch/account.csv" 2>"$scratch/errors" || fault "exit code $?: $(cat "$scratch/errors")"
    faults=$(wrong "$scratch/own" "$scratch/account.csv")
    [ -z "$faults" ] || fault "$faults"
    end
    pids=$(awk '{ print $1 }' "$scratch/truths" | sort -u)
    if [ "$(echo "$pids" | wc -l)" -lt 2 ] || ! grep -q ' pss ' "$scratch/truths"; then
        continue
    fi
    begin "$name shares by regions"
    # shellcheck disable=SC2086  # each is a word
    VMT_SCENARIO=$scenario "$command" summary $pids --source mach --csv --bounds \
        --table set_members >"$scratch/set.csv" 2>"$scratch/errors" || fault "exit code $?"
    faults=$(shared "$scratch/truths" "$scratch/set.csv")
    [ -z "$faults" ] || fault "$faults"
    end
    begin "$name shares by pages"
    # shellcheck disable=SC2086  # each is a word
    VMT_SCENARIO=$scenario "$command" summary $pids --source mach --exact --json \
        >"$scratch/set.json" 2>"$scratch/errors" || fault "exit code $?: $(cat "$scratch/errors")"
    grep -q '"set_method": "pages"' "$scratch/set.json" || fault "not by pages"
    # shellcheck disable=SC2086
    VMT_SCENARIO=$scenario "$command" summary $pids --source mach --exact --csv --bounds \
        --table set_members >"$scratch/set.csv" 2>"$scratch/errors" || fault "exit code $?"
    faults=$(shared "$scratch/truths" "$scratch/set.csv")
    [ -z "$faults" ] || fault "$faults"
    end
done

finish_cases
