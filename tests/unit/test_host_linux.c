/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reading.h"

/* What the grammars of /proc and /sys make of their text where it is of a host or of a part of one.
 * Numbers are worked out from the text by hand. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define K UINT64_C(1024)
#define M (K * K)

/* --- what a text is read to ------------------------------------------------------------------- */

static const struct vmt_host *host_at(size_t index)
{
    return record_at(&reading.snapshot.hosts, index);
}

static const struct vmt_host_value *find_value(size_t host, enum vmt_host_quantity quantity)
{
    struct vmt_walker walker = {0};
    const struct vmt_sample *sample = vmt_sequence_next(&host_at(host)->samples, &walker);
    for (uint32_t i = 0; sample != NULL && i < sample->count; i++) {
        if (sample->values[i].quantity == quantity) {
            return &sample->values[i];
        }
    }
    return NULL;
}

static bool has(size_t host, enum vmt_host_quantity quantity)
{
    return find_value(host, quantity) != NULL;
}

static uint64_t number(size_t host, enum vmt_host_quantity quantity)
{
    const struct vmt_host_value *value = find_value(host, quantity);
    CU_ASSERT_FATAL(value != NULL);
    if (value == NULL) {
        abort();
    }
    return value->reading.value;
}

static const char *fact(size_t host, const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *row = NULL;
    while ((row = vmt_sequence_next(&host_at(host)->facts, &walker)) != NULL) {
        if (strcmp(row->key->data, key) == 0) {
            return row->value->data;
        }
    }
    return NULL;
}

/* --- meminfo, vmstat -------------------------------------------------------------------------- */

static void test_meminfo__huge_pages(void)
{
    read_fixture("linux-meminfo/ok-6.18.txt");
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGE_SIZE), 2048 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES), 32 * M); /* 16 of them */
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_FREE), 24 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_RESERVED), 8 * M);
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_SURPLUS), 0);
    UNIT_EQUAL_STR(fact(0, "HugePages_Free"), "12");
    end_reading();
    /* Without their size, and more than 64 bits hold. */
    read_text("MemFree: 8 kB\nHugePages_Total: 3\nHugePages_Free: 1\n");
    CU_ASSERT(!has(0, VMT_HOST_HUGE_PAGES) && !has(0, VMT_HOST_HUGE_PAGES_FREE));
    UNIT_EQUAL_STR(fact(0, "HugePages_Total"), "3");
    end_reading();
    read_text("MemFree: 8 kB\nHugePages_Total: 18446744073709551615\nHugePages_Free: 2\n"
              "Hugepagesize: 2048 kB\n");
    CU_ASSERT(!has(0, VMT_HOST_HUGE_PAGES));
    UNIT_EQUAL_U64(number(0, VMT_HOST_HUGE_PAGES_FREE), 4 * M);
    end_reading();
}

static void test_meminfo__the_kernel(void)
{
    read_fixture("linux-meminfo/ok-6.18.txt");
    UNIT_EQUAL_U64(number(0, VMT_HOST_KERNEL_RECLAIMABLE), 637040 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_VMALLOC_USED), 84348 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_PERCPU), 9712 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_FILE_HUGE_PAGES), 2048 * K);
    UNIT_EQUAL_U64(number(0, VMT_HOST_SECONDARY_PAGE_TABLES), 0);
    UNIT_EQUAL_U64(number(0, VMT_HOST_BALLOON), 0);
    CU_ASSERT(!has(0, VMT_HOST_CMA_TOTAL));
    end_reading();
}

static void test_vmstat__reclaim(void)
{
    read_text("nr_free_pages 7\nnr_file_pages 51\nnr_zspages 4\nworkingset_refault_anon 12\n"
              "workingset_refault_file 13\npswpout 9\npgsteal_kswapd 14\npgsteal_direct 15\n"
              "pgscan_kswapd 16\npgscan_direct 17\nzswpin 18\nzswpout 19\nzswpwb 20\n");
    UNIT_EQUAL_U64(number(0, VMT_HOST_FILE_PAGES), 51);
    CU_ASSERT(find_value(0, VMT_HOST_FILE_PAGES)->pages);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSMALLOC), 4);
    UNIT_EQUAL_U64(number(0, VMT_HOST_REFAULTS_ANONYMOUS), 12);
    UNIT_EQUAL_U64(number(0, VMT_HOST_REFAULTS_FILE), 13);
    UNIT_EQUAL_U64(number(0, VMT_HOST_RECLAIMED_BACKGROUND), 14);
    UNIT_EQUAL_U64(number(0, VMT_HOST_RECLAIMED_DIRECT), 15);
    UNIT_EQUAL_U64(number(0, VMT_HOST_SCANNED_BACKGROUND), 16);
    UNIT_EQUAL_U64(number(0, VMT_HOST_SCANNED_DIRECT), 17);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_INS), 18);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_OUTS), 19);
    UNIT_EQUAL_U64(number(0, VMT_HOST_ZSWAP_WRITTEN), 20);
    end_reading();
}

static const struct unit_test tests[] = {
    {"meminfo__huge_pages", test_meminfo__huge_pages},
    {"meminfo__the_kernel", test_meminfo__the_kernel},
    {"vmstat__reclaim", test_vmstat__reclaim},
};

int main(int argc, char **argv)
{
    return UNIT_MAIN("test_host_linux", tests, argc, argv);
}
