/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/archive.h"

#include "source/archive_kind.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#ifdef HAVE_XLOCALE_H
#include <xlocale.h> /* where macOS keeps it */
#endif

/* Text shrinks a hundredfold where it repeats itself.  What grows beyond this was made to. */
#define GROWTH_MOST 1000
#define SMALL ((uint64_t)1 << 30) /* whatever it grew from */
#define TOTAL_MOST ((uint64_t)64 << 30)

#define BLOCK_SIZE ((size_t)64 << 10)

/* Behind a damaged header libarchive looks for another one, block by block as it is asked to. */
#define SEARCH_MOST (1 << 20)

struct vmt_archive {
    struct vmt_input input; /* the file that is read now; its first member */
    const struct vmt_allocator *allocator;
    struct archive *reader;
    locale_t utf8;
    struct vmt_input *bytes;
    struct vmt_error failure; /* of `bytes`, which libarchive cannot pass on */
    struct vmt_error damage;  /* the first that could be got over */
    uint64_t taken;           /* bytes of the archive */
    uint64_t given;           /* bytes of what it holds */
    struct vmt_slice piece;   /* of the file, in libarchive's memory */
    uint64_t hole;            /* zeros in front of it */
    uint64_t position;        /* in the file, behind the piece */
    bool ended;               /* behind the piece */
    bool entered;             /* a file is being read, or was */
    bool broken;
    char block[BLOCK_SIZE];
};

static la_ssize_t read_block(struct archive *reader, void *self, const void **block)
{
    struct vmt_archive *archive = self;
    size_t got = 0;
    *block = archive->block;
    if (archive->bytes->read(archive->bytes, archive->block, sizeof archive->block, &got,
                             &archive->failure) != VMT_OK) {
        archive_set_error(reader, EIO, "%s", archive->failure.message);
        return ARCHIVE_FATAL;
    }
    archive->taken += got;
    return (la_ssize_t)got;
}

static enum vmt_status fail(struct vmt_archive *archive, const char *what, struct vmt_error *err)
{
    const char *reason = archive_error_string(archive->reader);
    struct vmt_place place = {.source = archive->input.name};
    if (archive->failure.status != VMT_OK) {
        *err = archive->failure;
        return err->status;
    }
    if (archive_errno(archive->reader) == ENOMEM) {
        return vmt_fail_nomem(err);
    }
    return vmt_fail_at(err, place, VMT_E_IO, "%s: %s", what, reason == NULL ? "unknown" : reason);
}

static enum vmt_status fail_damaged(struct vmt_archive *archive, struct vmt_error *err)
{
    return fail(archive, archive->entered ? "the archive is damaged here" : "a damaged archive",
                err);
}

static enum vmt_status fail_broken(struct vmt_archive *archive, struct vmt_error *err)
{
    archive->broken = true;
    return fail_damaged(archive, err);
}

/* What a few bytes can be made to grow to would keep a reader busy for years. */
static bool has_grown_too_much(const struct vmt_archive *archive)
{
    la_int64_t unpacked = archive_filter_bytes(archive->reader, 0);
    uint64_t given = unpacked > 0 ? (uint64_t)unpacked : 0;
    uint64_t limit =
        archive->taken < TOTAL_MOST / GROWTH_MOST ? archive->taken * GROWTH_MOST : TOTAL_MOST;
    limit = limit < SMALL ? SMALL : limit;
    return (archive->given > given ? archive->given : given) > limit;
}

/* The next piece of the file, with the hole in front of it; none of both at its end.  Piece by
 * piece, because archive_read_data() keeps back what came before a fault. */
static enum vmt_status next_piece(struct vmt_archive *archive, struct vmt_error *err)
{
    const void *data = NULL;
    size_t length = 0;
    la_int64_t offset = 0;
    int result = archive_read_data_block(archive->reader, &data, &length, &offset);
    if (result == ARCHIVE_FATAL || archive->failure.status != VMT_OK) {
        return fail_broken(archive, err);
    }
    archive->ended = result == ARCHIVE_EOF;
    bool overlaps = offset < 0 || (uint64_t)offset < archive->position;
    if (!archive->ended && (result != ARCHIVE_OK || overlaps)) {
        return fail(archive, "cannot be unpacked", err);
    }
    uint64_t start = (uint64_t)offset > archive->position ? (uint64_t)offset : archive->position;
    archive->hole = start - archive->position;
    archive->piece = (struct vmt_slice){data, archive->ended ? 0 : length};
    archive->position = start + archive->piece.length;
    return VMT_OK;
}

