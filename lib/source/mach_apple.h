/* SPDX-License-Identifier: MIT */
#ifndef VMT_SOURCE_MACH_APPLE_H
#define VMT_SOURCE_MACH_APPLE_H

/* Apple's headers, and what is exported but declared in none of them.  Only mach_*.c includes this:
 * nothing of it goes through mach.h. */

#include <libproc.h>
#include <mach/mach.h>
#include <sys/sysctl.h>

/* The tests are built with a set of headers that lacks this one.  The configuration is that of the
 * system that they run on, so it cannot say. */
#if __has_include(<mach/mach_vm.h>)
#include <mach/mach_vm.h>
#else
kern_return_t mach_vm_region_recurse(vm_map_read_t task, mach_vm_address_t *address,
                                     mach_vm_size_t *size, natural_t *depth,
                                     vm_region_recurse_info_t info, mach_msg_type_number_t *count);
kern_return_t mach_vm_page_range_query(vm_map_read_t task, mach_vm_offset_t address,
                                       mach_vm_size_t size, mach_vm_address_t dispositions,
                                       mach_vm_size_t *count);
kern_return_t mach_vm_page_info(vm_map_read_t task, mach_vm_address_t address,
                                vm_page_info_flavor_t flavor, vm_page_info_t info,
                                mach_msg_type_number_t *count);
kern_return_t mach_vm_purgable_control(vm_map_t task, mach_vm_address_t address,
                                       vm_purgable_t control, int *state);
#endif

/* A system call of macOS 11 (bsd/kern/kern_proc.c), unlike task_for_pid: -1 and errno. */
int task_read_for_pid(mach_port_name_t target, int pid, mach_port_name_t *task);

/* bsd/sys/proc_info_private.h: a struct proc_regionpath of the mapping of a file at an address, or
 * of the next one above (osfmk/vm/bsd_vm.c, find_region_details). */
enum { VMT_MACH_REGIONPATH = 31 };

#endif
