/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/linux_stat.h"

/* PF_KTHREAD and PF_EXITING of include/linux/sched.h. */
#define KERNEL_THREAD UINT64_C(0x00200000)
#define EXITING UINT64_C(0x00000004)

/* Fields by their numbers in proc(5). */
enum { STATE = 3, PARENT = 4, FLAGS = 9, THREADS = 20, START = 22 };

/* Where the name ends: the last ')', since a name can hold any. */
static size_t find_end(struct vmt_slice text)
{
    size_t i = text.length;
    while (i > 0 && text.data[i - 1] != ')') {
        i--;
    }
    return i;
}

bool vmt_linux_stat_read(struct vmt_linux_stat *out, struct vmt_slice text)
{
    *out = (struct vmt_linux_stat){0};
    size_t begin = vmt_slice_find(text, " (");
    size_t end = find_end(text);
    if (end < begin + 3 || !vmt_parse_u64((struct vmt_slice){text.data, begin}, 10, &out->pid)) {
        return false;
    }
    out->name = (struct vmt_slice){text.data + begin + 2, end - begin - 3};
    struct vmt_slice rest = vmt_slice_from(text, end);
    uint64_t flags = 0;
    bool read = true;
    for (unsigned field = STATE; read && field <= START; field++) {
        struct vmt_slice word = vmt_slice_word(&rest);
        if (field == STATE) {
            read = word.length == 1;
            out->state = read ? word.data[0] : '\0';
        } else if (field == PARENT) {
            read = vmt_parse_u64(word, 10, &out->parent);
        } else if (field == FLAGS) {
            read = vmt_parse_u64(word, 10, &flags);
        } else if (field == THREADS) {
            read = vmt_parse_u64(word, 10, &out->threads);
        } else if (field == START) {
            read = vmt_parse_u64(word, 10, &out->start);
        }
    }
    out->kernel_thread = (flags & KERNEL_THREAD) != 0;
    out->ended = (flags & EXITING) != 0 || out->state == 'Z' || out->state == 'X';
    return read && rest.length > 0; /* more follows, unless the last number is cut */
}

bool vmt_linux_key_read(uint64_t *out, struct vmt_slice text, const char *key, unsigned skip)
{
    while (text.length > 0) {
        size_t end = vmt_slice_find(text, "\n");
        struct vmt_slice line = {text.data, end};
        if (vmt_slice_equals(vmt_slice_word(&line), vmt_slice(key))) {
            for (unsigned i = 0; i < skip; i++) {
                vmt_slice_word(&line);
            }
            return vmt_parse_u64(vmt_slice_word(&line), 10, out);
        }
        text = vmt_slice_from(text, end < text.length ? end + 1 : end);
    }
    return false;
}
