/* SPDX-License-Identifier: MIT */
/* How often the truth lies within the bounds, how wide they are, how far the share is off. */
#include "config.h"

#include "accuracy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Ways to say what a process's part of the memory is. */
enum way {
    WAY_SHARE,       /* vmtally's */
    WAY_RESIDENT,    /* all that is resident */
    WAY_DIVIDED,     /* that, divided by the processes */
    WAY_COW_PRIVATE, /* of SM=SHM divided by them, of SM=COW all */
    WAYS
};

/* Numbers of which the median is asked. */
struct numbers {
    double *of;
    size_t count;
};

struct line {
    char kind[64];
    uint64_t groups;
    uint64_t processes;
    uint64_t checked;
    uint64_t outside;
    struct numbers widths; /* of the share's bounds, as a part of resident */
    struct numbers errors[WAYS];
};

struct member_line {
    uint64_t checked;
    uint64_t outside;
    struct numbers widths;
};

enum { LINES_MOST = 64 };

/* Sums over kinds. */
enum sum {
    SUM_ALL,
    SUM_VALUED, /* processes of which there is a value, and the other ways for the same ones */
    SUM_WHOLE,  /* of those, the ones that see all of a file, and once */
    SUMS
};

static const char *const sum_names[SUMS] = {
    [SUM_ALL] = "all",
    [SUM_VALUED] = "all with a value",
    [SUM_WHOLE] = "the same, files seen whole",
};

struct score {
    struct line sums[SUMS];
    struct line lines[LINES_MOST];
    size_t line_count;
    struct member_line members[MEMBERS];
    struct member_line sets;
};

struct score *score_new(void)
{
    struct score *score = get_memory(NULL, sizeof *score);
    memset(score, 0, sizeof *score);
    for (size_t i = 0; i < SUMS; i++) {
        snprintf(score->sums[i].kind, sizeof score->sums[i].kind, "%s", sum_names[i]);
    }
    return score;
}

static void free_line(struct line *line)
{
    free(line->widths.of);
    for (size_t i = 0; i < WAYS; i++) {
        free(line->errors[i].of);
    }
}

void score_free(struct score *score)
{
    for (size_t i = 0; i < SUMS; i++) {
        free_line(&score->sums[i]);
    }
    for (size_t i = 0; i < score->line_count; i++) {
        free_line(&score->lines[i]);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        free(score->members[i].widths.of);
    }
    free(score->sets.widths.of);
    free(score);
}

/* Kept in order, the smallest first. */
static void add_number(struct numbers *numbers, double number)
{
    numbers->of = get_memory(numbers->of, (numbers->count + 1) * sizeof *numbers->of);
    size_t at = numbers->count++;
    for (; at > 0 && numbers->of[at - 1] > number; at--) {
        numbers->of[at] = numbers->of[at - 1];
    }
    numbers->of[at] = number;
}

/* The number below which so many percent lie; -1 when there are none. */
static double percentile(const struct numbers *numbers, size_t percent)
{
    return numbers->count == 0 ? -1 : numbers->of[(numbers->count - 1) * percent / 100];
}

static struct line *line_of(struct score *score, const char *kind)
{
    for (size_t i = 0; i < score->line_count; i++) {
        if (strcmp(score->lines[i].kind, kind) == 0) {
            return &score->lines[i];
        }
    }
    if (score->line_count == LINES_MOST) {
        fail("too many kinds", kind);
    }
    struct line *line = &score->lines[score->line_count++];
    snprintf(line->kind, sizeof line->kind, "%s", kind);
    return line;
}

static double part(uint64_t amount, uint64_t whole)
{
    return whole == 0 ? 0 : (double)amount / (double)whole;
}

static bool is_outside(struct truth truth, struct answer_amount amount)
{
    return !amount.bounded || truth.high < amount.lower || truth.low > amount.upper;
}