static size_t take_piece(struct vmt_archive *archive, char *buffer, size_t size)
{
    size_t taken = size;
    if (archive->hole > 0) {
        taken = archive->hole < size ? (size_t)archive->hole : size;
        memset(buffer, 0, taken);
        archive->hole -= taken;
    } else if (archive->piece.length > 0) {
        taken = archive->piece.length < size ? archive->piece.length : size;
        memcpy(buffer, archive->piece.data, taken);
        archive->piece = vmt_slice_from(archive->piece, taken);
    } else {
        taken = 0;
    }
    archive->given += taken;
    return taken;
}

static enum vmt_status read_data(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                 struct vmt_error *err)
{
    struct vmt_archive *archive = (struct vmt_archive *)input; /* its first member */
    enum vmt_status status = VMT_OK;
    *got = 0;
    while (status == VMT_OK && archive->hole == 0 && archive->piece.length == 0 &&
           !archive->ended) {
        status = next_piece(archive, err);
    }
    if (status != VMT_OK) {
        return status;
    }
    *got = take_piece(archive, buffer, size);
    if (has_grown_too_much(archive)) {
        archive->broken = true;
        return vmt_fail_at(err, (struct vmt_place){.source = input->name}, VMT_E_IO,
                           "unpacks to more than %d times its size, or to more than %d GiB: "
                           "not read any further",
                           GROWTH_MOST, (int)(TOTAL_MOST >> 30));
    }
    return VMT_OK;
}

/* Of each kind what libarchive can do by itself: it would run a program for what it cannot. */
static bool support(struct archive *reader, enum vmt_archive_kind kind)
{
    switch (kind) {
    case VMT_ARCHIVE_NONE:
        return false;
    case VMT_ARCHIVE_PLAIN:
        return true;
    case VMT_ARCHIVE_BZIP2:
        return archive_read_support_filter_bzip2(reader) == ARCHIVE_OK;
    case VMT_ARCHIVE_GZIP:
        return archive_read_support_filter_gzip(reader) == ARCHIVE_OK;
    case VMT_ARCHIVE_XZ:
        return archive_read_support_filter_xz(reader) == ARCHIVE_OK;
    case VMT_ARCHIVE_ZSTD:
        return archive_read_support_filter_zstd(reader) == ARCHIVE_OK;
    }
    return false;
}

static enum vmt_status open_reader(struct vmt_archive *archive, enum vmt_archive_kind kind,
                                   struct vmt_error *err)
{
    archive_read_support_format_tar(archive->reader);
    archive_read_support_format_cpio(archive->reader);
    archive_read_support_format_zip_streamable(archive->reader);
    if (kind != VMT_ARCHIVE_PLAIN) { /* what holds no archive is a file that was compressed */
        archive_read_support_format_raw(archive->reader);
        archive_read_support_format_empty(archive->reader);
    }
    if (!support(archive->reader, kind)) {
        struct vmt_place place = {.source = archive->bytes->name};
        return vmt_fail_at(err, place, VMT_E_IO,
                           "compressed in a way that libarchive cannot read here");
    }
    return archive_read_open(archive->reader, archive, NULL, read_block, NULL) == ARCHIVE_OK
               ? VMT_OK
               : fail_broken(archive, err);
}

/* Not every macOS has the first one, and all have the second one. */
static locale_t new_utf8_locale(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return locale != (locale_t)0 ? locale : newlocale(LC_CTYPE_MASK, "en_US.UTF-8", (locale_t)0);
}

