/* SPDX-License-Identifier: MIT */
/* Dumps as they arrive: quoted, indented, wrapped, out of order, with lines lost or added.  Each
 * is held against the same dump as vmmap wrote it. */
#include "config.h"

#include <stdlib.h>

#include "counting.h"
#include "reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)

/* --- the dump --------------------------------------------------------------------------------- */

#define HEADER                                         \
    "Process:         Harbor [902]\n"                  \
    "Path:            /opt/harbor/Harbor\n"            \
    "Load Address:    0x104a10000\n"                   \
    "Code Type:       ARM64\n"                         \
    "Platform:        macOS\n"                         \
    "\n"                                               \
    "Date/Time:       2025-09-14 12:03:22.417 +0200\n" \
    "OS Version:      macOS 14.6 (23G80)\n"            \
    "Analysis Tool:   /usr/bin/vmmap\n"                \
    "\n"                                               \
    "Physical footprint:         2336K\n"              \
    "Physical footprint (peak):  2400K\n"              \
    "----\n"                                           \
    "\n"                                               \
    "Virtual Memory Map of process 902 (Harbor)\n"     \
    "Output report format:  2.4  -- 64-bit process\n"  \
    "VM page size:  16384 bytes\n"                     \
    "\n"

#define ROW_HEADING                                                                             \
    "REGION TYPE                    START - END         [ VSIZE  RSDNT  DIRTY   SWAP] PRT/MAX " \
    "SHRMOD PURGE    REGION DETAIL\n"

#define SECTIONS                                                                        \
    "==== Non-writable regions for process 902\n" ROW_HEADING                           \
    "__TEXT                      104a10000-104a28000    [   96K    80K     0K     0K] " \
    "r-x/r-x SM=COW          /opt/harbor/Harbor\n"                                      \
    "__LINKEDIT                  104a30000-104a40000    [   64K    32K     0K     0K] " \
    "r--/r-- SM=COW          /opt/harbor/Harbor\n"                                      \
    "\n"                                                                                \
    "==== Writable regions for process 902\n" ROW_HEADING                               \
    "__DATA                      104a28000-104a30000    [   32K    16K    16K     0K] " \
    "rw-/rw- SM=COW          /opt/harbor/Harbor\n"                                      \
    "MALLOC_LARGE                104a98000-104c98000    [ 2048K  1536K  1536K   512K] " \
    "rw-/rwx SM=PRV          DefaultMallocZone_0x104a90000\n"                           \
    "Stack                       16b5a8000-16bda4000    [ 8176K    32K    32K    16K] " \
    "rw-/rwx SM=PRV          thread 0\n"                                                \
    "\n"

#define LEGEND_TIGHT                                           \
    "==== Legend\n"                                            \
    "SM=sharing mode:  \n"                                     \
    "\tCOW=copy_on_write PRV=private NUL=empty ALI=aliased \n" \
    "\tSHM=shared ZER=zero_filled S/A=shared_alias\n"          \
    "PURGE=purgeable mode:  \n"                                \
    "\tV=volatile N=nonvolatile E=empty   otherwise is unpurgeable\n"
#define LEGEND LEGEND_TIGHT "\n"

#define RULE \
    "===========                     ======= ========    =====  ======= ========   ======\n"
#define TABLE_HEADING                                                                           \
    "                                VIRTUAL RESIDENT    DIRTY  SWAPPED VOLATILE   NONVOL    "  \
    "EMPTY   REGION \n"                                                                         \
    "REGION TYPE                        SIZE     SIZE     SIZE     SIZE     SIZE     SIZE     " \
    "SIZE    COUNT (non-coalesced) \n" RULE
#define TABLE_ROWS                                                                                \
    "MALLOC_LARGE                      2048K    1536K    1536K     512K       0K       0K       " \
    "0K        1         see MALLOC ZONE table below\n"                                           \
    "Stack                             8176K      32K      32K      16K       0K       0K       " \
    "0K        1 \n"                                                                              \
    "__DATA                              32K      16K      16K       0K       0K       0K       " \
    "0K        1 \n"                                                                              \
    "__LINKEDIT                          64K      32K       0K       0K       0K       0K       " \
    "0K        1 \n"                                                                              \
    "__TEXT                              96K      80K       0K       0K       0K       0K       " \
    "0K        1 \n" RULE                                                                         \
    "TOTAL                             10.2M    1696K    1584K     528K       0K       0K       " \
    "0K        5 \n"
