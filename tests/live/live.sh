#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Running processes of its own, read by vmtally and, in the same moment, by the kernel's own sums and
# by pmap: the totals equal smaps_rollup to the byte, each mapping equals that of pmap -X; then how
# processes are named and chosen, and what is said where something cannot be read.
set -u
suite=live
# shellcheck source=tests/live/common.sh
. "${VMT_SRCDIR:?run through make check}/tests/live/common.sh"

# --- the processes ----------------------------------------------------------------------------------

odd="$scratch/odd, \"name\" \\x"$'\n'"second line"
head -c 65536 /dev/zero >"$odd"
head -c 65536 /dev/zero >"$scratch/gone"
name=vlive$$
# A parent with memory of several kinds, two children that have written to some of theirs, and a
# zombie.
start 4 "$worker" "name:$name-a" heap:4000 shared:300 write:50 memory:200 write:50 \
    "map:r:0:0:64:$odd" touch:0:0:100 "map:s:0:0:64:$scratch/gone" write:25 \
    "map:w:0:0:64:$odd" write:50 zombie heap:1000 fork:2 rewrite:40
rm "$scratch/gone"
parent=$process zombie=
children=
for number in $others; do
    case $(cat "/proc/$number/stat") in
    *") Z "*) zombie=$number ;;
    *) children="$children $number" ;;
    esac
done
children=${children# }
start 1 "$worker" "name:$name-b" heap:100
single=$process
start 1 "$worker" "name:many$$" mappings:60000
many=$process

# --- sums and mappings ------------------------------------------------------------------------------

# stable PID COMMAND...: what it does between two equal rollups, in $scratch/rollup; again when they
# differ: others came or went meanwhile, who share pages with it.
stable()
{
    local try
    for ((try = 0; try < 20; try++)); do
        cat "/proc/$1/smaps_rollup" >"$scratch/rollup" || return 1
        "${@:2}"
        cat "/proc/$1/smaps_rollup" >"$scratch/again" || return 1
        cmp -s "$scratch/rollup" "$scratch/again" && return 0
        sleep "0.0$((try % 10))"
    done
    return 1
}

# sum_of_shared_memory SMAPS: what is resident of it, in bytes.
sum_of_shared_memory()
{
    awk '/^[0-9a-f]+-[0-9a-f]+ / { shared = $6 ~ /^\/(memfd:|dev\/zero|dev\/shm\/|SYSV)/ }
        $1 == "Rss:" && shared { sum += $2 }
        END { printf "%.0f\n", sum * 1024 }' "$1"
}

# The members of the table `processes`, and the fields of smaps_rollup.
check_sums()
{
    local pair member field count low high
    stable "$1" run 0 summary --csv --bounds --table processes "$1" || exit 77
    check_processes
    equal coverage "$(value "$scratch/out" coverage)" whole
    for pair in resident:Rss rss:Rss private_clean:Private_Clean private_dirty:Private_Dirty \
        shared_clean:Shared_Clean shared_dirty:Shared_Dirty swapped:Swap reclaimable:LazyFree; do
        member=${pair%%:*} field=${pair#*:}
        equal "$member" "$(value "$scratch/out" "$member")" "$(sum "$scratch/rollup" "$field")"
    done
    # Shared memory has no file behind it either; the kernel counts it apart.
    equal anonymous "$(value "$scratch/out" anonymous)" \
        $(($(sum "$scratch/rollup" Anonymous) + $(sum_of_shared_memory "/proc/$1/smaps")))
    equal uss "$(value "$scratch/out" uss)" \
        $(($(sum "$scratch/rollup" Private_Clean) + $(sum "$scratch/rollup" Private_Dirty)))
    # The kernel cuts the proportional size of each mapping to a kB.
    count=$(value "$scratch/out" region_count)
    equal region_count "$count" "$(grep -c '^Rss:' "/proc/$1/smaps")"
    for pair in pss:Pss swap_pss:SwapPss; do
        member=${pair%%:*}
        low=$(value "$scratch/out" "$member")
        high=$(sum "$scratch/rollup" "${pair#*:}")
        within "$member" "$low" "$high" $((low + count * 1024))
        within "$member by bounds" "$(value "$scratch/out" "${member}_lower")" "$high" \
            "$(value "$scratch/out" "${member}_upper")"
    done
}

test_sums()
{
    begin "sums of $1"
    settled check_sums "$2" && end
}

# Sums over the types of a process are its totals.
test_types()
{
    local member
    begin "types of $1"
    run 0 summary --csv --table processes "$2"
    cp "$scratch/out" "$scratch/whole"
    run 0 summary --csv --table types "$2"
    for member in virtual resident private_clean private_dirty shared_clean shared_dirty; do
        equal "$member" "$(table "$member" "$scratch/out" |
            awk '{ sum += $1 } END { printf "%.0f\n", sum }')" "$(value "$scratch/whole" "$member")"
    done
    end
}

# The columns of pmap -X, and ours.  Both read smaps; what is compared are two ways to read it.
check_pmap()
{
    local pmap="Address Size Rss Pss Referenced Anonymous Swap SwapPss Locked"
    local ours="start virtual resident kernel_pss referenced kernel_anonymous swapped kernel_swap_pss locked"
    stable "$1" eval "pmap -X $1 >\"\$scratch/pmap\"; run 0 regions --csv $1" || exit 77
    awk -v columns="$pmap" '
        $1 == "Address" {
            for (i = 1; i <= NF; i++) at[$i] = i
            count = split(columns, names, " ")
            next
        }
        count && $1 ~ /^[0-9a-f]+$/ && NF >= at["Locked"] {
            printf "%s", $1
            for (i = 2; i <= count; i++) printf " %d", names[i] in at ? $at[names[i]] : -1
            print ""
        }' "$scratch/pmap" | grep -v ' KB' >"$scratch/theirs"
    table "$ours" "$scratch/out" | awk -F '\t' '
        {
            sub(/^0x/, "", $1)
            printf "%s", $1
            for (i = 2; i <= NF; i++) printf " %d", $i / 1024
            print ""
        }' >"$scratch/ours"
    # pmap writes addresses in 8 digits at least.
    sed -i 's/^0*//' "$scratch/theirs" "$scratch/ours"
    within "mappings" 10 "$(wc -l <"$scratch/ours")" 100000
    cmp -s "$scratch/theirs" "$scratch/ours" ||
        fault "$(diff "$scratch/theirs" "$scratch/ours" | head -n 4)"
}

test_pmap()
{
    begin "mappings of $1 by pmap"
    if pmap -X "$2" >"$scratch/pmap" 2>/dev/null; then
        settled check_pmap "$2" && end
    else
        skip "no pmap -X"
    fi
}


test_details()
{
    begin "names of mappings"
    run 0 regions --json "$parent"
    says "$(printf '"detail": "%s/odd, \\"name\\" \\\\x\\\\012second line"' "$scratch")" "$scratch/out"
    says "\"detail\": \"$scratch/gone (deleted)\"" "$scratch/out"
    says '"detail": "/memfd:worker (deleted)"' "$scratch/out"
    # Everything of a line with such a name is read: nothing is damaged.
    run 0 summary --csv --table inputs "$parent"
    equal "lines left over" "$(table "lines consumed" "$scratch/out" |
        awk '{ left += $1 - $2 } END { print left + 0 }')" 0
    run 0 summary --strict "$parent"
    end
}

