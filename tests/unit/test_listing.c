/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "analysis/ranking.h"
#include "reading.h"

#define K UINT64_C(1024)

static struct vmt_listing listing;
static struct vmt_ranking ranking;
static const struct vmt_ranking_options by_pss = {.member = VMT_PSS, .most = UINT64_MAX};

/* A rollup of a process of that number. */
#define ROLLUP(pid, rss, pss, clean, dirty, swap)                                         \
    "==> /proc/" #pid "/smaps_rollup <==\n"                                               \
    "55d0c0a00000-7ffd3b5fe000 ---p 00000000 00:00 0                          [rollup]\n" \
    "Rss:                  " #rss " kB\n"                                                 \
    "Pss:                  " #pss " kB\n"                                                 \
    "Shared_Clean:            0 kB\n"                                                     \
    "Shared_Dirty:            0 kB\n"                                                     \
    "Private_Clean:           " #clean " kB\n"                                            \
    "Private_Dirty:           " #dirty " kB\n"                                            \
    "Swap:                    " #swap " kB\n"                                             \
    "SwapPss:                 " #swap " kB\n\n"

/* Of the same, its status. */
#define STATUS(pid, name, size, peak, rss)                                                 \
    "==> /proc/" #pid "/status <==\nName:\t" name "\nUmask:\t0022\nState:\tS (sleeping)\n" \
    "Tgid:\t" #pid "\nPid:\t" #pid "\nPPid:\t1\nUid:\t7\t7\t7\t7\nKthread:\t0\n"           \
    "VmSize:\t" #size " kB\nVmHWM:\t" #peak " kB\nVmRSS:\t" #rss " kB\nThreads:\t1\n\n"

/* Two workers of one program, a tool, and one of which the rest was denied. */
static const char four[] = STATUS(11, "worker", 900, 700, 500) ROLLUP(11, 500, 300, 20, 80, 4)
    STATUS(12, "worker", 800, 600, 400) ROLLUP(12, 400, 250, 10, 90, 0)
        STATUS(13, "tool", 300, 260, 240) ROLLUP(13, 240, 200, 0, 200, 0)
            STATUS(14, "secret", 200, 160, 120);

static void list(const char *text)
{
    struct vmt_error err = VMT_ERROR_INIT;
    read_text(text);
    vmt_listing_init(&listing, &vmt_allocator_system, (size_t)16 << 20);
    UNIT_EQUAL_I64(vmt_listing_add_snapshot(&listing, &reading.snapshot, &err), VMT_OK);
}

static void rank(struct vmt_ranking_options options)
{
    struct vmt_error err = VMT_ERROR_INIT;
    UNIT_EQUAL_I64(vmt_ranking_make(&ranking, &listing, &options, &err), VMT_OK);
}

static void end(void)
{
    vmt_ranking_free(&ranking);
    vmt_listing_free(&listing);
    end_reading();
}

static const struct vmt_amount *of_row(size_t row, enum vmt_member member)
{
    CU_ASSERT_FATAL(row < ranking.count);
    return &ranking.rows[row].amounts->of[member];
}

static uint64_t pid_of(size_t row)
{
    CU_ASSERT_FATAL(row < ranking.count);
    return ranking.rows[row].processes[0]->pid;
}

/* Status and rollup of one number are one process: sizes of both, each once. */
static void test_joined(void)
{
    list(four);
    rank(by_pss);
    UNIT_EQUAL_U64(listing.processes.count, 4);
    UNIT_EQUAL_U64(ranking.count, 4);
    UNIT_EQUAL_U64(pid_of(0), 11);
    UNIT_EQUAL_U64(pid_of(1), 12);
    UNIT_EQUAL_U64(pid_of(2), 13);
    UNIT_EQUAL_U64(pid_of(3), 14); /* not known */
    UNIT_EQUAL_U64(of_row(0, VMT_USS)->value, 100 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_PSS)->value, 300 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_RESIDENT)->value, 500 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_RESIDENT_PEAK)->value, 700 * K);
    UNIT_EQUAL_U64(ranking.rows[0].processes[0]->record_count, 2);
    UNIT_EQUAL_U64(ranking.rows[0].processes[0]->user_id, 7);
    UNIT_EQUAL_U64(ranking.rows[0].processes[0]->parent, 1);
    end();
}

