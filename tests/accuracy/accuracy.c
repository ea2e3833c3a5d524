/* SPDX-License-Identifier: MIT */
/* The accounting held against the one kernel that tells the truth.
 *
 *   accuracy live VMTALLY SCRATCH WORKER TMPFS [RECORD]
 *   accuracy recorded VMTALLY SCRATCH RECORDED
 *
 * Linux says in /proc/PID/smaps what each process has alone, what it shares and what its fair part
 * of that is.  vmmap says none of it.  So groups of processes are started whose memory is known,
 * and of their smaps only what vmmap would show is written as its text: ranges, types, resident,
 * dirty and swapped sizes, and the sharing mode of the mapping.  What vmtally makes of that is held
 * against what Linux says.  Recorded smaps go the same way, on any system.
 *
 * Ends with 1 when a truth lies outside of its bounds, with 2 when something could not be done. */
#include "config.h"

#include "accuracy.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "number.h"

struct run {
    const char *vmtally;
    const char *scratch;
    const char *record; /* where smaps are written to, or NULL */
    struct score *score;
    struct score *kernel; /* with all that Linux tells */
    uint64_t broken;      /* what holds without any truth, and did not */
    uint64_t held;
    unsigned recorded;
    bool swapped;
};

void fail(const char *what, const char *which)
{
    fflush(stdout);
    fprintf(stderr, "accuracy: %s: %s\n", which == NULL ? "?" : which, what);
    exit(2);
}

void *get_memory(void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (memory == NULL) {
        fail("no memory", "realloc");
    }
    return memory;
}

/* --- what holds without any truth ------------------------------------------------------------- */

static void expect(struct run *run, bool holds, const struct group *group, const char *what)
{
    run->held += holds;
    run->broken += !holds;
    if (!holds) {
        printf("BROKEN: %s: %s\n", group->kind, what);
    }
}

static bool adds_up(const struct answer_amount of[MEMBERS], enum member sum, enum member first,
                    enum member second)
{
    return of[sum].known && of[first].known && of[second].known &&
           of[first].value + of[second].value == of[sum].value;
}

static void check_one(struct run *run, const struct group *group,
                      const struct answer_amount of[MEMBERS])
{
    expect(run, adds_up(of, MEMBER_RESIDENT, MEMBER_CLEAN, MEMBER_DIRTY), group,
           "clean and dirty are resident");
    expect(run, adds_up(of, MEMBER_CLEAN, MEMBER_PRIVATE_CLEAN, MEMBER_SHARED_CLEAN), group,
           "private and shared are clean");
    expect(run, adds_up(of, MEMBER_DIRTY, MEMBER_PRIVATE_DIRTY, MEMBER_SHARED_DIRTY), group,
           "private and shared are dirty");
    expect(run,
           of[MEMBER_USS].lower <= of[MEMBER_PSS].lower &&
               of[MEMBER_USS].value <= of[MEMBER_PSS].upper &&
               of[MEMBER_PSS].upper <= of[MEMBER_RESIDENT].upper &&
               of[MEMBER_SHARE].upper <= of[MEMBER_RESIDENT].upper,
           group, "uss, pss, rss in this order");
}

static bool same_amount(struct answer_amount a, struct answer_amount b)
{
    return a.known == b.known && a.bounded == b.bounded && a.value == b.value &&
           a.lower == b.lower && a.upper == b.upper;
}

/* The order of the rows is immaterial to a process. */
static void check_order(struct run *run, const struct group *group, const struct answer *answer)
{
    struct answer other;
    answer_get(&other, group, run->vmtally, run->scratch, (struct form){.seed = 1});
    bool same = true;
    for (size_t i = 0; i < group->process_count; i++) {
        for (int member = 0; member < MEMBER_SHARE; member++) {
            same = same && same_amount(answer->of[i][member], other.of[i][member]);
        }
    }
    expect(run, same, group, "rows in any order");
}

/* --- groups ----------------------------------------------------------------------------------- */

/* `forked, 25 % rewritten` as `09-forked-25-rewritten` */
static void make_directory_name(char out[64], unsigned number, const char *kind)
{
    size_t length = (size_t)snprintf(out, 64, "%02u", number);
    bool apart = true;
    for (; *kind != '\0' && length + 3 < 64; kind++) {
        bool word = (*kind >= 'a' && *kind <= 'z') || (*kind >= '0' && *kind <= '9');
        if (word && apart) {
            out[length++] = '-';
        }
        if (word) {
            out[length++] = *kind;
        }
        apart = !word;
    }
    out[length] = '\0';
}

static void record(struct run *run, const struct group *group)
{
    char path[768];
    char name[64];
    make_directory_name(name, ++run->recorded, group->kind);
    snprintf(path, sizeof path, "%s/%s", run->record, name);
    if (mkdir(path, 0777) != 0) {
        fail("cannot be made", path);
    }
    for (size_t i = 0; i < group->process_count; i++) {
        const struct process *process = &group->processes[i];
        snprintf(path, sizeof path, "%s/%s/%s.%u.smaps", run->record, name, process->name,
                 process->pid);
        FILE *file = fopen(path, "w");
        if (file == NULL) {
            fail("cannot be written", path);
        }
        smaps_write(process, file);
        fclose(file);
    }
}

