# SPDX-License-Identifier: MIT
# What a test may rely on, whatever directory and build it runs in:
#   VMT_SRCDIR    the top of the sources (read only)     VMT_FIXTURES  its fixtures
#   VMTALLY       the built command                      VMT_BUILDDIR  the top of the build
#   VMT_FUZZ_PARSE  the built replay or fuzzer           VMT_CAPTURES  real captures, when there are any
# A caller's own VMT_CAPTURES wins.
AM_TESTS_ENVIRONMENT = \
	LC_ALL=C; export LC_ALL; TZ=UTC; export TZ; \
	VMT_SRCDIR='$(abs_top_srcdir)'; export VMT_SRCDIR; \
	VMT_BUILDDIR='$(abs_top_builddir)'; export VMT_BUILDDIR; \
	VMT_FIXTURES='$(abs_top_srcdir)/fixtures'; export VMT_FIXTURES; \
	VMTALLY='$(abs_top_builddir)/bin/vmtally$(EXEEXT)'; export VMTALLY; \
	VMT_FUZZ_PARSE='$(abs_top_builddir)/tests/fuzz/fuzz_parse$(EXEEXT)'; export VMT_FUZZ_PARSE; \
	VMT_CAPTURES="$${VMT_CAPTURES-$(abs_top_srcdir)/../shared/captures}"; export VMT_CAPTURES;

# --- unit programs: CUnit, one per layer ---------------------------------------------------------

UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CUNIT_CFLAGS)
UNIT_LIBS = $(VMT_LIBS) $(CUNIT_LIBS)
unit_tests = \
	%D%/unit/test_account_object \
	%D%/unit/test_analysis \
	%D%/unit/test_base \
	%D%/unit/test_collect \
	%D%/unit/test_crash \
	%D%/unit/test_damage \
	%D%/unit/test_dressing \
	%D%/unit/test_footprint \
	%D%/unit/test_grammar \
	%D%/unit/test_host_darwin \
	%D%/unit/test_host_linux \
	%D%/unit/test_json \
	%D%/unit/test_linux \
	%D%/unit/test_listing \
	%D%/unit/test_live \
	%D%/unit/test_live_reading \
	%D%/unit/test_mach \
	%D%/unit/test_mach_records \
	%D%/unit/test_mach_pages \
	%D%/unit/test_mach_live \
	%D%/unit/test_mach_rungs \
	%D%/unit/test_model \
	%D%/unit/test_neighbours \
	%D%/unit/test_own \
	%D%/unit/test_own_object \
	%D%/unit/test_own_system \
	%D%/unit/test_properties \
	%D%/unit/test_redact \
	%D%/unit/test_report \
	%D%/unit/test_robustness \
	%D%/unit/test_run \
	%D%/unit/test_run_start \
	%D%/unit/test_run_work \
	%D%/unit/test_set \
	%D%/unit/test_set_object \
	%D%/unit/test_set_totals \
	%D%/unit/test_system \
	%D%/unit/test_tool \
	%D%/unit/test_unread \
	%D%/unit/test_values \
	%D%/unit/test_tools \
	%D%/unit/test_tools_host \
	%D%/unit/test_vmmap_old

%C%_unit_test_account_object_SOURCES = \
	%D%/unit/test_account_object.c %D%/unit/objects.h %D%/unit/unit.h
%C%_unit_test_account_object_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_account_object_LDADD = $(UNIT_LIBS)

%C%_unit_test_analysis_SOURCES = %D%/unit/test_analysis.c %D%/unit/unit.h
%C%_unit_test_analysis_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_analysis_LDADD = $(UNIT_LIBS)

%C%_unit_test_archive_SOURCES = %D%/unit/test_archive.c %D%/unit/archives.h %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_archive_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_archive_LDADD = $(UNIT_LIBS)

%C%_unit_test_base_SOURCES = %D%/unit/test_base.c %D%/unit/unit.h
%C%_unit_test_base_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_base_LDADD = $(UNIT_LIBS)

