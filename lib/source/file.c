/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum vmt_status read_file(struct vmt_input *input, char *buffer, size_t size, size_t *got,
                                 struct vmt_error *err)
{
    struct vmt_file_input *file = (struct vmt_file_input *)input; /* its first member */
    ssize_t count = -1;
    do {
        count = read(file->descriptor, buffer, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        *got = 0;
        return vmt_fail_io(err, input->name, errno, "read");
    }
    *got = (size_t)count;
    return VMT_OK;
}

enum vmt_status vmt_file_open(struct vmt_file_input *out, const char *name, struct vmt_error *err)
{
    *out = (struct vmt_file_input){{name, read_file}, STDIN_FILENO, false};
    if (strcmp(name, "-") == 0) {
        return VMT_OK;
    }
    out->descriptor = open(name, O_RDONLY | O_CLOEXEC);
    out->close = out->descriptor >= 0;
    return out->close ? VMT_OK : vmt_fail_io(err, name, errno, "open");
}

/* A FIFO would wait for somebody, and a device may never end. */
static enum vmt_status check_regular(struct vmt_file_input *file, struct vmt_error *err)
{
    struct stat status;
    if (fstat(file->descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
        return VMT_OK;
    }
    vmt_file_close(file);
    return vmt_fail_at(err, (struct vmt_place){.source = file->input.name}, VMT_E_IO,
                       "is no regular file, and is not read");
}

enum vmt_status vmt_file_open_at(struct vmt_file_input *out, int directory, const char *file,
                                 const char *name, struct vmt_error *err)
{
    *out = (struct vmt_file_input){{name, read_file}, -1, false};
    out->descriptor =
        openat(directory, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    out->close = out->descriptor >= 0;
    return out->close ? check_regular(out, err) : vmt_fail_io(err, name, errno, "open");
}

enum vmt_status vmt_file_slurp_at(struct vmt_slice *out, char *buffer, size_t size, int directory,
                                  const char *file, const char *name, struct vmt_error *err)
{
    struct vmt_file_input input;
    *out = (struct vmt_slice){buffer, 0};
    enum vmt_status status = vmt_file_open_at(&input, directory, file, name, err);
    if (status != VMT_OK) {
        return status;
    }
    size_t got = 1;
    while (status == VMT_OK && got > 0 && out->length < size) {
        status = read_file(&input.input, buffer + out->length, size - out->length, &got, err);
        out->length += got;
    }
    vmt_file_close(&input);
    return status;
}

bool vmt_file_is_there(const struct vmt_file_input *file)
{
    char byte;
    ssize_t count = -1;
    do {
        count = pread(file->descriptor, &byte, 1, 0);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

void vmt_file_close(struct vmt_file_input *file)
{
    if (file->close) {
        close(file->descriptor);
        file->close = false;
    }
}

bool vmt_is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}
