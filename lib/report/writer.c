/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/writer.h"

const struct vmt_table *vmt_table_find(const struct vmt_table *const *tables, const char *name)
{
    for (; *tables != NULL; tables++) {
        if (name == NULL || strcmp((*tables)->name, name) == 0) {
            return *tables;
        }
    }
    return NULL;
}

void vmt_writer_free(struct vmt_writer *writer)
{
    if (writer != NULL) {
        writer->class->free(writer);
    }
}
