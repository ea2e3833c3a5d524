# SPDX-License-Identifier: MIT
# awk -v columns="pid rss" -f csv.awk FILE: those columns of a table of ours, one row a line, between
# tabs; without the line of names.  A column that the table does not have ends it with status 1.

# Take the fields of a line whose quotes are even; line ends and tabs within one become "?".
function split_line(line, fields,    count, at, quote, field)
{
    gsub(/[\t\r\n]/, "?", line)
    count = 0
    while (line != "") {
        if (substr(line, 1, 1) != "\"") {
            at = index(line, ",")
            at = at == 0 ? length(line) + 1 : at
            fields[++count] = substr(line, 1, at - 1)
            line = substr(line, at + 1)
        } else {
            field = ""
            do {
                line = substr(line, 2)
                quote = index(line, "\"")
                field = field substr(line, 1, quote)
                line = substr(line, quote + 1)
            } while (substr(line, 1, 1) == "\"")
            fields[++count] = substr(field, 1, length(field) - 1)
            line = substr(line, 2)
        }
    }
    return count
}

{
    sub(/\r$/, "")
    line = pending $0
    quotes = line
    if (gsub(/"/, "", quotes) % 2 == 1) {
        pending = line "\n"
        next
    }
    pending = ""
    count = split_line(line, fields)
}

!named {
    wanted = split(columns, names, " ")
    for (i = 1; i <= count; i++) {
        at[fields[i]] = i
    }
    for (i = 1; i <= wanted; i++) {
        if (!(names[i] in at)) {
            print "no column " names[i]
            exit 1
        }
    }
    named = 1
    next
}

{
    for (i = 1; i <= wanted; i++) {
        printf "%s%s", at[names[i]] <= count ? fields[at[names[i]]] : "", i < wanted ? "\t" : "\n"
    }
}