# --- which of them ----------------------------------------------------------------------------------

test_names()
{
    begin "names"
    run 0 summary --csv --table processes "$name-b"
    equal "the exact name" "$(processes)" "$single"
    run 0 summary --csv --table processes "${name#v}-B"
    equal "a part of it, in other letters" "$(processes)" "$single"
    run 0 summary --csv --table processes "$name-b" "many$$"
    equal "two names" "$(processes)" "$(printf '%s\n' "$single" "$many" | sort -n | paste -s -d ' ' -)"
    run 2 summary "$name"
    says "'$name' is the name of 5 processes"
    for number in $parent $children $single; do
        says "$(printf '%8d  %s' "$number" "$name")"
    done
    equal "standard output" "$(wc -c <"$scratch/out" | tr -d ' ')" 0
    run 2 summary "no-such-$name"
    says "no file, and no running process, of the name 'no-such-$name'"
    end
}

test_selections()
{
    local family
    # shellcheck disable=SC2086  # a word for each
    family=$(printf '%s\n' $parent $children | sort -n | paste -s -d ' ' -)
    begin "selections"
    run 0 summary --csv --table processes --tree "$parent"
    equal "a tree" "$(processes)" "$family"
    says "1 zombie left out"
    run 0 summary --csv --table processes "$parent" --tree "$parent" --all
    equal "processes that are there twice" "$(processes | tr ' ' '\n' | uniq -d)" ""
    run 0 summary --csv --table processes --user "$(id -u)"
    for number in $family $single; do
        processes | grep -qw "$number" || fault "--user: process $number is missing"
    done
    run 2 summary --user 3999999999
    run 2 summary --tree 4000000
    says "no process with memory from process 4000000"
    run 2 summary --cgroup /no/such/group
    run 64 summary --cgroup relative
    run 64 summary --tree one
    run 64 summary --max-time soon
    end
}

