/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_LINUX_CGROUP_FILES_H
#define VMT_GRAMMAR_LINUX_CGROUP_FILES_H

/* The files of the memory controller, and what their values are. */

#include "base/slice.h"
#include "model/host.h"

enum vmt_cgroup_form {
    VMT_CGROUP_VALUE, /* one number, or `max` */
    VMT_CGROUP_FLAT,  /* lines of a key and a number */
    VMT_CGROUP_NODES  /* lines of a key and what stands for it on each node */
};

struct vmt_cgroup_row {
    const char *key;
    enum vmt_host_quantity quantity;
};

struct vmt_cgroup_file {
    const char *name;
    enum vmt_cgroup_form form;
    enum vmt_host_quantity quantity;   /* of a value; VMT_HOST_COUNT: it is a fact */
    const struct vmt_cgroup_row *rows; /* of keys; NULL: all of them are facts */
    size_t row_count;
};

/* The names of all files, one after the other; NULL behind the last. */
const char *vmt_cgroup_file_name(size_t index);

/* NULL when there is none of that name: the path's last part, see vmt_part_path_is(). */
const struct vmt_cgroup_file *vmt_cgroup_file(struct vmt_slice path, struct vmt_slice *directory);

extern const struct vmt_cgroup_file vmt_cgroup_stat;
extern const struct vmt_cgroup_file vmt_cgroup_old_stat; /* of version 1, by the same name */
extern const struct vmt_cgroup_file vmt_cgroup_events;
extern const struct vmt_cgroup_file vmt_cgroup_nodes;

/* VMT_HOST_COUNT when the key is a fact. */
enum vmt_host_quantity vmt_cgroup_find(const struct vmt_cgroup_file *file, struct vmt_slice key);

/* Whether the word is the beginning of a key of the file, or one. */
bool vmt_cgroup_is_rest(const struct vmt_cgroup_file *file, struct vmt_slice word);

/* Whether the path ends in the beginning of a file's name, and in no name. */
bool vmt_cgroup_is_rest_of_name(struct vmt_slice path);

#endif