#define TOTALS                                                              \
    "ReadOnly portion of Libraries: Total=160K resident=112K(70%) "         \
    "swapped_out_or_unallocated=48K(30%)\n"                                 \
    "Writable regions: Total=10.0M written=2096K(20%) resident=1584K(15%) " \
    "swapped_out=528K(5%) unallocated=8144K(80%)\n"
#define SUMMARY "==== Summary for process 902\n" TOTALS "\n" TABLE_HEADING TABLE_ROWS "\n"

#define ZONE_HEADING                                                                             \
    "                                 VIRTUAL   RESIDENT      DIRTY    SWAPPED ALLOCATION      " \
    "BYTES DIRTY+SWAP          REGION\n"                                                         \
    "MALLOC ZONE                         SIZE       SIZE       SIZE       SIZE      COUNT  "     \
    "ALLOCATED  FRAG SIZE  % FRAG   COUNT\n"                                                     \
    "===========                      =======  =========  =========  =========  =========\n"
#define ZONE_ROWS                                                                                \
    "DefaultMallocZone_0x104a90000      1024K       512K       512K       256K       3120      " \
    "600K       168K     22%       1\n"                                                          \
    "GFXMallocZone_0x104b00000          1024K      1024K      1024K       256K         10     "  \
    "1024K       256K     20%       1\n"                                                         \
    "===========                      =======  =========  =========  =========  =========\n"     \
    "TOTAL                              2048K      1536K      1536K       512K       3130     "  \
    "1624K       424K     21%       2\n"
#define ZONES ZONE_HEADING ZONE_ROWS

static const char dump[] = HEADER SECTIONS LEGEND SUMMARY ZONES;

/* Two rows of a fragment. */
#define ROW_A "Stack 1000-2000 [ 4K 4K 0K 0K] rw-/rwx SM=PRV\n"
#define ROW_B "Stack 3000-4000 [ 4K 4K 0K 0K] rw-/rwx SM=PRV\n"

/* --- what it is read to ----------------------------------------------------------------------- */

/* What a dump was changed to. */
static char changed[64 * 1024];

static void read_sound(const char *text)
{
    read_text(text);
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    CU_ASSERT_FATAL(reading.process != NULL);
}

static const struct vmt_region *region_at(size_t index)
{
    return record_at(&reading.process->regions, index);
}

static const struct vmt_note *note_of(enum vmt_note_kind kind)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    do {
        note = vmt_sequence_next(&reading.process->notes.sequence, &walker);
    } while (note != NULL && note->kind != kind);
    CU_ASSERT_FATAL(note != NULL);
    return note;
}

struct digest {
    char text[1000];
    size_t used;
};

static void add_number(struct digest *digest, const char *name, uint64_t number)
{
    int length = snprintf(digest->text + digest->used, sizeof digest->text - digest->used,
                          " %s %" PRIu64, name, number);
    digest->used += (size_t)length;
    CU_ASSERT_FATAL(digest->used < sizeof digest->text);
}

static void add_string(struct digest *digest, const struct vmt_string *string)
{
    int length = snprintf(digest->text + digest->used, sizeof digest->text - digest->used,
                          " \"%s\"", string == NULL ? "(none)" : string->data);
    digest->used += (size_t)length;
    CU_ASSERT_FATAL(digest->used < sizeof digest->text);
}

