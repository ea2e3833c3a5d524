/* SPDX-License-Identifier: MIT */
/* vmtally's answer about a group, from the command itself: texts in, JSON out. */
#include "config.h"

#include "accuracy.h"

#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[MEMBERS] = {
    [MEMBER_RESIDENT] = "resident",
    [MEMBER_DIRTY] = "dirty",
    [MEMBER_CLEAN] = "clean",
    [MEMBER_SWAPPED] = "swapped",
    [MEMBER_PRIVATE_CLEAN] = "private_clean",
    [MEMBER_PRIVATE_DIRTY] = "private_dirty",
    [MEMBER_SHARED_CLEAN] = "shared_clean",
    [MEMBER_SHARED_DIRTY] = "shared_dirty",
    [MEMBER_USS] = "uss",
    [MEMBER_PSS] = "pss",
    [MEMBER_RSS] = "rss",
    [MEMBER_SWAPPED_PRIVATE] = "swapped_private",
    [MEMBER_SWAP_PSS] = "swap_pss",
    [MEMBER_PRIVATE_FOOTPRINT] = "private_footprint",
    [MEMBER_SHARE] = "share",
};

const char *member_name(enum member member)
{
    return names[member];
}

static void path_of(char out[512], const char *directory, const struct process *process)
{
    snprintf(out, 512, "%s/%u.txt", directory, process->pid);
}

_Noreturn static void become(const char *vmtally, const char *directory, const struct group *group)
{
    char command[] = "summary";
    char option[] = "--json";
    char program[512];
    char paths[PROCESSES_MOST][512];
    char output[512];
    char *arguments[PROCESSES_MOST + 4] = {program, command, option};
    snprintf(program, sizeof program, "%s", vmtally);
    for (size_t i = 0; i < group->process_count; i++) {
        path_of(paths[i], directory, &group->processes[i]);
        arguments[i + 3] = paths[i];
    }
    snprintf(output, sizeof output, "%s/summary.json", directory);
    int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0 && dup2(file, STDOUT_FILENO) >= 0) {
        execv(program, arguments);
    }
    perror(program);
    _exit(127);
}

/* An amount of a record; a member that is not there at all is a mistake here. */
static struct answer_amount amount(const json_t *record, const char *name)
{
    char key[64];
    struct answer_amount out = {.known = false};
    const json_t *value = json_object_get(record, name);
    snprintf(key, sizeof key, "%s_lower", name);
    const json_t *lower = json_object_get(record, key);
    snprintf(key, sizeof key, "%s_upper", name);
    const json_t *upper = json_object_get(record, key);
    if (value == NULL || lower == NULL || upper == NULL) {
        fail("vmtally says nothing of a member", name);
    }
    out.known = json_is_integer(value);
    out.bounded = json_is_integer(lower) && json_is_integer(upper);
    out.value = (uint64_t)json_integer_value(value);
    out.lower = (uint64_t)json_integer_value(lower);
    out.upper = (uint64_t)json_integer_value(upper);
    return out;
}

/* The row of a table that is about a process. */
static const json_t *row_of(const json_t *root, const char *table, unsigned pid)
{
    size_t i = 0;
    const json_t *row = NULL;
    const json_t *found = NULL;
    json_array_foreach(json_object_get(root, table), i, row)
    {
        if (json_integer_value(json_object_get(row, "pid")) == (json_int_t)pid) {
            found = row;
        }
    }
    if (found == NULL) {
        fail("vmtally says nothing of a process", table);
    }
    return found;
}

static void read_answer(struct answer *answer, const struct group *group, const json_t *root)
{
    const json_t *set = json_object_get(root, "set");
    if (!json_is_object(set)) {
        fail("vmtally has not added up", json_string_value(json_object_get(root, "set_reason")));
    }
    answer->set_resident = amount(set, "resident");
    for (size_t i = 0; i < group->process_count; i++) {
        unsigned pid = group->processes[i].pid;
        const json_t *totals = json_object_get(row_of(root, "processes", pid), "totals");
        for (int member = 0; member < MEMBER_SHARE; member++) {
            answer->of[i][member] = amount(totals, names[member]);
        }
        answer->of[i][MEMBER_SHARE] = amount(row_of(root, "set_members", pid), "share");
    }
}

void answer_get(struct answer *answer, const struct group *group, const char *vmtally,
                const char *directory, struct form form)
{
    char path[512];
    int status = 0;
    json_error_t error;
    for (size_t i = 0; i < group->process_count; i++) {
        path_of(path, directory, &group->processes[i]);
        FILE *file = fopen(path, "w");
        if (file == NULL) {
            fail("cannot be written", path);
        }
        if (form.smaps) {
            fprintf(file, "/proc/%u/smaps:\n", group->processes[i].pid);
            smaps_write(&group->processes[i], file);
        } else {
            text_write(file, &group->processes[i], form.seed == 0 ? 0 : form.seed + i);
        }
        fclose(file);
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        become(vmtally, directory, group);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fail("has failed", vmtally);
    }
    snprintf(path, sizeof path, "%s/summary.json", directory);
    json_t *root = json_load_file(path, 0, &error);
    if (root == NULL) {
        fail("not JSON", error.text);
    }
    read_answer(answer, group, root);
    json_decref(root);
    for (size_t i = 0; i < group->process_count; i++) {
        path_of(path, directory, &group->processes[i]);
        unlink(path);
    }
}
