#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What must go together goes together: sources and build lists, grammars and fixtures, fixtures and
# their origin, commands, manual pages and golden cases.
. "$(dirname "$0")/common.sh"

one_line()
{
    printf '%s' "$1" | tr '\n' ' '
}

# --- every source is built and shipped -----------------------------------------------------------
for directory in lib bin tests; do
    list=$directory/local.mk
    while IFS= read -r file; do
        grep -qF "%D%/${file#"$directory"/}" "$list" || fault "$file: not in $list"
    done < <(find_files '*.[ch]' "$directory"; find_files '*.1' "$directory")
    while IFS= read -r file; do
        [ -e "$directory/$file" ] || fault "$list: $directory/$file does not exist"
    done < <(grep -oE '%D%/[A-Za-z0-9_/-]+\.([ch]|1|sh)\b' "$list" | sed 's,%D%/,,' | sort -u)
done

# --- every script that counts cases is run -------------------------------------------------------
# As make has the list: a line of it that lost its backslash takes all that follow with it.
if [ -e "$VMT_BUILDDIR/Makefile" ]; then
    # shellcheck disable=SC2016  # a variable of make
    run=$(printf 'include Makefile\nlist-of-tests:\n\t@echo $(TESTS)\n' |
        make -s -C "$VMT_BUILDDIR" -f - list-of-tests)
    while IFS= read -r file; do
        case $file in tests/cases.sh | tests/tally.sh | tests/lint/*) continue ;; esac
        # Without Apple's headers there is no simulated kernel.
        case $file in tests/simulated/*) [[ $run = *no_headers.sh* ]] && continue ;; esac
        case " $run " in
        *" $file "*) ;;
        *) fault "$file: not in TESTS of tests/local.mk as make reads it" ;;
        esac
    done < <(find_files '*.sh' tests | xargs grep -lE '^finish_cases$| passed, ')
fi

# --- grammars ------------------------------------------------------------------------------------
# rows FILE TABLE: the names in "...TABLE[] = { &PREFIX_name, ..., NULL }"
rows()
{
    code "$1" | awk -v table="$2" '
        index($0, table "[]") && /=/ { inside = 1 }
        inside { print }
        inside && /;/ { exit }' | grep -oE '&[A-Za-z0-9_]+' | tr -d '&'
}

registry=lib/grammar/registry.c
grammars=$(rows $registry vmt_grammars | sed 's/^vmt_grammar_//; s/_/-/g')
[ -n "$grammars" ] || fault "$registry: no rows found in vmt_grammars[]"
[ "$grammars" = "$(echo "$grammars" | sort -u)" ] || fault "$registry: rows are not sorted: $(one_line "$grammars")"
for name in $grammars; do
    file=lib/grammar/$(echo "$name" | tr - _).c
    [ -e "$file" ] || { fault "$registry: $name: no $file"; continue; }
    grep -qF "\"$name\"" "$file" || fault "$file: does not give the name \"$name\""
    [ -n "$(ls -d fixtures/"$name"/ok-* 2>/dev/null)" ] || fault "fixtures/$name: no ok-* fixture"
done
# A grammar that nobody registered is dead code.
for file in lib/grammar/*_*.c; do
    name=${file##*/}
    name=${name%.c}
    grep -qE "^const struct vmt_grammar vmt_grammar_$name\b" "$file" || continue
    case " $(one_line "$grammars") " in
    *" $(echo "$name" | tr _ -) "*) ;;
    *) fault "$file: not in $registry" ;;
    esac
done

# --- fixtures ------------------------------------------------------------------------------------
folded=$(find fixtures | tr '[:upper:]' '[:lower:]' | sort | uniq -d)
[ -z "$folded" ] || fault "fixtures: names differ in case only, which macOS folds: $(one_line "$folded")"
for directory in fixtures/*/; do
    origin=${directory}ORIGIN
    [ -e "$origin" ] || { fault "$origin: missing"; continue; }
    # One line a fixture, its name before the first tab. Tables about fixtures are not fixtures.
    for file in "$directory"*; do
        name=${file##*/}
        case $name in
        ORIGIN | *.tsv) ;;
        ok-* | warn-* | bad-*)
            cut -f 1 "$origin" | grep -qxF "$name" || fault "$origin: says nothing about $name" ;;
        *) fault "$file: the name begins with none of ok- warn- bad-" ;;
        esac
    done
    while IFS= read -r name; do
        [ -e "$directory$name" ] || fault "$origin: $name does not exist"
    done < <(cut -f 1 "$origin" | grep -vE '^(#|$)')
    repeated=$(cut -f 1 "$origin" | grep -vE '^(#|$)' | sort | uniq -d)
    [ -z "$repeated" ] || fault "$origin: more than one line for $(one_line "$repeated")"
done

# --- commands ------------------------------------------------------------------------------------
commands=$(rows bin/main.c commands | sed -E 's/^(vmt_)?(cmd|command)_//; s/_/-/g')
for file in bin/cmd_*.c; do
    name=${file#bin/cmd_}
    name=$(echo "${name%.c}" | tr _ -)
    [ -e "bin/vmtally-$name.1" ] || fault "$file: no manual page bin/vmtally-$name.1"
    grep -qF "$name" bin/vmtally.1 || fault "bin/vmtally.1: does not name the command $name"
    grep -qE "^[^#|]*\|[[:space:]]*$name\b" tests/golden/CASES ||
        fault "tests/golden/CASES: no case of the command $name"
    [ -z "$commands" ] || echo "$commands" | grep -qx "$name" || fault "bin/main.c: no row for $name"
done
[ -z "$commands" ] || [ "$commands" = "$(echo "$commands" | sort -u)" ] ||
    fault "bin/main.c: commands are not sorted: $(one_line "$commands")"
# --- help fits a terminal --------------------------------------------------------------------------
while IFS= read -r line; do
    fault "$line"
done < <(awk 'length > 80 { print FILENAME ":" FNR ": wider than 80 columns" }' tests/golden/*help*.out)
verdict
