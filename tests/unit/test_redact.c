/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>

#include "analysis/redact.h"
#include "unit.h"

/* What each text becomes, all of them details of one process's regions, in this order; the name of
 * their input is the first path. */
static const struct {
    const char *before;
    const char *after;
} texts[] = {
    {"/Users/anna/Work/plan.app/plan", "/path-2"},
    {"/Users/anna/cache/plan.db", "/path-3.db"},
    {"/Users/anna/Work/plan.app/plan", "/path-2"},
    {"/home/bob/a file with blanks.txt", "/path-4.txt"},
    {"/usr/lib/libSystem.B.dylib", "/usr/lib/libSystem.B.dylib"},
    {"/System/Library/Fonts/x.ttc", "/System/Library/Fonts/x.ttc"},
    {"...Work/plan.app/plan.dylib", "/path-5.dylib"},
    {"on dirty page  unused /opt/anna/x", "on dirty page  unused /path-6"},
    {"'Plan for May', shared with WindowServer[164]", "'title-1', shared with WindowServer[164]"},
    {"thread of anna, not of annabel", "thread of user-1, not of annabel"},
    {"it's a zone_0x10", "it's a zone_0x10"},
    {"SurfaceID: 0x22e  19x19 (BGRA) 2560", "SurfaceID: 0x22e  19x19 (BGRA) 2560"},
    {"ratio 1 / 2", "ratio 1 / 2"},
    /* A disk of people's, and directories that only begin like the system's. */
    {"/System/Volumes/Data/Users/carol/a.txt", "/path-7.txt"},
    {"/dev/shm/ledger", "/path-8"},
    {"/library/of/carol.db", "/path-9.db"},
    {"/usr/lib64/libz.so", "/usr/lib64/libz.so"},
    /* Paths with blanks within text, and after a program of the system. */
    {"from /Users/frank miller/My Plan.txt", "from /path-10.txt"},
    {"/usr/bin/python3 /srv/plan.py --fast", "/usr/bin/python3 /path-11"},
    {"1.0 (/srv/a (copy) b/plan) built", "1.0 (/path-12) built"},
    {"url:file:///Users/gina/tax.pdf", "url:file:/path-13.pdf"},
    {"-I/home/henry/include", "-I/path-14"},
    {"\xe2\x80\xa6/Plans/next.txt", "/path-15.txt"},
    {"../Plans/last.txt", "/path-16.txt"},
    {"com.gina.tool and henry", "com.user-5.tool and user-6"},
    {"/proc/self/root/home/henry/y", "/path-17"},
    {"/memfd:henry-ring (deleted)", "/memfd:user-6-ring (deleted)"},
    {"and/or r--/rw- 3/4", "and/or r--/rw- 3/4"},
    {"", ""},
};

enum { TEXT_COUNT = sizeof texts / sizeof texts[0] };

/* An allocator that refuses from the call on that `left` counts down to. */
struct stingy {
    struct vmt_allocator allocator;
    size_t left;
};

static void *allocate(void *self, size_t size)
{
    struct stingy *stingy = self;
    return stingy->left-- == 0 ? NULL : malloc(size);
}

static void release(void *self, void *memory)
{
    (void)self;
    free(memory);
}

/* A snapshot of one process with the texts, and what redacting it gave. */
static enum vmt_status redact_texts(struct vmt_snapshot *snapshot, struct stingy *stingy)
{
    struct vmt_error err = VMT_ERROR_INIT;
    struct vmt_input_record *input = NULL;
    struct vmt_process *process = NULL;
    vmt_snapshot_init(snapshot, &stingy->allocator, (size_t)64 << 20);
    enum vmt_status status =
        vmt_snapshot_add_input(&input, snapshot, vmt_slice("/Users/anna/dump.txt"), &err);
    if (status == VMT_OK) {
        status = vmt_snapshot_add_process(&process, snapshot, input, &err);
    }
    for (size_t i = 0; status == VMT_OK && i < TEXT_COUNT; i++) {
        struct vmt_region *region = vmt_sequence_add(&process->regions);
        status = region == NULL ? VMT_E_NOMEM
                                : vmt_snapshot_string(&region->detail, snapshot,
                                                      vmt_slice(texts[i].before), &err);
    }
    if (status == VMT_OK) {
        struct vmt_place place = {input->name->data, 3, 1};
        status = vmt_notes_add(&process->notes, VMT_NOTE_DAMAGED_LINE, place,
                               vmt_slice("anna's row"), vmt_slice("/Users/anna/secret"), &err);
    }
    return status == VMT_OK ? vmt_redact(snapshot, &err) : status;
}

static void test_redact__texts_become_words_that_keep_equality(void)
{
    struct stingy stingy = {{allocate, release, &stingy}, SIZE_MAX};
    struct vmt_snapshot snapshot;
    UNIT_EQUAL_I64(redact_texts(&snapshot, &stingy), VMT_OK);
    struct vmt_walker processes = {0};
    struct vmt_walker regions = {0};
    struct vmt_walker notes = {0};
    const struct vmt_process *process = vmt_sequence_next(&snapshot.processes, &processes);
    CU_ASSERT_FATAL(process != NULL);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const struct vmt_region *region = vmt_sequence_next(&process->regions, &regions);
        CU_ASSERT_FATAL(region != NULL && region->detail != NULL);
        UNIT_EQUAL_STR(region->detail->data, texts[i].after);
    }
    const struct vmt_input_record *input = vmt_sequence_last(&snapshot.inputs);
    UNIT_EQUAL_STR(process->input->data, "/path-1.txt");
    CU_ASSERT(process->input == input->name);
    const struct vmt_note *note = vmt_sequence_next(&process->notes.sequence, &notes);
    CU_ASSERT_FATAL(note != NULL);
    CU_ASSERT(note->excerpt == NULL);
    UNIT_EQUAL_STR(note->place.source, "/path-1.txt");
    UNIT_EQUAL_STR(note->text->data, "user-1's row");
    vmt_snapshot_free(&snapshot);
}

static void test_redact__each_refused_allocation_is_told(void)
{
    enum vmt_status status = VMT_E_NOMEM;
    size_t refused = 0;
    for (; status != VMT_OK && refused < 10000; refused++) {
        struct stingy stingy = {{allocate, release, &stingy}, refused};
        struct vmt_snapshot snapshot;
        status = redact_texts(&snapshot, &stingy);
        CU_ASSERT(status == VMT_OK || status == VMT_E_NOMEM);
        vmt_snapshot_free(&snapshot);
    }
    UNIT_EQUAL_I64(status, VMT_OK);
    CU_ASSERT(refused > 1);
}

static const struct unit_test tests[] = {
    {"redact__texts_become_words_that_keep_equality",
     test_redact__texts_become_words_that_keep_equality},
    {"redact__each_refused_allocation_is_told", test_redact__each_refused_allocation_is_told},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_redact", tests, argc, argv);
}
