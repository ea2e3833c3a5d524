/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/mach_parts.h"

#include <errno.h>

struct vmt_mach_outcome vmt_mach_ok(void)
{
    return (struct vmt_mach_outcome){.answer = VMT_MACH_OK};
}

struct vmt_mach_outcome vmt_mach_stopped(void)
{
    return (struct vmt_mach_outcome){.answer = VMT_MACH_STOPPED};
}

static uint32_t answer_of_kernel(kern_return_t code)
{
    switch (code) {
    case KERN_SUCCESS:
        return VMT_MACH_OK;
    /* A task that is gone has no address space: the port converts to none, which the servers of
     * osfmk/vm/vm_user.c call an invalid argument.  Later the port itself is dead, and where it
     * dies during a call, so does the wait for the reply. */
    case KERN_INVALID_ARGUMENT:
    case KERN_INVALID_TASK:
    case KERN_TERMINATED:
    case MACH_SEND_INVALID_DEST:
    case MIG_SERVER_DIED:
        return VMT_MACH_GONE;
    case KERN_PROTECTION_FAILURE:
    case KERN_NO_ACCESS:
    case KERN_DENIED:
        return VMT_MACH_DENIED;
    case KERN_NOT_SUPPORTED:
    case MIG_BAD_ID:
        return VMT_MACH_UNSUPPORTED;
    default:
        return VMT_MACH_FAILED;
    }
}

struct vmt_mach_outcome vmt_mach_of_kernel(kern_return_t code, const char *call)
{
    const uint32_t answer = answer_of_kernel(code);
    return (struct vmt_mach_outcome){answer, code, answer == VMT_MACH_OK ? NULL : call};
}

static uint32_t answer_of_errno(int code)
{
    switch (code) {
    case ESRCH:
        return VMT_MACH_GONE;
    case EPERM:
    case EACCES:
        return VMT_MACH_DENIED;
    case ENOSYS:
    case ENOTSUP:
        return VMT_MACH_UNSUPPORTED;
    default:
        return VMT_MACH_FAILED;
    }
}

struct vmt_mach_outcome vmt_mach_of_errno(int code, const char *call)
{
    return (struct vmt_mach_outcome){answer_of_errno(code), code, call};
}
