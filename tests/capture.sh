#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Processes that are started here are captured to a directory and to archives.  Whatever a command
# says of the one it says of the other, byte for byte but for the names of the files; and what is
# saved is what the kernel has.
set -u

suite=capture
# shellcheck source=tests/cases.sh
. "${VMT_SRCDIR:?run through make check}/tests/cases.sh" self/smaps

cd "$scratch" || exit 1

# expect CODE COMMAND...: what it says on standard error is kept in `err`.
expect()
{
    local code=$1 status
    shift
    "$@" >out 2>err
    status=$?
    [ "$status" -eq "$code" ] || fault "exit code $status of $*: $(head -n 3 err)"
}

# --- one tree, in a directory and in archives ----------------------------------------------------

# same DIRECTORY ARCHIVE: the archive holds it as `DIRECTORY`.
same()
{
    local report
    for report in summary "summary --json" "summary --explain-share" "regions --csv" system \
        "system --json" "summary --csv --table inputs"; do
        # shellcheck disable=SC2086  # words
        "$VMTALLY" $report "$1" >expected 2>&1 || fault "$report $1: exit code $?"
        # shellcheck disable=SC2086
        "$VMTALLY" $report "$2" 2>&1 | sed "s|${2//./\\.}/$1|$1|g" >actual
        cmp -s expected actual || fault "$report of $1 and of $2 differ: $(diff expected actual | head -n 5 | cut -c 1-160)"
        [ -s expected ] || fault "$report $1 says nothing"
    done
}

# Archives of what was saved in a directory, in a good order and in the worst one.
test_archives_of_a_directory()
{
    local table
    begin "archives of a directory"
    expect 0 "$VMTALLY" capture -o saved "$first" "$second"
    equal "what was said" "$(cat err)" ""
    # A directory is read in the order of the numbers, an archive in its own.
    tar -cf ordered.tar saved/proc/[a-z]* saved/proc/"$first" saved/proc/"$second" \
        saved/[!p]*
    same saved ordered.tar
    gzip -c ordered.tar >ordered.tgz
    same saved ordered.tgz
    # The host behind its processes, their mappings behind all else.
    tar -cf worst.tar saved/README.txt
    tar -rf worst.tar saved/proc/"$first"/s[!m]* saved/proc/"$first"/smaps*
    tar -rf worst.tar saved/proc/"$second"/s[!m]* saved/proc/"$second"/smaps*
    tar -rf worst.tar saved/proc/[a-z]*
    for table in regions processes; do
        "$VMTALLY" summary --csv --table $table saved >expected
        "$VMTALLY" summary --csv --table $table worst.tar | sed 's|worst\.tar/saved|saved|' >actual
        cmp -s expected actual || fault "another order: $table: $(diff expected actual | head -n 5 | cut -c 1-160)"
        [ "$(wc -l <expected)" -gt 2 ] || fault "no $table"
    done
    end
}

test_kinds_of_archives()
{
    local kind
    begin "kinds of archives"
    for kind in tar tar.gz tgz tar.xz tar.zst tar.bz2; do
        expect 0 "$VMTALLY" capture --root saved -o "again.$kind" "$first" "$second"
        equal "what was said" "$(cat err)" ""
        rm -rf again
        expect 0 "$VMTALLY" capture --root saved -o again "$first" "$second"
        same again "again.$kind"
        diff -r saved/proc again/proc >/dev/null || fault "a capture of a capture is another one"
        equal "mode" "$(stat -c %a "again.$kind")" 600
    done
    expect 0 "$VMTALLY" capture --root saved "$first" "$second"
    tar -xf out || fault "no tar archive on standard output"
    diff -r saved/proc capture/proc >/dev/null || fault "standard output gets another capture"
    end
}

# --- what is saved -------------------------------------------------------------------------------

test_bytes_of_the_kernel()
{
    local file pid
    begin "bytes of the kernel"
    for pid in "$first" "$second"; do
        # What is in memory changes at any time, where it would be does not.
        grep -E '^([0-9a-f]+-|Size:|VmFlags:)' "/proc/$pid/smaps" >now
        grep -E '^([0-9a-f]+-|Size:|VmFlags:)' "saved/proc/$pid/smaps" >"then"
        cmp -s now "then" || fault "$pid/smaps is not the kernel's: $(diff now "then" | head -n 5)"
        for file in cgroup oom_score_adj; do
            cat "/proc/$pid/$file" >now
            cmp -s now "saved/proc/$pid/$file" || fault "$pid/$file is not the kernel's"
        done
        equal "pid in stat" "$(cut -d ' ' -f 1 "saved/proc/$pid/stat")" "$pid"
    done
    equal osrelease "$(cat saved/proc/sys/kernel/osrelease)" "$(uname -r)"
    equal "modes" "$(find saved -printf '%y%m\n' | sort -u | tr '\n' ' ')" "d700 f600 "
    for file in environ cmdline mem maps auxv; do
        equal "files $file" "$(find saved -name $file)" ""
    done
    grep -q "vmtally summary" saved/README.txt || fault "README.txt does not say how to read it"
    end
}

