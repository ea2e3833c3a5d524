/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "xnu.h"

static bool map_exists(const struct sim_world *world, uint32_t map)
{
    for (uint32_t i = 0; i < world->process_count; i++) {
        if (world->processes[i].map == (int32_t)map)
            return !world->processes[i].zombie && xnu_process_lives(&world->processes[i]) &&
                   !xnu_process_exits(&world->processes[i]);
    }
    return true;
}

static uint32_t entries_of(const struct sim_world *world, int32_t object)
{
    uint32_t references = 0;
    for (uint32_t i = 0; i < world->map_count; i++) {
        const struct sim_map *map = &world->maps[i];
        if (!map_exists(world, i))
            continue;
        for (uint32_t k = map->first; k < map->first + map->count; k++)
            references += world->entries[k].object == object;
    }
    return references;
}

uint32_t xnu_references(const struct sim_object *object)
{
    const struct sim_world *world = xnu_world();
    const int32_t place = (int32_t)(object - world->objects);
    uint32_t references = object->others + entries_of(world, place);
    /* A shadow is given before what stands in front of it, so this comes to an end. */
    for (uint32_t i = (uint32_t)place + 1; i < world->object_count; i++)
        references += world->objects[i].shadow == place && xnu_references(&world->objects[i]) > 0;
    return references;
}

uint32_t xnu_references_settled(const struct sim_object *object)
{
    const uint32_t references = xnu_references(object);
    return references > 1 && object->paging ? references - 1 : references;
}

const struct sim_object *xnu_shadow(const struct sim_object *object)
{
    return object->shadow < 0 ? NULL : &xnu_world()->objects[object->shadow];
}

uint32_t xnu_page_state(const struct sim_object *object, uint64_t offset)
{
    const uint64_t page = offset / xnu_world()->kernel.page_size;
    for (uint32_t i = 0; i < object->run_count; i++) {
        if (page >= object->runs[i].first && page <= object->runs[i].last)
            return object->runs[i].state;
    }
    return 0;
}
