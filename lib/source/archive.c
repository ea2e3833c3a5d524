/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/archive.h"

#include "source/archive_kind.h"

/* Where and with what bytes they begin. */
static const struct {
    size_t offset;
    struct vmt_slice magic;
    enum vmt_archive_kind kind;
} beginnings[] = {
    {0, {"\x1f\x8b\x08", 3}, VMT_ARCHIVE_GZIP},
    {0, {"\xfd\x37zXZ\0", 6}, VMT_ARCHIVE_XZ},
    {0, {"\x28\xb5\x2f\xfd", 4}, VMT_ARCHIVE_ZSTD},
    {0, {"PK\3\4", 4}, VMT_ARCHIVE_PLAIN},
    {0, {"PK\5\6", 4}, VMT_ARCHIVE_PLAIN}, /* empty */
    {257, {"ustar\0", 6}, VMT_ARCHIVE_PLAIN},
    {257, {"ustar  \0", 8}, VMT_ARCHIVE_PLAIN}, /* GNU's */
    {4, {"1AY&SY", 6}, VMT_ARCHIVE_BZIP2},
    {4, {"\x17\x72\x45\x38\x50\x90", 6}, VMT_ARCHIVE_BZIP2}, /* of nothing */
};

/* The header of a cpio archive is all digits, which a line of text is not for that long. */
static bool is_cpio(struct vmt_slice head)
{
    static const size_t digits = 76;
    size_t count = 0;
    while (count < head.length && head.data[count] >= '0' && head.data[count] <= '9') {
        count++;
    }
    bool hexadecimal = vmt_slice_starts(head, "070701") || vmt_slice_starts(head, "070702");
    uint64_t number = 0;
    for (size_t at = 6; hexadecimal && at < 110; at += 8) {
        hexadecimal =
            head.length >= 110 && vmt_parse_u64((struct vmt_slice){head.data + at, 8}, 16, &number);
    }
    return hexadecimal || (count >= digits && vmt_slice_starts(head, "070707"));
}

enum vmt_archive_kind vmt_archive_kind_of(struct vmt_slice head)
{
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        struct vmt_slice magic = beginnings[i].magic;
        size_t offset = beginnings[i].offset;
        bool begins = head.length >= offset + magic.length &&
                      memcmp(head.data + offset, magic.data, magic.length) == 0;
        if (begins && (beginnings[i].kind != VMT_ARCHIVE_BZIP2 || vmt_slice_starts(head, "BZh"))) {
            return beginnings[i].kind;
        }
    }
    return is_cpio(head) ? VMT_ARCHIVE_PLAIN : VMT_ARCHIVE_NONE;
}

bool vmt_archive_begins(struct vmt_slice head)
{
    return vmt_archive_kind_of(head) != VMT_ARCHIVE_NONE;
}