# --- what cannot be saved ------------------------------------------------------------------------

test_refusals()
{
    local before
    begin "refusals"
    expect 2 "$VMTALLY" capture -o saved "$first"
    equal "what was said" "$(cat err)" "vmtally: saved: cannot write into it: Directory not empty"
    expect 2 "$VMTALLY" capture -o none 4194305
    [ ! -e none ] || fault "a directory for nothing"
    echo old >none.tar
    before=$(ls -a)
    expect 2 "$VMTALLY" capture -o none.tar 4194305
    equal "what was there" "$(cat none.tar)" old
    equal "files" "$(ls -a)" "$before"
    # One of two: the other is saved.
    expect 2 "$VMTALLY" capture -o partly 4194305 "$first"
    [ -s "partly/proc/$first/smaps" ] || fault "one that is not there hides one that is"
    # Its directory in /proc is it, and not a directory of captures.
    expect 0 "$VMTALLY" capture -o path "/proc/$first/"
    [ -s "path/proc/$first/smaps" ] || fault "/proc/$first is not process $first"
    expect 0 "$VMTALLY" summary --csv --table processes "/proc/$first"
    equal "rows" "$(wc -l <out)" 2
    # One that is named twice.
    expect 0 "$VMTALLY" capture -o twice.tar "$first" "$first" --tree "$first"
    equal "smaps in it" "$(tar -tf twice.tar | grep -c '/smaps$')" 1
    mkdir empty
    expect 0 "$VMTALLY" capture -o empty "$first"
    end
}

# A tree from elsewhere may say anything: a cgroup that leads out of what is written leads nowhere.
test_hostile_tree()
{
    begin "hostile tree"
    mkdir -p evil/proc/7 evil/sys/fs/cgroup/a evil/up
    cp "saved/proc/$first/smaps" evil/proc/7/
    echo 1 >evil/up/memory.max
    echo '0::/a/../../../../up' >evil/proc/7/cgroup
    expect 0 "$VMTALLY" capture --root evil -o safe/ 7
    equal "files" "$(cd safe && find . -type f | sort | tr '\n' ' ')" \
        "./README.txt ./proc/7/cgroup ./proc/7/smaps "
    ln -s /etc/passwd evil/proc/7/oom_score
    expect 0 "$VMTALLY" capture --root evil -o links 7
    [ ! -e links/proc/7/oom_score ] || fault "a link of the tree was followed"
    end
}

# Processes come and go while others are saved.
test_short_lives()
{
    begin "short lives"
    (for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do "$BASH" -c : & done; wait) &
    "$VMTALLY" capture --tree "$$" -o lives.tar.gz >out 2>err
    wait $!
    grep -vE 'ended while being read|zombies? left out' err >unexpected
    equal "what was said" "$(cat unexpected)" ""
    expect 0 "$VMTALLY" summary --csv --table processes lives.tar.gz
    grep -q "/proc/$first/" out || fault "one that stayed is not in it"
    end
}

sleep 120 &
first=$!
# Of some memory of its own, part of it shared with nobody.
mkfifo gate || exit 1
# shellcheck disable=SC2016  # its own variables
"$BASH" -c 'exec 3<>"$1"; words=({1..40000}); echo >"$0"; read -r -t 120 <&3; :' ready gate &
second=$!
started="$first $second"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -s ready ] && break
    sleep 0.1
done
sleep 0.2 # until each waits
if [ "$first" -gt "$second" ]; then # in order of their numbers
    third=$first first=$second second=$third
fi

"$VMTALLY" capture -o probe.tar "$first" 2>err
if grep -q "built without libarchive" err; then
    echo "capture: skipped, built without libarchive"
    exit 77
fi

test_archives_of_a_directory
test_bytes_of_the_kernel
test_kinds_of_archives
test_refusals
test_hostile_tree
test_short_lives

finish_cases