# A path of a cgroup of the parent's finds its family; all are in "/".
test_cgroups()
{
    local path
    begin "cgroups"
    path=$(cut -d: -f3- "/proc/$parent/cgroup" 2>/dev/null | sort | tail -n 1)
    if [ -z "$path" ]; then
        skip "no cgroups"
        return
    fi
    for path in "$path" /; do
        run 0 summary --csv --table processes --cgroup "$path"
        for number in $parent $children $single; do
            processes | grep -qw "$number" || fault "--cgroup $path: process $number is missing"
        done
    done
    [ "$path" = / ] || run 2 summary --cgroup "${path%?}"
    end
}

# Those of the table are those that the kernel lists; all that ends or begins meanwhile is not ours.
test_all()
{
    begin "all"
    run 0 summary --csv --bounds --table processes --all
    check_processes
    for number in $parent $children $single $many; do
        processes | grep -qw "$number" || fault "process $number is missing"
    done
    processes | grep -qw "$zombie" && fault "the zombie $zombie is there"
    # Each has what its own files say.  A peak is no less than what there is now.
    for number in $parent $children $single $many; do
        equal "name and peak of $number" \
            "$(table "pid process resident_peak" "$scratch/out" | awk -v pid="$number" '$1 == pid')" \
            "$(awk -F '[ \t]+' '{ of[$1] = $2 }
                END {
                    peak = of["VmHWM:"] + 0 > of["Rss:"] + 0 ? of["VmHWM:"] : of["Rss:"]
                    printf "%d\t%s\t%.0f\n", of["Pid:"], of["Name:"], peak * 1024
                }' "/proc/$number/status" "/proc/$number/smaps_rollup")"
    done
    end
}

# --- what cannot be read ----------------------------------------------------------------------------

test_without_memory()
{
    begin "without memory"
    run 0 summary "$zombie"
    says "a zombie: it has ended, and its memory is free" "$scratch/out"
    if [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ]; then
        run 0 summary 2
        says "a thread of the kernel: it has no memory of its own" "$scratch/out"
    fi
    "$worker" 3>/dev/null 4</dev/null &
    number=$!
    wait "$number"
    run 2 summary "$number"
    says "no process $number in /proc"
    run 2 regions "$number"
    run 2 summary 99999999999999999999
    run 2 convert --to=vmmap "$number"
    end
}

# The first thread has ended, which looks like a zombie; another one holds the memory.
test_headless()
{
    local try
    begin "a process without its first thread"
    start 1 "$worker" heap:400 headless
    for ((try = 0; try < 100; try++)); do
        grep -q '^State:.Z' "/proc/$process/status" && break
        sleep 0.1
    done
    if ! cat "/proc/$process/task/"*/smaps_rollup >"$scratch/rollup" 2>/dev/null &&
        ! [ -s "$scratch/rollup" ]; then
        skip "threads have no smaps_rollup"
        return
    fi
    run 0 summary --csv --table processes "$process"
    equal coverage "$(value "$scratch/out" coverage)" whole
    equal resident "$(value "$scratch/out" resident)" "$(sum "$scratch/rollup" Rss)"
    equal pid "$(value "$scratch/out" pid)" "$process"
    run 0 summary --csv --table processes --tree "$process"
    equal coverage "$(value "$scratch/out" coverage)" whole
    end
}

test_many()
{
    local sums
    begin "60,000 mappings"
    test_pmap_quickly
    run 0 summary --csv --table processes --max-time 0.0001 "$many"
    equal level "$(value "$scratch/out" level)" totals
    equal grammar "$(value "$scratch/out" grammar)" linux-status
    run 0 summary --max-time 0.0001 "$many"
    says "took longer than --max-time" "$scratch/out"
    run 0 summary --max-total 0.0001 "$many"
    says "--max-total allows" "$scratch/out"
    run 0 summary --max-time 100 --csv --table processes "$many"
    equal coverage "$(value "$scratch/out" coverage)" whole
    sums=$(value "$scratch/out" region_count)
    within "regions" 60000 "$sums" 60100
    end
}

test_pmap_quickly()
{
    run 0 regions --csv "$many"
    equal "rows" "$(($(wc -l <"$scratch/out") - 1))" "$(grep -c '^Rss:' "/proc/$many/smaps")"
}

# --- saved ------------------------------------------------------------------------------------------