/* A private size that is denied lies between nothing and what is resident, and is no 0. */
static void test_denied(void)
{
    list(four);
    rank(by_pss);
    CU_ASSERT(!of_row(3, VMT_USS)->known);
    CU_ASSERT(of_row(3, VMT_USS)->bounded);
    UNIT_EQUAL_U64(of_row(3, VMT_USS)->lower, 0);
    CU_ASSERT(of_row(3, VMT_USS)->upper >= 120 * K);
    /* In all: 100 + 100 + 200 for certain, and at most all that is resident of the fourth more. */
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_USS].lower, 400 * K);
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_USS].value, 400 * K);
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_USS].upper, 400 * K + of_row(3, VMT_RESIDENT)->upper);
    UNIT_EQUAL_U64(ranking.all.processes, 4);
    end();
}

static void test_by_name(void)
{
    struct vmt_ranking_options options = by_pss;
    options.by_name = true;
    list(four);
    rank(options);
    UNIT_EQUAL_U64(ranking.count, 3);
    UNIT_EQUAL_U64(ranking.all.rows, 3);
    UNIT_EQUAL_U64(ranking.rows[0].count, 2);
    UNIT_EQUAL_U64(of_row(0, VMT_USS)->value, 200 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_PSS)->value, 550 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_SWAP_PSS)->value, 4 * K);
    /* Resident together: no less than their parts of what is shared, no more than the sum. */
    CU_ASSERT(!of_row(0, VMT_RESIDENT)->known);
    UNIT_EQUAL_U64(of_row(0, VMT_RESIDENT)->lower, 550 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_RESIDENT)->upper, 900 * K);
    /* Of peaks the largest; those of different times have no sum. */
    UNIT_EQUAL_U64(of_row(0, VMT_RESIDENT_PEAK)->value, 700 * K);
    CU_ASSERT(!ranking.all.amounts.of[VMT_RESIDENT_PEAK].bounded);
    /* Private, proportional of one are its own. */
    UNIT_EQUAL_U64(of_row(1, VMT_PSS)->value, 200 * K);
    end();
}

/* Filters hide rows; what there is in all stays. */
static void test_filters(void)
{
    struct vmt_ranking_options options = by_pss;
    list(four);
    options.name = vmt_slice("WORK");
    options.most = 1;
    rank(options);
    UNIT_EQUAL_U64(ranking.count, 1);
    UNIT_EQUAL_U64(ranking.shown.processes, 1);
    UNIT_EQUAL_U64(ranking.shown.amounts.of[VMT_PSS].value, 300 * K);
    UNIT_EQUAL_U64(ranking.all.processes, 4);
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_PSS].value, 750 * K);
    vmt_ranking_free(&ranking);

    options = by_pss;
    options.least = 250 * K;
    rank(options);
    UNIT_EQUAL_U64(ranking.count, 2); /* 300, 250; not 200, and not the unknown one */
    vmt_ranking_free(&ranking);

    options = by_pss;
    options.most = 0;
    rank(options);
    UNIT_EQUAL_U64(ranking.count, 0);
    UNIT_EQUAL_U64(ranking.shown.processes, 0);
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_PSS].value, 750 * K);
    end();
}

static void test_order(void)
{
    struct vmt_ranking_options options = {.key = VMT_RANK_NAME, .most = UINT64_MAX};
    list(four);
    rank(options);
    UNIT_EQUAL_U64(pid_of(0), 14);
    UNIT_EQUAL_U64(pid_of(1), 13);
    UNIT_EQUAL_U64(pid_of(2), 11);
    UNIT_EQUAL_U64(pid_of(3), 12);
    vmt_ranking_free(&ranking);
    options.key = VMT_RANK_PID;
    rank(options);
    UNIT_EQUAL_U64(pid_of(0), 11);
    UNIT_EQUAL_U64(pid_of(3), 14);
    vmt_ranking_free(&ranking);
    options = (struct vmt_ranking_options){
        .key = VMT_RANK_PROCESSES, .by_name = true, .most = UINT64_MAX};
    rank(options);
    UNIT_EQUAL_U64(ranking.rows[0].count, 2);
    UNIT_EQUAL_U64(pid_of(1), 13); /* one each: by number */
    UNIT_EQUAL_U64(pid_of(2), 14);
    end();
}

