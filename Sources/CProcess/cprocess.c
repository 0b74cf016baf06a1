#define _GNU_SOURCE
#include "cprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <dirent.h>
#include <sys/syscall.h>

/* Whether a mark is in the environment of a process. That of another user cannot be read, and is not ours. */
static int has_mark(const char *folder, const char *mark) {
    static char window[1 << 16];
    char path[64] = "/proc/";
    strncat(path, folder, 24);
    strcat(path, "/environ");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    size_t length = strlen(mark), kept = 0;
    int found = 0;
    ssize_t count;
    while (!found && (count = read(file, window + kept, sizeof window - kept)) > 0) {
        size_t filled = kept + (size_t)count;
        found = memmem(window, filled, mark, length) != NULL;
        /* The mark may lie across two readings. */
        kept = filled < length ? filled : length - 1;
        memmove(window, window + filled - kept, kept);
    }
    close(file);
    return found;
}

/* Sends a signal to all processes with a mark. Returns how many there are. */
static int signal_all(const char *mark, int number) {
    static char entries[1 << 14];
    int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC), found = 0;
    if (folder < 0) return 0;
    long count;
    while ((count = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
        for (long place = 0; place < count;) {
            struct dirent64 *entry = (struct dirent64 *)(entries + place);
            place += entry->d_reclen;
            if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || !has_mark(entry->d_name, mark)) continue;
            kill((pid_t)atol(entry->d_name), number);
            found++;
        }
    }
    close(folder);
    return found;
}

static void watch(int life, const char *kill_mark, const char *stop_mark) {
    setsid();
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    /* Whoever reads what the dead process wrote has to see its end, and its locks have to be free. */
    life = fcntl(life, F_DUPFD, 8);
    int null = open("/dev/null", O_RDWR);
    for (int number = 0; number < 3; number++) dup2(null, number);
    dup2(life, 3);
    if (syscall(SYS_close_range, 4, ~0U, 0)) for (int number = 4; number < 65536; number++) close(number);
    /* What does not fit is read all the same, and left to the next run. */
    static char paths[1 << 18], rest[4096];
    size_t filled = 0;
    for (;;) {
        int is_full = filled == sizeof paths;
        ssize_t count = is_full ? read(3, rest, sizeof rest) : read(3, paths + filled, sizeof paths - filled);
        if (count == 0 || (count < 0 && errno != EINTR)) break;
        if (count > 0 && !is_full) filled += (size_t)count;
    }
    signal_all(stop_mark, SIGTERM);
    /* A process that was just being started shows its environment a moment later. */
    for (int round = 0, quiet = 0; quiet < 4 && round < 400; round++, usleep(25000))
        quiet = signal_all(kill_mark, SIGKILL) ? 0 : quiet + 1;
    for (size_t place = 0; place < filled && memchr(paths + place, 0, filled - place); place += strlen(paths + place) + 1) {
        struct stat status;
        if (!lstat(paths + place, &status) && S_ISFIFO(status.st_mode)) unlink(paths + place);
    }
}
#endif

int cprocess_watch(const char *kill_mark, const char *stop_mark) {
#ifdef __linux__
    /* Its end says that this process is dead: the end for writing stays open for as long as we live. */
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -1;
    pid_t child = fork();
    if (child == 0) {
        if (fork() == 0) {
            close(ends[1]);
            watch(ends[0], kill_mark, stop_mark);
        }
        _exit(0);
    }
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return -1;
    }
    /* With a reader of our own and no waiting, nothing happens to us when the other process is gone. */
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return ends[1];
#else
    (void)kill_mark;
    (void)stop_mark;
    return -1;
#endif
}

static int argument_count;
static char *const *arguments;

// The loader calls constructors with what it gives to main.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

char *const *cprocess_arguments(int *count) {
    *count = argument_count;
    return arguments;
}
