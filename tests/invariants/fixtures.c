/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void *take_memory(void *memory)
{
    if (memory == NULL) {
        fputs("sweep: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void load_file(struct fixture *fixture, const char *path)
{
    FILE *stream = fopen(path, "rb");
    struct stat file;
    if (stream == NULL || fstat(fileno(stream), &file) != 0) {
        fprintf(stderr, "sweep: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    fixture->length = (size_t)file.st_size;
    fixture->bytes = take_memory(malloc(fixture->length + 1));
    if (fread(fixture->bytes, 1, fixture->length, stream) != fixture->length) {
        fprintf(stderr, "sweep: %s: cannot read\n", path);
        exit(1);
    }
    fclose(stream);
}

static bool kind_of(const char *name, enum kind *kind)
{
    static const char *const prefixes[] = {"ok-", "warn-", "bad-"};
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            *kind = (enum kind)i;
            return true;
        }
    }
    return false; /* ORIGIN, TRUTH.tsv */
}

/* Where a fixture of that name belongs, those from there on moved up: a directory has no order. */
static struct fixture *insert_fixture(struct fixtures *fixtures, const char *name)
{
    fixtures->rows =
        take_memory(realloc(fixtures->rows, (fixtures->count + 1) * sizeof *fixtures->rows));
    size_t at = fixtures->count++;
    for (; at > 0 && strcmp(fixtures->rows[at - 1].name, name) > 0; at--) {
        fixtures->rows[at] = fixtures->rows[at - 1];
    }
    return &fixtures->rows[at];
}

static void load_directory(struct fixtures *fixtures, const char *root,
                           const struct vmt_grammar *grammar)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", root, grammar->name);
    DIR *directory = opendir(path);
    if (directory == NULL) {
        begin_case(grammar->name, "has fixtures");
        fault("no directory %s", path);
        end_case();
        return;
    }
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        enum kind kind = KIND_OK;
        if (!kind_of(entry->d_name, &kind)) {
            continue;
        }
        /* Fixtures of different grammars may have one name. */
        char name[sizeof fixtures->rows->name];
        snprintf(name, sizeof name, "%.30s/%.48s", grammar->name, entry->d_name);
        struct fixture *fixture = insert_fixture(fixtures, name);
        *fixture = (struct fixture){.kind = kind, .grammar = grammar};
        memcpy(fixture->name, name, sizeof name);
        snprintf(path, sizeof path, "%s/%s/%s", root, grammar->name, entry->d_name);
        load_file(fixture, path);
    }
    closedir(directory);
}

struct fixtures load_fixtures(const char *root)
{
    struct fixtures fixtures = {0};
    for (size_t i = 0; vmt_grammars[i] != NULL; i++) {
        load_directory(&fixtures, root, vmt_grammars[i]);
    }
    for (size_t i = 0; i < fixtures.count; i++) {
        fixtures.rows[i].number = i;
    }
    return fixtures;
}

void free_fixtures(struct fixtures *fixtures)
{
    for (size_t i = 0; i < fixtures->count; i++) {
        free(fixtures->rows[i].bytes);
    }
    free(fixtures->rows);
}