static void use_group(struct group *group, void *context)
{
    struct run *run = context;
    struct answer answer;
    if (run->record != NULL) {
        record(run, group);
    }
    answer_get(&answer, group, run->vmtally, run->scratch, (struct form){.smaps = true});
    score_add(run->kernel, group, &answer);
    answer_get(&answer, group, run->vmtally, run->scratch, (struct form){.smaps = false});
    score_add(run->score, group, &answer);
    for (size_t i = 0; i < group->process_count; i++) {
        check_one(run, group, answer.of[i]);
        run->swapped = run->swapped || smaps_sum(&group->processes[i], SWAP) > 0;
    }
    check_order(run, group, &answer);
}

/* `NAME.PID.smaps` */
static bool read_recorded(struct group *group, const char *directory, const char *name)
{
    static const char *const own[2] = {NULL, NULL};
    char path[768];
    size_t stem = strcspn(name, ".");
    const char *at = name + stem + (name[stem] == '.' ? 1 : 0);
    uint64_t pid = take_number(&at, 10);
    if (strcmp(at, ".smaps") != 0 || pid == 0 || stem >= sizeof group->processes[0].name ||
        group->process_count == PROCESSES_MOST) {
        return false;
    }
    struct process *process = &group->processes[group->process_count++];
    *process = (struct process){.pid = (unsigned)pid};
    memcpy(process->name, name, stem);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail("cannot be read", path);
    }
    smaps_read(process, file, own);
    fclose(file);
    return process->mapping_count > 0;
}

static void use_recorded_group(struct run *run, const char *directory, const char *kind)
{
    char path[512];
    struct dirent **entries = NULL;
    struct group group = {.kind = kind};
    snprintf(path, sizeof path, "%s/%s", directory, kind);
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (name[0] != '.' && !read_recorded(&group, path, name)) {
            fail("not NAME.PID.smaps of a process", name);
        }
        free(entries[i]);
    }
    free((void *)entries);
    use_group(&group, run);
    for (size_t i = 0; i < group.process_count; i++) {
        smaps_free(&group.processes[i]);
    }
}

static void use_recorded(struct run *run, const char *directory)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, NULL, alphasort);
    if (count < 0) {
        fail("cannot be read", directory);
    }
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            use_recorded_group(run, directory, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free((void *)entries);
}

static void print_remarks(const struct run *run)
{
    uint64_t inside = score_inside(run->kernel);
    printf(
        "\nThe truth is the kernel's.  Widths are parts of resident, errors parts of the kernel's "
        "PSS.\nA share without a value has bounds only: what was written before a fork may be "
        "one page\nor several.  \"COW private\" takes SM=COW for private and divides SM=SHM by "
        "n; to take COW\nfor shared too is resident / n, as each row here is one of the two.\n"
        "Where the pages of each process are other parts of a file, no row says which: "
        "\"in parts\".\n\n"
        "Not tried, as Linux does not have it: resident sizes with pages that a process never\n"
        "touched (macOS counts what is in memory of the object, so that rows in parts say the\n"
        "same size there), SM=PRV, purgeable memory, the shared cache, compressed memory.\n");
    if (!run->swapped) {
        printf("Nothing was swapped out here: swapped sizes were 0.\n");
    }
    printf("\nGiven smaps itself, vmtally has the truth in its bounds in %" PRIu64 " of %" PRIu64
           " cases.\n",
           inside, inside + score_outside(run->kernel));
}

static int finish(const struct run *run)
{
    uint64_t outside = score_outside(run->score) + score_outside(run->kernel);
    uint64_t inside = score_inside(run->score) + score_inside(run->kernel);
    print_remarks(run);
    printf("\naccuracy: %" PRIu64 " passed, %" PRIu64 " failed\n", inside + run->held,
           outside + run->broken);
    return outside + run->broken == 0 && inside > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    bool live = argc >= 6 && argc <= 7 && strcmp(argv[1], "live") == 0;
    bool recorded = argc == 5 && strcmp(argv[1], "recorded") == 0;
    if (!live && !recorded) {
        fputs("usage: accuracy live VMTALLY SCRATCH WORKER TMPFS [RECORD]\n"
              "       accuracy recorded VMTALLY SCRATCH RECORDED\n",
              stderr);
        return 64;
    }
    struct run run = {
        .vmtally = argv[2], .scratch = argv[3], .score = score_new(), .kernel = score_new()};
    run.record = argc == 7 ? argv[6] : NULL;
    if (live) {
        groups_run(argv[4], argv[3], argv[5], use_group, &run);
    } else {
        use_recorded(&run, argv[4]);
    }
    score_print(run.score);
    int result = finish(&run);
    score_free(run.score);
    score_free(run.kernel);
    return result;
}
