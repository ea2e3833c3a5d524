/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/tree.h"

#include "source/archive_kind.h"

static const struct {
    const char *end;
    enum vmt_archive_kind kind;
} ends[] = {
    {".tar", VMT_ARCHIVE_PLAIN},     {".tar.gz", VMT_ARCHIVE_GZIP}, {".tgz", VMT_ARCHIVE_GZIP},
    {".tar.bz2", VMT_ARCHIVE_BZIP2}, {".tar.xz", VMT_ARCHIVE_XZ},   {".txz", VMT_ARCHIVE_XZ},
    {".tar.zst", VMT_ARCHIVE_ZSTD},
};

enum vmt_archive_kind vmt_archive_kind_named(struct vmt_slice *stem, struct vmt_slice name)
{
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (vmt_slice_ends(name, ends[i].end) && name.length > strlen(ends[i].end)) {
            *stem = name;
            stem->length -= strlen(ends[i].end);
            return ends[i].kind;
        }
    }
    return VMT_ARCHIVE_NONE;
}

bool vmt_tree_is_archive(const char *name)
{
    struct vmt_slice stem;
    return vmt_archive_kind_named(&stem, vmt_slice(name)) != VMT_ARCHIVE_NONE;
}

bool vmt_tree_holds(const char *path)
{
    struct vmt_slice rest = vmt_slice(path);
    while (rest.length > 0) {
        size_t end = vmt_slice_find(rest, "/");
        struct vmt_slice name = {rest.data, end};
        if (end == 0 || vmt_slice_equals(name, vmt_slice("..")) ||
            vmt_slice_equals(name, vmt_slice("."))) {
            return false;
        }
        rest = vmt_slice_from(rest, end < rest.length ? end + 1 : end);
    }
    return path[0] != '\0' && !vmt_slice_ends(vmt_slice(path), "/");
}