/* The regions, tables and zones of the process. */
static void add_evidence(struct digest *digest)
{
    const struct vmt_process *process = reading.process;
    struct vmt_walker regions = {0};
    struct vmt_walker rows = {0};
    struct vmt_walker zones = {0};
    const struct vmt_region *region = NULL;
    const struct vmt_stated_row *row = NULL;
    const struct vmt_zone *zone = NULL;
    uint64_t sum[3] = {0};
    while ((region = vmt_sequence_next(&process->regions, &regions)) != NULL) {
        for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
            sum[0] = sum[0] * 7 + region->stated[i].value / K;
        }
        sum[0] += region->sharing + (region->detail == NULL ? 0 : region->detail->length);
    }
    while ((row = vmt_sequence_next(&process->stated, &rows)) != NULL) {
        for (size_t i = 0; i < VMT_EV_COUNT; i++) {
            sum[1] = sum[1] * 7 + row->stated[i].value / K;
        }
        sum[1] += row->regions;
    }
    while ((zone = vmt_sequence_next(&process->zones, &zones)) != NULL) {
        for (size_t i = 0; i < VMT_ZONE_SIZE_COUNT; i++) {
            sum[2] = sum[2] * 7 + zone->sizes[i].value / K;
        }
    }
    add_number(digest, "regions", process->regions.count);
    add_number(digest, "of", sum[0]);
    add_number(digest, "rows", process->stated.count);
    add_number(digest, "of", sum[1]);
    add_number(digest, "total", process->stated_total == NULL ? 0 : process->stated_total->regions);
    add_number(digest, "zones", process->zones.count);
    add_number(digest, "of", sum[2]);
    add_number(digest, "zone total",
               process->zone_total == NULL ? 0 : process->zone_total->sizes[0].value);
    add_number(digest, "coverage", process->coverage);
}

/* All of a reading that does not depend on where in the text things stand. */
static struct digest digest_of_reading(void)
{
    struct digest digest = {.used = 0};
    const struct vmt_process *process = reading.process;
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    add_number(&digest, "processes", reading.snapshot.processes.count);
    add_string(&digest, process->name);
    add_number(&digest, "pid", process->pid);
    add_string(&digest, process->os);
    add_string(&digest, process->arch);
    add_string(&digest, process->captured_at);
    add_number(&digest, "page", process->page_size);
    add_number(&digest, "footprint", process->whole.of[VMT_FOOTPRINT].value);
    add_number(&digest, "peak", process->whole.of[VMT_FOOTPRINT_PEAK].value);
    add_number(&digest, "facts", process->facts.count);
    while ((fact = vmt_sequence_next(&process->facts, &walker)) != NULL) {
        add_number(&digest, fact->key->data, fact->value->length);
    }
    add_evidence(&digest);
    return digest;
}

static bool same_digest(const struct digest *found, const struct digest *expected, unsigned line)
{
    bool same = strcmp(found->text, expected->text) == 0;
    if (!same) {
        printf("  found   %s\n  expected%s\n", found->text, expected->text);
    }
    return CU_assertImplementation(same, line, "read to something else", __FILE__, "", CU_FALSE);
}

static struct digest digest_of(const char *text)
{
    read_sound(text);
    struct digest digest = digest_of_reading();
    end_reading();
    return digest;
}

/* The text, still open, is read to what the dump is read to. */
static void read_like_the_dump_at(const char *text, unsigned line)
{
    struct digest expected = digest_of(dump);
    read_sound(text);
    struct digest found = digest_of_reading();
    same_digest(&found, &expected, line);
}

#define READ_LIKE_THE_DUMP(text) read_like_the_dump_at((text), __LINE__)

/* Append `text` with `prefix` before each line and `blank` in place of each blank one, which NULL
 * leaves out. */
static void add_changed(const char *text, const char *prefix, const char *blank)
{
    size_t used = strlen(changed);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        int written = 0;
        if (length > 0) {
            written = snprintf(changed + used, sizeof changed - used, "%s%.*s\n", prefix,
                               (int)length, text);
        } else if (blank != NULL) {
            written = snprintf(changed + used, sizeof changed - used, "%s\n", blank);
        }
        used += (size_t)written;
        CU_ASSERT_FATAL(used < sizeof changed);
        text += length + 1;
    }
}

static void change(const char *text, const char *prefix, const char *blank)
{
    changed[0] = '\0';
    add_changed(text, prefix, blank);
}

/* `text` with `line` put in before its line number `at`, from 0; false when it has not so many. */
static bool insert_line(const char *text, size_t at, const char *line)
{
    const char *rest = text;
    for (; at > 0 && *rest != '\0'; at--) {
        rest = strchr(rest, '\n') + 1;
    }
    if (*rest == '\0') {
        return false;
    }
    int written =
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)(rest - text), text, line, rest);
    CU_ASSERT_FATAL((size_t)written < sizeof changed);
    return true;
}

