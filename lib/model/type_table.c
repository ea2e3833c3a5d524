/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "model/type.h"

/* Names and numbers of vmmap 10.2 to 27, footprint, gcore and mach_vm_tag_describe.  Letter case
 * does not count, so a name stands here once when a release only changed its capitals.
 *
 * The kernel keeps tags for anonymous memory only; the nature is unknown where a driver may have
 * put device memory or a file behind the tag.  Suffixes such as " (empty)" and names that hold a
 * tag's number are rules in type.c, not rows. */
const struct vmt_type_entry vmt_type_table[] = {
    /* heap: libmalloc */
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC"}}, /* no tag: all of the heap as one */
    {1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC metadata", "MALLOC (admin)"}},
    {2, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_SMALL", "Malloc Small"}},
    {3, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_LARGE", "Malloc Large"}},
    {4, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_HUGE", "Malloc Huge"}},
    {5, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"SBRK"}},
    {6, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_REALLOC", "Malloc Realloc"}},
    {7, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_TINY", "Malloc Tiny"}},
    {9, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_LARGE_REUSED", "Malloc Large (Reused)"}},
    {11, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_NANO", "Malloc Nano"}},
    {12, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_MEDIUM", "Malloc Medium"}},
    {13, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_PROB_GUARD", "Malloc Prob. Guard"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_NANO metadata", "Malloc Nano Metadata"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_LARGE metadata", "Malloc Large Metadata"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_USED"}}, /* 10.2 to 10.4 */
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"MALLOC_OTHER"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"VALLOC_USED"}},

    /* heap: other allocators and garbage collectors */
    {53, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"WebKit Malloc"}},
    {61, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"dyld malloc memory"}},
    {63, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"WebAssembly memory"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"JS garbage collector"}}, /* 63 as it once was */
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"JS VM Gigacage"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"JS VM Isolated Heap"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"WebKit Malloc metadata"}},

    /* heap that the program gave back */
    {8,
     VMT_CLASS_HEAP_KEPT_EMPTY,
     VMT_NATURE_ANONYMOUS,
     {"MALLOC_LARGE_REUSABLE", "Malloc Large (Reusable)"}},
    {-1,
     VMT_CLASS_HEAP_KEPT_EMPTY,
     VMT_NATURE_ANONYMOUS,
     {"MALLOC freed no zone", "MALLOC freed, no zone"}},

    /* stacks */
    {30, VMT_CLASS_STACK, VMT_NATURE_ANONYMOUS, {"Stack"}},
    {233, VMT_CLASS_STACK, VMT_NATURE_ANONYMOUS, {"Rosetta Return Stack"}},

    /* pages that nobody may touch */
    {31, VMT_CLASS_GUARD, VMT_NATURE_ANONYMOUS, {"Guard"}},
    {-1, VMT_CLASS_GUARD, VMT_NATURE_ANONYMOUS, {"MALLOC guard page"}},
    {-1, VMT_CLASS_GUARD, VMT_NATURE_ANONYMOUS, {"STACK GUARD"}},
    {-1, VMT_CLASS_GUARD, VMT_NATURE_ANONYMOUS, {"__PAGEZERO"}},

    /* address space set aside by the system */
    {-1, VMT_CLASS_RESERVED, VMT_NATURE_UNKNOWN, {"GPU Carveout (reserved)", "GPU Carveout"}},

    /* code */
    {-1, VMT_CLASS_CODE, VMT_NATURE_FILE, {"__TEXT"}},
    {34, VMT_CLASS_CODE, VMT_NATURE_UNKNOWN, {"ObjC dispatching code"}},

    /* data segments of images; writes go to copies, the pages come from the file */
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__DATA"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__DATA_CONST"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__DATA_DIRTY"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__AUTH"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__AUTH_CONST"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__TPRO_CONST"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__OBJC"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__OBJC_RO"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__OBJC_RW"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__OBJC_CONST"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__LINKEDIT", "dyld shared cache combined __LINKEDIT"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__IMPORT"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__CTF"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__UNICODE"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__FONT_DATA"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__GLSLBUILTINS"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__INFO_FILTER"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__IMAGE"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__LLVM"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"__LLVM_COV"}},
    /* Rows say "unused __AUTH", "unused shlib __TEXT"…; type.c brings them all here, as vmmap's
     * own table does. */
    {-1,
     VMT_CLASS_DATA,
     VMT_NATURE_FILE,
     {"unused but dirty shlib __DATA", "unused dyld shared cache area"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_UNKNOWN, {"ObjC additional data"}},

    /* mapped files and shared memory */
    {-1, VMT_CLASS_FILE, VMT_NATURE_FILE, {"mapped file"}},
    {-1, VMT_CLASS_SHARED_MEMORY, VMT_NATURE_ANONYMOUS, {"shared memory"}},
    {-1, VMT_CLASS_SHARED_MEMORY, VMT_NATURE_ANONYMOUS, {"commpage"}}, /* one for all processes */

    /* images, surfaces and what draws them */
    {42, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CoreGraphics"}},
    {51, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CoreAnimation"}},
    {52, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CG image"}},
    {54, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CG raster data"}},
    {55, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CG shared images"}},
    {56, VMT_CLASS_GRAPHICS, VMT_NATURE_UNKNOWN, {"CG framebuffers", "CG Frame Buffers"}},
    {57, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CG backing stores", "CG backingstores"}},
    {58, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CG Xalloc"}},
    {66, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"OpenGL GLSL"}},
    {67, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"OpenCL"}},
    {68, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CoreImage"}},
    {70, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"Image IO", "ImageIO"}},
    {76, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CoreUI image data"}},
    {77, VMT_CLASS_GRAPHICS, VMT_NATURE_UNKNOWN, {"CoreUI image file"}},
    {79, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"RawCamera"}},
    {86, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"SceneKit"}},
    {88, VMT_CLASS_GRAPHICS, VMT_NATURE_UNKNOWN, {"IOSurface"}},
    {97, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"QuickLook Thumbnails"}},
    /* Allocators of other makers (mimalloc) take this tag too. */
    {100, VMT_CLASS_GRAPHICS, VMT_NATURE_UNKNOWN, {"IOAccelerator"}},
    {103, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"CoreUI Cache Image Data"}},
    {104, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"ColorSync"}},
    {-1, VMT_CLASS_GRAPHICS, VMT_NATURE_ANONYMOUS, {"Accelerate image backing stores"}},

    /* code made at run time */
    {64, VMT_CLASS_JIT, VMT_NATURE_ANONYMOUS, {"JS JIT generated code"}},
    {234, VMT_CLASS_JIT, VMT_NATURE_ANONYMOUS, {"Rosetta JIT"}},

    /* charged to the process by the kernel, in no range of its own */
    {-1, VMT_CLASS_KERNEL, VMT_NATURE_ANONYMOUS, {"page table in kernel", "page table"}},
    {-1,
     VMT_CLASS_KERNEL,
     VMT_NATURE_ANONYMOUS,
     {"owned unmapped memory", "owned unmapped", "Owned physical footprint (unmapped)"}},
    {-1,
     VMT_CLASS_KERNEL,
     VMT_NATURE_ANONYMOUS,
     {"owned unmapped (graphics)", "Owned physical footprint (unmapped) (graphics)"}},

    /* a window on other rows */
    {-1, VMT_CLASS_SUBMAP, VMT_NATURE_UNKNOWN, {"Submap"}},

    /* memory without a tag */
    {0,
     VMT_CLASS_OTHER,
     VMT_NATURE_ANONYMOUS,
     {"VM_ALLOCATE", "VM_ALLOCATE ?", "Untagged", "untagged (VM_ALLOCATE)",
      "untagged (\"VM_ALLOCATE\")"}},

    /* vmmap of 10.2 and 10.3 leaves the name out */
    {-1, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"(unnamed)"}},

    /* buffers of frameworks and of the system */
    {10, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Performance tool data"}},
    {20, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Mach message"}},
    {21, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"IOKit"}},
    {22, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Deferred Reclaim"}},
    {32, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"shared pmap"}},
    {33, VMT_CLASS_OTHER, VMT_NATURE_FILE, {"dylib"}}, /* any segment of an image */
    {35, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"unshared pmap"}},
    {36, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"Channel Library"}},
    {40, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"AppKit"}},
    {41, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Foundation"}},
    {43, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreServices"}},
    {44, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Java"}},
    {45, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreData"}},
    {46, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreData Object IDs"}},
    {50, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"ATS (font support)"}},
    {60, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"dyld private memory"}},
    {62, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"SQLite page cache"}},
    {65, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"JS VM register file"}},
    {69,
     VMT_CLASS_OTHER,
     VMT_NATURE_ANONYMOUS,
     {"WebCore purgable data", "WebCore Purgeable Data"}},
    {71, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreProfile"}},
    {72, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Assets Library"}},
    {73,
     VMT_CLASS_OTHER,
     VMT_NATURE_ANONYMOUS,
     {"Kernel Alloc Once", "OS Alloc Once", "os_alloc_once"}},
    {74, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Dispatch continuations"}},
    {75, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Accelerate framework", "Accelerate.framework"}},
    {78, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Activity Tracing"}},
    {80, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Process Corpse Info"}},
    {81, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Apple System Log"}},
    {82, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Swift runtime"}},
    {83, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Swift metadata"}},
    {84, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"DHMM"}},
    {85, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"DFR"}},
    {87, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"Skywalk Networking"}},
    {89, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"libnetwork"}},
    {90, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Audio"}},
    {91, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Video Bitstream"}},
    {92, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia XPC"}},
    {93, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia RPC"}},
    {94, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia Memory Pool"}},
    {95, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia Read Cache"}},
    {96, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia HTTP Cache"}},
    {98, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Accounts Framework"}},
    {99, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Sanitizer"}},
    {101, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia Capture Data"}},
    {102, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"EAR Speech Decoder"}},
    {105, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Simulated Crash Data"}},
    {106, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"CoreMedia HLS"}},
    {107, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 107"}}, /* compositor services */
    {-1, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"AttributeGraph Data"}},

    /* the translator of x86 programs */
    {230, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Rosetta Generic"}},
    {231, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Rosetta Thread Context"}},
    {232, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Rosetta IndirectBranch"}},
    {235, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Rosetta User LDT"}},
    {236, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Rosetta Arena"}},
    {239, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Rosetta Tag 10"}},

    /* free for programs: allocators and runtimes of browsers and languages */
    {240, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 240", "App-Specific Tag 1"}},
    {241, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 241", "App-Specific Tag 2"}},
    {242, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 242", "App-Specific Tag 3"}},
    {243, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 243", "App-Specific Tag 4"}},
    {244, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 244", "App-Specific Tag 5"}},
    {245, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 245", "App-Specific Tag 6"}},
    {246, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 246", "App-Specific Tag 7"}},
    {247, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 247", "App-Specific Tag 8"}},
    {248, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 248", "App-Specific Tag 9"}},
    {249, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 249", "App-Specific Tag 10"}},
    {250, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 250", "App-Specific Tag 11"}},
    {251, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 251", "App-Specific Tag 12"}},
    {252, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 252", "App-Specific Tag 13"}},
    {253, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 253", "App-Specific Tag 14"}},
    {254, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 254", "App-Specific Tag 15"}},
    {255, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"Memory Tag 255", "App-Specific Tag 16"}},

    /* Linux: by path and permissions, see grammar/part_mapping.c; "mapped file" and "shared memory"
     * mean the same on both systems */
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"[heap]"}}, /* of brk */
    {-1, VMT_CLASS_STACK, VMT_NATURE_ANONYMOUS, {"[stack]"}},
    {-1, VMT_CLASS_HEAP, VMT_NATURE_ANONYMOUS, {"anonymous heap"}},
    {-1, VMT_CLASS_STACK, VMT_NATURE_ANONYMOUS, {"anonymous stack"}},
    {-1, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"anonymous"}},
    {-1, VMT_CLASS_GUARD, VMT_NATURE_ANONYMOUS, {"no access"}},
    {-1, VMT_CLASS_CODE, VMT_NATURE_FILE, {"mapped code"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_FILE, {"mapped data"}},
    {-1, VMT_CLASS_OTHER, VMT_NATURE_ANONYMOUS, {"huge pages"}},
    {-1, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"mapped device"}},
    {-1, VMT_CLASS_CODE, VMT_NATURE_UNKNOWN, {"[vdso]"}},
    {-1, VMT_CLASS_DATA, VMT_NATURE_UNKNOWN, {"[vvar]"}},
    {-1, VMT_CLASS_CODE, VMT_NATURE_UNKNOWN, {"[vsyscall]"}},
    {-1, VMT_CLASS_CODE, VMT_NATURE_UNKNOWN, {"[uprobes]"}},
    {-1, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {"other mapping"}},

    {-1, VMT_CLASS_OTHER, VMT_NATURE_UNKNOWN, {NULL}},
};