# save_tree DIRECTORY PID...
save_tree()
{
    local directory=$1 file
    mkdir -p "$directory/proc"
    for file in stat meminfo uptime vmstat; do
        cat "/proc/$file" >"$directory/proc/$file"
    done
    shift
    for number in "$@"; do
        mkdir -p "$directory/proc/$number"
        for file in stat status smaps smaps_rollup cgroup; do
            cat "/proc/$number/$file" >"$directory/proc/$number/$file"
        done
    done
}

test_saved()
{
    local tree=$scratch/tree columns member
    begin "a saved tree"
    columns="region_count virtual resident private_clean private_dirty shared_clean shared_dirty
        swapped anonymous file_backed uss pss rss"
    # shellcheck disable=SC2086  # a word for each
    save_tree "$tree" $parent $children
    run 0 summary --csv --table processes --root "$tree"
    # shellcheck disable=SC2086
    equal "processes" "$(processes)" "$(printf '%s\n' $parent $children | sort -n | paste -s -d ' ' -)"
    run 0 summary --csv --table processes --root "$tree" "$parent"
    table "$columns" "$scratch/out" >"$scratch/by-root"
    run 0 summary --csv --table processes --root "$tree/proc" "$parent"
    table "$columns" "$scratch/out" >"$scratch/by-proc"
    run 0 summary --csv --table processes "$tree/proc/$parent/smaps"
    table "$columns" "$scratch/out" >"$scratch/by-file"
    for member in by-root by-proc; do
        cmp -s "$scratch/$member" "$scratch/by-file" ||
            fault "$member: $(paste -s "$scratch/$member" "$scratch/by-file")"
    done
    run 0 summary --csv --table processes "$tree"
    equal "processes of the directory" "$(processes | wc -w | tr -d ' ')" 3
    run 0 system --csv --table hosts --root "$tree"
    run 0 summary --csv --table processes --root "$tree" --tree "$parent"
    equal "its tree" "$(processes | wc -w | tr -d ' ')" 3
    run 2 summary --root "$tree" "$many"
    # One that lost all but its name has not ended.
    rm "$tree/proc/$parent/smaps" "$tree/proc/$parent/smaps_rollup" "$tree/proc/$parent/status"
    run "0|2" summary --root "$tree"
    grep -q "ended while" "$scratch/err" && fault "$(cat "$scratch/err")"
    mkdir "$scratch/empty"
    run 2 summary --root "$scratch/empty"
    run 2 system --root "$scratch/empty"
    run 2 summary --root "$scratch/nowhere"
    end
}

test_converted()
{
    begin "converted"
    run 0 convert --to smaps "$parent"
    cp "$scratch/out" "$scratch/converted"
    run 0 summary --csv --table processes "$scratch/converted"
    table "region_count virtual resident private_clean private_dirty uss" "$scratch/out" \
        >"$scratch/by-layout"
    run 0 summary --csv --table processes "$parent"
    table "region_count virtual resident private_clean private_dirty uss" "$scratch/out" |
        cmp -s - "$scratch/by-layout" || fault "$(cat "$scratch/by-layout")"
    end
}

# --- another user, another view ---------------------------------------------------------------------

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

test_denied()
{
    begin "of another user"
    if [ "$(id -u)" -ne 0 ] || ! "${as_nobody[@]}" test -x "$VMTALLY" 2>/dev/null; then
        skip "needs root and setpriv, and a directory that others may enter"
        return
    fi
    "${as_nobody[@]}" "$VMTALLY" summary "$parent" >"$scratch/out" 2>"$scratch/err" ||
        fault "exit code $?"
    says "smaps is denied: only the same user" "$scratch/out"
    says "totals only" "$scratch/out"
    "${as_nobody[@]}" "$VMTALLY" summary --csv --bounds --table processes --user 65534 \
        >"$scratch/out" 2>"$scratch/err"
    check_processes
    processes | grep -qw "$parent" && fault "process $parent is not of that user"
    "${as_nobody[@]}" "$VMTALLY" summary --csv --bounds --table processes --all \
        >"$scratch/out" 2>"$scratch/err" || fault "--all: exit code $?"
    check_processes
    processes | grep -qw "$parent" || fault "--all: process $parent is missing"
    end
}

# in_namespace SCRIPT ARGUMENT...: in mounts of its own, $VMTALLY being vmtally.
in_namespace()
{
    VMTALLY=$VMTALLY unshare --mount "$BASH" -c "$@" >"$scratch/out" 2>"$scratch/err" 9>&- 8>&-
}