/* Columns count from 1. */
static uint64_t column_of(const char *line, const char *part)
{
    const char *at = strstr(line, part);
    return at == NULL ? 0 : (uint64_t)(at - line) + 1;
}

static void test_dump__is_sound(void)
{
    read_sound(dump);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.process->regions.count, 5);
    UNIT_EQUAL_U64(reading.process->stated.count, 5);
    UNIT_EQUAL_U64(reading.process->zones.count, 2);
    UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_WHOLE);
    CU_ASSERT(reading.process->zone_total != NULL);
    UNIT_EQUAL_U64(reading.process->whole.of[VMT_FOOTPRINT].value, 2336 * K);
    UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged, 0);
    end_reading();
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void test_table__fractional_pages_keep_their_decimals(void)
{
    read_sound(
        "Process: x [41]\nAnalysis Tool: /usr/bin/vmmap\n----\n\n"
        "Virtual Memory Map of process 41 (x)\nOutput report format:  2.4\n"
        "VM page size:  4096 bytes\n\n==== Summary for process 41\n\n"
        "REGION TYPE PAGES PAGES PAGES PAGES PAGES PAGES PAGES COUNT\n=========== =====\n"
        "__DATA 7.50 4 0.20 2.64 0 0 0 1\n=========== =====\nTOTAL 7.50 4 0.20 2.64 0 0 0 1\n");
    struct vmt_walker walker = {0};
    const struct vmt_stated_row *row = vmt_sequence_next(&reading.process->stated, &walker);
    CU_ASSERT_FATAL(row != NULL);
    UNIT_EQUAL_U64(row->known, (1u << (VMT_EV_EMPTY + 1)) - 1);
    struct vmt_amount amount = vmt_amount_of(row->stated[VMT_EV_VIRTUAL]);
    UNIT_EQUAL_U64(amount.value, 30720);
    UNIT_EQUAL_U64(amount.lower, 30720 - 21);
    UNIT_EQUAL_U64(amount.upper, 30720 + 21);
    UNIT_EQUAL_U64(row->stated[VMT_EV_DIRTY].value, 819);
    UNIT_EQUAL_U64(row->stated[VMT_EV_DIRTY].quantum, 41);
    CU_ASSERT_FATAL(reading.process->stated_total != NULL);
    UNIT_EQUAL_U64(reading.process->stated_total->stated[VMT_EV_VIRTUAL].value, 30720);
    end_reading();
}

static void test_row__pages_without_a_range(void)
{
    static const char row[] =
        "==== regions for process 41\n"
        "page table in kernel kernel-kernel [ 16 16 16 0] rw-/rw- SM=PRV          charged\n";
    char text[512];
    snprintf(text, sizeof text,
             "Virtual Memory Map of process 41 (x)\nOutput report format:  2.4\n"
             "VM page size:  16384 bytes\n\n%s",
             row);
    read_sound(text);
    for (size_t i = VMT_EV_VIRTUAL; i < VMT_EV_SWAPPED; i++) {
        UNIT_EQUAL_U64(region_at(0)->stated[i].value, 262144);
    }
    UNIT_EQUAL_U64(region_at(0)->known, (1u << VMT_EV_OF_REGION) - 1);
    end_reading();
    read_sound(row);
    UNIT_EQUAL_U64(region_at(0)->known, 0);
    end_reading();
}

/* Where K is rounded, since the range ends inside of pages. */
static void test_row__few_k_are_exact(void)
{
    static const struct {
        const char *size;
        uint64_t quantum;
    } cases[] = {{"0K", 0}, {"1K", 0}, {"2K", 0}, {"3K", 0}, {"4K", 1024}, {"7K", 1024}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "__DATA 7ff8401c8a30-7ff8401ca600 [ 7K %s 0K 0K] rw-/rw- SM=COW", cases[i].size);
        read_sound(text);
        if (!UNIT_EQUAL_U64(region_at(0)->stated[VMT_EV_RESIDENT].quantum, cases[i].quantum)) {
            printf("  of %s\n", cases[i].size);
        }
        end_reading();
    }
}

/* --- regions ---------------------------------------------------------------------------------- */