%C%_unit_test_collect_SOURCES = %D%/unit/test_collect.c %D%/unit/unit.h
%C%_unit_test_collect_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_collect_LDADD = $(UNIT_LIBS)

%C%_unit_test_crash_SOURCES = %D%/unit/test_crash.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_crash_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_crash_LDADD = $(UNIT_LIBS)

%C%_unit_test_unread_SOURCES = \
	%D%/unit/test_unread.c %D%/unit/reading.h %D%/unit/reading_host.h %D%/unit/unit.h
%C%_unit_test_unread_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_unread_LDADD = $(UNIT_LIBS)

%C%_unit_test_damage_SOURCES = \
	%D%/unit/test_damage.c %D%/unit/reading.h %D%/unit/reading_host.h %D%/unit/unit.h
%C%_unit_test_damage_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_damage_LDADD = $(UNIT_LIBS)

%C%_unit_test_dressing_SOURCES = %D%/unit/test_dressing.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_dressing_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_dressing_LDADD = $(UNIT_LIBS)

%C%_unit_test_footprint_SOURCES = %D%/unit/test_footprint.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_footprint_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_footprint_LDADD = $(UNIT_LIBS)

%C%_unit_test_grammar_SOURCES = %D%/unit/test_grammar.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_grammar_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_grammar_LDADD = $(UNIT_LIBS)

%C%_unit_test_host_darwin_SOURCES = \
	%D%/unit/test_host_darwin.c %D%/unit/reading.h %D%/unit/reading_host.h %D%/unit/unit.h
%C%_unit_test_host_darwin_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_host_darwin_LDADD = $(UNIT_LIBS)

%C%_unit_test_host_linux_SOURCES = %D%/unit/test_host_linux.c %D%/unit/reading.h %D%/unit/reading_host.h \
	%D%/unit/unit.h
%C%_unit_test_host_linux_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_host_linux_LDADD = $(UNIT_LIBS)

%C%_unit_test_json_SOURCES = %D%/unit/test_json.c %D%/unit/unit.h
%C%_unit_test_json_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_json_LDADD = $(UNIT_LIBS)

%C%_unit_test_linux_SOURCES = \
	%D%/unit/test_linux.c %D%/unit/reading.h %D%/unit/reading_host.h %D%/unit/unit.h
%C%_unit_test_linux_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_linux_LDADD = $(UNIT_LIBS)

%C%_unit_test_listing_SOURCES = %D%/unit/test_listing.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_listing_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_listing_LDADD = $(UNIT_LIBS)
%C%_unit_test_live_SOURCES = \
	%D%/unit/test_live.c %D%/unit/reading.h %D%/unit/tree.h %D%/unit/unit.h
%C%_unit_test_live_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_live_LDADD = $(UNIT_LIBS)

%C%_unit_test_live_reading_SOURCES = \
	%D%/unit/test_live_reading.c %D%/unit/counting.h %D%/unit/reading.h %D%/unit/tree.h %D%/unit/unit.h
%C%_unit_test_live_reading_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_live_reading_LDADD = $(UNIT_LIBS)

%C%_unit_test_mach_records_SOURCES = %D%/unit/test_mach_records.c %D%/unit/unit.h
%C%_unit_test_mach_records_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mach_records_LDADD = $(UNIT_LIBS)

weaver = %D%/unit/fake_kernel.h %D%/unit/mac.h %D%/unit/reading.h %D%/unit/reading_host.h \
	%D%/unit/running.h %D%/unit/unit.h %D%/unit/weaver.h
