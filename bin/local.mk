# SPDX-License-Identifier: MIT
bin_PROGRAMS += %D%/vmtally
%C%_vmtally_SOURCES = \
	%D%/cmd_capture.c \
	%D%/cmd_convert.c \
	%D%/cmd_explain.c \
	%D%/cmd_formats.c \
	%D%/cmd_processes.c \
	%D%/cmd_regions.c \
	%D%/cmd_summary.c \
	%D%/cmd_system.c \
	%D%/command.h \
	%D%/interrupt.c \
	%D%/interrupt.h \
	%D%/job.c \
	%D%/job.h \
	%D%/listing.c \
	%D%/listing.h \
	%D%/main.c \
	%D%/options.c \
	%D%/options.h \
	%D%/options_live.c \
	%D%/options_live.h \
	%D%/output.c \
	%D%/output.h \
	%D%/targets.c \
	%D%/targets.h \
	%D%/ui.c \
	%D%/ui.h
%C%_vmtally_LDADD = $(VMT_LIBS)

dist_man1_MANS += \
	%D%/vmtally-capture.1 \
	%D%/vmtally-convert.1 \
	%D%/vmtally-explain.1 \
	%D%/vmtally-formats.1 \
	%D%/vmtally-processes.1 \
	%D%/vmtally-regions.1 \
	%D%/vmtally-summary.1 \
	%D%/vmtally-system.1 \
	%D%/vmtally.1
