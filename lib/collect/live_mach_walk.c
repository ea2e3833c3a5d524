/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "collect/live_mach_walk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A record is a head and what it is of: a region and its path, a page, or the end.  Both ends of
 * the pipe are one program: the layout is that of its structures. */
enum kind { KIND_REGION = 1, KIND_PAGE, KIND_END };

struct head {
    uint32_t kind; /* enum kind */
    uint32_t size; /* bytes that follow */
};

struct end {
    uint32_t answer;
    int32_t code;
    char call[64]; /* empty: none */
};

/* A region with the longest path fits several times. */
#define BUFFER_SIZE 32768
#define RECORD_MOST (sizeof(struct vmt_mach_region) + VMT_MACH_PATH)

/* More records than there can be. */
#define OUTPUT_MOST (UINT64_C(1) << 32)

/* --- there ------------------------------------------------------------------------------------ */

struct writer {
    int output;
    bool failed; /* nobody reads it any more */
    size_t length;
    char buffer[BUFFER_SIZE];
};

static void flush(struct writer *writer)
{
    size_t done = 0;
    while (!writer->failed && done < writer->length) {
        ssize_t count = write(writer->output, writer->buffer + done, writer->length - done);
        if (count >= 0) {
            done += (size_t)count;
        } else {
            writer->failed = errno != EINTR;
        }
    }
    writer->length = 0;
}

static void add(struct writer *writer, const void *bytes, size_t size)
{
    memcpy(writer->buffer + writer->length, bytes, size);
    writer->length += size;
}

/* Of a record that may be in two pieces; false when it is not wanted. */
static bool send(struct writer *writer, enum kind kind, const void *bytes, size_t size,
                 const void *more, size_t more_size)
{
    const struct head head = {kind, (uint32_t)(size + more_size)};
    if (sizeof head + size + more_size > sizeof writer->buffer - writer->length) {
        flush(writer);
    }
    add(writer, &head, sizeof head);
    add(writer, bytes, size);
    if (more_size > 0) {
        add(writer, more, more_size);
    }
    return !writer->failed;
}

static bool send_region(void *self, const struct vmt_mach_region *region)
{
    struct vmt_mach_region sent = *region;
    sent.path = NULL;
    sent.path_length = region->path_length < VMT_MACH_PATH ? region->path_length : VMT_MACH_PATH;
    return send(self, KIND_REGION, &sent, sizeof sent, region->path, sent.path_length);
}

static bool send_page(void *self, const struct vmt_mach_page *page)
{
    return send(self, KIND_PAGE, page, sizeof *page, NULL, 0);
}

static int walk_there(const void *argument, int output)
{
    const struct vmt_mach_away *away = argument;
    struct writer writer = {.output = output};
    struct end end = {.answer = VMT_MACH_FAILED};
    const struct vmt_mach_visitor visitor = {&writer, send_region, send_page};
    const struct vmt_mach_outcome outcome = away->mach->walk(&away->walk, &visitor);
    end.answer = outcome.answer;
    end.code = outcome.code;
    if (outcome.call != NULL) {
        size_t length = strlen(outcome.call);
        memcpy(end.call, outcome.call, length < sizeof end.call ? length : sizeof end.call - 1);
    }
    send(&writer, KIND_END, &end, sizeof end, NULL, 0);
    flush(&writer);
    return 0;
}

/* --- here ------------------------------------------------------------------------------------- */

struct reader {
    struct vmt_mach_returned *returned;
    const struct vmt_mach_visitor *visitor;
    struct vmt_input *input;
    size_t begin; /* of what is left in the buffer */
    size_t end;
    bool over; /* nothing more is to be read */
    char buffer[BUFFER_SIZE];
};

/* Have `size` bytes at hand, which is never more than the buffer holds; false when there are not so
 * many. */
static bool have(struct reader *reader, size_t size)
{
    if (reader->end - reader->begin >= size) {
        return true;
    }
    memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
    while (!reader->over && reader->end < size) {
        struct vmt_error err = VMT_ERROR_INIT; /* the run's result says it better */
        size_t got = 0;
        enum vmt_status status =
            reader->input->read(reader->input, reader->buffer + reader->end,
                                sizeof reader->buffer - reader->end, &got, &err);
        reader->over = status != VMT_OK || got == 0;
        reader->end += got;
    }
    return reader->end >= size;
}