%C%_unit_test_mach_SOURCES = %D%/unit/test_mach.c $(weaver)
%C%_unit_test_mach_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mach_LDADD = $(UNIT_LIBS)
%C%_unit_test_mach_live_SOURCES = %D%/unit/test_mach_live.c %D%/unit/counting.h $(weaver)
%C%_unit_test_mach_live_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mach_live_LDADD = $(UNIT_LIBS)
%C%_unit_test_mach_rungs_SOURCES = %D%/unit/test_mach_rungs.c $(weaver)
%C%_unit_test_mach_rungs_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mach_rungs_LDADD = $(UNIT_LIBS)
%C%_unit_test_mach_pages_SOURCES = %D%/unit/test_mach_pages.c %D%/unit/fake_kernel.h %D%/unit/mac.h \
	%D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_mach_pages_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mach_pages_LDADD = $(UNIT_LIBS)

%C%_unit_test_model_SOURCES = %D%/unit/test_model.c %D%/unit/unit.h
%C%_unit_test_model_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_model_LDADD = $(UNIT_LIBS)

%C%_unit_test_neighbours_SOURCES = %D%/unit/test_neighbours.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_neighbours_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_neighbours_LDADD = $(UNIT_LIBS)

%C%_unit_test_own_SOURCES = %D%/unit/test_own.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_own_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_own_LDADD = $(UNIT_LIBS)

%C%_unit_test_own_object_SOURCES = %D%/unit/test_own_object.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_own_object_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_own_object_LDADD = $(UNIT_LIBS)

%C%_unit_test_own_system_SOURCES = \
	%D%/unit/test_own_system.c %D%/unit/reading.h %D%/unit/reading_host.h %D%/unit/unit.h
%C%_unit_test_own_system_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_own_system_LDADD = $(UNIT_LIBS)

%C%_unit_test_properties_SOURCES = %D%/unit/test_properties.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_properties_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_properties_LDADD = $(UNIT_LIBS)
%C%_unit_test_redact_SOURCES = %D%/unit/test_redact.c %D%/unit/unit.h
%C%_unit_test_redact_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_redact_LDADD = $(UNIT_LIBS)

%C%_unit_test_report_SOURCES = %D%/unit/test_report.c %D%/unit/unit.h
%C%_unit_test_report_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_report_LDADD = $(UNIT_LIBS)

%C%_unit_test_robustness_SOURCES = %D%/unit/test_robustness.c %D%/unit/counting.h %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_robustness_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_robustness_LDADD = $(UNIT_LIBS)

%C%_unit_test_saved_SOURCES = %D%/unit/test_saved.c %D%/unit/archives.h %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_saved_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_saved_LDADD = $(UNIT_LIBS)
%C%_unit_test_run_SOURCES = %D%/unit/test_run.c %D%/unit/reading.h %D%/unit/running.h %D%/unit/unit.h
%C%_unit_test_run_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_run_LDADD = $(UNIT_LIBS)
%C%_unit_test_run_start_SOURCES = %D%/unit/test_run_start.c %D%/unit/running.h %D%/unit/unit.h
%C%_unit_test_run_start_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_run_start_LDADD = $(UNIT_LIBS)
%C%_unit_test_run_work_SOURCES = %D%/unit/test_run_work.c %D%/unit/running.h %D%/unit/unit.h
%C%_unit_test_run_work_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_run_work_LDADD = $(UNIT_LIBS)

%C%_unit_test_set_SOURCES = %D%/unit/test_set.c %D%/unit/unit.h
%C%_unit_test_set_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_set_LDADD = $(UNIT_LIBS)
%C%_unit_test_set_object_SOURCES = \
	%D%/unit/test_set_object.c %D%/unit/counting.h %D%/unit/objects.h %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_set_object_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_set_object_LDADD = $(UNIT_LIBS)

%C%_unit_test_set_totals_SOURCES = %D%/unit/test_set_totals.c %D%/unit/unit.h
%C%_unit_test_set_totals_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_set_totals_LDADD = $(UNIT_LIBS)

%C%_unit_test_system_SOURCES = %D%/unit/test_system.c %D%/unit/counting.h %D%/unit/unit.h
%C%_unit_test_system_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_system_LDADD = $(UNIT_LIBS)

