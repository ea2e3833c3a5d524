/* SPDX-License-Identifier: MIT */
/*
 * What holds for every grammar and every fixture, without saying what is in them:
 *
 *   claims     only the owner claims the first part of an ok- fixture
 *   notes      ok- is read without damage, warn- with a note or a differing check, bad- not at all;
 *              every report can be written, twice the same
 *   cuts       every beginning of a fixture ends in VMT_OK or VMT_E_NOCAPTURE
 *   windows    a smaller window gives the same model
 *   dressed    quoted, coloured or escaped, an ok- fixture gives the same model
 *   memory     an allocation refused ends in VMT_E_NOMEM or changes nothing, and nothing leaks
 *   mutations  a changed byte does no harm
 *   values     numbers that cannot be one are noted
 *   lines      a damaged line of an ok- fixture takes no other with it in silence
 *   hostile    lines made to be slow are not
 *
 * A new fixture or grammar gets all of it for free.  Each sweep of each fixture is one case.  In
 * every one of them the ledger adds up to the lines that the text has, every amount has its bounds
 * in order, and all that was read says what read it and where.
 *
 * Arguments are parts of names of fixtures or sweeps: only these, and tried NAMED_EFFORT times as
 * hard, since a run of everything gives each fixture only so much (CUT_BYTES, MUTATED_BYTES,
 * REFUSALS_MOST).  A case that does not end is stopped after HANG_SECONDS, and named.
 */
#include "config.h"

#include "sweep.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NAMED_EFFORT 8
/* No fixture is larger. */
#define FIXTURE_MOST ((size_t)64 << 10)

/* --- cases ------------------------------------------------------------------------------------ */

static unsigned passed;
static unsigned failed;
static char case_name[160];
static bool case_ok;
static unsigned case_faults; /* printed of one case */
static bool named;           /* only what was asked for */

void begin_case(const char *fixture, const char *sweep)
{
    snprintf(case_name, sizeof case_name, "%s: %s", fixture, sweep);
    case_ok = true;
    case_faults = 0;
}

void end_case(void)
{
    passed += case_ok ? 1 : 0;
    failed += case_ok ? 0 : 1;
    alarm(0);
}

bool case_is_ok(void)
{
    return case_ok;
}

void fault(const char *format, ...)
{
    case_ok = false;
    if (++case_faults > 5) {
        return; /* ten thousand beginnings of one file fail for one reason */
    }
    va_list args;
    printf("sweep: %s: ", case_name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

size_t effort(void)
{
    return named ? NAMED_EFFORT : 1;
}

static void hang(int signal_number)
{
    /* Only what a signal handler may call. */
    static const char text[] = " does not end\nsweep: 0 passed, 1 failed\n";
    (void)signal_number;
    bool said = write(STDOUT_FILENO, "sweep: ", 7) > 0 &&
                write(STDOUT_FILENO, case_name, strlen(case_name)) > 0 &&
                write(STDOUT_FILENO, text, sizeof text - 1) > 0;
    _exit(said ? 1 : 2);
}

/* --- all of it -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    fixture_sweep *sweep;
} sweeps[] = {
    {"claims", sweep_claims},
    {"notes", sweep_notes},
    {"cuts", sweep_cuts},
    {"windows", sweep_windows},
    {"cuts in small windows", sweep_small_windows},
    {"dressed", sweep_dressed},
    {"memory", sweep_memory},
    {"mutations", sweep_mutations},
    {"values", sweep_values},
    {"lines", sweep_lines},
};

static bool wanted(const char *fixture, const char *sweep_name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(fixture, argv[i]) == NULL && strstr(sweep_name, argv[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static void sweep_fixtures(const struct fixtures *fixtures, struct vmt_context *context, int argc,
                           char **argv)
{
    for (size_t s = 0; s < COUNT(sweeps); s++) {
        double begin = seconds_now();
        for (size_t i = 0; i < fixtures->count; i++) {
            const struct fixture *fixture = &fixtures->rows[i];
            if (wanted(fixture->name, sweeps[s].name, argc, argv)) {
                begin_case(fixture->name, sweeps[s].name);
                sweeps[s].sweep(fixture, context);
                end_case();
            }
        }
        printf("sweep: %s: %.1f s\n", sweeps[s].name, seconds_now() - begin);
    }
}

int main(int argc, char **argv)
{
    const char *root = getenv("VMT_FIXTURES");
    if (root == NULL) {
        puts("sweep: VMT_FIXTURES is not set: run through make check");
        return 1;
    }
    /* A crash must not take with it what was said before. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    signal(SIGALRM, hang);
    named = argc > 1;
    struct fixtures fixtures = load_fixtures(root);
    struct vmt_context context;
    vmt_context_init(&context, &vmt_allocator_system);
    const size_t window = context.window;
    context.window = FIXTURE_MOST; /* a sanitizer takes long over blocks that are larger */
    sweep_fixtures(&fixtures, &context, argc, argv);
    context.window = window;
    if (wanted("hostile", "hostile", argc, argv)) {
        double begin = seconds_now();
        sweep_hostile(&context);
        printf("sweep: hostile: %.1f s\n", seconds_now() - begin);
    }
    vmt_context_free(&context);
    printf("sweep: %zu fixtures, %" PRIu64 " beginnings, %" PRIu64 " refused allocations, %" PRIu64
           " mutations\n",
           fixtures.count, cut_count, refusal_count, mutation_count);
    free_fixtures(&fixtures);
    if (passed + failed == 0) {
        puts("sweep: no case of this name");
        failed = 1;
    }
    printf("sweep: %u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
