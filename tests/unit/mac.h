/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_MAC_H
#define VMT_UNIT_MAC_H

/* A Mac whose tools the stand-in is in place of: begin_mac(), what it is to do otherwise,
 * open_mac(), then what is asked of it, end_mac(). */

#include "collect/tools.h"

#include "reading_host.h"
#include "running.h"

static struct {
    char stand_in[1000];
    char dump[1000]; /* vmmap's, of process 902 */
    const char *vmmap[8];
    const char *vm_stat[8];
    const char *memory_pressure[8];
    const char *sysctl[8];
    const char *footprint[8];
    struct vmt_tools tools;
    struct vmt_live live;
} mac;

static const char memory_pressure_text[] =
    "The system has 17179869184 (1048576 pages with a page size of 16384).\n"
    "System-wide memory free percentage: 41%\n";
static const char sysctl_text[] =
    "vm.swapusage: total = 2048.00M  used = 1024.25M  free = 1023.75M  (encrypted)\n"
    "hw.memsize: 17179869184\nhw.pagesize: 4096\nvm.pagesize: 16384\n"
    "kern.memorystatus_vm_pressure_level: 2\nkern.memorystatus_level: 41\n";

static inline const char *fixture(char path[1000], const char *name)
{
    const char *root = getenv("VMT_FIXTURES");
    CU_ASSERT_FATAL(root != NULL);
    snprintf(path, 1000, "%s/%s", root, name);
    return path;
}

static inline void set_tool(const char *argv[8], const char *what, const char *more,
                            const char *last)
{
    argv[0] = mac.stand_in;
    argv[1] = what;
    argv[2] = more;
    argv[3] = last;
}

/* All of them well. */
static inline void begin_mac(void)
{
    static char vm_stat[1000];
    static char footprint[1000];
    memset(&mac, 0, sizeof mac);
    build_path(mac.stand_in, "tests/unit/stand_in");
    fixture(mac.dump, "darwin-vmmap/ok-26.1-interleaved.txt");
    set_tool(mac.vmmap, "print", mac.dump, NULL);
    set_tool(mac.vm_stat, "print", fixture(vm_stat, "darwin-vm-stat/ok-14.5-busy.txt"), NULL);
    set_tool(mac.memory_pressure, "say", memory_pressure_text, NULL);
    set_tool(mac.sysctl, "say", sysctl_text, NULL);
    set_tool(mac.footprint, "print", fixture(footprint, "darwin-footprint/ok-15-bytes.txt"), NULL);
    mac.tools = (struct vmt_tools){mac.vmmap,  mac.vm_stat, mac.memory_pressure,
                                   mac.sysctl, MUCH,        mac.footprint};
    begin_reading();
}

static inline void open_mac(uint64_t each, uint64_t all)
{
    const struct vmt_live_options options = {.tools = &mac.tools, .each = each, .all = all};
    CU_ASSERT_FATAL(vmt_live_open(&mac.live, &options, &vmt_allocator_system, &reading.err) ==
                    VMT_OK);
}

static inline void end_mac(void)
{
    vmt_live_close(&mac.live);
    end_reading();
    expect_nothing_left();
}

/* As a person asks for it: by its number. */
static inline struct vmt_process *read_pid(uint64_t pid)
{
    struct vmt_live_process subject;
    struct vmt_process *process = NULL;
    reading.err = VMT_ERROR_INIT;
    CU_ASSERT_FATAL(vmt_live_find(&subject, &mac.live, pid, false, NULL, &reading.err) == VMT_OK);
    reading.status = vmt_live_read(&process, &reading.snapshot, &reading.context, &mac.live,
                                   &subject, VMT_READ_ALL, &reading.err);
    return process;
}

static inline void read_host(void)
{
    reading.status =
        vmt_live_read_host(&reading.snapshot, &reading.context, &mac.live, &reading.err);
}

static inline void expect_records(uint64_t processes, uint64_t hosts, uint64_t inputs)
{
    UNIT_EQUAL_U64(reading.snapshot.processes.count, processes);
    UNIT_EQUAL_U64(reading.snapshot.hosts.count, hosts);
    UNIT_EQUAL_U64(reading.snapshot.sets.count, 0);
    UNIT_EQUAL_U64(reading.snapshot.inputs.count, inputs);
}

#endif
