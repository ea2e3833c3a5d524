/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_ARCHIVES_H
#define VMT_UNIT_ARCHIVES_H

/* Archives made in memory, for the tests of those that read them. */

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "base/slice.h"
#include "collect/entries.h"
#include "reading.h"
#include "unit.h"

#define ARCHIVE_SIZE ((size_t)1 << 20)

struct made_file {
    const char *path;
    const char *text;
    unsigned type;    /* of AE_IFREG and its kin; 0: a regular file */
    const char *link; /* it is a link to this one */
};

static char made_bytes[ARCHIVE_SIZE];

static inline void made_ok(struct archive *writer, int result)
{
    if (result != ARCHIVE_OK) {
        printf("libarchive: %s\n", archive_error_string(writer));
    }
    CU_ASSERT_FATAL(result == ARCHIVE_OK);
}

static inline void make_file(struct archive *writer, const struct made_file *file)
{
    struct archive_entry *entry = archive_entry_new();
    size_t length = file->text == NULL ? 0 : strlen(file->text);
    archive_entry_set_pathname(entry, file->path);
    archive_entry_set_filetype(entry, file->type == 0 ? AE_IFREG : file->type);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)length);
    if (file->link != NULL && file->type == AE_IFLNK) {
        archive_entry_set_symlink(entry, file->link);
    } else if (file->link != NULL) {
        archive_entry_set_hardlink(entry, file->link);
    }
    made_ok(writer, archive_write_header(writer, entry));
    CU_ASSERT_FATAL(archive_write_data(writer, file->text, length) == (la_ssize_t)length);
    archive_entry_free(entry);
}

/* Until the next one is made. `filter` is one of libarchive's names, NULL for none. */
static inline struct vmt_slice make_archive(const char *format, const char *filter,
                                            const struct made_file *files, size_t count)
{
    struct archive *writer = archive_write_new();
    size_t used = 0;
    made_ok(writer, archive_write_set_format_by_name(writer, format));
    if (filter != NULL) {
        made_ok(writer, archive_write_add_filter_by_name(writer, filter));
    }
    archive_write_set_bytes_in_last_block(writer, 1);
    made_ok(writer, archive_write_open_memory(writer, made_bytes, sizeof made_bytes, &used));
    for (size_t i = 0; i < count; i++) {
        make_file(writer, &files[i]);
    }
    made_ok(writer, archive_write_close(writer));
    archive_write_free(writer);
    return (struct vmt_slice){made_bytes, used};
}

/* What a snapshot got from an archive. */
static struct vmt_snapshot archived;
static struct vmt_error archived_err;

static inline enum vmt_status read_archive(struct vmt_slice bytes)
{
    struct vmt_context context;
    struct vmt_memory_input memory;
    struct vmt_peeked_input peeked;
    archived_err = VMT_ERROR_INIT;
    vmt_context_init(&context, &vmt_allocator_system);
    vmt_snapshot_init(&archived, &vmt_allocator_system, (size_t)64 << 20);
    vmt_memory_input_init(&memory, "in.tar", bytes);
    CU_ASSERT_FATAL(vmt_peeked_input_init(&peeked, &memory.input, &archived_err) == VMT_OK);
    enum vmt_status status = vmt_entries_read(&archived, &context, &peeked, &archived_err);
    vmt_context_free(&context);
    return status;
}

#endif
