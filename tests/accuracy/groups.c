/* SPDX-License-Identifier: MIT */
/* Groups of processes with a known memory, on Linux. */
#include "config.h"

#include "accuracy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__

#include "number.h"

/* A group: so many workers are started anew, each by the steps of worker.c, and become so many. */
struct recipe {
    const char *kind;
    unsigned started;
    unsigned become;
    bool own_names;
    const char *steps;
};

/* Sizes in KiB: some are printed in K, some in M and so rounded. */
static const struct recipe recipes[] = {
    {"own programs", 4, 4, true, "heap:2048:1500"},
    {"own programs", 3, 3, true, "heap:24000:3100 heap:60:4"},
    {"own programs", 6, 6, true, "heap:300:36 heap:700:12"},
    {"one program, started anew", 4, 4, false, "heap:2048:1500"},
    {"one program, started anew", 6, 6, false, "heap:12000:700 heap:64:8"},
    {"forked, none rewritten", 1, 4, false, "heap:8000 fork:3"},
    {"forked, none rewritten", 1, 3, false, "heap:20000 fork:2 heap:500:300"},
    {"forked, none rewritten", 1, 7, false, "heap:3000 fork:6 heap:100:50"},
    {"forked, 25 % rewritten", 1, 4, false, "heap:8000 fork:3 rewrite:25"},
    {"forked, 25 % rewritten", 1, 3, false, "heap:20000 fork:2 rewrite:25 heap:500:300"},
    {"forked, 25 % rewritten", 1, 7, false, "heap:3000 fork:6 rewrite:25 heap:100:50"},
    {"forked, 50 % rewritten", 1, 4, false, "heap:8000 fork:3 rewrite:50"},
    {"forked, 50 % rewritten", 1, 3, false, "heap:20000 fork:2 rewrite:50 heap:500:300"},
    {"forked, 50 % rewritten", 1, 7, false, "heap:3000 fork:6 rewrite:50 heap:100:50"},
    {"forked, all rewritten", 1, 4, false, "heap:8000 fork:3 rewrite:100"},
    {"forked, all rewritten", 1, 3, false, "heap:20000 fork:2 rewrite:100 heap:500:300"},
    {"forked, all rewritten", 1, 7, false, "heap:3000 fork:6 rewrite:100 heap:100:50"},
    {"fork chain", 1, 4, false, "heap:8000 chain:3:25"},
    {"fork chain", 1, 6, false, "heap:14000 chain:5:10 heap:200:40"},
    {"fork chain", 1, 3, false, "heap:3000 chain:2:50"},
    {"shared memory, all of it", 1, 3, false, "shared:8000 fork:2 touch:0:0:100"},
    {"shared memory, all of it", 1, 5, false, "shared:20000 fork:4 touch:0:0:100"},
    {"shared memory, all of it", 1, 2, false, "memory:6000 fork:1 touch:0:0:100"},
    {"shared memory, all of it", 3, 3, true, "map:s:0:0:8192:tmpfs/data touch:0:0:100"},
    {"shared memory, in parts", 1, 3, false, "shared:8000 fork:2 touch:0:25:50"},
    {"shared memory, in parts", 1, 4, false, "shared:20000 fork:3 touch:0:25:25"},
    {"shared memory, in parts", 1, 3, false, "memory:6000 fork:2 touch:0:10:60"},
    {"shared memory, in parts", 3, 3, true, "map:s:0:0:8192:tmpfs/data touch:0:20:50"},
    {"shared file, all of it", 3, 3, true, "heap:1000:200 map:s:0:0:8192:data touch:0:0:100"},
    {"shared file, all of it", 5, 5, true, "heap:400:90 map:s:0:0:12288:data touch:0:0:100"},
    {"shared file, in parts", 3, 3, true, "heap:1000:200 map:s:0:0:8192:data touch:0:20:50"},
    {"shared file, in parts", 4, 4, true, "heap:400:90 map:s:0:0:12288:data touch:0:25:25"},
    {"shared file, apart, in parts", 3, 3, true, "map:s:0:4096:4096:data touch:0:0:100"},
    {"shared file, apart, in parts", 4, 4, true, "map:r:0:2048:4096:data touch:0:0:100"},
    {"library, all of it", 3, 3, true, "heap:2000:500 map:x:0:0:32768:library touch:0:0:100"},
    {"library, all of it", 6, 6, true, "heap:500:90 map:x:0:0:8192:library touch:0:0:100"},
    {"library, all of it", 4, 4, false, "heap:3000:70 map:x:0:0:16384:library touch:0:0:100"},
    {"library, in parts", 3, 3, true, "heap:2000:500 map:x:0:0:32768:library touch:0:20:50"},
    {"library, in parts", 6, 6, true, "heap:500:90 map:x:0:0:8192:library touch:0:10:40"},
    {"library data, some written", 4, 4, true, "map:w:0:0:8192:library touch:0:0:100 write:10"},
    {"library data, some written", 3, 3, true,
     "heap:900:50 map:w:0:0:8192:library touch:0:0:100 write:50"},
    {"mapped twice", 2, 2, true,
     "map:s:0:0:8192:data touch:0:0:100 map:s:0:0:8192:data touch:0:0:100"},
    {"mapped twice", 3, 3, true,
     "map:x:0:0:16384:library touch:0:0:100 map:r:0:0:12288:library touch:0:0:100"},
    {"mapped twice", 1, 2, false,
     "map:s:0:0:8192:tmpfs/data touch:0:0:100 map:r:0:0:8000:tmpfs/data touch:0:0:100 fork:1 "
     "touch:0:0:100"},
    {"swapped out", 3, 3, true, "heap:8000:900 pageout:50"},
    {"swapped out", 1, 3, false, "heap:8000 fork:2 rewrite:25 pageout:50"},
    {"all together", 1, 5, false,
     "heap:3000 shared:4096 touch:0:0:100 map:x:0:0:32768:library touch:0:0:60 fork:4 "
     "touch:0:0:100 heap:900:400 map:s:0:0:4096:data touch:0:0:100"},
    {"all together", 4, 8, true,
     "map:x:0:0:32768:library touch:0:10:70 heap:5000:900 fork:1 rewrite:30 "
     "map:s:0:0:8192:tmpfs/data touch:0:0:100"},
};

