/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sweep.h"

/* Member by member: what lies between members of a record is anything. */

void hash_bytes(uint64_t *hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        *hash = (*hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
}

static void hash_u64(uint64_t *hash, uint64_t number)
{
    hash_bytes(hash, &number, sizeof number);
}

static void hash_string(uint64_t *hash, const struct vmt_string *string)
{
    hash_u64(hash, string == NULL ? UINT64_MAX : string->length);
    if (string != NULL) {
        hash_bytes(hash, string->data, string->length);
    }
}

static void hash_reading(uint64_t *hash, struct vmt_reading reading)
{
    hash_u64(hash, reading.value);
    hash_u64(hash, reading.quantum);
}

static void hash_amounts(uint64_t *hash, const struct vmt_amounts *amounts)
{
    for (size_t i = 0; i < VMT_MEMBER_COUNT; i++) {
        const struct vmt_amount amount = amounts->of[i];
        hash_u64(hash, amount.value);
        hash_u64(hash, amount.lower);
        hash_u64(hash, amount.upper);
        hash_u64(hash, (amount.known ? 2u : 0u) + (amount.bounded ? 1u : 0u));
    }
}

static void hash_notes(uint64_t *hash, const struct vmt_notes *notes, bool columns)
{
    struct vmt_walker walker = {0};
    const struct vmt_note *note = NULL;
    hash_u64(hash, notes->sequence.count);
    while ((note = vmt_sequence_next(&notes->sequence, &walker)) != NULL) {
        hash_u64(hash, note->kind);
        hash_u64(hash, note->count);
        hash_u64(hash, note->place.line);
        hash_string(hash, note->text);
        if (columns) {
            hash_u64(hash, note->place.column);
            hash_string(hash, note->excerpt);
            hash_u64(hash, note->excerpt_column);
        }
    }
}

static void hash_facts(uint64_t *hash, const struct vmt_sequence *facts)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    hash_u64(hash, facts->count);
    while ((fact = vmt_sequence_next(facts, &walker)) != NULL) {
        hash_string(hash, fact->key);
        hash_string(hash, fact->value);
    }
}

static void hash_type(uint64_t *hash, const struct vmt_type *type)
{
    hash_string(hash, type == NULL ? NULL : type->printed);
    hash_string(hash, type == NULL ? NULL : type->canonical);
    hash_u64(hash, type == NULL ? 99 : (uint64_t)type->class * 16 + (uint64_t)type->nature);
}

static void hash_stated(uint64_t *hash, const struct vmt_stated_row *row)
{
    hash_u64(hash, row == NULL);
    if (row == NULL) {
        return;
    }
    hash_type(hash, row->type);
    for (size_t i = 0; i < VMT_EV_COUNT; i++) {
        hash_reading(hash, row->stated[i]);
    }
    hash_u64(hash, row->regions);
    hash_u64(hash, row->line);
    hash_u64(hash, row->known * 2u + (row->counted ? 1u : 0u));
}

static void hash_zone(uint64_t *hash, const struct vmt_zone *zone)
{
    hash_u64(hash, zone == NULL);
    if (zone == NULL) {
        return;
    }
    hash_string(hash, zone->name);
    for (size_t i = 0; i < VMT_ZONE_SIZE_COUNT; i++) {
        hash_reading(hash, zone->sizes[i]);
    }
    for (size_t i = 0; i < VMT_ZONE_NUMBER_COUNT; i++) {
        hash_u64(hash, zone->numbers[i]);
    }
    hash_u64(hash, zone->line * 65536 + zone->known_sizes * 256u + zone->known_numbers);
}

static void hash_mapping(uint64_t *hash, const struct vmt_mapping *mapping)
{
    hash_u64(hash, mapping == NULL);
    if (mapping == NULL) {
        return;
    }
    for (size_t i = 0; i < VMT_MAPPING_FIELD_COUNT; i++) {
        hash_u64(hash, mapping->fields[i]);
    }
    hash_u64(hash, mapping->known);
    hash_u64(hash, mapping->device_major);
    hash_u64(hash, mapping->device_minor);
    hash_u64(hash, mapping->offset);
    hash_u64(hash, mapping->inode);
    hash_string(hash, mapping->flags);
}

static void hash_object(uint64_t *hash, const struct vmt_object *object)
{
    hash_u64(hash, object == NULL);
    if (object == NULL) {
        return;
    }
    hash_u64(hash, object->id);
    hash_u64(hash, object->offset);
    for (size_t i = 0; i < VMT_OBJECT_FIELD_COUNT; i++) {
        hash_u64(hash, object->fields[i]);
    }
    hash_u64(hash, object->known);
}

