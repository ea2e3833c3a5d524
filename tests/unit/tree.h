/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_TREE_H
#define VMT_UNIT_TREE_H

/* Trees of files as /proc has them, in a directory of their own: make_tree(), put(), then what is
 * asked of `live`, end_tree(). */

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect/live.h"
#include "reading.h"

static char tree[512];
static struct vmt_live live;
static struct vmt_live_list list;

static inline void make_tree(void)
{
    const char *build = getenv("VMT_BUILDDIR");
    snprintf(tree, sizeof tree, "%s/test_live.XXXXXX", build == NULL ? "." : build);
    CU_ASSERT_FATAL(mkdtemp(tree) != NULL);
}

static inline int remove_entry(const char *path, const struct stat *status, int flag,
                               struct FTW *place)
{
    (void)status;
    (void)flag;
    (void)place;
    return remove(path);
}

static inline void remove_tree(void)
{
    CU_ASSERT(nftw(tree, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0);
}

/* The path of an entry of the tree; its directories are made. */
static inline const char *path_of(const char *entry)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", tree, entry);
    for (char *slash = path + strlen(tree) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    return path;
}

static inline void put_slice(const char *entry, struct vmt_slice text)
{
    FILE *stream = fopen(path_of(entry), "w");
    CU_ASSERT_FATAL(stream != NULL);
    CU_ASSERT(fwrite(text.data, 1, text.length, stream) == text.length);
    CU_ASSERT_FATAL(fclose(stream) == 0);
}

static inline void put(const char *entry, const char *text)
{
    put_slice(entry, vmt_slice(text));
}

/* /proc/PID/stat; a flag of 2097152 is a thread of the kernel. */
static inline void put_stat(unsigned pid, const char *name, char state, unsigned parent,
                            unsigned flags, unsigned start)
{
    char entry[64];
    char text[512];
    snprintf(entry, sizeof entry, "proc/%u/stat", pid);
    snprintf(text, sizeof text,
             "%u (%s) %c %u 7 7 0 -1 %u 90 0 0 0 1 2 0 0 20 0 1 0 %u 3000000 400 "
             "18446744073709551615 0 0\n",
             pid, name, state, parent, flags, start);
    put(entry, text);
}

/* A process that sleeps. */
static inline void put_process(unsigned pid, const char *name, unsigned parent)
{
    put_stat(pid, name, 'S', parent, 0, pid * 10);
}

static inline void open_tree(void)
{
    const struct vmt_live_options options = {.root = tree};
    begin_reading();
    list = (struct vmt_live_list){.count = 0};
    CU_ASSERT_FATAL(vmt_live_open(&live, &options, &vmt_allocator_system, &reading.err) == VMT_OK);
}

static inline void list_tree(void)
{
    open_tree();
    CU_ASSERT_FATAL(vmt_live_list(&list, &live, true, &reading.err) == VMT_OK);
}

/* Without the files. */
static inline void close_tree(void)
{
    vmt_live_list_free(&list);
    vmt_live_close(&live);
    end_reading();
}

static inline void end_tree(void)
{
    close_tree();
    remove_tree();
}

/* Numbers of the list: "1 2 3". */
static inline const char *listed(void)
{
    static char text[1024];
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < list.count && length < sizeof text; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%" PRIu64,
                                   i > 0 ? " " : "", list.processes[i].pid);
    }
    return text;
}

#endif
