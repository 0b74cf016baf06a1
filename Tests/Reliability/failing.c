// Lets one call of a program to the file system fail, or kills the program at it. Loaded into the program with LD_PRELOAD.
//
// Calls about files below CALL_ROOT are counted by kind, in a file that all processes of a command share. The call with the
// number CALL_NUMBER of the kind CALL_KIND fails with CALL_ERROR, and with CALL_LASTING all later ones of that kind as well.
//   CALL_COUNTS  the file of the counts: struct counts, made by the caller and filled with zeros
//   CALL_ROOT    an absolute path without links
//   CALL_KIND    a name out of `kinds`, or `change` for all calls that change something
//   CALL_ERROR   a number of errno; 0: reads and writes do half of what they should; -1: the process is killed
// Calls that the C library makes inside itself are not seen; programs of ours make none that matter.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    OPEN, CREATE, READ, WRITE, SYNC, RENAME, LINK, UNLINK, RMDIR, MKDIR, OPENDIR, READDIR, CLOSE, TRUNCATE, CHMOD, CHOWN, TIME,
    MAP, LOCK, LOOK, READLINK, CHANGE, KINDS
};
static const char *const kinds[KINDS] = {
    "open", "create", "read", "write", "sync", "rename", "link", "unlink", "rmdir", "mkdir", "opendir", "readdir", "close",
    "truncate", "chmod", "chown", "time", "map", "lock", "look", "readlink", "change"
};
static const char changes[KINDS] = {
    [CREATE] = 1, [WRITE] = 1, [SYNC] = 1, [RENAME] = 1, [LINK] = 1, [UNLINK] = 1, [RMDIR] = 1, [MKDIR] = 1, [TRUNCATE] = 1,
    [CHMOD] = 1, [CHOWN] = 1, [TIME] = 1
};

struct counts {
    atomic_long calls[KINDS];
    atomic_long hits;
    char where[4000];
};

static struct counts *counts;
static const char *root;
static size_t root_length;
static int wanted = -1, failure = EIO, lasting, inside;
static long number;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("CALL_COUNTS"), *kind = getenv("CALL_KIND"), *value;
    root = getenv("CALL_ROOT");
    if (!file || !root) return;
    root_length = strlen(root);
    if ((value = getenv("CALL_NUMBER"))) number = atol(value);
    if ((value = getenv("CALL_ERROR"))) failure = atoi(value);
    lasting = getenv("CALL_LASTING") != NULL;
    for (int i = 0; i < KINDS; i++) if (kind && !strcmp(kind, kinds[i])) wanted = i;
    int descriptor = syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    long place = syscall(SYS_mmap, NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0L);
    syscall(SYS_close, descriptor);
    char folder[4096];
    long length = syscall(SYS_getcwd, folder, sizeof folder);
    inside = length > 0 && !strncmp(folder, root, root_length);
    if (place > 0) counts = (struct counts *)place;
}