static void test_submaps__all_windows_are_remembered(void)
{
#define SIZES " [ 1024K 4K 0K 0K] r--/r-- SM=COW  /x\n"
    read_sound(
        "==== Non-writable regions for process 41\n"
        "Submap 180000000-200000000 [ 2.0G 0K 0K 0K] r--/r-- SM=SHM  machine-wide VM submap\n"
        "Submap 200000000-280000000 [ 2.0G 0K 0K 0K] r--/r-- SM=SHM  machine-wide VM submap\n"
        "__TEXT 190000000-190100000" SIZES "__TEXT 210000000-210100000" SIZES
        "__TEXT 1fff80000-200080000" SIZES "\n"
        "==== Writable regions for process 41\n"
        "__DATA 1a0000000-1a0100000" SIZES "__DATA 220000000-220100000" SIZES
        "__DATA 300000000-300100000" SIZES "\n");
#undef SIZES
    static const uint8_t depths[] = {0, 0, 1, 1, 0, 1, 1, 0};
    UNIT_EQUAL_U64(reading.process->regions.count, COUNT(depths));
    for (size_t i = 0; i < COUNT(depths); i++) {
        if (!UNIT_EQUAL_U64(region_at(i)->submap_depth, depths[i])) {
            printf("  of row %zu\n", i + 1);
        }
    }
    end_reading();
}

/* As many rows as the total counts, so none of them is missing. */
static void test_coverage__stray_line_among_all_rows(void)
{
    read_sound("==== regions for process 41\n" ROW_A "-- MARK --\n" ROW_B
               "\n==== Summary for process 41\n\n"
               "REGION TYPE SIZE SIZE SIZE SIZE SIZE SIZE SIZE COUNT\n=========== =====\n"
               "Stack 8K 8K 0K 0K 0K 0K 0K 2\n=========== =====\nTOTAL 8K 8K 0K 0K 0K 0K 0K 2\n");
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_WHOLE);
    end_reading();
}

static void test_rows__prose_with_one_feature_of_a_row(void)
{
    static const char *const lines[] = {
        "All of these are SM=PRV, as you can see.",
        "What about 7ff800000000-7ff87fe00000 then?",
        "SM=COW",
        "7ff800000000-7ff87fe00000",
        "[1] the footnote",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        char text[512];
        snprintf(text, sizeof text, ROW_A ROW_B "%s\nThat is all.\n", lines[i]);
        read_sound(text);
        UNIT_EQUAL_U64(reading.process->regions.count, 2);
        if (!UNIT_EQUAL_U64(reading.ledger->damaged, 0) ||
            !UNIT_EQUAL_U64(reading.ledger->prose, 2)) {
            printf("  of \"%s\"\n", lines[i]);
        }
        end_reading();
    }
    /* Two of them are what is left of a row. */
    read_sound(ROW_A ROW_B "Stack 5000000-6000000 rw-/rwx SM=PRV\nThat is all.\n");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(reading.ledger->prose, 1);
    end_reading();
}

/* --- headers ---------------------------------------------------------------------------------- */

static void test_header__wrapped_value_is_one_damaged_line(void)
{
    static const char whole[] = "/opt/harbor/Harbor\nLoad";
    change(dump, "", "");
    char *path = strstr(changed, whole);
    CU_ASSERT_FATAL(path != NULL);
    path[strlen("/opt/harbor")] = '\n';
    read_sound(changed);
    struct digest found = digest_of_reading();
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    UNIT_EQUAL_U64(reading.ledger->prose, 0);
    UNIT_EQUAL_U64(note_of(VMT_NOTE_DAMAGED_LINE)->place.line, 3);
    end_reading();
    /* As if the path were that short. */
    memmove(path + strlen("/opt/harbor"), path + strlen("/opt/harbor/Harbor"),
            strlen(path + strlen("/opt/harbor/Harbor")) + 1);
    struct digest expected = digest_of(changed);
    same_digest(&found, &expected, __LINE__);
}