test_hidden()
{
    begin "hidepid"
    # shellcheck disable=SC2016  # the inner shell's
    if [ "$(id -u)" -ne 0 ] ||
        ! in_namespace 'mount -t proc -o hidepid=2 proc /proc && "$@" test -x "$VMTALLY"' - \
            "${as_nobody[@]}"; then
        skip "needs root, unshare and setpriv"
        return
    fi
    # shellcheck disable=SC2016
    in_namespace 'mount -t proc -o hidepid=2 proc /proc
        "$@" "$VMTALLY" summary --csv --table processes --all' - "${as_nobody[@]}" ||
        fault "exit code $?: $(head -n 2 "$scratch/err")"
    says "/proc hides the processes of others (hidepid)"
    processes | grep -qw "$parent" && fault "process $parent shows"
    # shellcheck disable=SC2016
    in_namespace 'mount -t proc -o hidepid=2 proc /proc; "$@"' - "${as_nobody[@]}" \
        "$VMTALLY" summary "$parent"
    equal "exit code" $? 2
    says "no process $parent in /proc"
    says "hides the processes of others"
    # Directories show, and nothing in them can be read.
    # shellcheck disable=SC2016
    if in_namespace 'mount -t proc -o hidepid=1 proc /proc; "$@"' - "${as_nobody[@]}" \
        "$VMTALLY" summary --csv --bounds --table processes --all; then
        check_processes
        processes | grep -qw "$parent" && fault "hidepid=1: process $parent shows"
    else
        fault "hidepid=1: exit code $?: $(head -n 2 "$scratch/err")"
    fi
    # shellcheck disable=SC2016
    in_namespace 'mount -t proc -o hidepid=1 proc /proc; "$@"' - "${as_nobody[@]}" \
        "$VMTALLY" summary "$parent"
    says "process $parent is another user's"
    says "hides the processes of others"
    end
}

test_container()
{
    begin "a container"
    if [ "$(id -u)" -ne 0 ] ||
        ! unshare --mount --pid --fork --mount-proc true 2>/dev/null; then
        skip "needs root and unshare"
        return
    fi
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --mount-proc "$BASH" -c \
        '"$1" 3>/dev/null <&4 & "$2" summary --csv --bounds --table processes --all' - \
        "$worker" "$VMTALLY" 4<"$scratch/gate" >"$scratch/out" 2>"$scratch/err" 8>&- 9>&- ||
        fault "exit code $?: $(head -n 2 "$scratch/err")"
    check_processes
    equal "its processes" "$(processes)" "1 2 3"
    grep -q hides "$scratch/err" && fault "$(cat "$scratch/err")"
    end
}

test_thousand()
{
    begin "1,000 processes"
    start 1001 "$worker" "name:crowd$$" heap:40 fork:1000 rewrite:50
    run 0 summary --csv --bounds --table processes --tree "$process"
    equal "processes" "$(processes | wc -w | tr -d ' ')" 1001
    equal "coverage" "$(table coverage "$scratch/out" | sort -u)" whole
    equal "names" "$(table process "$scratch/out" | sort -u)" "crowd$$"
    check_processes
    end
}

test_no_proc()
{
    local command code
    begin "no /proc"
    if [ "$(id -u)" -ne 0 ] || ! in_namespace 'umount -l /proc'; then
        skip "needs root and unshare"
        return
    fi
    for command in "summary 1" "summary --all" "summary sleep" "regions 1" "system"; do
        in_namespace "umount -l /proc; \"\$VMTALLY\" $command"
        code=$?
        # A sanitizer looks for its options and for leaks through /proc, and has a code of its own.
        grep -q 'LeakSanitizer has encountered' "$scratch/err" && code=2
        equal "exit code of $command" "$code" 2
        says "/proc: is not mounted"
    done
    # What is no process is read as ever.
    # shellcheck disable=SC2016
    in_namespace 'umount -l /proc; "$VMTALLY" summary --csv --table processes "$1"' - \
        "$VMT_FIXTURES/linux-smaps-rollup/ok-6.18-ledgerd.txt"
    equal level "$(value "$scratch/out" level)" totals
    end
}

test_sums "a parent" "$parent"
test_sums "a child" "${children%% *}"
test_sums "a process by itself" "$single"
test_types "a parent" "$parent"
test_types "a child" "${children%% *}"
test_pmap "a parent" "$parent"
test_pmap "a process by itself" "$single"
test_details
test_names
test_selections
test_cgroups
test_all
test_without_memory
test_headless
test_many
test_saved
test_converted
test_denied
test_hidden
test_container
test_thousand
test_no_proc
finish_cases
