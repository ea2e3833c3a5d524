/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scenario_words.h"

#include <stdio.h>
#include <string.h>

#include "base/slice.h"

bool sim_words_fail(const struct sim_words *words, const char *what, const char *which)
{
    fprintf(stderr, "%s:%u: %s: %s\n", words->file, words->line, what, which);
    return false;
}

bool sim_words_cut(struct sim_words *words, char *text)
{
    words->count = 0;
    while (*(text += strspn(text, " \t\n")) != '\0' && *text != '#') {
        if (words->count == SIM_WORDS) {
            return sim_words_fail(words, "more words than there may be on a line", text);
        }
        words->words[words->count++] = text;
        char *out = text;
        for (bool quoted = false; *text != '\0' && (quoted || strchr(" \t\n", *text) == NULL);
             text++) {
            if (*text == '"') {
                quoted = !quoted;
            } else {
                *out++ = *text;
            }
        }
        bool last = *text == '\0';
        *out = '\0';
        if (last) {
            break;
        }
        text++;
    }
    return true;
}

bool sim_number(uint64_t *out, const char *text)
{
    static const struct {
        char letter;
        unsigned shift;
    } units[] = {{'K', 10}, {'M', 20}, {'G', 30}};
    bool hexadecimal = strncmp(text, "0x", 2) == 0;
    struct vmt_slice digits = vmt_slice(text + (hexadecimal ? 2 : 0));
    unsigned shift = 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (digits.length > 0 && digits.data[digits.length - 1] == units[i].letter) {
            digits.length--;
            shift = units[i].shift;
            break;
        }
    }
    if (!vmt_parse_u64(digits, hexadecimal ? 16 : 10, out) || *out > UINT64_MAX >> shift) {
        return false;
    }
    *out <<= shift;
    return true;
}

int32_t sim_object_named(const struct sim_world *world, const char *name)
{
    for (uint32_t i = 0; i < world->object_count; i++) {
        if (strcmp(world->objects[i].name, name) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}

int32_t sim_map_named(const struct sim_world *world, const char *name)
{
    for (uint32_t i = 0; i < world->map_count; i++) {
        if (strcmp(world->maps[i].name, name) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* --- values ----------------------------------------------------------------------------------- */

static bool set_text(char *out, size_t room, const char *value)
{
    if (strlen(value) >= room) {
        return false;
    }
    snprintf(out, room, "%s", value);
    return true;
}

/* One of the words of `choices`, by its place. */
static bool set_choice(uint32_t *out, const char *const *choices, const char *value)
{
    for (uint32_t i = 0; choices[i] != NULL; i++) {
        if (strcmp(value, choices[i]) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool set_yes(bool *out, const char *value)
{
    *out = strcmp(value, "yes") == 0;
    return *out || strcmp(value, "no") == 0;
}

static bool set_protection(uint32_t *out, const char *value)
{
    static const char letters[3] = {'r', 'w', 'x'};
    *out = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (value[i] == letters[i]) {
            *out |= 1U << i;
        } else if (value[i] != '-') {
            return false;
        }
    }
    return value[3] == '\0';
}

static bool set_index(int32_t *out, int32_t found)
{
    *out = found;
    return found >= 0;
}

static bool state_of(uint32_t *out, const char *letters)
{
    static const char known[] = "rdcusfa";
    static const uint32_t states[] = {SIM_RESIDENT,
                                      SIM_RESIDENT | SIM_DIRTY,
                                      SIM_COMPRESSED,
                                      SIM_RESIDENT | SIM_REUSABLE,
                                      SIM_RESIDENT | SIM_SPECULATIVE,
                                      SIM_RESIDENT | SIM_FICTITIOUS,
                                      SIM_RESIDENT | SIM_REFERENCED};
    for (*out = 0; *letters != '\0'; letters++) {
        const char *letter = strchr(known, *letters);
        if (letter == NULL) {
            return false;
        }
        *out |= states[letter - known];
    }
    return *out != 0 && (*out & (SIM_RESIDENT | SIM_COMPRESSED)) != (SIM_RESIDENT | SIM_COMPRESSED);
}

/* "0-3:d" or "7:c" */
static bool set_run(struct sim_run *out, char *text)
{
    char *letters = strchr(text, ':');
    if (letters == NULL) {
        return false;
    }
    *letters++ = '\0';
    char *last = strchr(text, '-');
    if (last != NULL) {
        *last++ = '\0';
    }
    return sim_number(&out->first, text) && sim_number(&out->last, last == NULL ? text : last) &&
           out->first <= out->last && state_of(&out->state, letters);
}

static bool set_pages(struct sim_object *object, char *value)
{
    char *rest = value;
    while (rest != NULL) {
        char *run = rest;
        rest = strchr(rest, ',');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        uint32_t count = object->run_count;
        if (count == SIM_RUNS || !set_run(&object->runs[count], run) ||
            (count > 0 && object->runs[count].first <= object->runs[count - 1].last)) {
            return false;
        }
        object->run_count++;
    }
    return true;
}

static bool set_number32(uint32_t *out, const char *value)
{
    uint64_t number;
    if (!sim_number(&number, value) || number > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

static bool set_value(void *out, const struct sim_world *world, const struct sim_member *member,
                      char *value)
{
    static const char *const accesses[] = {"rule", "allowed", "denied", "hangs", NULL};
    static const char *const purges[] = {"nonvolatile", "volatile", "empty", "deny", NULL};
    void *at = (char *)out + member->offset;
    switch (member->form) {
    case SIM_FORM_NUMBER32:
        return set_number32(at, value);
    case SIM_FORM_NUMBER64:
        return sim_number(at, value);
    case SIM_FORM_YES:
        return set_yes(at, value);
    case SIM_FORM_NAME:
        return set_text(at, SIM_NAME, value);
    case SIM_FORM_PATH:
        return set_text(at, SIM_PATH, value);
    case SIM_FORM_PROTECTION:
        return set_protection(at, value);
    case SIM_FORM_ACCESS:
        return set_choice(at, accesses, value);
    case SIM_FORM_PURGE:
        return set_choice(at, purges, value);
    case SIM_FORM_OBJECT:
        return set_index(at, sim_object_named(world, value));
    case SIM_FORM_MAP:
        return set_index(at, sim_map_named(world, value));
    case SIM_FORM_PAGES:
        return set_pages(at, value);
    }
    return false;
}

bool sim_words_set(void *out, const struct sim_world *world, const struct sim_words *words,
                   unsigned skip, const struct sim_member *members)
{
    static char yes[] = "yes";
    for (unsigned i = skip; i < words->count; i++) {
        char *key = words->words[i];
        char *value = strchr(key, '=');
        if (value != NULL) {
            *value++ = '\0';
        }
        const struct sim_member *member = members;
        while (member->key != NULL && strcmp(member->key, key) != 0) {
            member++;
        }
        if (member->key == NULL) {
            return sim_words_fail(words, "no such key", key);
        }
        if (value == NULL && member->form != SIM_FORM_YES) {
            return sim_words_fail(words, "a key without a value", key);
        }
        if (!set_value(out, world, member, value == NULL ? yes : value)) {
            return sim_words_fail(words, "no such value", key);
        }
    }
    return true;
}
