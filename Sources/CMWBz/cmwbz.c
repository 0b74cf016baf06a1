#define _GNU_SOURCE
#include "cmwbz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#endif

int cmwbz_open_unnamed(const char *folder, unsigned int mode) {
#ifdef O_TMPFILE
    return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
#else
    errno = ENOTSUP;
    return -1;
#endif
}

int cmwbz_processor_count(void) {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int cmwbz_exchange(const char *one, const char *other) {
#if defined(RENAME_EXCHANGE)
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
#elif defined(RENAME_SWAP)
    return renamex_np(one, other, RENAME_SWAP);
#else
    errno = ENOTSUP;
    return -1;
#endif
}

int cmwbz_sync_file_system(int file) {
#if defined(__linux__)
    return syncfs(file);
#else
    (void)file;
    sync();
    return 0;
#endif
}
