# SPDX-License-Identifier: MIT
# awk -f sums.awk DUMP: virtual, resident, dirty and swapped bytes by type of region, and in all.
BEGIN {
    OFS = "\t"
    unit["K"] = 1024
    unit["M"] = 1024 ^ 2
    unit["G"] = 1024 ^ 3
    unit["T"] = 1024 ^ 4
}

function bytes(size,    last)
{
    last = substr(size, length(size))
    return last in unit ? size * unit[last] : size + 0
}

match($0, /[0-9a-f]+-[0-9a-f]+ +\[ *[0-9.]+[KMGT]? +[0-9.]+[KMGT]? +[0-9.]+[KMGT]? +[0-9.]+[KMGT]? *\] [-rwx]+\/[-rwx]+ SM=/) {
    type = substr($0, 1, RSTART - 1)
    sub(/ +$/, "", type)
    split(substr($0, RSTART, RLENGTH), word, /[][ ]+/)
    regions[type]++
    virtual[type] += bytes(word[2])
    resident[type] += bytes(word[3])
    dirty[type] += bytes(word[4])
    swapped[type] += bytes(word[5])
}

function row(name, a, b, c, d, e)
{
    printf "%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n", name, a, b, c, d, e
}

END {
    for (type in regions) {
        row(type, regions[type], virtual[type], resident[type], dirty[type], swapped[type])
        n += regions[type]
        v += virtual[type]
        r += resident[type]
        d += dirty[type]
        s += swapped[type]
    }
    row("TOTAL", n, v, r, d, s)
}
