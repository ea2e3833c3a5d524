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

/* NULL when the sample does not state it. */
static inline const struct vmt_host_value *find_value(const struct vmt_sample *sample,
                                                      enum vmt_host_quantity quantity)
{
    for (uint32_t i = 0; i < sample->count; i++) {
        if (sample->values[i].quantity == quantity) {
            return &sample->values[i];
        }
    }
    return NULL;
}

static inline struct vmt_host_value value_of(const struct vmt_sample *sample,
                                             enum vmt_host_quantity quantity)
{
    const struct vmt_host_value *value = find_value(sample, quantity);
    CU_ASSERT_FATAL(value != NULL);
    if (value == NULL) {
        abort();
    }
    return *value;
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
