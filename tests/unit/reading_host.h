/* SPDX-License-Identifier: MIT */
#ifndef VMT_UNIT_READING_HOST_H
#define VMT_UNIT_READING_HOST_H

/* What a text states of machines. */

#include "reading.h"

static inline const struct vmt_host *host_at(size_t index)
{
    return record_at(&reading.snapshot.hosts, index);
}

static inline const struct vmt_sample *sample_at(size_t host, size_t index)
{
    return record_at(&host_at(host)->samples, index);
}

/* The index of the sample's value of a quantity, or their count. */
static inline uint32_t find_value(const struct vmt_sample *sample, enum vmt_host_quantity quantity)
{
    uint32_t i = 0;
    while (i < sample->count && sample->labels[i].quantity != quantity) {
        i++;
    }
    return i;
}

static inline bool has_value(const struct vmt_sample *sample, enum vmt_host_quantity quantity)
{
    return find_value(sample, quantity) < sample->count;
}

static inline struct vmt_host_value value_of(const struct vmt_sample *sample,
                                             enum vmt_host_quantity quantity)
{
    CU_ASSERT_FATAL(has_value(sample, quantity));
    return vmt_sample_value(sample, find_value(sample, quantity));
}

/* NULL when there is none of that key. */
static inline const char *fact_in(const struct vmt_sequence *facts, const char *key)
{
    struct vmt_walker walker = {0};
    const struct vmt_fact *fact = NULL;
    while ((fact = vmt_sequence_next(facts, &walker)) != NULL) {
        if (strcmp(fact->key->data, key) == 0) {
            return fact->value->data;
        }
    }
    return NULL;
}

#endif
