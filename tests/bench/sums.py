# SPDX-License-Identifier: MIT
"""sums.py DUMP: virtual, resident, dirty and swapped bytes by type of region, and in all."""
import re
import sys

SIZE = r"([0-9.]+)([KMGT]?)"
ROW = re.compile(
    r"\s*(.+?)\s+[0-9a-f]+-[0-9a-f]+\s+"
    rf"\[\s*{SIZE}\s+{SIZE}\s+{SIZE}\s+{SIZE}\s*\]\s+[-rwx]{{3}}/[-rwx]{{3}}\s+SM="
)
UNIT = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

types = {}
with open(sys.argv[1], encoding="utf-8", errors="replace") as dump:
    for line in dump:
        row = ROW.match(line)
        if row is None:
            continue
        name, v, vu, r, ru, d, du, s, su = row.groups()
        sums = types.get(name)
        if sums is None:
            sums = types[name] = [0, 0, 0, 0, 0]
        sums[0] += 1
        sums[1] += float(v) * UNIT[vu]
        sums[2] += float(r) * UNIT[ru]
        sums[3] += float(d) * UNIT[du]
        sums[4] += float(s) * UNIT[su]

for name, sums in types.items():
    print(name, *map(round, sums), sep="\t")
print("TOTAL", *(round(sum(column)) for column in zip(*types.values())), sep="\t")