static void say_outside(const struct group *group, unsigned pid, const char *name,
                        struct truth truth, struct answer_amount amount)
{
    printf("OUTSIDE: %s, process %u: %s is %" PRIu64, group->kind, pid, name, truth.low);
    if (truth.high != truth.low) {
        printf(" to %" PRIu64, truth.high);
    }
    if (amount.bounded) {
        printf(", the bounds are %" PRIu64 " to %" PRIu64 "\n", amount.lower, amount.upper);
    } else {
        printf(", there are no bounds\n");
    }
}

/* What others would say, from the rows that vmtally has. */
static double otherwise(const struct process *process, enum way way, size_t processes)
{
    double sum = 0;
    for (size_t i = 0; i < process->mapping_count; i++) {
        const struct mapping *mapping = &process->mappings[i];
        bool divide =
            way == WAY_DIVIDED || (way == WAY_COW_PRIVATE && smaps_is_shared_mapping(mapping));
        sum += (double)mapping->counts[RSS] / (divide ? (double)processes : 1);
    }
    return sum;
}

static void add_errors(struct line *line, const struct group *group, size_t i,
                       const struct answer_amount *share)
{
    const struct process *process = &group->processes[i];
    double pss = (double)smaps_sum(process, PSS);
    add_number(&line->widths, part(share->upper - share->lower, smaps_sum(process, RSS)));
    for (int way = 0; way < WAYS; way++) {
        double value = way == WAY_SHARE ? (double)share->value
                                        : otherwise(process, (enum way)way, group->process_count);
        if (pss > 0 && (way != WAY_SHARE || share->known)) {
            add_number(&line->errors[way], (value > pss ? value - pss : pss - value) / pss);
        }
    }
}

/* Each process has pages of its own of what all have, or has them twice: no row says so. */
static bool is_in_parts(const char *kind)
{
    return strstr(kind, "parts") != NULL || strstr(kind, "twice") != NULL;
}

/* A process counts for its kind and for the sums that it belongs to. */
static void add_process(struct score *score, struct line *line, const struct group *group, size_t i,
                        const struct answer_amount *share)
{
    bool belongs[SUMS] = {[SUM_ALL] = true, [SUM_VALUED] = share->known};
    belongs[SUM_WHOLE] = share->known && !is_in_parts(group->kind);
    line->processes++;
    add_errors(line, group, i, share);
    for (size_t sum = 0; sum < SUMS; sum++) {
        if (belongs[sum]) {
            score->sums[sum].processes++;
            add_errors(&score->sums[sum], group, i, share);
        }
    }
}

static void add_member(struct score *score, struct line *line, enum member member, bool outside,
                       double width)
{
    score->members[member].checked++;
    score->members[member].outside += outside;
    add_number(&score->members[member].widths, width);
    line->checked++;
    line->outside += outside;
}

/* The processes' parts add up to what they have together. */
static void add_set(struct score *score, struct line *line, const struct group *group,
                    const struct answer *answer)
{
    struct truth sum = {0, 0};
    uint64_t resident = 0;
    for (size_t i = 0; i < group->process_count; i++) {
        struct truth truth[MEMBERS];
        smaps_truth(&group->processes[i], truth);
        sum.low += truth[MEMBER_SHARE].low;
        sum.high += truth[MEMBER_SHARE].high;
        resident += truth[MEMBER_RESIDENT].low;
    }
    bool outside = is_outside(sum, answer->set_resident);
    if (outside) {
        say_outside(group, 0, "resident of the set", sum, answer->set_resident);
    }
    score->sets.checked++;
    score->sets.outside += outside;
    add_number(&score->sets.widths,
               part(answer->set_resident.upper - answer->set_resident.lower, resident));
    line->checked++;
    line->outside += outside;
}

