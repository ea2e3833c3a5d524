#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Usage: run.sh [--update] [NAME-PATTERN]
#
# Runs the cases of tests/golden/CASES, each in a private directory that holds nothing but
# `fixtures`, so that the paths in the outputs are the same everywhere. Compared are
#
#     NAME.out          standard output
#     NAME.err          standard error; no such file: it must be empty
#     NAME.file.FILE    each file that the command leaves behind
#
# and the exit code, which CASES states. --update rewrites the expected files and never the exit
# code: a changed exit code is a changed promise, to be made by hand.
#
# Environment: VMTALLY, VMT_SRCDIR, VMT_BUILDDIR, VMT_FIXTURES (make check and make update-golden set them).
set -u

: "${VMTALLY:?run through make check}" "${VMT_SRCDIR:?}" "${VMT_FIXTURES:?}"
golden=$VMT_SRCDIR/tests/golden
cases=$golden/CASES
update=false
[ "${1-}" = --update ] && { update=true; shift; }
pattern=${1:-*}

export LC_ALL=C TZ=UTC COLUMNS=80
unset NO_COLOR CLICOLOR_FORCE VMT_DEBUG

scratch=$(mktemp -d "${VMT_BUILDDIR:?}/golden.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

passed=0 failed=0 unchanged=0

# trim VARIABLE: blanks off both ends, without a fork.
trim()
{
    local text=${!1}
    text=${text#"${text%%[![:space:]]*}"}
    text=${text%"${text##*[![:space:]]}"}
    printf -v "$1" %s "$text"
}

fault()
{
    echo "golden: $name: $*"
    ok=false
}

# compare WHAT EXPECTED ACTUAL: an expected file that is absent stands for an empty one.
compare()
{
    local expected=$2
    [ -e "$expected" ] || expected=/dev/null
    cmp -s "$expected" "$3" && return
    fault "$1 differs (- expected, + actual)"
    diff -u "$expected" "$3" | sed '1,2d'
}

# rewrite EXPECTED ACTUAL [keep-empty]
rewrite()
{
    if [ ! -s "$2" ] && [ "${3-}" != keep-empty ]; then
        [ ! -e "$1" ] || { rm -f "$1" && echo "golden: removed ${1##*/}"; }
    elif [ -e "$1" ] && cmp -s "$1" "$2"; then
        unchanged=$((unchanged + 1))
    else
        cp "$2" "$1" && echo "golden: wrote ${1##*/}"
    fi
}

run_case()
{
    local dir=$scratch/run status left expected
    ok=true
    mkdir "$dir" || exit 1
    ln -s "$VMT_FIXTURES" "$dir/fixtures" || exit 1

    local from=/dev/null
    [ -z "$input" ] || from=$VMT_FIXTURES/${input#fixtures/}
    [ -r "$from" ] || { fault "no such input: $input"; rm -rf "$dir"; return; }

    # The arguments are quoted as in a shell, but '*' is no pattern there.
    set -f
    eval "set -- $arguments"
    set +f
    (cd "$dir" && exec "$VMTALLY" "$@") <"$from" >"$scratch/out" 2>"$scratch/err"
    status=$?

    [ "$status" -eq "$code" ] || fault "exit code $status, expected $code (column 4 of CASES)"
    rm "$dir/fixtures"
    if $update; then
        rewrite "$golden/$name.out" "$scratch/out" keep-empty
        rewrite "$golden/$name.err" "$scratch/err"
    else
        [ -e "$golden/$name.out" ] || fault "no $name.out: make update-golden NAME=$name"
        compare "standard output" "$golden/$name.out" "$scratch/out"
        compare "standard error" "$golden/$name.err" "$scratch/err"
    fi
    for left in "$dir"/* "$dir"/.[!.]*; do
        [ -e "$left" ] || continue
        expected=$golden/$name.file.${left##*/}
        if $update; then
            rewrite "$expected" "$left" keep-empty
        elif [ -e "$expected" ]; then
            compare "file ${left##*/}" "$expected" "$left"
        else
            fault "leaves a file that is not expected: ${left##*/}"
        fi
    done
    for expected in "$golden/$name".file.*; do
        [ -e "$expected" ] || continue
        [ -e "$dir/${expected#"$golden/$name".file.}" ] && continue
        if $update; then
            rm -f "$expected" && echo "golden: removed ${expected##*/}"
        else
            fault "does not write ${expected#"$golden/$name".file.}"
        fi
    done
    rm -rf "$dir"
}

names=' '
number=0
while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    case $line in '#'* | '') continue ;; esac
    IFS='|' read -r name arguments input code rest <<<"$line"
    trim name; trim arguments; trim input; trim code
    code=${code:-0}
    ok=true
    case $name in
    '' | *[!a-z0-9_-]*) fault "CASES:$number: a name is made of a-z 0-9 - _" ;;
    esac
    case $code in *[!0-9]*) fault "CASES:$number: exit code '$code'" ;; esac
    [ -z "$rest" ] || fault "CASES:$number: more than four columns"
    case $names in *" $name "*) fault "CASES:$number: the name is taken" ;; esac
    names="$names$name "
    # shellcheck disable=SC2254  # the pattern is one
    case $name in $pattern) ;; *) continue ;; esac
    $ok && run_case
    if $ok; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done <"$cases"

# An expected output that no case produces is a case that somebody lost.
for file in "$golden"/*.out "$golden"/*.err "$golden"/*.file.*; do
    [ -e "$file" ] || continue
    name=${file##*/}
    case $name in *.file.*) name=${name%%.file.*} ;; *) name=${name%.*} ;; esac
    case $names in
    *" $name "*) ;;
    *) fault "no such case, but ${file##*/} is there" && failed=$((failed + 1)) ;;
    esac
done

if [ $((passed + failed)) -eq 0 ]; then
    name=$pattern
    fault "no case of this name"
    failed=1
fi
$update && echo "golden: $unchanged unchanged"
echo "golden: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
