/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_ARCHIVE_KIND_H
#define VMT_SOURCE_ARCHIVE_KIND_H

/* How an archive is packed. */

#include "base/slice.h"

enum vmt_archive_kind {
    VMT_ARCHIVE_NONE,  /* it is none */
    VMT_ARCHIVE_PLAIN, /* not compressed as a whole */
    VMT_ARCHIVE_BZIP2,
    VMT_ARCHIVE_GZIP,
    VMT_ARCHIVE_XZ,
    VMT_ARCHIVE_ZSTD
};

/* As its first bytes tell. */
enum vmt_archive_kind vmt_archive_kind_of(struct vmt_slice head);

/* As the name of a tar archive tells; *stem is the name without that end. */
enum vmt_archive_kind vmt_archive_kind_named(struct vmt_slice *stem, struct vmt_slice name);

#endif