static bool fail_damaged(const struct reader *reader)
{
    reader->returned->damaged = true;
    return false;
}

static bool take_region(struct reader *reader, const char *bytes, uint32_t size)
{
    struct vmt_mach_region region;
    if (size < sizeof region) {
        return fail_damaged(reader);
    }
    memcpy(&region, bytes, sizeof region);
    region.path = bytes + sizeof region;
    if (region.path_length != size - sizeof region) {
        return fail_damaged(reader);
    }
    reader->returned->count++;
    if (!reader->visitor->region(reader->visitor->self, &region)) {
        reader->returned->answered = true;
        reader->returned->outcome = (struct vmt_mach_outcome){.answer = VMT_MACH_STOPPED};
        return false;
    }
    return true;
}

static bool take_page(struct reader *reader, const char *bytes, uint32_t size)
{
    struct vmt_mach_page page;
    if (size != sizeof page || reader->visitor->page == NULL) {
        return fail_damaged(reader);
    }
    memcpy(&page, bytes, sizeof page);
    reader->returned->count++;
    if (!reader->visitor->page(reader->visitor->self, &page)) {
        reader->returned->answered = true;
        reader->returned->outcome = (struct vmt_mach_outcome){.answer = VMT_MACH_STOPPED};
        return false;
    }
    return true;
}

static void take_end(struct reader *reader, const char *bytes, uint32_t size)
{
    struct vmt_mach_returned *returned = reader->returned;
    struct end end;
    if (size != sizeof end) {
        fail_damaged(reader);
        return;
    }
    memcpy(&end, bytes, sizeof end);
    if (end.answer > VMT_MACH_FAILED) {
        fail_damaged(reader);
        return;
    }
    memcpy(returned->call, end.call, sizeof end.call - 1);
    returned->outcome = (struct vmt_mach_outcome){
        .answer = end.answer,
        .code = end.code,
        .call = returned->call[0] != '\0' ? returned->call : NULL,
    };
    returned->answered = true;
}

/* The next record; false when it was the last, or is none. */
static bool take(struct reader *reader)
{
    struct head head;
    if (!have(reader, sizeof head)) {
        return false;
    }
    memcpy(&head, reader->buffer + reader->begin, sizeof head);
    bool known = head.kind >= KIND_REGION && head.kind <= KIND_END && head.size <= RECORD_MOST;
    reader->returned->damaged = !known;
    if (!known || !have(reader, sizeof head + head.size)) {
        return false;
    }
    const char *bytes = reader->buffer + reader->begin + sizeof head;
    reader->begin += sizeof head + head.size;
    switch ((enum kind)head.kind) {
    case KIND_REGION:
        return take_region(reader, bytes, head.size);
    case KIND_PAGE:
        return take_page(reader, bytes, head.size);
    case KIND_END:
        take_end(reader, bytes, head.size);
        break;
    }
    return false;
}

/* Nothing follows the end: the run ends well only when it was read to its own. */
static void read_rest(struct reader *reader)
{
    while (reader->returned->answered && reader->returned->outcome.answer != VMT_MACH_STOPPED &&
           !reader->over) {
        reader->begin = reader->end = 0;
        have(reader, 1);
    }
}

void vmt_mach_walk_away(struct vmt_mach_returned *out, const struct vmt_mach_away *away,
                        const struct vmt_mach_visitor *visitor)
{
    struct vmt_run run;
    struct vmt_error err = VMT_ERROR_INIT;
    const struct vmt_run_options options = {
        .name = away->name,
        .time_limit = away->time_limit,
        .output_limit = OUTPUT_MOST,
        .work = walk_there,
        .argument = away,
        .group = away->group,
    };
    *out = (struct vmt_mach_returned){.answered = false};
    if (vmt_run_start(&run, &options, &err) == VMT_OK) {
        struct reader reader = {.returned = out, .visitor = visitor, .input = &run.input};
        while (take(&reader)) {}
        read_rest(&reader);
    }
    vmt_run_finish(&out->result, &run);
    out->result.error = (struct vmt_slice){0}; /* it is in the run */
}