%C%_unit_test_tool_SOURCES = %D%/unit/test_tool.c %D%/unit/unit.h
%C%_unit_test_tool_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_tool_LDADD = $(UNIT_LIBS)
%C%_unit_test_values_SOURCES = %D%/unit/test_values.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_values_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_values_LDADD = $(UNIT_LIBS)

# Both begin a Mac.
unit_mac = %D%/unit/mac.h %D%/unit/reading.h %D%/unit/reading_host.h %D%/unit/running.h %D%/unit/unit.h
%C%_unit_test_tools_SOURCES = %D%/unit/test_tools.c $(unit_mac)
%C%_unit_test_tools_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_tools_LDADD = $(UNIT_LIBS)
%C%_unit_test_tools_host_SOURCES = %D%/unit/test_tools_host.c $(unit_mac)
%C%_unit_test_tools_host_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_tools_host_LDADD = $(UNIT_LIBS)

%C%_unit_test_vmmap_old_SOURCES = %D%/unit/test_vmmap_old.c %D%/unit/reading.h %D%/unit/unit.h
%C%_unit_test_vmmap_old_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_vmmap_old_LDADD = $(UNIT_LIBS)

# They make the archives that they read.
if HAVE_LIBARCHIVE
unit_tests += %D%/unit/test_archive %D%/unit/test_saved
endif

# What test_run and test_tools run.
unit_tools = %D%/unit/stand_in
%C%_unit_stand_in_SOURCES = %D%/unit/stand_in.c

EXTRA_PROGRAMS = $(unit_tests) $(unit_tools)
if HAVE_CUNIT
check_PROGRAMS += $(unit_tests) $(unit_tools)
TESTS += $(unit_tests)
else
TESTS += %D%/unit/no_cunit.sh
endif

# --- invariants, fuzz replay ---------------------------------------------------------------------

check_PROGRAMS += %D%/invariants/sweep %D%/fuzz/fuzz_parse
%C%_invariants_sweep_SOURCES = \
	%D%/invariants/cuts.c \
	%D%/invariants/dressed.c \
	%D%/invariants/fixtures.c \
	%D%/invariants/hostile.c \
	%D%/invariants/lines.c \
	%D%/invariants/meaning.c \
	%D%/invariants/memory.c \
	%D%/invariants/model_hash.c \
	%D%/invariants/mutations.c \
	%D%/invariants/reading.c \
	%D%/invariants/reports.c \
	%D%/invariants/sweep.c \
	%D%/invariants/values.c \
	%D%/invariants/sweep.h \
	%D%/unit/counting.h
%C%_invariants_sweep_LDADD = $(VMT_LIBS)

check_PROGRAMS += %D%/invariants/roundtrip
%C%_invariants_roundtrip_SOURCES = \
	%D%/invariants/roundtrip.c \
	%D%/invariants/roundtrip.h \
	%D%/invariants/roundtrip_system.c
%C%_invariants_roundtrip_LDADD = $(VMT_LIBS)

# The plain main replays files; libFuzzer's main does the same when it is given files.
%C%_fuzz_fuzz_parse_SOURCES = %D%/fuzz/fuzz_parse.c
%C%_fuzz_fuzz_parse_CFLAGS = $(AM_CFLAGS) $(FUZZ_CFLAGS)
%C%_fuzz_fuzz_parse_LDADD = $(VMT_LIBS)

# --- the kernel of macOS, simulated --------------------------------------------------------------

