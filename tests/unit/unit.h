/* SPDX-License-Identifier: MIT */
/*
 * The runner of the unit programs: one program per layer, one hand-written table per program.
 *
 *     static void test_slice__trims_blanks(void)
 *     {
 *         UNIT_EQUAL_U64(vmt_slice_trim(…).len, 3);
 *         CU_ASSERT(…);
 *     }
 *
 *     static const struct unit_test tests[] = {
 *         {"slice__trims_blanks", test_slice__trims_blanks},
 *     };
 *
 *     int main(int argc, char **argv)
 *     {
 *         return UNIT_MAIN("test_base", tests, argc, argv);
 *     }
 *
 * Every failed assertion of every test is printed as FILE:LINE: TEST: CONDITION, and the last line
 * is "test_base: 12 passed, 0 failed". Exit code: 0 all passed, 1 otherwise. Arguments are parts of
 * test names: only the tests that contain one of them run; an argument that fits none is an error.
 * -Wunused-function finds a test that is missing from the table.
 */
#ifndef VMT_UNIT_UNIT_H
#define VMT_UNIT_UNIT_H

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef __clang_analyzer__
/* The analyzer cannot see that a _FATAL assertion that fails does not return. */
#define CU_assertImplementation(value, line, condition, file, function, fatal) \
    ((value) ? CU_TRUE : ((fatal) ? (__builtin_trap(), CU_FALSE) : CU_FALSE))
#endif

struct unit_test {
    const char *name;
    void (*function)(void);
};

#define UNIT_MAIN(program, tests, argc, argv) \
    unit_main((program), (tests), sizeof(tests) / sizeof((tests)[0]), (argc), (argv))

/* CUnit's own equality assertions do not say what they found. These do. */
#define UNIT_EQUAL_U64(actual, expected) \
    unit_equal_u64((actual), (expected), #actual, __FILE__, __LINE__)
#define UNIT_EQUAL_I64(actual, expected) \
    unit_equal_i64((actual), (expected), #actual, __FILE__, __LINE__)
#define UNIT_EQUAL_STR(actual, expected) \
    unit_equal_str((actual), (expected), #actual, __FILE__, __LINE__)

static inline bool unit_equal_u64(uint64_t actual, uint64_t expected, const char *what,
                                  const char *file, unsigned line)
{
    char text[256];
    snprintf(text, sizeof(text), "%s is %" PRIu64 ", expected %" PRIu64, what, actual, expected);
    return CU_assertImplementation(actual == expected, line, text, file, "", CU_FALSE);
}

static inline bool unit_equal_i64(int64_t actual, int64_t expected, const char *what,
                                  const char *file, unsigned line)
{
    char text[256];
    snprintf(text, sizeof(text), "%s is %" PRId64 ", expected %" PRId64, what, actual, expected);
    return CU_assertImplementation(actual == expected, line, text, file, "", CU_FALSE);
}

/* NULL equals only NULL. */
static inline bool unit_equal_str(const char *actual, const char *expected, const char *what,
                                  const char *file, unsigned line)
{
    char text[1024];
    bool equal =
        actual == NULL || expected == NULL ? actual == expected : strcmp(actual, expected) == 0;
    snprintf(text, sizeof(text), "%s is \"%s\", expected \"%s\"", what,
             actual == NULL ? "(null)" : actual, expected == NULL ? "(null)" : expected);
    return CU_assertImplementation(equal, line, text, file, "", CU_FALSE);
}

static inline void unit_report(const CU_pTest test, const CU_pSuite suite,
                               const CU_pFailureRecord failures)
{
    (void)suite;
    for (CU_pFailureRecord failure = failures; failure != NULL; failure = failure->pNext) {
        printf("%s:%u: %s: %s\n", failure->strFileName, failure->uiLineNumber, test->pName,
               failure->strCondition);
    }
}

static inline bool unit_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(name, argv[i]) != NULL) {
            return true;
        }
    }
    return argc < 2;
}

static inline int unit_main(const char *program, const struct unit_test *tests, size_t count,
                            int argc, char **argv)
{
    unsigned run = 0;
    unsigned failed = 0;

    /* A crash must not take the report of the tests before it with it. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (CU_initialize_registry() != CUE_SUCCESS) {
        printf("%s: CUnit: %s\n", program, CU_get_error_msg());
        return 1;
    }
    CU_pSuite suite = CU_add_suite(program, NULL, NULL);
    CU_set_test_complete_handler(unit_report);
    for (size_t i = 0; i < count; i++) {
        if (!unit_wanted(tests[i].name, argc, argv)) {
            continue;
        }
        /* Two rows of one name are a copy that was not finished: CUnit refuses the second. */
        CU_pTest test = CU_add_test(suite, tests[i].name, tests[i].function);
        run++;
        if (test == NULL || CU_get_error() != CUE_SUCCESS) {
            printf("%s: %s: %s\n", program, tests[i].name, CU_get_error_msg());
            failed++;
            continue;
        }
        CU_run_test(suite, test);
        failed += CU_get_number_of_tests_failed() != 0;
    }
    CU_cleanup_registry();
    if (run == 0) {
        printf("%s: no test of this name\n", program);
        failed = 1;
        run = 1;
    }
    printf("%s: %u passed, %u failed\n", program, run - failed, failed);
    return failed == 0 ? 0 : 1;
}

#endif
