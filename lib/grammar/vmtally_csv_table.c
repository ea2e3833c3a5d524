/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/vmtally_csv_table.h"

#include "grammar/own_host.h"
#include "grammar/resemblance.h"
#include "grammar/vmtally_csv_record.h"

static const char *const region_marks[] = {"type", "start", "end", "virtual", NULL};
static const char *const stated_marks[] = {"type", "canonical_type", "charged", NULL};
static const char *const types_marks[] = {"type", "class", "regions", "virtual", NULL};
static const char *const process_marks[] = {"process", "grammar", "coverage", NULL};
static const char *const zone_marks[] = {"zone", "allocated", NULL};
static const char *const fact_marks[] = {"key", "value", NULL};
static const char *const sample_marks[] = {"platform", NULL};

/* Every table of a process has the first column, that of samples the second, and hardly anything
 * else has either. */
static const char process_mark[] = "process_index";
static const char host_mark[] = "since_boot";

static const struct vmt_csv_table tables[] = {
    {region_marks, &vmt_own_regions, false, {&vmt_own_process_columns, &vmt_own_source_columns}},
    {stated_marks, &vmt_own_stated, false, {&vmt_own_process_columns, &vmt_own_source_columns}},
    {types_marks, &vmt_own_types, false, {&vmt_own_process_columns, &vmt_own_source_columns}},
    {zone_marks, &vmt_own_zones, false, {&vmt_own_process_columns, &vmt_own_source_columns}},
    {fact_marks, &vmt_own_facts, false, {&vmt_own_process_columns, &vmt_own_source_columns}},
    {process_marks,
     NULL,
     false,
     {&vmt_own_process_columns, &vmt_own_source_columns, &vmt_own_whole_columns}},
    {sample_marks, &vmt_own_samples, true, {&vmt_own_host_columns}},
};

static struct vmt_slice unquote(struct vmt_slice cell)
{
    cell = vmt_slice_trim(cell);
    if (cell.length >= 2 && cell.data[0] == '"' && cell.data[cell.length - 1] == '"') {
        return (struct vmt_slice){cell.data + 1, cell.length - 2};
    }
    return cell;
}

/* Whether a header line has a column of that name; no name needs more than plain quotes. */
static bool has_column(struct vmt_slice line, char delimiter, const char *name)
{
    while (line.length > 0) {
        const char *end = memchr(line.data, delimiter, line.length);
        size_t length = end == NULL ? line.length : (size_t)(end - line.data);
        if (vmt_slice_equals(unquote((struct vmt_slice){line.data, length}), vmt_slice(name))) {
            return true;
        }
        line = vmt_slice_from(line, end == NULL ? length : length + 1);
    }
    return false;
}

static bool is_header(struct vmt_slice line, char delimiter, const struct vmt_csv_table *table)
{
    bool all = has_column(line, delimiter, table->of_hosts ? host_mark : process_mark);
    for (const char *const *name = table->marks; all && *name != NULL; name++) {
        all = has_column(line, delimiter, *name);
    }
    return all;
}

const struct vmt_csv_table *vmt_csv_table_find(const struct vmt_cursor *cursor, char *delimiter)
{
    static const char delimiters[] = {',', ';', '\t'};
    struct vmt_slice line = vmt_csv_unmarked(vmt_cursor_text(cursor, 0));
    if (vmt_slice_find(line, process_mark) == line.length &&
        vmt_slice_find(line, host_mark) == line.length) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof delimiters; i++) {
        for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++) {
            if (is_header(line, delimiters[i], &tables[k])) {
                *delimiter = delimiters[i];
                return &tables[k];
            }
        }
    }
    return NULL;
}

bool vmt_csv_resembles_heading(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"source,process_index,pid,",
                                             "source;process_index;pid;", "type,start,end,virtual,",
                                             "sample,platform,since_boot,", NULL};
    return vmt_line_begins_like(line, beginnings);
}
