# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What live.sh and churn.sh share: processes of their own, and what holds of every table of ours.
#   suite=NAME; . common.sh

: "${VMT_BUILDDIR:?run through make check}"
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?}/tests/cases.sh" self/smaps_rollup
csv=$VMT_SRCDIR/tests/live/csv.awk
# shellcheck disable=SC2034  # live.sh
worker=$VMT_BUILDDIR/tests/accuracy/worker

scratch=$(cd "$scratch" && pwd -P)
# What was started waits at the gate, and goes when it is closed, however this shell ends.
mkfifo "$scratch/gate" "$scratch/ready" || exit 1
exec 9<>"$scratch/gate" 8<>"$scratch/ready"
# shellcheck disable=SC2086  # a word for each
clean_up()
{
    exec 9>&-
    [ -z "$started" ] || kill $started 2>/dev/null
    wait
    rm -rf "$scratch"
}

# start COUNT COMMAND...: `process` is its number and `others` those of the COUNT - 1 that it started
# and that say theirs, all of them ready.
start()
{
    local count=$1 i number
    shift
    "$@" 3>&8 4<"$scratch/gate" 8>&- 9>&- &
    process=$!
    others=
    started="$started $process"
    for ((i = 0; i < count; i++)); do
        if ! read -r -t 60 number <&8 || [ -n "${number//[0-9]/}" ]; then
            echo "$suite: $1: ${number:-does not get ready}"
            exit 1
        fi
        [ "$number" = "$process" ] || others="$others $number"
    done
    others=${others# }
}

# run CODE ARGUMENT...: vmtally ends with that code, or one of those, "0|2"; what it writes is in
# $scratch/out and $scratch/err.
run()
{
    local code
    timeout 120 "$VMTALLY" "${@:2}" >"$scratch/out" 2>"$scratch/err"
    code=$?
    case "|$1|" in
    *"|$code|"*) ;;
    *) fault "vmtally ${*:2}: exit code $code, expected $1: $(head -n 3 "$scratch/err")" ;;
    esac
}

# table COLUMNS FILE
table()
{
    awk -v columns="$1" -f "$csv" "$2"
}

# says TEXT [FILE]: standard error, or a file, has it.
says()
{
    grep -qF -e "$1" "${2:-$scratch/err}" ||
        fault "nothing says '$1', but: $(head -n 5 "${2:-$scratch/err}")"
}

# processes: numbers of a table of ours in $scratch/out, in a line, ascending.
processes()
{
    table pid "$scratch/out" | sort -n | paste -s -d ' ' -
}

# Rows of `processes` with bounds, in $scratch/out: what is at least is not above what is at most,
# what is counted lies between; private is in the share, the share in what is resident.
check_processes()
{
    local bounded="rss uss pss virtual dirty swapped private_clean private_dirty shared_clean
        shared_dirty anonymous file_backed private_footprint resident_peak virtual_peak"
    local member columns="pid level"
    for member in $bounded; do
        columns="$columns $member ${member}_lower ${member}_upper"
    done
    table "$columns" "$scratch/out" >"$scratch/rows"
    awk -F '\t' -v columns="$columns" '
        BEGIN { count = split(columns, names, /[ \n]+/) }
        {
            for (i = 1; i <= count; i++) of[names[i]] = $i
            for (i = 3; i < count; i += 3) {
                if ($(i + 1) != "" && $(i + 2) != "" && $(i + 1) + 0 > $(i + 2) + 0)
                    print $1 ": bounds of " names[i] ": " $(i + 1) " and " $(i + 2)
                if ($i != "" && (($(i + 1) != "" && $i + 0 < $(i + 1) + 0) ||
                                 ($(i + 2) != "" && $i + 0 > $(i + 2) + 0)))
                    print $1 ": " names[i] ": " $i " is not in " $(i + 1) " to " $(i + 2)
            }
            if (of["pss"] != "" && of["uss"] != "" && of["pss_upper"] + 0 < of["uss"] + 0)
                print $1 ": uss " of["uss"] " is above pss " of["pss_upper"]
            if (of["pss"] != "" && of["rss"] != "" && of["pss"] + 0 > of["rss"] + 0)
                print $1 ": pss " of["pss"] " is above rss " of["rss"]
            if (of["level"] == "regions" && of["rss"] != "" && of["rss"] + 0 > of["virtual"] + 0)
                print $1 ": rss " of["rss"] " is above virtual " of["virtual"] " of " of["level"]
            if ($1 == "" || $1 in seen) print $1 ": is there twice"
            seen[$1] = 1
        }' "$scratch/rows" >"$scratch/faults"
    [ ! -s "$scratch/faults" ] || fault "$(head -n 3 "$scratch/faults")"
}
