#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the whole command does with a simulated kernel: which way of asking answers and what it says of
# those that did not, lists, captures that are read elsewhere.
set -u

suite=simulated-command
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh"
command=$VMT_BUILDDIR/tests/simulated/vmtally

# mac SCENARIO ARGUMENTS...: into out and err
mac()
{
    VMT_SCENARIO=$VMT_SRCDIR/tests/simulated/scenarios/$1.scenario
    export VMT_SCENARIO
    shift
    "$command" "$@" >"$scratch/out" 2>"$scratch/err"
    code=$?
}

exits() { [ "$code" = "$1" ] || fault "exit code $code, not $1: $(cat "$scratch/err")"; }

# says FILE TEXT
says() { grep -qF -- "$2" "$scratch/$1" || fault "$1 does not say '$2': $(head -5 "$scratch/$1")"; }

begin "without permission"
mac plain summary 500
exits 0
says out "proc_pidinfo 500   5 regions, whole"
mac denied summary 820
exits 0
says out "proc_pidinfo 820   1 region, whole"
mac denied summary 821
exits 2
says err "process 821: proc_pidinfo"
end

begin "as root"
mac root summary --all
exits 0
says out "task_for_pid 1 "
says out "proc_pidinfo 820 "
says out "run as root (sudo), which may not help where System Integrity Protection is on"
end

begin "a task that hangs"
mac hangs summary --source mach --max-time 0.3 asks
exits 0
says out "proc_pidinfo 840   1 region, whole"
says out "task_for_pid did not end within"
says out "; --max-time allows it more"
end

begin "page by page"
mac plain summary --exact 500
exits 0
says out "proc_pidinfo 500: not all evidence could be had: --exact"
mac plain summary --exact --source mach 500
exits 0
says out "task_for_pid 500   5 regions, whole"
! grep -q "not all evidence" "$scratch/out" || fault "has a note: $(grep "not all" "$scratch/out")"
mac shared-cache summary --exact --source mach 601
exits 0
! grep -q "not all evidence" "$scratch/out" || fault "has a note, and no page to count: $(grep "not all" "$scratch/out")"
mac denied summary --exact --source mach 822
exits 0
says out "task_for_pid 822: not all evidence could be had: --exact: the kernel does not let the pages"
! grep -q "with --source mach" "$scratch/out" || fault "advises what was done"
end

begin "who is left out"
mac denied summary --all
exits 0
says err "2 processes left out: this user may not read them" # one of them is this user's own
end

begin "a source that is not there"
mac plain summary --source vmmap plain
exits 2
says err "process 500: there is nothing to ask as --source says"
end

begin "nothing to be read"
mac denied summary 823
exits 2
says err "process 823: a zombie: it has ended, and its memory is free"
mac denied summary 0
exits 2
says err "process 0: it is the kernel"
mac denied summary 77
exits 2
says err "no process 77 (a file"
mac denied summary --cgroup /x
exits 2
says err "--cgroup is for Linux"
end

begin "names and descent"
mac fork processes --csv --columns pid,parent,name --tree 700
exits 0
[ "$(tr -d '\r' <"$scratch/out" | sort)" = "$(printf '%s\n' 700,0,parent 701,700,child pid,parent,name)" ] ||
    fault "the tree of 700 is $(cat "$scratch/out")"
mac fork summary CHIL
exits 0
says out "child [701]"
end

begin "a ranking asks for no more than it shows"
mac plain processes
exits 0
says out "from the kernel's sums"
mac plain processes --columns pid,footprint,uss,name
exits 0
says out "from their regions and the kernel's sums"
says out "    500     176K     144K  plain"
says out "1 not to be read in full by this user"
end

begin "the machine"
mac plain system --csv
exits 0
"$VMTALLY" system --csv "$scratch/out" >"$scratch/again" 2>>"$scratch/err" || fault "is not read again"
says out "macOS 14.5 (23F79)"
end

# table KIND CAPTURE: a table without where it came from and when
table()
{
    "$VMTALLY" summary --csv --bounds --table "$1" "$2" 2>/dev/null |
        awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) skip[i] = $i ~ /^(source|line|process_index|grammar|captured_at)$/ }
            { for (i = 1; i <= NF; i++) if (!skip[i]) printf "%s,", $i; print "" }'
}

begin "a capture"
mac fork capture --all -o "$scratch/capture"
exits 0
for file in README.txt system.json processes/701.json; do
    [ -e "$scratch/capture/$file" ] || fault "has no $file"
done
mac fork regions --json --all
cp "$scratch/out" "$scratch/live.json"
table types "$scratch/live.json" >"$scratch/live"
table types "$scratch/capture" >"$scratch/saved"
[ "$(wc -l <"$scratch/live")" -ge 4 ] || fault "nothing to compare"
cmp -s "$scratch/live" "$scratch/saved" || fault "differs from what was read: $(diff "$scratch/live" "$scratch/saved" | head -4)"
"$VMTALLY" system "$scratch/capture" >"$scratch/out" 2>"$scratch/err" || fault "the machine is not in it"
says out "macOS 14.5"
end

begin "a capture of what could not be read"
mac plain capture 900 -o "$scratch/unread"
exits 2
says err "the regions of process 900 could not be read, and are not saved"
! grep -q "denied" "$scratch/err" || fault "nobody has denied it: $(cat "$scratch/err")"
"$VMTALLY" summary "$scratch/unread" >"$scratch/out" 2>"$scratch/err" || fault "is not read"
says out "proc_pidinfo gave no region" # why
end

begin "a capture of what is denied"
mac denied capture --all -o "$scratch/denied.tar"
exits 2
says err "are denied"
"$VMTALLY" summary "$scratch/denied.tar" >"$scratch/out" 2>"$scratch/err" || fault "is not read"
says out "hardened [820]"
end

finish_cases