# What asks the kernel and what answers are built with Apple's headers, the rest of the programs as
# everything else: what both include has types that are the same for both.
EXTRA_LIBRARIES = %D%/simulated/libsimulated.a
%C%_simulated_libsimulated_a_SOURCES = \
	$(mach_sources) \
	%D%/simulated/world.h \
	%D%/simulated/xnu.h \
	%D%/simulated/xnu_call.c \
	%D%/simulated/xnu_control.h \
	%D%/simulated/xnu_host.c \
	%D%/simulated/xnu_map.c \
	%D%/simulated/xnu_object.c \
	%D%/simulated/xnu_page.c \
	%D%/simulated/xnu_port.c \
	%D%/simulated/xnu_proc.c \
	%D%/simulated/xnu_proc.h \
	%D%/simulated/xnu_proc_region.c \
	%D%/simulated/xnu_process.c \
	%D%/simulated/xnu_region.c \
	%D%/simulated/xnu_sums.c \
	%D%/simulated/xnu_sysctl.c \
	%D%/simulated/xnu_task.c \
	%D%/simulated/xnu_walk.c
# Who asks is one of the simulated processes.
%C%_simulated_libsimulated_a_CPPFLAGS = -I$(top_srcdir)/lib $(CHECK_CPPFLAGS) \
	$(SIMULATED_CPPFLAGS) -Dgetpid=sim_getpid -Dgeteuid=sim_geteuid

simulated_scenario = \
	%D%/simulated/scenario.c \
	%D%/simulated/scenario.h \
	%D%/simulated/scenario_words.c \
	%D%/simulated/scenario_words.h

simulated_tests = \
	%D%/simulated/test_mach \
	%D%/simulated/test_mach_calls \
	%D%/simulated/test_mach_changes \
	%D%/simulated/test_mach_failures
EXTRA_PROGRAMS += $(simulated_tests) %D%/simulated/as_vmmap %D%/simulated/vmtally
simulated_trace = \
	$(simulated_scenario) \
	%D%/simulated/checks.h \
	%D%/simulated/trace.c \
	%D%/simulated/trace.h \
	%D%/simulated/truth.c \
	%D%/simulated/truth.h \
	%D%/unit/unit.h

%C%_simulated_test_mach_SOURCES = $(simulated_trace) %D%/simulated/test_mach.c
%C%_simulated_test_mach_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_simulated_test_mach_LDADD = %D%/simulated/libsimulated.a $(UNIT_LIBS)

%C%_simulated_test_mach_calls_SOURCES = $(simulated_trace) %D%/simulated/test_mach_calls.c
%C%_simulated_test_mach_calls_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_simulated_test_mach_calls_LDADD = %D%/simulated/libsimulated.a $(UNIT_LIBS)

%C%_simulated_test_mach_changes_SOURCES = $(simulated_trace) %D%/simulated/test_mach_changes.c
%C%_simulated_test_mach_changes_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_simulated_test_mach_changes_LDADD = %D%/simulated/libsimulated.a $(UNIT_LIBS)

%C%_simulated_test_mach_failures_SOURCES = $(simulated_trace) %D%/simulated/test_mach_failures.c
%C%_simulated_test_mach_failures_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_simulated_test_mach_failures_LDADD = %D%/simulated/libsimulated.a $(UNIT_LIBS)

%C%_simulated_as_vmmap_SOURCES = $(simulated_trace) %D%/simulated/as_vmmap.c
%C%_simulated_as_vmmap_LDADD = %D%/simulated/libsimulated.a $(VMT_LIBS)

%C%_simulated_vmtally_SOURCES = $(bin_vmtally_SOURCES) $(simulated_scenario) %D%/simulated/command.c
%C%_simulated_vmtally_LDADD = %D%/simulated/libsimulated.a $(VMT_LIBS)

if HAVE_DARWIN_HEADERS
check_LIBRARIES += %D%/simulated/libsimulated.a
check_PROGRAMS += %D%/simulated/as_vmmap %D%/simulated/vmtally
TESTS += \
	%D%/simulated/account.sh \
	%D%/simulated/command.sh \
	%D%/simulated/failures.sh \
	%D%/simulated/interrupt.sh
if HAVE_CUNIT
check_PROGRAMS += $(simulated_tests)
TESTS += $(simulated_tests)
endif
else
TESTS += %D%/simulated/no_headers.sh
endif

# --- the command ---------------------------------------------------------------------------------

