/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/unicode.h"
#include "grammar/json.h"

/* What no JSON parser takes and a person reads over.  The text keeps its length and its lines, so
 * that places stay. */

bool vmt_json_is_member(struct vmt_slice line)
{
    line = vmt_slice_trim(line);
    if (!vmt_slice_starts(line, "\"")) {
        return false;
    }
    struct vmt_slice rest = vmt_slice_from(line, 1);
    size_t end = vmt_slice_find(rest, "\"");
    return end < rest.length && vmt_slice_find((struct vmt_slice){rest.data, end}, "\\") == end &&
           vmt_slice_starts(vmt_slice_trim(vmt_slice_from(rest, end + 1)), ":");
}

/* `},`, `], [` */
static bool is_brackets(struct vmt_slice line)
{
    bool only = line.length > 0;
    for (size_t i = 0; only && i < line.length; i++) {
        only = line.data[i] != '\0' && strchr("{}[], \t", line.data[i]) != NULL;
    }
    return only;
}

bool vmt_json_ends_string(struct vmt_slice line, bool escaped)
{
    line = vmt_slice_trim(line);
    if (vmt_json_is_member(line)) {
        return true;
    }
    /* Behind the quote of an end there is nothing, or what comes after a value. */
    bool opens = line.length > 1 && line.data[0] == '"' && line.data[1] != '\0' &&
                 strchr("\"{}[],: \t", line.data[1]) == NULL;
    return !escaped && (opens || is_brackets(line));
}

struct repair {
    struct vmt_json *json;
    char *text;
    size_t length;
    size_t read;
    size_t write;
    size_t begin;  /* of the string */
    size_t breaks; /* ends of lines that were taken out of it */
    bool in_string;
    bool escaped;
};

/* Of a number or a word. */
static bool is_literal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '-' || c == '.';
}

/* What has no blank in it, put together where a line was broken inside: its end of line stands
 * after it. */
static size_t join_literal(const struct repair *repair)
{
    char *text = repair->text;
    size_t read = repair->read;
    size_t write = read;
    size_t breaks = 0;
    while (read < repair->length &&
           (is_literal(text[read]) ||
            (text[read] == '\n' && read + 1 < repair->length && is_literal(text[read + 1])))) {
        if (text[read] == '\n') {
            breaks++;
        } else {
            text[write++] = text[read];
        }
        read++;
    }
    memset(text + write, '\n', breaks);
    return write - repair->read;
}

/* Whether 64 bits with a sign hold it, or a double. */
static bool number_fits(struct vmt_slice number)
{
    static const size_t longest = 300; /* of any double */
    bool negative = vmt_slice_starts(number, "-");
    struct vmt_slice digits = vmt_slice_from(number, negative ? 1 : 0);
    uint64_t value = 0;
    if (vmt_parse_u64(digits, 10, &value)) {
        return value <= (uint64_t)INT64_MAX;
    }
    size_t exponent = 0;
    while (exponent < digits.length && (digits.data[exponent] | 0x20) != 'e') {
        exponent++;
    }
    bool whole = exponent == digits.length && memchr(digits.data, '.', digits.length) == NULL;
    struct vmt_slice power =
        vmt_slice_from(digits, exponent < digits.length ? exponent + 1 : exponent);
    if (vmt_slice_starts(power, "+") || vmt_slice_starts(power, "-")) {
        power = vmt_slice_from(power, 1);
    }
    return !whole && number.length < longest && power.length <= 2;
}

/* `"x8000000000000000"`: as long as the shortest number that is wide, 19 digits. */
#define WIDE_DIGITS 16

bool vmt_json_wide(struct vmt_slice string, uint64_t *out)
{
    return string.length == 1 + WIDE_DIGITS && string.data[0] == 'x' &&
           vmt_parse_u64(vmt_slice_from(string, 1), 16, out);
}

/* One that 64 bits hold without a sign becomes a string; one that they do not, an empty list, which
 * nobody takes for a number or for one that is left out: its reader says so, and reads the rest. */