void score_add(struct score *score, const struct group *group, const struct answer *answer)
{
    struct line *line = line_of(score, group->kind);
    add_set(score, line, group, answer);
    for (size_t i = 0; i < group->process_count; i++) {
        const struct process *process = &group->processes[i];
        struct truth truth[MEMBERS];
        smaps_truth(process, truth);
        for (int member = 0; member < MEMBERS; member++) {
            const struct answer_amount *amount = &answer->of[i][member];
            bool outside = is_outside(truth[member], *amount);
            if (outside) {
                say_outside(group, process->pid, member_name((enum member)member), truth[member],
                            *amount);
            }
            add_member(score, line, (enum member)member, outside,
                       part(amount->upper - amount->lower, truth[MEMBER_RESIDENT].low));
        }
        add_process(score, line, group, i, &answer->of[i][MEMBER_SHARE]);
    }
    line->groups++;
}

uint64_t score_outside(const struct score *score)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < score->line_count; i++) {
        sum += score->lines[i].outside;
    }
    return sum;
}

uint64_t score_inside(const struct score *score)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < score->line_count; i++) {
        sum += score->lines[i].checked - score->lines[i].outside;
    }
    return sum;
}

static void print_percent(double part_of_one)
{
    if (part_of_one < 0) {
        printf("        -");
    } else {
        printf("  %6.1f%%", part_of_one * 100);
    }
}

static void print_line(const struct line *line)
{
    if (line->groups > 0) {
        printf("%-28s %6" PRIu64 " %9" PRIu64 " %6" PRIu64 "/%-6" PRIu64, line->kind, line->groups,
               line->processes, line->checked - line->outside, line->checked);
    } else {
        printf("%-28s %6s %9" PRIu64 " %13s", line->kind, "", line->processes, "");
    }
    print_percent(percentile(&line->widths, 50));
    printf(" %7zu", line->errors[WAY_SHARE].count);
    for (int way = 0; way < WAYS; way++) {
        print_percent(percentile(&line->errors[way], 50));
        print_percent(percentile(&line->errors[way], 95));
    }
    putchar('\n');
}

static void print_member(const char *name, const struct member_line *line)
{
    printf("%-28s %6" PRIu64 " of %-6" PRIu64, name, line->checked - line->outside, line->checked);
    print_percent(percentile(&line->widths, 50));
    print_percent(percentile(&line->widths, 95));
    putchar('\n');
}

static void print_members(const struct score *score)
{
    puts("member                       truth in bounds   width   95th %");
    for (int member = 0; member < MEMBERS; member++) {
        print_member(member_name((enum member)member), &score->members[member]);
    }
    print_member("resident of the set", &score->sets);
}

static void print_goal(const struct line *line)
{
    double median = percentile(&line->errors[WAY_SHARE], 50);
    double most = percentile(&line->errors[WAY_SHARE], 95);
    printf(
        "\nGoal of the share where it has a value and each sees all of a file, once: 2 %% in the median, "
        "10 %% for 95 of 100: %s.\n",
        median >= 0 && median <= 0.02 && most <= 0.10 ? "met" : "not met");
}

void score_print(struct score *score)
{
    struct line *all = &score->sums[SUM_ALL];
    print_members(score);
    printf("\n%-28s %6s %9s %13s %8s %7s %17s %17s %17s %17s\n", "", "", "", "truth", "share",
           "with a", "share, error", "resident", "resident / n", "COW private");
    printf("%-28s %6s %9s %13s %8s %7s", "kind", "groups", "processes", "in bounds", "width",
           "value");
    for (int way = 0; way < WAYS; way++) {
        printf("  %7s  %7s", "median", "95th %");
    }
    putchar('\n');
    for (size_t i = 0; i < score->line_count; i++) {
        print_line(&score->lines[i]);
        all->groups += score->lines[i].groups;
        all->checked += score->lines[i].checked;
        all->outside += score->lines[i].outside;
    }
    for (size_t i = 0; i < SUMS; i++) {
        print_line(&score->sums[i]);
    }
    print_goal(&score->sums[SUM_WHOLE]);
}
