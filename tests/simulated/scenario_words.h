/* SPDX-License-Identifier: MIT */
#ifndef VMT_SIMULATED_SCENARIO_WORDS_H
#define VMT_SIMULATED_SCENARIO_WORDS_H

/* A line of a scenario: words with blanks between, most of them KEY=VALUE. */

#include "world.h"

#define SIM_WORDS 64

struct sim_words {
    const char *file;
    unsigned line;
    unsigned count;
    char *words[SIM_WORDS];
};

enum sim_form {
    SIM_FORM_NUMBER32,
    SIM_FORM_NUMBER64,
    SIM_FORM_YES, /* the key alone, or =yes and =no */
    SIM_FORM_NAME,
    SIM_FORM_PATH,
    SIM_FORM_PROTECTION, /* r-x */
    SIM_FORM_ACCESS,
    SIM_FORM_PURGE,
    SIM_FORM_OBJECT, /* by its name, which has been given before */
    SIM_FORM_MAP,
    SIM_FORM_PAGES /* of an object */
};

/* What a key sets in the struct of its line. */
struct sim_member {
    const char *key;
    size_t offset;
    enum sim_form form;
};

/* Cuts `text` in place; "quotes" hold blanks together.  False when there are too many words. */
bool sim_words_cut(struct sim_words *words, char *text);

/* Sets the members of *out from the words behind the first `skip` ones. */
bool sim_words_set(void *out, const struct sim_world *world, const struct sim_words *words,
                   unsigned skip, const struct sim_member *members);

/* The object or map of this name, -1 when there is none. */
int32_t sim_object_named(const struct sim_world *world, const char *name);
int32_t sim_map_named(const struct sim_world *world, const char *name);

/* "7", "0x7f000", "16K" */
bool sim_number(uint64_t *out, const char *text);

/* False, always. */
bool sim_words_fail(const struct sim_words *words, const char *what, const char *which);

#endif