static void hash_region(uint64_t *hash, const struct vmt_region *region)
{
    hash_u64(hash, region->start);
    hash_u64(hash, region->end);
    for (size_t i = 0; i < VMT_EV_OF_REGION; i++) {
        hash_reading(hash, region->stated[i]);
    }
    hash_type(hash, region->type);
    hash_mapping(hash, region->mapping);
    hash_object(hash, region->object);
    hash_string(hash, region->detail);
    hash_string(hash, region->sharing_text);
    hash_u64(hash, region->line);
    const uint8_t small[] = {region->known,      region->sharing,        region->purge,
                             region->protection, region->max_protection, region->submap_depth,
                             region->ranged};
    hash_bytes(hash, small, sizeof small);
}

static void hash_fault(uint64_t *hash, const struct vmt_fault *fault)
{
    const uint64_t numbers[] = {
        fault->stated, fault->place, fault->address, fault->start,        fault->end,
        fault->before, fault->after, fault->line,    fault->before_known, fault->after_known};
    hash_bytes(hash, numbers, sizeof numbers);
}

static void hash_whole(uint64_t *hash, const struct vmt_process *process, bool columns)
{
    const struct vmt_string *const strings[] = {
        process->name,        process->os,     process->arch,  process->captured_at,
        process->launched_at, process->reason, process->states};
    for (size_t i = 0; i < COUNT(strings); i++) {
        hash_string(hash, strings[i]);
    }
    const uint64_t numbers[] = {
        process->pid,         process->pid_known,     process->macos_major,
        process->macos_minor, process->page_size,     process->coverage,
        process->line,        process->kernel_counts, process->stated_damaged};
    hash_bytes(hash, numbers, sizeof numbers);
    hash_amounts(hash, &process->whole);
    hash_fault(hash, &process->fault);
    hash_facts(hash, &process->facts);
    hash_notes(hash, &process->notes, columns);
}

static void hash_process(uint64_t *hash, const struct vmt_process *process, bool columns)
{
    hash_whole(hash, process, columns);
    struct vmt_walker walker = {0};
    const struct vmt_region *region = NULL;
    while ((region = vmt_sequence_next(&process->regions, &walker)) != NULL) {
        hash_region(hash, region);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_stated_row *row = NULL;
    while ((row = vmt_sequence_next(&process->stated, &walker)) != NULL) {
        hash_stated(hash, row);
    }
    hash_stated(hash, process->stated_total);
    hash_stated(hash, process->stated_unreserved);
    walker = (struct vmt_walker){0};
    const struct vmt_zone *zone = NULL;
    while ((zone = vmt_sequence_next(&process->zones, &walker)) != NULL) {
        hash_zone(hash, zone);
    }
    hash_zone(hash, process->zone_total);
}

static void hash_sample(uint64_t *hash, const struct vmt_sample *sample)
{
    for (uint32_t i = 0; i < sample->count; i++) {
        const struct vmt_host_value value = vmt_sample_value(sample, i);
        hash_reading(hash, value.reading);
        hash_u64(hash, value.quantity * 2u + (value.pages ? 1u : 0u));
    }
    hash_u64(hash, sample->count);
    hash_u64(hash, sample->line * 2 + (sample->since_boot ? 1 : 0));
    hash_u64(hash, (sample->gap ? 2u : 0u) + (sample->joined ? 1u : 0u));
    hash_string(hash, sample->captured_at);
}

static void hash_host(uint64_t *hash, const struct vmt_host *host, bool columns)
{
    hash_u64(hash, host->platform);
    hash_string(hash, host->os);
    hash_string(hash, host->captured_at);
    hash_u64(hash, host->line);
    struct vmt_walker walker = {0};
    const struct vmt_sample *sample = NULL;
    while ((sample = vmt_sequence_next(&host->samples, &walker)) != NULL) {
        hash_sample(hash, sample);
    }
    hash_facts(hash, &host->facts);
    hash_notes(hash, &host->notes, columns);
}

uint64_t hash_model(const struct vmt_snapshot *snapshot, bool columns)
{
    uint64_t hash = HASH_BASIS;
    struct vmt_walker walker = {0};
    const struct vmt_process *process = NULL;
    while ((process = vmt_sequence_next(&snapshot->processes, &walker)) != NULL) {
        hash_process(&hash, process, columns);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_host *host = NULL;
    while ((host = vmt_sequence_next(&snapshot->hosts, &walker)) != NULL) {
        hash_host(&hash, host, columns);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_stated_set *set = NULL;
    while ((set = vmt_sequence_next(&snapshot->sets, &walker)) != NULL) {
        hash_amounts(&hash, &set->whole);
        hash_u64(&hash, set->line);
    }
    walker = (struct vmt_walker){0};
    const struct vmt_input_record *input = NULL;
    while ((input = vmt_sequence_next(&snapshot->inputs, &walker)) != NULL) {
        hash_bytes(&hash, &input->ledger, sizeof input->ledger);
        hash_notes(&hash, &input->notes, columns);
    }
    return hash;
}