// Whether the call is the one that fails.
static int fails_here(enum kind kind, const char *path) {
    long mine = atomic_fetch_add(&counts->calls[kind], 1) + 1;
    if (changes[kind]) {
        long change = atomic_fetch_add(&counts->calls[CHANGE], 1) + 1;
        if (wanted == CHANGE) mine = change;
    }
    if (wanted != (int)kind && !(wanted == CHANGE && changes[kind])) return 0;
    if (lasting ? mine < number : mine != number) return 0;
    if (atomic_fetch_add(&counts->hits, 1) == 0) snprintf(counts->where, sizeof counts->where, "%s %s", kinds[kind], path);
    if (failure < 0) {
        syscall(SYS_kill, getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = failure;
    return 1;
}

static int by_path(enum kind kind, const char *path) {
    if (!counts || !path) return 0;
    if (path[0] == '/' ? strncmp(path, root, root_length) : !inside) return 0;
    return fails_here(kind, path);
}

static int by_descriptor(enum kind kind, int descriptor) {
    if (!counts || descriptor < 3) return 0;
    char link[40], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int saved = errno;
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = saved;
    if (length < (long)root_length || memcmp(path, root, root_length)) return 0;
    path[length] = 0;
    return fails_here(kind, path);
}

#define REAL_OF(result, name, types) \
    static result (*real) types; \
    if (!real) real = (result (*) types)dlsym(RTLD_NEXT, #name)
#define BY_PATH(kind, path, result, name, types, arguments) \
    result name types { REAL_OF(result, name, types); return by_path(kind, path) ? (result)-1 : real arguments; }
#define BY_DESCRIPTOR(kind, file, result, name, types, arguments) \
    result name types { REAL_OF(result, name, types); return by_descriptor(kind, file) ? (result)-1 : real arguments; }

// Names.
BY_PATH(RENAME, b, int, rename, (const char *a, const char *b), (a, b))
BY_PATH(RENAME, b, int, renameat, (int x, const char *a, int y, const char *b), (x, a, y, b))
BY_PATH(RENAME, b, int, renameat2, (int x, const char *a, int y, const char *b, unsigned f), (x, a, y, b, f))
BY_PATH(LINK, b, int, link, (const char *a, const char *b), (a, b))
BY_PATH(LINK, b, int, linkat, (int x, const char *a, int y, const char *b, int f), (x, a, y, b, f))
BY_PATH(LINK, b, int, symlink, (const char *a, const char *b), (a, b))
BY_PATH(UNLINK, a, int, unlink, (const char *a), (a))
BY_PATH(UNLINK, a, int, unlinkat, (int x, const char *a, int f), (x, a, f))
BY_PATH(RMDIR, a, int, rmdir, (const char *a), (a))
BY_PATH(MKDIR, a, int, mkdir, (const char *a, mode_t m), (a, m))
BY_PATH(CHMOD, a, int, chmod, (const char *a, mode_t m), (a, m))
BY_PATH(TIME, a, int, utimensat, (int d, const char *a, const struct timespec t[2], int f), (d, a, t, f))
BY_PATH(TRUNCATE, a, int, truncate64, (const char *a, off64_t s), (a, s))
BY_PATH(READLINK, a, ssize_t, readlink, (const char *a, char *b, size_t n), (a, b, n))
BY_PATH(LOOK, a, int, stat, (const char *a, struct stat *s), (a, s))
BY_PATH(LOOK, a, int, stat64, (const char *a, struct stat64 *s), (a, s))
BY_PATH(LOOK, a, int, lstat, (const char *a, struct stat *s), (a, s))
BY_PATH(LOOK, a, int, lstat64, (const char *a, struct stat64 *s), (a, s))
BY_PATH(LOOK, a, int, fstatat, (int d, const char *a, struct stat *s, int f), (d, a, s, f))
BY_PATH(LOOK, a, int, fstatat64, (int d, const char *a, struct stat64 *s, int f), (d, a, s, f))
BY_PATH(LOOK, a, int, statx, (int d, const char *a, int f, unsigned m, struct statx *s), (d, a, f, m, s))
BY_PATH(LOOK, a, int, access, (const char *a, int m), (a, m))

// Open files.
BY_DESCRIPTOR(SYNC, f, int, fsync, (int f), (f))
BY_DESCRIPTOR(SYNC, f, int, fdatasync, (int f), (f))
BY_DESCRIPTOR(SYNC, f, int, syncfs, (int f), (f))
BY_DESCRIPTOR(TRUNCATE, f, int, ftruncate, (int f, off_t s), (f, s))
BY_DESCRIPTOR(TRUNCATE, f, int, ftruncate64, (int f, off64_t s), (f, s))
BY_DESCRIPTOR(CHMOD, f, int, fchmod, (int f, mode_t m), (f, m))
BY_DESCRIPTOR(CHOWN, f, int, fchown, (int f, uid_t u, gid_t g), (f, u, g))
BY_DESCRIPTOR(TIME, f, int, futimens, (int f, const struct timespec t[2]), (f, t))
BY_DESCRIPTOR(LOCK, f, int, flock, (int f, int o), (f, o))
BY_DESCRIPTOR(LOOK, f, int, fstat, (int f, struct stat *s), (f, s))
BY_DESCRIPTOR(LOOK, f, int, fstat64, (int f, struct stat64 *s), (f, s))
BY_DESCRIPTOR(MAP, f, void *, mmap, (void *a, size_t n, int p, int k, int f, off_t o), (a, n, p, k, f, o))
BY_DESCRIPTOR(MAP, f, void *, mmap64, (void *a, size_t n, int p, int k, int f, off64_t o), (a, n, p, k, f, o))

// A read or a write of half is no failure: the program has to go on with the rest.
#define TRANSFER(kind, name, types, whole, part) \
    ssize_t name types { \
        REAL_OF(ssize_t, name, types); \
        if (!by_descriptor(kind, f)) return real whole; \
        if (failure) return -1; \
        return real part; \
    }
#define HALF(n) ((n) > 1 ? (n) / 2 : (n))
TRANSFER(READ, read, (int f, void *b, size_t n), (f, b, n), (f, b, HALF(n)))
TRANSFER(READ, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o), (f, b, HALF(n), o))
TRANSFER(READ, pread64, (int f, void *b, size_t n, off64_t o), (f, b, n, o), (f, b, HALF(n), o))
TRANSFER(WRITE, write, (int f, const void *b, size_t n), (f, b, n), (f, b, HALF(n)))
TRANSFER(WRITE, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o), (f, b, HALF(n), o))
TRANSFER(WRITE, pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o), (f, b, HALF(n), o))
TRANSFER(WRITE, writev, (int f, const struct iovec *v, int n), (f, v, n), (f, v, HALF(n)))