static void test_header__without_its_first_lines(void)
{
    static const char system[] = "OS Version:";
    const char *text = dump;
    while (strncmp(text, system, strlen(system)) != 0) {
        text = strchr(text, '\n') + 1;
        read_sound(text);
        const struct vmt_process *process = reading.process;
        bool arch = strstr(text, "Code Type:") != NULL;
        if (!UNIT_EQUAL_U64(reading.snapshot.processes.count, 1) ||
            !UNIT_EQUAL_STR(text_of(process->os), "macOS 14.6 (23G80)") ||
            !UNIT_EQUAL_STR(text_of(process->arch), arch ? "ARM64" : NULL) ||
            !UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT].value, 2336 * K) ||
            !UNIT_EQUAL_U64(process->whole.of[VMT_FOOTPRINT_PEAK].value, 2400 * K) ||
            !UNIT_EQUAL_U64(process->pid, 902) ||
            !UNIT_EQUAL_I64(process->coverage, VMT_COVERAGE_WHOLE)) {
            printf("  beginning with \"%.*s\"\n", (int)strcspn(text, "\n"), text);
        }
        end_reading();
    }
}

/* A line beyond the window, after so many lines of the header.  Nothing can be seen past it, so
 * lines before it are lost where nothing among them tells yet what they are; nothing else is. */
static void check_long_line(size_t after, bool known)
{
    static char line[12 * 1024];
    int begun = snprintf(line, sizeof line, "Build Info:      ");
    memset(line + begun, 'x', sizeof line - (size_t)begun - 2);
    memcpy(line + sizeof line - 2, "\n", 2);
    CU_ASSERT_FATAL(insert_line(dump, after, line));
    struct digest expected = digest_of(dump);
    begin_reading();
    reading.context.window = (size_t)6 * 1024;
    read_more(vmt_slice(changed));
    UNIT_EQUAL_I64(reading.status, VMT_OK);
    CU_ASSERT_FATAL(reading.process != NULL);
    const struct vmt_input_record *record = vmt_sequence_last(&reading.snapshot.inputs);
    bool one = UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    bool told = UNIT_EQUAL_U64(vmt_notes_count(&record->notes, VMT_NOTE_LONG_LINE) +
                                   vmt_notes_count(&reading.process->notes, VMT_NOTE_LONG_LINE) +
                                   vmt_notes_count(&reading.process->notes, VMT_NOTE_DAMAGED_LINE),
                               1);
    bool whole = UNIT_EQUAL_I64(reading.process->coverage, VMT_COVERAGE_WHOLE);
    struct digest found = digest_of_reading();
    bool same = !known || (same_digest(&found, &expected, __LINE__) &&
                           UNIT_EQUAL_U64(reading.ledger->damaged + reading.ledger->prose, 1));
    if (!one || !told || !whole || !same) {
        printf("  after line %zu\n", after);
    }
    end_reading();
}

static void test_header__line_longer_than_the_window(void)
{
    static const char tool[] = "Analysis Tool:";
    size_t after = 1;
    bool known = false;
    for (const char *line = dump; strncmp(line, "----", 4) != 0; after++) {
        known = known || strncmp(line, tool, strlen(tool)) == 0;
        check_long_line(after, known);
        line = strchr(line, '\n') + 1;
    }
}

/* --- the order of parts ----------------------------------------------------------------------- */

static void test_parts__summary_before_the_sections(void)
{
    READ_LIKE_THE_DUMP(HEADER SUMMARY ZONES "\n" SECTIONS LEGEND);
    UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged, 0);
    end_reading();
}

static void check_other_zones(const char *between, uint64_t prose)
{
    snprintf(changed, sizeof changed, "%s%s%s%s", dump, between, ZONE_HEADING,
             "DefaultMallocZone_0x200000000      4096K       512K       512K       256K       3120 "
             "     600K       168K     22%       1\n"
             "===========                      =======  =========  =========  =========\n"
             "TOTAL                              4096K       512K       512K       256K       3120 "
             "     600K       168K     22%       1\n");
    read_sound(changed);
    UNIT_EQUAL_U64(reading.process->zones.count, 2);
    CU_ASSERT_FATAL(reading.process->zone_total != NULL);
    UNIT_EQUAL_U64(reading.process->zone_total->sizes[VMT_ZONE_VIRTUAL].value, 2048 * K);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 2);
    const struct vmt_process *other = process_at(1);
    const struct vmt_zone *total = other == NULL ? NULL : other->zone_total;
    CU_ASSERT_FATAL(total != NULL);
    if (total != NULL) {
        UNIT_EQUAL_U64(other->zones.count, 1);
        UNIT_EQUAL_U64(total->sizes[VMT_ZONE_VIRTUAL].value, 4096 * K);
    }
    UNIT_EQUAL_U64(reading.ledger->prose, prose);
    end_reading();
}