enum { STEPS_MOST = 24, READY = 3, GATE = 4 };

/* Where the groups run: all of a group's files lie there, its program too, so that nobody else has
 * pages of them. */
struct place {
    const char *directory;
    const char *tmpfs;
};

/* Until it is on the disk its pages are dirty, whoever has written them. */
static void finish_file(FILE *file, const char *path)
{
    if (fflush(file) != 0 || fsync(fileno(file)) != 0 || fclose(file) != 0) {
        fail("cannot be written", path);
    }
}

/* Fill a file with bytes that are in memory then. */
static void make_file(const char *directory, const char *name, size_t size)
{
    char path[512];
    char block[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    for (size_t done = 0; file != NULL && done < size; done += sizeof block) {
        memset(block, (int)(done / sizeof block % 251) + 1, sizeof block);
        if (fwrite(block, sizeof block, 1, file) != 1) {
            fail("cannot be written", path);
        }
    }
    if (file == NULL) {
        fail("cannot be written", path);
    }
    finish_file(file, path);
}

static void copy_program(const char *from, const char *directory)
{
    char path[512];
    char block[65536];
    size_t length = 0;
    snprintf(path, sizeof path, "%s/worker", directory);
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(path, "wb");
    if (in == NULL || out == NULL) {
        fail("cannot be copied", from);
    }
    while ((length = fread(block, 1, sizeof block, in)) > 0) {
        if (fwrite(block, 1, length, out) != length) {
            fail("cannot be written", path);
        }
    }
    fclose(in);
    finish_file(out, path);
    if (chmod(path, 0700) != 0) {
        fail("cannot be written", path);
    }
}

static void make_place(const struct place *place, const char *worker)
{
    char path[512];
    copy_program(worker, place->directory);
    make_file(place->directory, "data", (size_t)16 << 20);
    make_file(place->directory, "library", (size_t)32 << 20);
    make_file(place->tmpfs, "data", (size_t)8 << 20);
    snprintf(path, sizeof path, "%s/tmpfs", place->directory);
    if (symlink(place->tmpfs, path) != 0) {
        fail("cannot be made", path);
    }
}

/* Become a worker. */
_Noreturn static void become(const struct recipe *recipe, unsigned index, const struct place *place,
                             const int ready[2], const int gate[2])
{
    static char steps[512];
    static char names[2][32];
    static char program[] = "./worker";
    char *arguments[STEPS_MOST + 4] = {program};
    size_t count = 1;
    snprintf(steps, sizeof steps, "%s", recipe->steps);
    snprintf(names[0], sizeof names[0], "index:%u", index);
    snprintf(names[1], sizeof names[1], recipe->own_names ? "name:program-%u" : "name:program",
             index);
    arguments[count++] = names[0];
    arguments[count++] = names[1];
    for (char *at = steps; *at != '\0' && count < STEPS_MOST + 3;) {
        arguments[count++] = at;
        at += strcspn(at, " ");
        if (*at != '\0') {
            *at++ = '\0';
        }
    }
    /* Copies below those that are to be kept would be lost. */
    int write_end = fcntl(ready[1], F_DUPFD, 10);
    int read_end = fcntl(gate[0], F_DUPFD, 10);
    if (write_end < 0 || read_end < 0 || dup2(write_end, READY) < 0 || dup2(read_end, GATE) < 0 ||
        chdir(place->directory) != 0) {
        _exit(126);
    }
    for (int i = GATE + 1; i < 64; i++) {
        close(i);
    }
    execv(program, arguments);
    dprintf(READY, "no program\n");
    _exit(127);
}

static void read_name(struct process *process)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%u/comm", process->pid);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(process->name, sizeof process->name, file) == NULL) {
        fail("cannot be read", path);
    }
    process->name[strcspn(process->name, "\n")] = '\0';
    fclose(file);
}