// The descriptor is gone even if the close fails, as with a real one.
int close(int f) {
    REAL_OF(int, close, (int));
    if (!by_descriptor(CLOSE, f)) return real(f);
    int error = errno;
    real(f);
    errno = error;
    return error ? -1 : 0;
}

static int opened_mode(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }
#define OPEN_FUNCTION(name, types, whole) \
    int name types { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = opened_mode(flags, rest); \
        va_end(rest); \
        REAL_OF(int, name, types); \
        int creates = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; \
        return by_path(creates ? CREATE : OPEN, path) ? -1 : real whole; \
    }
#define AT_PATH (const char *path, int flags, ...)
#define IN_FOLDER (int folder, const char *path, int flags, ...)
OPEN_FUNCTION(open, AT_PATH, (path, flags, mode))
OPEN_FUNCTION(open64, AT_PATH, (path, flags, mode))
OPEN_FUNCTION(openat, IN_FOLDER, (folder, path, flags, mode))
OPEN_FUNCTION(openat64, IN_FOLDER, (folder, path, flags, mode))

FILE *fopen(const char *path, const char *mode) {
    REAL_OF(FILE *, fopen, (const char *, const char *));
    return by_path(mode[0] == 'r' ? OPEN : CREATE, path) ? NULL : real(path, mode);
}

FILE *fopen64(const char *path, const char *mode) {
    REAL_OF(FILE *, fopen64, (const char *, const char *));
    return by_path(mode[0] == 'r' ? OPEN : CREATE, path) ? NULL : real(path, mode);
}

DIR *opendir(const char *path) {
    REAL_OF(DIR *, opendir, (const char *));
    return by_path(OPENDIR, path) ? NULL : real(path);
}

struct dirent *readdir(DIR *folder) {
    REAL_OF(struct dirent *, readdir, (DIR *));
    return by_descriptor(READDIR, dirfd(folder)) ? NULL : real(folder);
}

struct dirent64 *readdir64(DIR *folder) {
    REAL_OF(struct dirent64 *, readdir64, (DIR *));
    return by_descriptor(READDIR, dirfd(folder)) ? NULL : real(folder);
}