static void test_parts__zones_of_another_process_after_prose(void)
{
    check_other_zones("\nAnd these are the zones of its helper:\n\n", 1);
    check_other_zones("\n", 0);
}

static void test_parts__rows_directly_after_the_legend(void)
{
    read_sound("==== regions for process 41\n" ROW_A "\n" LEGEND_TIGHT ROW_B);
    UNIT_EQUAL_U64(reading.snapshot.processes.count, 1);
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_U64(region_at(1)->start, 0x3000);
    end_reading();
}

static void test_parts__totals_directly_after_the_legend(void)
{
    READ_LIKE_THE_DUMP(HEADER SECTIONS LEGEND_TIGHT TOTALS "\n" TABLE_HEADING TABLE_ROWS
                                                           "\n" ZONES);
    UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged, 0);
    end_reading();
}

/* --- blanks ----------------------------------------------------------------------------------- */

static void test_blank_lines__inside_tables_lose_nothing(void)
{
    /* Behind its headings: a row, a rule or the total comes next. */
    static const char *const tables[] = {TABLE_HEADING, ZONE_HEADING};
    static const size_t lines[] = {7, 4};
    for (size_t i = 0; i < COUNT(tables); i++) {
        const char *table = strstr(dump, tables[i]);
        CU_ASSERT_FATAL(table != NULL);
        size_t first = 2;
        for (const char *at = dump; at < table; at++) {
            first += *at == '\n' ? 1 : 0;
        }
        for (size_t line = first; line < first + 1 + lines[i]; line++) {
            CU_ASSERT(insert_line(dump, line, line % 2 == 0 ? "\n" : "  \t\n"));
            READ_LIKE_THE_DUMP(changed);
            if (!UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged, 0)) {
                printf("  before line %zu of table %zu\n", line - first + 3, i + 1);
            }
            end_reading();
        }
    }
}

static void test_blank_lines__none_at_all(void)
{
    change(dump, "", NULL);
    CU_ASSERT(strstr(changed, "\n\n") == NULL);
    READ_LIKE_THE_DUMP(changed);
    UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged + reading.ledger->blank, 0);
    end_reading();
}

static void test_indented__reads_as_if_it_were_not(void)
{
    static const char *const indents[] = {"    ", "\t", " \t  "};
    for (size_t i = 0; i < COUNT(indents); i++) {
        change(dump, indents[i], i == 1 ? indents[i] : "");
        READ_LIKE_THE_DUMP(changed);
        UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged, 0);
        end_reading();
    }
}

/* --- quoted ----------------------------------------------------------------------------------- */

static void test_quoted__reads_as_if_it_were_not(void)
{
    static const char *const quotes[][2] = {
        {"> ", ">"}, {"> ", "> "}, {"> > ", "> >"}, {">> ", ">>"}};
    for (size_t i = 0; i < COUNT(quotes); i++) {
        change(dump, quotes[i][0], quotes[i][1]);
        READ_LIKE_THE_DUMP(changed);
        if (!UNIT_EQUAL_U64(reading.ledger->prose + reading.ledger->damaged, 0)) {
            printf("  with \"%s\"\n", quotes[i][0]);
        }
        end_reading();
    }
    /* In the mail around it. */
    snprintf(changed, sizeof changed, "On Sunday X wrote:\n> Hello,\n>\n");
    add_changed(dump, "> ", ">");
    snprintf(changed + strlen(changed), sizeof changed - strlen(changed), "\nThanks!\n");
    READ_LIKE_THE_DUMP(changed);
    UNIT_EQUAL_U64(reading.ledger->prose, 3);
    UNIT_EQUAL_U64(reading.ledger->damaged, 0);
    end_reading();
}

