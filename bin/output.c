/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"

enum {
    LINKS_MAX = 40, /* as Linux follows */
    LINK_SIZE = 4096
};

static enum vmt_status write_stream(struct vmt_sink *sink, struct vmt_slice bytes,
                                    struct vmt_error *err)
{
    struct output *output = (struct output *)sink;
    if (bytes.length > 0 && fwrite(bytes.data, 1, bytes.length, output->stream) != bytes.length) {
        return vmt_fail_io(err, output->name, errno, "write");
    }
    return VMT_OK;
}

/* The part of `path` up to and with its last slash, then `rest`; NULL without memory. */
static char *beside(const char *path, const char *rest)
{
    const char *slash = strrchr(path, '/');
    size_t directory = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    size_t length = strlen(rest);
    char *joined = malloc(directory + length + 1);
    if (joined != NULL) {
        memcpy(joined, path, directory);
        memcpy(joined + directory, rest, length + 1);
    }
    return joined;
}

/* Where the links at `path` lead, whether there is a file or not: what a link names is to be
 * replaced, and the link stays.  NULL with errno set. */
static char *follow_links(const char *path)
{
    char *at = beside(path, strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path);
    for (int links = 0; at != NULL; links++) {
        char target[LINK_SIZE];
        ssize_t length = readlink(at, target, sizeof target);
        if (length < 0) {
            return at; /* no link */
        }
        if (links == LINKS_MAX || length == (ssize_t)sizeof target) {
            free(at);
            errno = links == LINKS_MAX ? ELOOP : ENAMETOOLONG;
            return NULL;
        }
        target[length] = '\0';
        char *next = beside(target[0] == '/' ? "" : at, target);
        free(at);
        at = next;
    }
    errno = ENOMEM;
    return NULL;
}

/* A descriptor of the program that is the file already, -1 when none is: after `>> log` writing to
 * /dev/stdout is to add to the log, and not to replace it. */
static int find_open(const struct stat *file)
{
    for (int descriptor = STDOUT_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        struct stat other;
        if (fstat(descriptor, &other) == 0 && other.st_dev == file->st_dev &&
            other.st_ino == file->st_ino) {
            return descriptor;
        }
    }
    return -1;
}

static mode_t mode_of_new_files(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Returns false with errno set. */
static bool open_temporary(struct output *output, mode_t mode)
{
    output->path = follow_links(output->name);
    if (output->path == NULL) {
        return false;
    }
    output->temporary = beside(output->path, ".vmtally.XXXXXX");
    if (output->temporary == NULL) {
        return false;
    }
    sigset_t former;
    interrupt_block(&former);
    int descriptor = mkstemp(output->temporary);
    if (descriptor >= 0) {
        interrupt_remove(output->temporary);
    }
    int cause = errno;
    interrupt_unblock(&former);
    if (descriptor < 0) {
        free(output->temporary);
        output->temporary = NULL;
        errno = cause;
        return false;
    }
    if (fchmod(descriptor, mode) == 0) {
        output->stream = fdopen(descriptor, "w");
    }
    if (output->stream == NULL) {
        cause = errno;
        close(descriptor);
        errno = cause;
    }
    return output->stream != NULL;
}

static bool open_path(struct output *output)
{
    struct stat file;
    if (stat(output->name, &file) != 0) {
        return errno == ENOENT && open_temporary(output, mode_of_new_files());
    }
    int descriptor = find_open(&file);
    if (descriptor >= 0) {
        descriptor = dup(descriptor);
        output->stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
        return output->stream != NULL;
    }
    if (!S_ISREG(file.st_mode)) {
        output->stream = fopen(output->name, "w");
        return output->stream != NULL;
    }
    /* Replacing needs no permission to write, but whoever took it away meant something. */
    return access(output->name, W_OK) == 0 && open_temporary(output, file.st_mode & 0777);
}

enum vmt_status output_open(struct output *output, const char *path, struct vmt_error *err)
{
    *output = (struct output){.sink = {.write = write_stream}, .name = path};
    if (path == NULL) {
        output->name = "standard output";
        output->stream = stdout;
    } else if (!open_path(output)) {
        int cause = errno;
        output_abandon(output);
        return vmt_fail_io(err, path, cause, "open for writing");
    }
    return VMT_OK;
}

/* The temporary file becomes `path`, or goes away when that is NULL.  Returns 0 or an errno. */
static int finish_temporary(struct output *output, const char *path)
{
    sigset_t former;
    interrupt_block(&former);
    int cause = 0;
    if (path != NULL && rename(output->temporary, path) != 0) {
        cause = errno;
        path = NULL;
    }
    if (path == NULL) {
        unlink(output->temporary);
    }
    interrupt_remove(NULL);
    interrupt_unblock(&former);
    free(output->temporary);
    output->temporary = NULL;
    return cause;
}

enum vmt_status output_close(struct output *output, struct vmt_error *err)
{
    errno = 0;
    bool flushed = fflush(output->stream) == 0 && !ferror(output->stream);
    int cause = flushed ? 0 : errno;
    if (!flushed && cause == 0) {
        cause = EIO; /* an earlier write failed, and its errno is gone */
    }
    if (fclose(output->stream) != 0 && flushed) {
        cause = errno;
        flushed = false;
    }
    output->stream = NULL;
    if (!flushed) {
        output_abandon(output);
        return vmt_fail_io(err, output->name, cause, "write");
    }
    if (output->temporary != NULL) {
        cause = finish_temporary(output, output->path);
    }
    free(output->path);
    output->path = NULL;
    return cause == 0 ? VMT_OK : vmt_fail_io(err, output->name, cause, "replace");
}

void output_abandon(struct output *output)
{
    if (output->stream != NULL) {
        fclose(output->stream);
        output->stream = NULL;
    }
    if (output->temporary != NULL) {
        finish_temporary(output, NULL);
    }
    free(output->path);
    output->path = NULL;
}

unsigned output_columns(const struct output *output)
{
    int descriptor = fileno(output->stream);
    if (isatty(descriptor) != 1) {
        return 0;
    }
    struct winsize size;
    bool told = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return told ? size.ws_col : 80; /* what terminals that do not tell have */
}
