# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by run.sh and scale.sh: a scratch directory to be in, programs and their measurement.
# Each round runs every program once, so that noise meets all alike; kept is the best of
# BENCH_RUNS (7) rounds.

: "${VMTALLY:?run through make bench}" "${VMT_SRCDIR:?}" "${VMT_BUILDDIR:?}" "${VMT_FIXTURES:?}"
# shellcheck disable=SC2034  # for those who source this, too
programs=$VMT_BUILDDIR/tests/bench
rounds=${BENCH_RUNS:-7}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/vmtally-bench.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
cd "$scratch" || exit 1
export LC_ALL=C

fail()
{
    echo "bench: $*" >&2
    exit 1
}

count=0
labels=() commands=() best=() peak=()

# program LABEL [COMMAND...]: no command is a row that is skipped.
program()
{
    labels[count]=$1
    shift
    commands[count]=
    [ $# -eq 0 ] || commands[count]=$(printf '%q ' "$@")
    best[count]=0 peak[count]=0
    count=$((count + 1))
}

# What a program says on standard error is shown when it fails.
measure_all()
{
    local round i measured time memory
    for ((round = 0; round < rounds; round++)); do
        for ((i = 0; i < count; i++)); do
            [ -n "${commands[i]}" ] || continue
            measured=$(eval "\"\$programs/measure\" ${commands[i]}" 2>errors) || {
                cat errors >&2
                fail "${labels[i]} failed"
            }
            read -r time memory <<<"$measured"
            { [ "${best[i]}" -ne 0 ] && [ "${best[i]}" -le "$time" ]; } || best[i]=$time
            [ "${peak[i]}" -ge "$memory" ] || peak[i]=$memory
        done
    done
}

# decimal VARIABLE N DIVISOR: N / DIVISOR with two decimals
decimal()
{
    local hundredths=$((($2 * 100 + $3 / 2) / $3))
    printf -v "$1" '%d.%02d' $((hundredths / 100)) $((hundredths % 100))
}
