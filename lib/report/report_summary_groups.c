/* SPDX-License-Identifier: MIT */
#include "config.h"

/* The control groups that processes of a summary were chosen by: what the kernel charges to the
 * group stands beside what its processes come to. */

#include "analysis/system.h"
#include "report/report_summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const enum vmt_host_quantity quantities[] = {
    VMT_HOST_CGROUP_CURRENT,      VMT_HOST_CGROUP_PEAK, VMT_HOST_CGROUP_LIMIT,
    VMT_HOST_ANONYMOUS,           VMT_HOST_CACHED,      VMT_HOST_CGROUP_KERNEL,
    VMT_HOST_CGROUP_SWAP_CURRENT,
};
enum { CURRENT, PEAK, LIMIT };

static const struct vmt_column columns[] = {
    VMT_DATA_COLUMN("cgroup", TEXT, VMT_IN_DATA, "Directory of the control group."),
    VMT_DATA_COLUMN("current", BYTES, VMT_IN_DATA, "What is charged to it."),
    VMT_DATA_COLUMN("peak", BYTES, VMT_IN_DATA, "The most that was charged."),
    VMT_DATA_COLUMN("limit", BYTES, VMT_IN_DATA,
                    "What may be charged; nothing: no limit, or not known."),
    VMT_DATA_COLUMN("anonymous", BYTES, VMT_IN_DATA, "Charged memory without a file."),
    VMT_DATA_COLUMN("page_cache", BYTES, VMT_IN_DATA, "Charged pages of files."),
    VMT_DATA_COLUMN("kernel", BYTES, VMT_IN_DATA, "Charged memory of the kernel."),
    VMT_DATA_COLUMN("swapped", BYTES, VMT_IN_DATA, "Charged swap."),
    VMT_DATA_COLUMN("unlimited", BOOLEAN, VMT_IN_DATA,
                    "Whether it is stated that there is no limit."),
};

const struct vmt_table vmt_groups_table = {
    .name = "cgroups",
    .columns = columns,
    .column_count = COUNT_OF(columns),
    .where = VMT_IN_DATA,
};

static void add_part(struct vmt_remark *line, const char *before, const struct vmt_state *state,
                     enum vmt_host_quantity quantity)
{
    const struct vmt_amount amount = state->stated[quantity].amount;
    if (amount.known) {
        vmt_remark_word(line, before);
        vmt_remark_add(line, vmt_cell_amount(amount));
        vmt_remark_word(line, ", ");
    }
}

/* It is stated that there is none, which is another thing than a limit that nothing states. */
static bool is_unlimited(const struct vmt_state *state)
{
    const struct vmt_amount stated = state->stated[VMT_HOST_CGROUP_UNLIMITED].amount;
    return stated.known && stated.value != 0;
}

static void text_group(struct vmt_emit *emit, const struct vmt_state *state)
{
    struct vmt_remark line = {.count = 0};
    vmt_emit_blank(emit);
    vmt_remark_word(&line, "control group ");
    vmt_remark_add(&line, vmt_cell_string(state->host->cgroup));
    vmt_emit_line(emit, &line);
    line = (struct vmt_remark){.count = 0};
    vmt_remark_word(&line, "  ");
    add_part(&line, "charged ", state, quantities[CURRENT]);
    add_part(&line, "at its peak ", state, quantities[PEAK]);
    const struct vmt_amount limit = state->stated[quantities[LIMIT]].amount;
    vmt_remark_word(&line, limit.known           ? "limit "
                           : is_unlimited(state) ? "no limit"
                                                 : "limit unknown");
    if (limit.known) {
        vmt_remark_add(&line, vmt_cell_amount(limit));
    }
    vmt_emit_line(emit, &line);
    vmt_emit_words(emit, "  with page cache and kernel memory, which are in no process's sum");
}

static void emit_group(struct vmt_emit *emit, const struct vmt_state *state)
{
    struct vmt_cell cells[COUNT_OF(columns)] = {vmt_cell_string(state->host->cgroup)};
    for (size_t i = 0; i < COUNT_OF(quantities); i++) {
        const struct vmt_amount amount = state->stated[quantities[i]].amount;
        cells[1 + i] = vmt_cell_optional(VMT_CELL_BYTES, amount.known, amount.value);
    }
    const struct vmt_amount unlimited = state->stated[VMT_HOST_CGROUP_UNLIMITED].amount;
    cells[1 + COUNT_OF(quantities)] =
        vmt_cell_optional(VMT_CELL_BOOLEAN, unlimited.known, unlimited.value);
    vmt_emit_row(emit, cells);
}

void vmt_emit_summary_groups(struct vmt_emit *emit, const struct vmt_snapshot *snapshot,
                             const struct vmt_allocator *allocator)
{
    struct vmt_system system;
    if (emit->status != VMT_OK) {
        return;
    }
    emit->status = vmt_system_make(&system, snapshot, allocator, snapshot->arena.limit, emit->err);
    static void (*const forms[])(struct vmt_emit *, const struct vmt_state *) = {emit_group,
                                                                                 text_group};
    vmt_emit_open(emit, &vmt_groups_table);
    for (size_t form = 0; form < COUNT_OF(forms); form++) {
        struct vmt_walker hosts = {0};
        const struct vmt_system_host *host = NULL;
        while (emit->status == VMT_OK &&
               (host = vmt_sequence_next(&system.hosts, &hosts)) != NULL) {
            struct vmt_system_walker states = {.number = 0};
            struct vmt_state state;
            while (host->kind == VMT_SYSTEM_CGROUP &&
                   vmt_system_next(&system, host, &states, &state)) {
                forms[form](emit, &state);
            }
        }
        if (form == 0) {
            vmt_emit_close(emit);
        }
    }
    vmt_system_free(&system);
}