static void replace_number(char *at, size_t length)
{
    static const char unreadable[] = {'[', ']'};
    uint64_t value = 0;
    bool wide = vmt_parse_u64((struct vmt_slice){at, length}, 10, &value);
    memset(at, ' ', length);
    if (!wide) {
        memcpy(at, unreadable, sizeof unreadable);
        return;
    }
    *at++ = '"';
    *at++ = 'x';
    for (unsigned i = 0; i < WIDE_DIGITS; i++) {
        *at++ = "0123456789abcdef"[value >> (4 * (WIDE_DIGITS - 1 - i)) & 15];
    }
    *at = '"';
}

static void repair_literal(struct repair *repair)
{
    size_t length = join_literal(repair);
    char *at = repair->text + repair->read;
    bool number = *at == '-' || (*at >= '0' && *at <= '9');
    if (number && length > 4 && !number_fits((struct vmt_slice){at, length})) {
        replace_number(at, length);
    }
    repair->read += length;
    repair->write = repair->read;
}

static void put(struct repair *repair, char c)
{
    repair->text[repair->write++] = c;
    repair->read++;
}

/* What was broken inside a string is put together, its ends of lines stand after it. */
static void leave_string(struct repair *repair)
{
    repair->in_string = false;
    repair->escaped = false;
    memset(repair->text + repair->write, '\n', repair->breaks);
    repair->write += repair->breaks;
    repair->breaks = 0;
}

static void tear_string(struct repair *repair)
{
    struct vmt_json *json = repair->json;
    if (json->torn_count < VMT_JSON_TORN_MOST) {
        json->torn[json->torn_count++] =
            (struct vmt_json_torn){.offset = repair->begin, .lines = repair->breaks};
    }
    leave_string(repair);
}

/* By the line after the next end of line. */
static bool is_torn(const struct repair *repair)
{
    struct vmt_slice rest = {repair->text + repair->read + 1, repair->length - repair->read - 1};
    const char *end = memchr(rest.data, '\n', rest.length);
    rest.length = end == NULL ? rest.length : (size_t)(end - rest.data);
    return vmt_json_ends_string(rest, repair->escaped);
}

static void repair_in_string(struct repair *repair)
{
    char c = repair->text[repair->read];
    if (c == '\n' && is_torn(repair)) {
        tear_string(repair);
    } else if (c == '\n') {
        repair->breaks++;
        repair->read++;
    } else if (repair->escaped) {
        if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL) { /* the escape of no character */
            repair->text[repair->write - 1] = '?';
        }
        repair->escaped = false;
        put(repair, c);
    } else if (c == '"') {
        put(repair, '"');
        leave_string(repair);
    } else {
        repair->escaped = c == '\\';
        put(repair, (unsigned char)c < 0x20 ? ' ' : c);
    }
}

void vmt_json_repair(struct vmt_json *json)
{
    char *text = json->text;
    struct repair repair = {.json = json, .text = text, .length = json->length};
    while (repair.read < json->length) {
        struct vmt_slice rest = {text + repair.read, json->length - repair.read};
        unsigned char c = (unsigned char)rest.data[0];
        if (c >= 0x80) {
            bool invalid = vmt_utf8_next(&rest) == VMT_UTF8_INVALID;
            if (repair.escaped) {
                text[repair.write - 1] = '?';
            }
            size_t count = (size_t)(rest.data - text) - repair.read;
            for (size_t i = 0; i < count; i++) {
                put(&repair, invalid ? '?' : text[repair.read]);
            }
            repair.escaped = false;
        } else if (repair.in_string) {
            repair_in_string(&repair);
        } else if (is_literal((char)c)) {
            repair_literal(&repair);
        } else {
            repair.in_string = c == '"';
            repair.begin = repair.write;
            put(&repair, c < 0x20 && c != '\n' ? ' ' : (char)c);
        }
    }
    if (repair.in_string) {
        tear_string(&repair);
    }
}
