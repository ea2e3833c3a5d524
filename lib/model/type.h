/* SPDX-License-Identifier: MIT */
#ifndef VMT_MODEL_TYPE_H
#define VMT_MODEL_TYPE_H

/* Region types.  Tools name one type in many ways (macOS 27 renamed nearly all); the dictionary
 * brings the names together and says what kind of memory each is. */

#include "base/intern.h"

enum vmt_class {
    VMT_CLASS_OTHER,
    VMT_CLASS_HEAP,
    VMT_CLASS_HEAP_KEPT_EMPTY, /* freed by the program, kept by the allocator */
    VMT_CLASS_STACK,
    VMT_CLASS_CODE,
    VMT_CLASS_DATA, /* data segments of images */
    VMT_CLASS_FILE, /* mapped files that are no images */
    VMT_CLASS_SHARED_MEMORY,
    VMT_CLASS_GRAPHICS,
    VMT_CLASS_JIT,
    VMT_CLASS_GUARD,
    VMT_CLASS_RESERVED,
    VMT_CLASS_KERNEL, /* held by the kernel for the process, outside its address space */
    VMT_CLASS_SUBMAP, /* a window on other rows, no memory of its own */
    VMT_CLASS_COUNT
};

/* Where the pages come from before anybody writes to them. */
enum vmt_nature { VMT_NATURE_UNKNOWN, VMT_NATURE_ANONYMOUS, VMT_NATURE_FILE };

/* An entry of the dictionary.  `names` are all spellings that mean the type, in any letter case;
 * the first is the canonical one; NULL ends them. */
struct vmt_type_entry {
    int tag; /* VM_MEMORY_* number of XNU, -1 when it is none */
    enum vmt_class class;
    enum vmt_nature nature;
    const char *names[8];
};

/* Ends with an entry without names. */
extern const struct vmt_type_entry vmt_type_table[];

/* A type as one snapshot met it: one record for each distinct printed name. */
struct vmt_type {
    struct vmt_type *next;
    const struct vmt_string *printed;
    const struct vmt_string *canonical; /* equal types have equal pointers */
    enum vmt_class class;
    enum vmt_nature nature;
    const struct vmt_type_entry *entry; /* NULL: class and nature come from the name's shape */
    bool true_shared_heap; /* macOS 14 and later share its objects at birth (SM=SHM), though no
                              other process has them: xnu-10002 vm_map_enter, MALLOC_NO_COW */
};

/* The type of a printed name of 1 to N bytes, from *types or added to it; NULL when there is no
 * memory.  `cut_at` is the length at which the tool cuts names without a mark, 0 when it does
 * not: a name of just that length also means the one type that it begins. */
const struct vmt_type *vmt_type_get(struct vmt_type **types, struct vmt_intern *strings,
                                    struct vmt_slice printed, size_t cut_at);

/* Guard and reserved ranges, and windows on other rows: no memory is behind such a type. */
bool vmt_type_is_address_space(const struct vmt_type *type);

/* "heap", "stack", …: stable, for columns. */
const char *vmt_class_name(enum vmt_class class);

/* The same for people: "heap kept empty", "JIT", … */
const char *vmt_class_title(enum vmt_class class);

#endif
