#define _GNU_SOURCE
#include "cmwbz.h"

#include <errno.h>
#include <fcntl.h>

int cmwbz_open_unnamed(const char *folder, unsigned int mode) {
#ifdef O_TMPFILE
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
#else
    errno = ENOTSUP;
    return -1;
#endif
}
