/* SPDX-License-Identifier: MIT */
#include "config.h"

/* What region types are. */

#include "report/report_common.h"

#include "model/type_help.h"

#define SCHEMA "vmtally/explain"
#define SCHEMA_VERSION 1
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#define LABEL_WIDTH 16
#define SENTENCE_WIDTH 62 /* beside the label on 80 columns */

static const struct vmt_column explain_columns[] = {
    VMT_DATA_COLUMN("type", TEXT, VMT_IN_DATA, "Region type by its canonical name."),
    VMT_DATA_COLUMN("class", WORD, VMT_IN_DATA, "What kind of memory it is."),
    VMT_DATA_COLUMN("nature", WORD, VMT_IN_DATA, "anonymous or file: where its pages come from."),
    VMT_DATA_COLUMN("tag", COUNT, VMT_IN_DATA, "Number of the kernel's tag."),
    VMT_DATA_COLUMN("constant", WORD, VMT_IN_DATA, "Name of that number in XNU, VM_MEMORY_ apart."),
    VMT_DATA_COLUMN("footprint", WORD, VMT_IN_DATA,
                    "all, written, owner or none: what counts in the footprint."),
    VMT_DATA_COLUMN("names", WORD, VMT_IN_DATA, "Other names of it, with semicolons between."),
    VMT_DATA_COLUMN("cause", WORD, VMT_IN_DATA, "What puts it there."),
    VMT_DATA_COLUMN("advice", WORD, VMT_IN_DATA, "What to do about it."),
};

static const struct vmt_table explain_table = {
    .name = "explain",
    .columns = explain_columns,
    .column_count = COUNT_OF(explain_columns),
    .where = VMT_IN_ALL,
};

const struct vmt_table *const vmt_report_explain_tables[] = {&explain_table, NULL};

static const char *nature_name(enum vmt_nature nature)
{
    switch (nature) {
    case VMT_NATURE_UNKNOWN:
        break;
    case VMT_NATURE_ANONYMOUS:
        return "anonymous";
    case VMT_NATURE_FILE:
        return "file";
    }
    return NULL;
}

/* The other spellings, `separator` between them; cut where the buffer ends, which none does. */
static const char *join_names(char *buffer, size_t size, const struct vmt_type *type,
                              const char *separator)
{
    size_t used = 0;
    buffer[0] = '\0';
    if (type->entry == NULL) {
        return NULL;
    }
    for (const char *const *name = type->entry->names + 1; *name != NULL; name++) {
        struct vmt_slice parts[] = {vmt_slice(used == 0 ? "" : separator), vmt_slice(*name)};
        for (size_t i = 0; i < COUNT_OF(parts) && used + parts[i].length < size; i++) {
            memcpy(buffer + used, parts[i].data, parts[i].length);
            used += parts[i].length;
        }
        buffer[used] = '\0';
    }
    return used == 0 ? NULL : buffer;
}

static void text_labelled(struct vmt_emit *emit, const char *label, struct vmt_slice sentence)
{
    bool first = true;
    while (sentence.length > 0) {
        struct vmt_slice part = sentence;
        if (part.length > SENTENCE_WIDTH) {
            part.length = SENTENCE_WIDTH;
            while (part.length > 0 && sentence.data[part.length] != ' ') {
                part.length--;
            }
            part.length = part.length == 0 ? SENTENCE_WIDTH : part.length;
        }
        char left[LABEL_WIDTH + 1];
        memset(left, ' ', LABEL_WIDTH);
        left[LABEL_WIDTH] = '\0';
        if (first) {
            memcpy(left + 2, label, strlen(label));
        }
        struct vmt_remark line = {.count = 0};
        vmt_remark_word(&line, left);
        vmt_remark_text(&line, part);
        vmt_emit_line(emit, &line);
        sentence = vmt_slice_trim(vmt_slice_from(sentence, part.length));
        first = false;
    }
}

static const char *charge_words(enum vmt_charge charge)
{
    switch (charge) {
    case VMT_CHARGE_NONE:
        break;
    case VMT_CHARGE_ALL:
        return "counts: every page that has memory, also when compressed";
    case VMT_CHARGE_WRITTEN:
        return "only pages that the process wrote count";
    case VMT_CHARGE_OWNER:
        return "counts for the process that owns it, which may be another";
    }
    return "does not count";
}