static void test_quoted__columns_count_the_quoting(void)
{
    static const char line[] = "> Stack 2000-3000 [ 4K 6Q4 4K 4K] rw-/rwx SM=PRV";
    char text[512];
    snprintf(text, sizeof text, "> " ROW_A "%s\n> " ROW_B, line);
    read_sound(text);
    UNIT_EQUAL_U64(reading.process->regions.count, 2);
    UNIT_EQUAL_STR(text_of(region_at(0)->type->printed), "Stack");
    UNIT_EQUAL_U64(reading.ledger->damaged, 1);
    const struct vmt_note *note = note_of(VMT_NOTE_DAMAGED_LINE);
    UNIT_EQUAL_U64(note->place.line, 2);
    UNIT_EQUAL_U64(note->place.column, column_of(line, "6Q4"));
    CU_ASSERT(note->excerpt != NULL && strcmp(note->excerpt->data, line) == 0);
    end_reading();
}

/* --- memory ----------------------------------------------------------------------------------- */

/* The interpreter of patterns takes memory when it matches: without it a line has not failed to
 * match. */
static void test_memory__refused_while_matching(void)
{
    static const char text[] = ROW_A ROW_B;
    for (uint64_t refuse = 1; refuse < 10000; refuse++) {
        struct counting counting = {.refuse = refuse};
        const struct vmt_allocator allocator = counting_allocator(&counting);
        begin_reading_with(&allocator);
        reading.context.interpret = true;
        read_more(vmt_slice(text));
        bool rows = reading.process != NULL && reading.process->regions.count == 2;
        if (reading.status != VMT_E_NOMEM && (reading.status != VMT_OK || !rows)) {
            CU_FAIL("neither all rows nor VMT_E_NOMEM");
            printf("  with allocation %" PRIu64 " refused: status %d\n", refuse,
                   (int)reading.status);
        }
        end_reading();
        if (!counting.refused) {
            CU_ASSERT(refuse > 3);
            return;
        }
    }
    CU_FAIL("allocations without end");
}

/* A word too many makes no row of them, and what is no row does not begin a table. */
static void test_table__rows_that_are_none_begin_none(void)
{
    read_text("Stack  8176K  32K  32K  16K  0K  0K  0K  1 x       here\n"
              "__DATA  32K  16K  16K  0K  0K  0K  0K  1 x       there\n");
    UNIT_EQUAL_I64(reading.status, VMT_E_NOCAPTURE);
    CU_ASSERT(reading.process == NULL);
    end_reading();
}

static const struct unit_test tests[] = {
    {"table__rows_that_are_none_begin_none", test_table__rows_that_are_none_begin_none},
    {"dump__is_sound", test_dump__is_sound},
    {"table__fractional_pages_keep_their_decimals",
     test_table__fractional_pages_keep_their_decimals},
    {"row__pages_without_a_range", test_row__pages_without_a_range},
    {"row__few_k_are_exact", test_row__few_k_are_exact},
    {"submaps__all_windows_are_remembered", test_submaps__all_windows_are_remembered},
    {"coverage__stray_line_among_all_rows", test_coverage__stray_line_among_all_rows},
    {"rows__prose_with_one_feature_of_a_row", test_rows__prose_with_one_feature_of_a_row},
    {"header__wrapped_value_is_one_damaged_line", test_header__wrapped_value_is_one_damaged_line},
    {"header__without_its_first_lines", test_header__without_its_first_lines},
    {"header__line_longer_than_the_window", test_header__line_longer_than_the_window},
    {"parts__summary_before_the_sections", test_parts__summary_before_the_sections},
    {"parts__zones_of_another_process_after_prose",
     test_parts__zones_of_another_process_after_prose},
    {"parts__rows_directly_after_the_legend", test_parts__rows_directly_after_the_legend},
    {"parts__totals_directly_after_the_legend", test_parts__totals_directly_after_the_legend},
    {"blank_lines__inside_tables_lose_nothing", test_blank_lines__inside_tables_lose_nothing},
    {"blank_lines__none_at_all", test_blank_lines__none_at_all},
    {"indented__reads_as_if_it_were_not", test_indented__reads_as_if_it_were_not},
    {"quoted__reads_as_if_it_were_not", test_quoted__reads_as_if_it_were_not},
    {"quoted__columns_count_the_quoting", test_quoted__columns_count_the_quoting},
    {"memory__refused_while_matching", test_memory__refused_while_matching},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_robustness", tests, argc, argv);
}
