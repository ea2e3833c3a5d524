/* SPDX-License-Identifier: MIT */
#ifndef VMT_GRAMMAR_PART_IPS_H
#define VMT_GRAMMAR_PART_IPS_H

/* What crash reports in JSON state of a process, in the words of .ips files and of MetricKit. */

#include "grammar/json.h"

/* The object in front of a report: `app_name`, `timestamp`, `os_version`, … */
enum vmt_status vmt_part_ips_header(struct vmt_parse *parse, struct vmt_process *process,
                                    const struct vmt_json *json, struct vmt_error *err);

/* The report itself: `procName`, `pid`, `exception`, `vmRegionInfo`, `vmSummary`, …; from a text
 * that is no whole object (no root) what can be had. */
enum vmt_status vmt_part_ips_body(struct vmt_parse *parse, struct vmt_process *process,
                                  const struct vmt_json *json, struct vmt_error *err);

/* Of that the strings that hold lines, as far as the process has not what they say. */
enum vmt_status vmt_part_ips_strings(struct vmt_parse *parse, struct vmt_process *process,
                                     const struct vmt_json *json, struct vmt_error *err);

/* One string: the regions around the fault, the table of sums.  All of it is at `place`. */
enum vmt_status vmt_part_ips_region_info(struct vmt_parse *parse, struct vmt_process *process,
                                         struct vmt_slice text, struct vmt_place place,
                                         struct vmt_error *err);
enum vmt_status vmt_part_ips_summary(struct vmt_parse *parse, struct vmt_process *process,
                                     struct vmt_slice text, struct vmt_place place,
                                     struct vmt_error *err);

/* A string of an object; VMT_END where there is none, which is noted when there is another kind of
 * value in its place. */
enum vmt_status vmt_part_ips_string(struct vmt_slice *out, struct vmt_process *process,
                                    const struct vmt_json *json, const json_t *object,
                                    const char *key, struct vmt_error *err);

#endif