/* What a suffix in parentheses says; of the type itself the entry tells. */
static const struct {
    const char *suffix;
    const char *words;
} suffixes[] = {
    {" (empty)", "Freed by the program and kept by its allocator: no leak."},
    {" (reserved)", "Address space without memory: costs nothing."},
    {" (graphics)", "Counted as memory of the graphics processor."},
    {" (media)", "Counted as memory of media."},
    {" (network)", "Counted as memory of the network."},
    {" (neural)", "Counted as memory of the neural engine."},
};

static void text_suffixes(struct vmt_emit *emit, const struct vmt_type *type)
{
    struct vmt_slice canonical = vmt_string_slice(type->canonical);
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        bool own = type->entry != NULL &&
                   vmt_slice_find(vmt_slice(type->entry->names[0]), suffixes[i].suffix) <
                       strlen(type->entry->names[0]);
        if (!own && vmt_slice_find(canonical, suffixes[i].suffix) < canonical.length) {
            text_labelled(emit, suffixes[i].suffix + 1, vmt_slice(suffixes[i].words));
        }
    }
}

static void text_type(struct vmt_emit *emit, const struct vmt_type *type)
{
    const struct vmt_type_help *help = vmt_type_help_of(type);
    const char *nature = nature_name(type->nature);
    char buffer[512];
    struct vmt_remark line = {.count = 0};
    vmt_remark_text(&line, vmt_string_slice(type->canonical));
    vmt_remark_word(&line, "   ");
    vmt_remark_word(&line, vmt_class_name(type->class));
    if (nature != NULL) {
        vmt_remark_word(&line, nature[0] == 'f' ? ", from files" : ", anonymous");
    }
    vmt_emit_heading(emit, &line);
    if (help == NULL) {
        text_labelled(emit, "not known",
                      vmt_slice("Not in the dictionary: its class is guessed from its name."));
    } else {
        text_labelled(emit, "what it is", vmt_slice(help->cause));
    }
    text_suffixes(emit, type);
    if (help == NULL) {
        return;
    }
    text_labelled(emit, "what to do", vmt_slice(help->advice));
    text_labelled(emit, "footprint", vmt_slice(charge_words(help->charge)));
    const char *names = join_names(buffer, sizeof buffer, type, "; ");
    if (names != NULL) {
        text_labelled(emit, "also called", vmt_slice(names));
    }
    if (type->entry->tag >= 0) {
        line = (struct vmt_remark){.count = 0};
        vmt_remark_word(&line, "  tag           ");
        vmt_remark_count(&line, (uint64_t)type->entry->tag);
        if (help->constant != NULL) {
            vmt_remark_word(&line, ", VM_MEMORY_");
            vmt_remark_word(&line, help->constant);
        }
        vmt_emit_line(emit, &line);
    }
}

static void data_type(struct vmt_emit *emit, const struct vmt_type *type)
{
    const struct vmt_type_help *help = vmt_type_help_of(type);
    bool tagged = type->entry != NULL && type->entry->tag >= 0;
    char buffer[512];
    const struct vmt_cell cells[COUNT_OF(explain_columns)] = {
        vmt_cell_string(type->canonical),
        vmt_cell_word(vmt_class_name(type->class)),
        vmt_cell_word(nature_name(type->nature)),
        vmt_cell_optional(VMT_CELL_COUNT, tagged, tagged ? (uint64_t)type->entry->tag : 0),
        vmt_cell_word(help == NULL ? NULL : help->constant),
        vmt_cell_word(help == NULL ? NULL : vmt_charge_name(help->charge)),
        vmt_cell_word(join_names(buffer, sizeof buffer, type, "; ")),
        vmt_cell_word(help == NULL ? NULL : help->cause),
        vmt_cell_word(help == NULL ? NULL : help->advice),
    };
    vmt_emit_row(emit, cells);
}

enum vmt_status vmt_report_explain(const struct vmt_snapshot *snapshot,
                                   const struct vmt_allocator *allocator,
                                   const struct vmt_report_options *options,
                                   struct vmt_writer *writer, struct vmt_error *err)
{
    (void)allocator;
    (void)options;
    struct vmt_emit emit = {.writer = writer, .err = err, .status = VMT_OK};
    vmt_emit_begin(&emit, SCHEMA, SCHEMA_VERSION);
    vmt_emit_open(&emit, &explain_table);
    for (const struct vmt_type *type = snapshot->types; type != NULL; type = type->next) {
        data_type(&emit, type);
        if (type != snapshot->types) {
            vmt_emit_blank(&emit);
        }
        text_type(&emit, type);
    }
    vmt_emit_close(&emit);
    return vmt_emit_end(&emit);
}