TESTS += \
	%D%/invariants/sweep \
	%D%/invariants/roundtrip \
	%D%/fuzz/replay.sh \
	%D%/golden/run.sh \
	%D%/golden/readme.sh \
	%D%/convert.sh \
	%D%/capture.sh \
	%D%/captures.sh \
	%D%/linux.sh \
	%D%/processes.sh \
	%D%/linux_system.sh \
	%D%/live/live.sh \
	%D%/live/churn.sh \
	%D%/macos/live.sh

TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(BASH)

EXTRA_DIST += \
	%D%/README.md \
	%D%/bench/common.sh \
	%D%/bench/live.sh \
	%D%/bench/run.sh \
	%D%/bench/scale.sh \
	%D%/bench/sums.awk \
	%D%/bench/sums.py \
	%D%/bench/sums.rb \
	%D%/capture.sh \
	%D%/captures.sh \
	%D%/convert.sh \
	%D%/captures.tsv \
	%D%/cases.sh \
	%D%/fuzz/corpus \
	%D%/fuzz/replay.sh \
	%D%/fuzz/darwin-crash.dict \
	%D%/fuzz/darwin-host.dict \
	%D%/fuzz/darwin-vmmap.dict \
	%D%/fuzz/linux.dict \
	%D%/golden \
	%D%/lint \
	%D%/linux.sh \
	%D%/processes.sh \
	%D%/linux_system.sh \
	%D%/live/common.sh \
	%D%/live/csv.awk \
	%D%/live/churn.sh \
	%D%/live/live.sh \
	%D%/macos \
	%D%/simulated/README.md \
	%D%/simulated/account.sh \
	%D%/simulated/command.sh \
	%D%/simulated/failures.sh \
	%D%/simulated/interrupt.sh \
	%D%/simulated/no_headers.sh \
	%D%/simulated/scenarios \
	%D%/tally.sh \
	%D%/unit/no_cunit.sh

# One line for the whole run. Automake's own summary, just above, counts programs; this counts cases.
check-local: check-TESTS
	@$(BASH) $(srcdir)/%D%/tally.sh $(TEST_LOGS)

.PHONY: accuracy lint bench update-golden

# make lint [STEP="format layers"]
lint: lib/libvmtally.a
	@VMT_SRCDIR='$(abs_top_srcdir)' VMT_BUILDDIR='$(abs_top_builddir)' \
	CC='$(CC)' \
	CFLAGS='$(AM_CFLAGS) $(CFLAGS)' \
	CPPFLAGS='$(DEFS) -I$(abs_top_builddir) -I$(abs_top_srcdir)/lib $(CHECK_CPPFLAGS) $(PCRE2_CFLAGS) $(JANSSON_CFLAGS) $(LIBARCHIVE_CFLAGS) $(CUNIT_CFLAGS) $(CPPFLAGS)' \
	$(BASH) $(srcdir)/%D%/lint/run.sh $(STEP)