static void read_smaps(struct process *process, const struct place *place)
{
    const char *own[2] = {place->directory, place->tmpfs};
    char path[64];
    snprintf(path, sizeof path, "/proc/%u/smaps", process->pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail("cannot be read", path);
    }
    smaps_read(process, file, own);
    fclose(file);
}

/* All of a group are read twice with the same result: then none has changed what others have. */
static void read_group(struct group *group, const struct place *place)
{
    bool same = false;
    for (unsigned attempt = 0; attempt < 100 && !same; attempt++) {
        same = attempt > 0;
        for (size_t i = 0; i < group->process_count; i++) {
            struct process *process = &group->processes[i];
            struct process now = {.pid = process->pid};
            read_name(&now);
            read_smaps(&now, place);
            same = same && smaps_equal(process, &now);
            smaps_free(process);
            *process = now;
        }
    }
    if (!same) {
        fail("does not come to rest", group->kind);
    }
}

/* Wait until each says its number: it waits itself then. */
static void wait_for(struct group *group, unsigned count, FILE *ready)
{
    char line[64];
    while (group->process_count < count) {
        if (fgets(line, sizeof line, ready) == NULL) {
            fail("a worker ended early", group->kind);
        }
        const char *at = line;
        uint64_t pid = take_number(&at, 10);
        if (pid == 0 || *at != '\n') {
            fail(line, group->kind);
        }
        group->processes[group->process_count++].pid = (unsigned)pid;
    }
}

static void run(const struct recipe *recipe, const struct place *place,
                void (*use)(struct group *group, void *context), void *context)
{
    struct group group = {.kind = recipe->kind};
    int ready[2];
    int gate[2];
    if (pipe(ready) != 0 || pipe(gate) != 0) {
        fail("no pipe", recipe->kind);
    }
    for (unsigned i = 0; i < recipe->started; i++) {
        pid_t child = fork();
        if (child == 0) {
            become(recipe, i, place, ready, gate);
        }
        if (child < 0) {
            fail("cannot be started", recipe->kind);
        }
    }
    close(ready[1]);
    close(gate[0]);
    FILE *file = fdopen(ready[0], "r");
    if (file == NULL) {
        fail("no pipe", recipe->kind);
    }
    wait_for(&group, recipe->become, file);
    read_group(&group, place);
    fclose(file);
    use(&group, context);
    close(gate[1]);
    for (unsigned i = 0; i < recipe->started; i++) {
        wait(NULL);
    }
    for (size_t i = 0; i < group.process_count; i++) {
        smaps_free(&group.processes[i]);
    }
}

void groups_run(const char *worker, const char *directory, const char *tmpfs,
                void (*use)(struct group *group, void *context), void *context)
{
    const struct place place = {directory, tmpfs};
    make_place(&place, worker);
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++) {
        run(&recipes[i], &place, use, context);
    }
}

#else

void groups_run(const char *worker, const char *directory, const char *tmpfs,
                void (*use)(struct group *group, void *context), void *context)
{
    (void)worker;
    (void)directory;
    (void)tmpfs;
    (void)use;
    (void)context;
    fail("needs the counts of Linux", "accuracy");
}

#endif