/* Of several looks at one process the last one counts; a name that was cut is the same name. */
static void test_samples(void)
{
    list(ROLLUP(21, 500, 300, 20, 80, 0) ROLLUP(21, 600, 350, 0, 90, 0));
    rank(by_pss);
    UNIT_EQUAL_U64(ranking.count, 1);
    UNIT_EQUAL_U64(of_row(0, VMT_PSS)->value, 350 * K);
    UNIT_EQUAL_U64(of_row(0, VMT_USS)->value, 90 * K);
    UNIT_EQUAL_U64(ranking.rows[0].processes[0]->record_count, 2);
    end();
    list(STATUS(22, "fifteen-letters", 900, 700, 500) STATUS(
        22, "fifteen-letters-and-more", 900, 700, 600) STATUS(22, "fifteen", 900, 700, 600));
    UNIT_EQUAL_U64(listing.processes.count, 2); /* "fifteen" was not cut: another process */
    struct vmt_walker walker = {0};
    const struct vmt_listed *first = vmt_sequence_next(&listing.processes, &walker);
    CU_ASSERT_STRING_EQUAL(first->name->data, "fifteen-letters-and-more");
    rank(by_pss);
    end();
}

/* Threads of the kernel, zombies and what is named only: counted, and nothing added. */
static void test_without_memory(void)
{
    struct vmt_ranking_options options = by_pss;
    list("==> /proc/23/status <==\nName:\tkworker/0:1\nUmask:\t0022\nState:\tI (idle)\nTgid:\t23\n"
         "Pid:\t23\nPPid:\t2\nKthread:\t1\nThreads:\t1\n\n"
         "==> /proc/24/status <==\nName:\tgone\nUmask:\t0022\nState:\tZ (zombie)\nTgid:\t24\n"
         "Pid:\t24\nPPid:\t1\nKthread:\t0\nThreads:\t1\n\n"
         "==> /proc/25/status <==\nName:\tending\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t25\n"
         "Pid:\t25\nPPid:\t1\nKthread:\t0\nThreads:\t1\n\n" ROLLUP(26, 500, 300, 20, 80, 0));
    rank(options);
    UNIT_EQUAL_U64(ranking.count, 2); /* 26 and 25 */
    UNIT_EQUAL_U64(pid_of(0), 26);
    UNIT_EQUAL_U64(ranking.kinds[VMT_LISTED_KERNEL_THREAD], 1);
    UNIT_EQUAL_U64(ranking.kinds[VMT_LISTED_ZOMBIE], 1);
    UNIT_EQUAL_U64(ranking.unread[VMT_UNREAD_SILENT], 1);
    CU_ASSERT(ranking.all.amounts.of[VMT_PSS].known);
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_PSS].value, 300 * K);
    vmt_ranking_free(&ranking);
    options.kernel = true;
    rank(options);
    UNIT_EQUAL_U64(ranking.count, 3);
    UNIT_EQUAL_U64(ranking.shown.processes, 2);
    UNIT_EQUAL_U64(ranking.all.processes, 2);
    UNIT_EQUAL_U64(ranking.all.amounts.of[VMT_PSS].value, 300 * K);
    end();
}

int main(int argc, char **argv)
{
    static const struct unit_test tests[] = {
        {"joined", test_joined},
        {"denied", test_denied},
        {"by_name", test_by_name},
        {"filters", test_filters},
        {"order", test_order},
        {"samples", test_samples},
        {"without_memory", test_without_memory},
    };
    return UNIT_MAIN("test_listing", tests, argc, argv);
}