# Some files are shipped as a directory, in which a build inside of the tree leaves its own.
dist-hook:
	rm -f $(distdir)/%D%/golden/*.log $(distdir)/%D%/golden/*.trs
	rm -f $(distdir)/%D%/macos/*.log $(distdir)/%D%/macos/*.trs $(distdir)/%D%/macos/*.o
	rm -f $(distdir)/%D%/macos/worker$(EXEEXT)

# --- the benchmark: built when it is asked for ---------------------------------------------------

bench_programs = \
	%D%/bench/floor_lines \
	%D%/bench/floor_match \
	%D%/bench/gen_smaps \
	%D%/bench/gen_vm_stat \
	%D%/bench/gen_vmmap \
	%D%/bench/measure \
	%D%/bench/population
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES = $(bench_programs)

%C%_bench_floor_lines_SOURCES = \
	%D%/bench/floor_lines.c \
	%D%/bench/whole_file.c \
	%D%/bench/whole_file.h
%C%_bench_floor_lines_LDADD = $(VMT_LIBS)

%C%_bench_floor_match_SOURCES = \
	%D%/bench/floor_match.c \
	%D%/bench/whole_file.c \
	%D%/bench/whole_file.h
%C%_bench_floor_match_LDADD = $(VMT_LIBS)

%C%_bench_gen_smaps_SOURCES = %D%/bench/gen_smaps.c %D%/bench/gen_random.h
%C%_bench_gen_smaps_LDADD = $(VMT_LIBS)

%C%_bench_gen_vm_stat_SOURCES = %D%/bench/gen_vm_stat.c %D%/bench/gen_random.h
%C%_bench_gen_vm_stat_LDADD = $(VMT_LIBS)

%C%_bench_gen_vmmap_SOURCES = %D%/bench/gen_vmmap.c %D%/bench/gen_random.h
%C%_bench_gen_vmmap_LDADD = $(VMT_LIBS)

%C%_bench_measure_SOURCES = %D%/bench/measure.c
%C%_bench_population_SOURCES = %D%/bench/population.c
%C%_bench_population_LDADD = $(VMT_LIBS)

# [BENCH_RUNS=7] [BENCH_ROWS=100000] [BENCH_SECONDS=604800] [BENCH_MAPPINGS=48000] [BENCH_FILES=1000]
bench: bin/vmtally$(EXEEXT) $(bench_programs)
	@$(AM_TESTS_ENVIRONMENT) $(BASH) $(srcdir)/%D%/bench/run.sh
	@echo; $(AM_TESTS_ENVIRONMENT) $(BASH) $(srcdir)/%D%/bench/scale.sh
	@echo; $(AM_TESTS_ENVIRONMENT) $(BASH) $(srcdir)/%D%/bench/live.sh

# --- accuracy against the kernel's own counts ----------------------------------------------------

# Linked as it is small: what the C library brings is memory that nobody asked for.
accuracy_programs = %D%/accuracy/worker
check_PROGRAMS += $(accuracy_programs)
%C%_accuracy_worker_SOURCES = %D%/accuracy/number.h %D%/accuracy/worker.c
%C%_accuracy_worker_CFLAGS = $(WARN_CFLAGS)
%C%_accuracy_worker_LDFLAGS = $(STATIC_LDFLAGS)

# Processes that never are as they were a moment ago, for live/churn.sh.
check_PROGRAMS += %D%/live/churn
%C%_live_churn_SOURCES = %D%/live/churn.c

# A process with a known memory, for macos/live.sh.
check_PROGRAMS += %D%/macos/worker
%C%_macos_worker_SOURCES = %D%/macos/worker.c

check_PROGRAMS += %D%/accuracy/accuracy
TESTS += %D%/accuracy/recorded.sh
%C%_accuracy_accuracy_SOURCES = \
	%D%/accuracy/accuracy.c \
	%D%/accuracy/accuracy.h \
	%D%/accuracy/compare.c \
	%D%/accuracy/groups.c \
	%D%/accuracy/number.h \
	%D%/accuracy/score.c \
	%D%/accuracy/smaps.c \
	%D%/accuracy/text.c
%C%_accuracy_accuracy_LDADD = $(JANSSON_LIBS)

EXTRA_DIST += \
	%D%/accuracy/recorded \
	%D%/accuracy/recorded.sh \
	%D%/accuracy/run.sh

# Needs Linux; elsewhere make check replays what was recorded there.
accuracy: bin/vmtally$(EXEEXT) %D%/accuracy/accuracy$(EXEEXT) $(accuracy_programs)
	@$(AM_TESTS_ENVIRONMENT) $(BASH) $(srcdir)/%D%/accuracy/run.sh

# make update-golden [NAME='summary-*']; read the difference before it is committed.
update-golden: bin/vmtally$(EXEEXT)
	@$(AM_TESTS_ENVIRONMENT) $(BASH) $(srcdir)/%D%/golden/run.sh --update '$(NAME)'
