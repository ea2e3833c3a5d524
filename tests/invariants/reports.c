/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

#include "report/report.h"

typedef enum vmt_status new_writer(struct vmt_writer **out, struct vmt_sink *sink,
                                   const struct vmt_allocator *allocator,
                                   struct vmt_writer_options options, struct vmt_error *err);
typedef enum vmt_status make_report(const struct vmt_snapshot *snapshot,
                                    const struct vmt_allocator *allocator,
                                    const struct vmt_report_options *options,
                                    struct vmt_writer *writer, struct vmt_error *err);

static const struct {
    const char *name;
    make_report *report;
    const struct vmt_table *const *tables;
    new_writer *writer; /* where one must do for all */
    bool quiet;         /* its text says nothing where there is nothing to say */
} reports[] = {
    {"summary", vmt_report_summary, vmt_report_summary_tables, vmt_writer_text_new, false},
    {"summary", vmt_report_summary, vmt_report_summary_tables, vmt_writer_json_new, false},
    {"regions", vmt_report_regions, vmt_report_regions_tables, vmt_writer_csv_new, false},
    {"explain", vmt_report_explain, vmt_report_explain_tables, vmt_writer_csv_new, true},
    {"processes", vmt_report_processes, vmt_report_processes_tables, vmt_writer_text_new, false},
    {"processes", vmt_report_processes, vmt_report_processes_tables, vmt_writer_json_new, false},
    {"system", vmt_report_system, vmt_report_system_tables, vmt_writer_json_new, false},
};

/* Hashes what it is given. */
struct hashing_sink {
    struct vmt_sink sink;
    uint64_t hash;
    uint64_t bytes;
};

static enum vmt_status sink_write(struct vmt_sink *sink, struct vmt_slice bytes,
                                  struct vmt_error *err)
{
    (void)err;
    struct hashing_sink *hashing = (struct hashing_sink *)sink; /* its first member */
    hash_bytes(&hashing->hash, bytes.data, bytes.length);
    hashing->bytes += bytes.length;
    return VMT_OK;
}

static enum vmt_status write_report(size_t report, new_writer *new, const struct vmt_table *table,
                                    const struct vmt_snapshot *snapshot,
                                    const struct vmt_allocator *allocator, uint64_t *hash,
                                    struct vmt_error *err)
{
    struct hashing_sink sink = {{sink_write}, *hash, 0};
    const struct vmt_report_options options = {.zones = true};
    const struct vmt_writer_options look = {.bounds = true, .table = table};
    struct vmt_writer *writer = NULL;
    enum vmt_status status = new (&writer, &sink.sink, allocator, look, err);
    if (status == VMT_OK) {
        status = reports[report].report(snapshot, allocator, &options, writer, err);
        vmt_writer_free(writer);
    }
    bool silent = reports[report].quiet && new == vmt_writer_text_new;
    if (status == VMT_OK && sink.bytes == 0 && !silent) {
        fault("the report %s is empty", reports[report].name);
    }
    *hash = sink.hash;
    return status;
}

enum vmt_status write_reports(const struct vmt_snapshot *snapshot,
                              const struct vmt_allocator *allocator, uint64_t *hash,
                              struct vmt_error *err)
{
    enum vmt_status status = VMT_OK;
    for (size_t i = 0; status == VMT_OK && i < COUNT(reports); i++) {
        status = write_report(i, reports[i].writer, vmt_table_find(reports[i].tables, NULL),
                              snapshot, allocator, hash, err);
    }
    return status;
}

static void check_report(size_t report, new_writer *new, const struct vmt_table *table,
                         const struct vmt_snapshot *snapshot)
{
    uint64_t first = HASH_BASIS;
    uint64_t second = HASH_BASIS;
    struct vmt_error err = VMT_ERROR_INIT;
    enum vmt_status status =
        write_report(report, new, table, snapshot, &vmt_allocator_system, &first, &err);
    if (status == VMT_OK) {
        status = write_report(report, new, table, snapshot, &vmt_allocator_system, &second, &err);
    }
    if (status != VMT_OK) {
        fault("no report %s: %s", reports[report].name, err.message);
    } else if (first != second) {
        fault("the report %s differs when it is written again", reports[report].name);
    }
}

void check_reports(const struct vmt_snapshot *snapshot)
{
    for (size_t i = 0; i < COUNT(reports); i++) {
        check_report(i, vmt_writer_text_new, NULL, snapshot);
        check_report(i, vmt_writer_json_new, NULL, snapshot);
        for (size_t t = 0; reports[i].tables[t] != NULL; t++) {
            if ((reports[i].tables[t]->where & VMT_IN_CSV) != 0) {
                check_report(i, vmt_writer_csv_new, reports[i].tables[t], snapshot);
            }
        }
    }
}
