/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/part_path.h"

/* No line with a path is longer, the prompt of a shell included. */
#define HEADING_MOST 4096

bool vmt_part_path_heading(struct vmt_slice line, struct vmt_slice *path)
{
    line = vmt_slice_trim(line);
    if (line.length > HEADING_MOST) {
        return false;
    }
    if (vmt_slice_ends(line, " <==")) {
        line.length -= strlen(" <==");
    } else if (vmt_slice_ends(line, ":")) {
        line.length--;
    }
    size_t begin = line.length;
    while (begin > 0 && !vmt_is_blank(line.data[begin - 1])) {
        begin--;
    }
    *path = vmt_slice_from(line, begin);
    return path->length > 0;
}

bool vmt_part_path_front(struct vmt_slice line, struct vmt_slice *path, struct vmt_slice *rest)
{
    line = vmt_slice_trim(line);
    size_t length = 0;
    while (length < line.length && line.data[length] != ':' && !vmt_is_blank(line.data[length])) {
        length++;
    }
    if (length == 0 || length >= line.length || line.data[length] != ':') {
        return false;
    }
    *path = (struct vmt_slice){line.data, length};
    *rest = vmt_slice_trim(vmt_slice_from(line, length + 1));
    return length <= HEADING_MOST && rest->length > 0;
}

bool vmt_part_path_is(struct vmt_slice path, const char *name, struct vmt_slice *directory)
{
    if (vmt_slice_ends(path, ".txt")) {
        path.length -= strlen(".txt");
    }
    if (!vmt_slice_ends(path, name)) {
        return false;
    }
    path.length -= strlen(name);
    if (path.length == 0) {
        *directory = vmt_slice(".");
        return true;
    }
    bool root = path.length == 1 && path.data[0] == '/';
    *directory = (struct vmt_slice){path.data, root ? 1 : path.length - 1};
    return strchr("/-_.", path.data[path.length - 1]) != NULL;
}