enum vmt_status vmt_archive_open(struct vmt_archive **out, struct vmt_input *bytes,
                                 struct vmt_slice head, const struct vmt_allocator *allocator,
                                 struct vmt_error *err)
{
    struct vmt_archive *archive = allocator->allocate(allocator->self, sizeof *archive);
    if (archive == NULL) {
        return vmt_fail_nomem(err);
    }
    *archive = (struct vmt_archive){.input = {bytes->name, read_data},
                                    .allocator = allocator,
                                    .reader = archive_read_new(),
                                    .utf8 = new_utf8_locale(),
                                    .bytes = bytes,
                                    .failure = VMT_ERROR_INIT,
                                    .damage = VMT_ERROR_INIT};
    enum vmt_status status = archive->reader == NULL
                                 ? vmt_fail_nomem(err)
                                 : open_reader(archive, vmt_archive_kind_of(head), err);
    if (status != VMT_OK) {
        vmt_archive_close(archive);
        return status;
    }
    *out = archive;
    return VMT_OK;
}

void vmt_archive_close(struct vmt_archive *archive)
{
    archive_read_free(archive->reader);
    if (archive->utf8 != (locale_t)0) {
        freelocale(archive->utf8);
    }
    archive->allocator->release(archive->allocator->self, archive);
}

/* libarchive would skip the rest of a file by itself, and not count what comes of it. */
static enum vmt_status skip_rest(struct vmt_archive *archive, struct vmt_error *err)
{
    char rest[4096];
    size_t got = 1;
    while (got > 0) {
        struct vmt_error failure = VMT_ERROR_INIT;
        if (read_data(&archive->input, rest, sizeof rest, &got, &failure) != VMT_OK &&
            archive->broken) {
            *err = failure;
            return failure.status;
        }
    }
    return VMT_OK;
}

/* libarchive drops a name of a zip file that the locale of the thread has no letters for. */
static int read_header(struct archive_entry **out, const struct vmt_archive *archive)
{
    locale_t former = uselocale(archive->utf8);
    int result = archive_read_next_header(archive->reader, out);
    uselocale(former);
    return result;
}

static enum vmt_status next_entry(struct archive_entry **out, struct vmt_archive *archive,
                                  struct vmt_error *err)
{
    int result = read_header(out, archive);
    for (int i = 0; result == ARCHIVE_RETRY && i < SEARCH_MOST; i++) {
        if (archive->damage.status == VMT_OK) {
            fail_damaged(archive, &archive->damage);
        }
        result = read_header(out, archive);
    }
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
        return VMT_OK;
    }
    if (result != ARCHIVE_EOF) {
        return fail_broken(archive, err);
    }
    archive->broken = archive->damage.status != VMT_OK;
    if (archive->broken) {
        *err = archive->damage;
    }
    return archive->broken ? err->status : VMT_END;
}

static struct vmt_slice path_of(const struct vmt_archive *archive, struct archive_entry *entry)
{
    if (archive_format(archive->reader) == ARCHIVE_FORMAT_RAW) {
        return (struct vmt_slice){"", 0};
    }
    const char *text = archive_entry_pathname(entry);
    text = text != NULL ? text : archive_entry_pathname_utf8(entry);
    struct vmt_slice path = vmt_slice(text != NULL ? text : "?");
    while (vmt_slice_starts(path, "./")) { /* as of `tar -c .` */
        path = vmt_slice_from(path, 2);
    }
    return path;
}

enum vmt_status vmt_archive_next(struct vmt_slice *path, struct vmt_archive *archive,
                                 struct vmt_error *err)
{
    for (;;) {
        struct archive_entry *entry = NULL;
        enum vmt_status status = archive->entered ? skip_rest(archive, err) : VMT_OK;
        status = status == VMT_OK ? next_entry(&entry, archive, err) : status;
        if (status != VMT_OK) {
            return status;
        }
        archive->entered = true;
        archive->piece.length = 0;
        archive->hole = 0;
        archive->position = 0;
        archive->ended = false;
        if (archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == NULL) {
            *path = path_of(archive, entry);
            return VMT_OK;
        }
    }
}

struct vmt_input *vmt_archive_input(struct vmt_archive *archive, const char *name)
{
    archive->input.name = name;
    return &archive->input;
}

bool vmt_archive_is_broken(const struct vmt_archive *archive)
{
    return archive->broken;
}
