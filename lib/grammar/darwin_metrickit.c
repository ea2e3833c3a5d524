/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grammar/darwin_metrickit.h"

#include "grammar/json_facts.h"
#include "grammar/part_header.h"
#include "grammar/part_ips.h"
#include "grammar/resemblance.h"

/* Payloads of diagnostics that MetricKit hands to an app, as JSON:
 *
 *   {
 *     "timeStampEnd" : "2026-03-02 10:11:12 +0000",
 *     "crashDiagnostics" : [
 *       {
 *         "callStackTree" : { … },
 *         "diagnosticMetaData" : {
 *           "osVersion" : "iPhone OS 17.4 (21E219)",
 *           "virtualMemoryRegionInfo" : "0 is not in any region. …\n      REGION TYPE …"
 *         }
 *       }
 *     ],
 *     "hangDiagnostics" : [ … ]
 *   }
 *
 * Only crashes say anything of memory; each is a process.  One diagnostic can be quoted alone; and
 * a payload without a crash is of a process of which nothing more is known. */

static const char *const payload_keys[] = {
    "crashDiagnostics",        "hangDiagnostics",
    "cpuExceptionDiagnostics", "diskWriteExceptionDiagnostics",
    "appLaunchDiagnostics",    NULL};
static const char *const diagnostic_keys[] = {"diagnosticMetaData", "callStackTree", NULL};

static bool claims(const struct vmt_cursor *cursor)
{
    return vmt_json_begins(cursor, 0) && (vmt_json_mentions(cursor, 0, payload_keys) ||
                                          vmt_json_mentions(cursor, 0, diagnostic_keys));
}

struct reader {
    struct vmt_parse *parse;
    const struct vmt_json *json;
    struct vmt_json_walk walk; /* the diagnostic's own place: that of its string */
};

static enum vmt_status set_string(const struct vmt_string **out, struct reader *reader,
                                  const json_t *object, const char *key, struct vmt_error *err)
{
    struct vmt_slice text;
    return vmt_json_string(object, key, &text)
               ? vmt_snapshot_string(out, reader->parse->snapshot, text, err)
               : VMT_OK;
}

static enum vmt_status read_meta_data(struct reader *reader, struct vmt_process *process,
                                      const json_t *data, struct vmt_error *err)
{
    static const char *const skip[] = {
        "osVersion", "platformArchitecture", "pid", "virtualMemoryRegionInfo", "terminationReason",
        NULL};
    struct vmt_snapshot *snapshot = reader->parse->snapshot;
    struct vmt_slice text;
    process->pid_known = vmt_json_u64(data, "pid", &process->pid);
    enum vmt_status status = VMT_OK;
    if (vmt_json_string(data, "osVersion", &text)) {
        status = vmt_part_header_os(reader->parse, process, text, err);
    }
    if (status == VMT_OK) {
        status = set_string(&process->arch, reader, data, "platformArchitecture", err);
    }
    if (status == VMT_OK) {
        status = set_string(&process->name, reader, data, "bundleIdentifier", err);
    }
    if (status == VMT_OK) {
        status = set_string(&process->reason, reader, data, "terminationReason", err);
    }
    if (status == VMT_OK) {
        status = vmt_json_facts(snapshot, &process->facts, data, skip, err);
    }
    if (status == VMT_OK) {
        status =
            vmt_part_ips_string(&text, process, reader->json, data, "virtualMemoryRegionInfo", err);
        if (status == VMT_OK) {
            struct vmt_place place = {reader->json->source, reader->json->line, 1};
            if (vmt_json_next(reader->json, &reader->walk, "virtualMemoryRegionInfo")) {
                place = reader->walk.place;
            }
            process->line = place.line;
            status = vmt_part_ips_region_info(reader->parse, process, text, place, err);
        }
    }
    return status == VMT_END ? VMT_OK : status;
}

static enum vmt_status read_crash(struct reader *reader, const json_t *diagnostic,
                                  struct vmt_error *err)
{
    struct vmt_process *process = NULL;
    enum vmt_status status =
        vmt_snapshot_add_process(&process, reader->parse->snapshot, reader->parse->input, err);
    if (status != VMT_OK) {
        return status;
    }
    process->grammar = vmt_grammar_darwin_metrickit.name;
    process->line = reader->json->line;
    process->coverage = VMT_COVERAGE_EXCERPT;
    return read_meta_data(reader, process, json_object_get(diagnostic, "diagnosticMetaData"), err);
}

static enum vmt_status parse_metrickit(struct vmt_parse *parse, struct vmt_error *err)
{
    struct vmt_json json;
    struct reader reader = {.parse = parse, .json = &json};
    enum vmt_status status = vmt_json_read(&json, parse, &parse->input->notes, err);
    const json_t *crashes = json_object_get(json.root, "crashDiagnostics");
    status = status == VMT_END ? VMT_OK : status;
    for (size_t i = 0; status == VMT_OK && i < json_array_size(crashes); i++) {
        status = read_crash(&reader, json_array_get(crashes, i), err);
    }
    if (status == VMT_OK && json_array_size(crashes) == 0) {
        status = read_crash(&reader, json.root, err);
    }
    vmt_json_free(&json);
    return status;
}

/* Keys that no other document has. */
static bool resembles(const struct vmt_line *line)
{
    static const char *const beginnings[] = {"\"crashDiagnostics\"", "\"virtualMemoryRegionInfo\"",
                                             NULL};
    return vmt_line_begins_like(line, beginnings);
}

const struct vmt_grammar vmt_grammar_darwin_metrickit = {
    .name = "darwin-metrickit",
    .summary = "MetricKit diagnostics, iOS and macOS",
    .gives = "where it crashed, regions there",
    .claims = claims,
    .resembles = resembles,
    .parse = parse_metrickit,
};
