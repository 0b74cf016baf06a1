// A file system for tests that shows a folder as a client of NFS would. Mounted twice, it makes two clients of one server.
//
//   nfs FOLDER MOUNTPOINT SECONDS
//
// Like a client, each mount trusts names and attributes for SECONDS without asking again, also that a name is missing. A file or
// folder that is gone on the server is stale (ESTALE), also for whoever has it open. A file that is removed while this mount has
// it open gets a name `.nfs…` until it is closed. There is no flock, no nameless file, no exchange of two names. When a mount itself
// changes a folder or opens it to list it, it asks again which names are missing there.
#define _GNU_SOURCE
#define FUSE_USE_VERSION 34
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

// A file or folder of the server that the kernel knows.
struct node {
    int handle;             // of O_PATH
    dev_t device;
    ino_t number;
    uint64_t lookups;       // how often the kernel was told of it
    int opened;             // how often it is open here
    char *hidden;           // its name `.nfs…`, if it was removed while it was open
    int folder;             // where that name is
    struct node *next;
};

static struct node root = {.handle = -1};
static struct node *nodes;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static double timeout;
static unsigned long hidden_count;
static struct fuse_session *session;

// A name that the kernel believes to be missing.
struct missing {
    fuse_ino_t parent;
    int is_doubted;         // the folder was changed since
    struct missing *next;
    char name[];
};
static struct missing *missing;
static pthread_cond_t doubts = PTHREAD_COND_INITIALIZER;
static fuse_ino_t told_about;   // the folder of the name that the kernel is told of now
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;

static struct node *node(fuse_ino_t ino) { return ino == FUSE_ROOT_ID ? &root : (struct node *)(uintptr_t)ino; }

// What is wrong with a handle: its file may be gone on the server.
static int staleness(struct node *it, struct stat *found) {
    struct stat mine;
    if (!found) found = &mine;
    if (fstatat(it->handle, "", found, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return errno;
    return found->st_nlink == 0 ? ESTALE : 0;
}

static void path_of(struct node *it, char *path) { sprintf(path, "/proc/self/fd/%d", it->handle); }

static int look_up(struct node *parent, const char *name, struct fuse_entry_param *entry) {
    memset(entry, 0, sizeof *entry);
    entry->attr_timeout = entry->entry_timeout = timeout;
    int error = staleness(parent, NULL);
    if (error) return error;
    int handle = openat(parent->handle, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (handle < 0) return errno;
    if (fstatat(handle, "", &entry->attr, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) {
        error = errno;
        close(handle);
        return error;
    }
    pthread_mutex_lock(&guard);
    struct node *it = nodes;
    while (it && (it->number != entry->attr.st_ino || it->device != entry->attr.st_dev)) it = it->next;
    if (it) {
        close(handle);
    } else {
        it = calloc(1, sizeof *it);
        if (!it) abort();
        it->handle = handle;
        it->device = entry->attr.st_dev;
        it->number = entry->attr.st_ino;
        it->next = nodes;
        nodes = it;
    }
    it->lookups++;
    pthread_mutex_unlock(&guard);
    entry->ino = (uintptr_t)it;
    return 0;
}

static void reply_entry(fuse_req_t request, struct node *parent, const char *name) {
    struct fuse_entry_param entry;
    int error = look_up(parent, name, &entry);
    if (error) fuse_reply_err(request, error); else fuse_reply_entry(request, &entry);
}

static void remember_missing(fuse_ino_t parent, const char *name) {
    struct missing *it = calloc(1, sizeof *it + strlen(name) + 1);
    if (!it) abort();
    it->parent = parent;
    strcpy(it->name, name);
    pthread_mutex_lock(&guard);
    it->next = missing;
    missing = it;
    pthread_mutex_unlock(&guard);
}

// Called after this mount has changed a folder or opened it.
static void doubt_missing(fuse_ino_t parent) {
    pthread_mutex_lock(&guard);
    for (struct missing *it = missing; it; it = it->next) if (it->parent == parent) it->is_doubted = 1;
    pthread_cond_signal(&doubts);
    pthread_mutex_unlock(&guard);
}

// Tells the kernel. It must not be told by whoever answers a request of it.
static void *tell_doubts(void *data) {
    (void)data;
    pthread_mutex_lock(&guard);
    for (;;) {
        struct missing **place = &missing;
        while (*place && !(*place)->is_doubted) place = &(*place)->next;
        struct missing *it = *place;
        if (!it) {
            pthread_cond_wait(&doubts, &guard);
            continue;
        }
        *place = it->next;
        told_about = it->parent;
        pthread_mutex_unlock(&guard);
        fuse_lowlevel_notify_inval_entry(session, it->parent, it->name, strlen(it->name));
        free(it);
        pthread_mutex_lock(&guard);
        told_about = 0;
        pthread_cond_broadcast(&told);
    }
}

// Waits until the kernel has been told of a folder, but not for ever: it may be busy with that folder.
static void wait_until_told(fuse_ino_t parent) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec++;
    pthread_mutex_lock(&guard);
    for (;;) {
        struct missing *it = missing;
        while (it && !(it->parent == parent && it->is_doubted)) it = it->next;
        if (!it && told_about != parent) break;
        if (pthread_cond_timedwait(&told, &guard, &end)) break;
    }
    pthread_mutex_unlock(&guard);
}

static void nfs_lookup(fuse_req_t request, fuse_ino_t parent, const char *name) {
    struct fuse_entry_param entry;
    int error = look_up(node(parent), name, &entry);
    // Number 0: the name is missing, and that is believed for a while.
    if (error == ENOENT) {
        remember_missing(parent, name);
        error = 0;
    }
    if (error) fuse_reply_err(request, error); else fuse_reply_entry(request, &entry);
}

static void forget(struct node *it, uint64_t count) {
    if (it == &root) return;
    pthread_mutex_lock(&guard);
    it->lookups -= count;
    if (it->lookups == 0) {
        struct node **place = &nodes;
        while (*place != it) place = &(*place)->next;
        *place = it->next;
        close(it->handle);
        free(it);
    }
    pthread_mutex_unlock(&guard);
}

static void nfs_forget(fuse_req_t request, fuse_ino_t ino, uint64_t count) {
    forget(node(ino), count);
    fuse_reply_none(request);
}

static void nfs_forget_multi(fuse_req_t request, size_t count, struct fuse_forget_data *all) {
    for (size_t i = 0; i < count; i++) forget(node(all[i].ino), all[i].nlookup);
    fuse_reply_none(request);
}

static void nfs_getattr(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info) {
    (void)info;
    struct stat found;
    int error = staleness(node(ino), &found);
    if (error) fuse_reply_err(request, error); else fuse_reply_attr(request, &found, timeout);
}

static int set(struct node *it, struct stat *wanted, int what) {
    char path[40];
    path_of(it, path);
    if (what & FUSE_SET_ATTR_MODE && chmod(path, wanted->st_mode)) return errno;
    if (what & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) {
        uid_t user = what & FUSE_SET_ATTR_UID ? wanted->st_uid : (uid_t)-1;
        gid_t group = what & FUSE_SET_ATTR_GID ? wanted->st_gid : (gid_t)-1;
        if (fchownat(it->handle, "", user, group, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return errno;
    }
    if (what & FUSE_SET_ATTR_SIZE && truncate(path, wanted->st_size)) return errno;
    if (what & (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME)) {
        struct timespec times[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
        if (what & FUSE_SET_ATTR_ATIME) times[0] = wanted->st_atim;
        if (what & FUSE_SET_ATTR_MTIME) times[1] = wanted->st_mtim;
        if (what & FUSE_SET_ATTR_ATIME_NOW) times[0].tv_nsec = UTIME_NOW;
        if (what & FUSE_SET_ATTR_MTIME_NOW) times[1].tv_nsec = UTIME_NOW;
        if (utimensat(AT_FDCWD, path, times, 0)) return errno;
    }
    return 0;
}

static void nfs_setattr(fuse_req_t request, fuse_ino_t ino, struct stat *wanted, int what, struct fuse_file_info *info) {
    int error = staleness(node(ino), NULL);
    if (!error) error = set(node(ino), wanted, what);
    if (error) fuse_reply_err(request, error); else nfs_getattr(request, ino, info);
}

static void nfs_readlink(fuse_req_t request, fuse_ino_t ino) {
    char target[4097];
    int error = staleness(node(ino), NULL);
    ssize_t length = error ? -1 : readlinkat(node(ino)->handle, "", target, sizeof target - 1);
    if (length < 0) {
        fuse_reply_err(request, error ? error : errno);
    } else {
        target[length] = 0;
        fuse_reply_readlink(request, target);
    }
}

static void nfs_mkdir(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode) {
    int error = staleness(node(parent), NULL);
    if (!error && mkdirat(node(parent)->handle, name, mode)) error = errno;
    if (error) fuse_reply_err(request, error); else reply_entry(request, node(parent), name);
    if (!error) doubt_missing(parent);
}

static void nfs_symlink(fuse_req_t request, const char *target, fuse_ino_t parent, const char *name) {
    int error = staleness(node(parent), NULL);
    if (!error && symlinkat(target, node(parent)->handle, name)) error = errno;
    if (error) fuse_reply_err(request, error); else reply_entry(request, node(parent), name);
    if (!error) doubt_missing(parent);
}

static void nfs_link(fuse_req_t request, fuse_ino_t ino, fuse_ino_t parent, const char *name) {
    char path[40];
    path_of(node(ino), path);
    int error = staleness(node(parent), NULL);
    if (!error) error = staleness(node(ino), NULL);
    if (!error && linkat(AT_FDCWD, path, node(parent)->handle, name, AT_SYMLINK_FOLLOW)) error = errno;
    if (error) fuse_reply_err(request, error); else reply_entry(request, node(parent), name);
    if (!error) doubt_missing(parent);
}

// Gives a file that is open here a hidden name, in place of removing it. Called with the guard.
static int hide(struct node *parent, const char *name) {
    struct stat found;
    if (fstatat(parent->handle, name, &found, AT_SYMLINK_NOFOLLOW)) return 0;
    struct node *it = nodes;
    while (it && (it->number != found.st_ino || it->device != found.st_dev)) it = it->next;
    // With another name it lives on.
    if (!it || !it->opened || it->hidden || found.st_nlink > 1) return 0;
    char hidden[80];
    sprintf(hidden, ".nfs%016lx%08lx", (unsigned long)it->number, (unsigned long)getpid() << 16 | ++hidden_count);
    if (renameat(parent->handle, name, parent->handle, hidden)) return 0;
    it->hidden = strdup(hidden);
    it->folder = dup(parent->handle);
    return 1;
}

static void nfs_unlink(fuse_req_t request, fuse_ino_t parent, const char *name) {
    int error = staleness(node(parent), NULL);
    pthread_mutex_lock(&guard);
    if (!error && !hide(node(parent), name) && unlinkat(node(parent)->handle, name, 0)) error = errno;
    pthread_mutex_unlock(&guard);
    fuse_reply_err(request, error);
    if (!error) doubt_missing(parent);
}

static void nfs_rmdir(fuse_req_t request, fuse_ino_t parent, const char *name) {
    int error = staleness(node(parent), NULL);
    if (!error && unlinkat(node(parent)->handle, name, AT_REMOVEDIR)) error = errno;
    fuse_reply_err(request, error);
    if (!error) doubt_missing(parent);
}

static void nfs_rename(
    fuse_req_t request, fuse_ino_t parent, const char *name, fuse_ino_t other, const char *new_name, unsigned flags
) {
    int error = flags ? EINVAL : staleness(node(parent), NULL);
    if (!error) error = staleness(node(other), NULL);
    pthread_mutex_lock(&guard);
    if (!error) hide(node(other), new_name);
    if (!error && renameat(node(parent)->handle, name, node(other)->handle, new_name)) error = errno;
    pthread_mutex_unlock(&guard);
    fuse_reply_err(request, error);
    if (error) return;
    doubt_missing(parent);
    doubt_missing(other);
}

static void opened(struct node *it, struct fuse_file_info *info, int file) {
    pthread_mutex_lock(&guard);
    it->opened++;
    pthread_mutex_unlock(&guard);
    info->fh = file;
    // What is read comes from the server.
    info->direct_io = 1;
}

static void nfs_open(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info) {
    char path[40];
    path_of(node(ino), path);
    int error = staleness(node(ino), NULL);
    int file = error ? -1 : open(path, (info->flags & ~O_NOFOLLOW) | O_CLOEXEC);
    if (file < 0) {
        fuse_reply_err(request, error ? error : errno);
        return;
    }
    opened(node(ino), info, file);
    fuse_reply_open(request, info);
}

static void nfs_create(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *info) {
    struct fuse_entry_param entry;
    int error = staleness(node(parent), NULL);
    int file = error ? -1 : openat(node(parent)->handle, name, info->flags | O_CREAT | O_CLOEXEC, mode);
    if (!error && file < 0) error = errno;
    if (!error) error = look_up(node(parent), name, &entry);
    if (error) {
        if (file >= 0) close(file);
        fuse_reply_err(request, error);
        return;
    }
    opened(node(entry.ino), info, file);
    fuse_reply_create(request, &entry, info);
    doubt_missing(parent);
}

static void nfs_release(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info) {
    struct node *it = node(ino);
    close(info->fh);
    pthread_mutex_lock(&guard);
    if (--it->opened == 0 && it->hidden) {
        unlinkat(it->folder, it->hidden, 0);
        close(it->folder);
        free(it->hidden);
        it->hidden = NULL;
    }
    pthread_mutex_unlock(&guard);
    fuse_reply_err(request, 0);
}

static void nfs_read(fuse_req_t request, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info) {
    int error = staleness(node(ino), NULL);
    char *bytes = malloc(size);
    ssize_t count = error ? -1 : pread(info->fh, bytes, size, offset);
    if (count < 0) fuse_reply_err(request, error ? error : errno); else fuse_reply_buf(request, bytes, count);
    free(bytes);
}

static void nfs_write(
    fuse_req_t request, fuse_ino_t ino, const char *bytes, size_t size, off_t offset, struct fuse_file_info *info
) {
    int error = staleness(node(ino), NULL);
    ssize_t count = error ? -1 : pwrite(info->fh, bytes, size, offset);
    if (count < 0) fuse_reply_err(request, error ? error : errno); else fuse_reply_write(request, count);
}

static void nfs_flush(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info) {
    (void)info;
    fuse_reply_err(request, staleness(node(ino), NULL));
}

static void nfs_fsync(fuse_req_t request, fuse_ino_t ino, int data_only, struct fuse_file_info *info) {
    (void)data_only;
    int error = staleness(node(ino), NULL);
    if (!error && fsync(info->fh)) error = errno;
    fuse_reply_err(request, error);
}

static void nfs_opendir(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info) {
    int error = staleness(node(ino), NULL);
    int folder = error ? -1 : openat(node(ino)->handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    if (!list) {
        fuse_reply_err(request, error ? error : errno);
        return;
    }
    doubt_missing(ino);
    wait_until_told(ino);
    info->fh = (uintptr_t)list;
    fuse_reply_open(request, info);
}

static void nfs_readdir(fuse_req_t request, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info) {
    DIR *list = (DIR *)(uintptr_t)info->fh;
    int error = staleness(node(ino), NULL);
    char *bytes = malloc(size);
    size_t used = 0;
    seekdir(list, offset);
    while (!error) {
        errno = 0;
        struct dirent *entry = readdir(list);
        if (!entry) {
            error = errno;
            break;
        }
        struct stat found = {.st_ino = entry->d_ino, .st_mode = entry->d_type << 12};
        size_t needed = fuse_add_direntry(request, bytes + used, size - used, entry->d_name, &found, entry->d_off);
        if (needed > size - used) break;
        used += needed;
    }
    if (error && !used) fuse_reply_err(request, error); else fuse_reply_buf(request, bytes, used);
    free(bytes);
}

static void nfs_releasedir(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info) {
    (void)ino;
    closedir((DIR *)(uintptr_t)info->fh);
    fuse_reply_err(request, 0);
}

static void nfs_fsyncdir(fuse_req_t request, fuse_ino_t ino, int data_only, struct fuse_file_info *info) {
    (void)data_only;
    int error = staleness(node(ino), NULL);
    if (!error && fsync(dirfd((DIR *)(uintptr_t)info->fh))) error = errno;
    fuse_reply_err(request, error);
}

static void nfs_statfs(fuse_req_t request, fuse_ino_t ino) {
    struct statvfs found;
    (void)ino;
    if (fstatvfs(root.handle, &found)) fuse_reply_err(request, errno); else fuse_reply_statfs(request, &found);
}

static void nfs_flock(fuse_req_t request, fuse_ino_t ino, struct fuse_file_info *info, int operation) {
    (void)ino, (void)info, (void)operation;
    fuse_reply_err(request, ENOLCK);
}

static void nfs_init(void *data, struct fuse_conn_info *connection) {
    (void)data;
    connection->want |= connection->capable & FUSE_CAP_FLOCK_LOCKS;
    connection->want &= ~(FUSE_CAP_READDIRPLUS | FUSE_CAP_AUTO_INVAL_DATA);
}

static const struct fuse_lowlevel_ops operations = {
    .init = nfs_init, .lookup = nfs_lookup, .forget = nfs_forget, .forget_multi = nfs_forget_multi, .getattr = nfs_getattr,
    .setattr = nfs_setattr, .readlink = nfs_readlink, .mkdir = nfs_mkdir, .symlink = nfs_symlink, .link = nfs_link,
    .unlink = nfs_unlink, .rmdir = nfs_rmdir, .rename = nfs_rename, .open = nfs_open, .create = nfs_create,
    .release = nfs_release, .read = nfs_read, .write = nfs_write, .flush = nfs_flush, .fsync = nfs_fsync,
    .opendir = nfs_opendir, .readdir = nfs_readdir, .releasedir = nfs_releasedir, .fsyncdir = nfs_fsyncdir,
    .statfs = nfs_statfs, .flock = nfs_flock
};

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: %s FOLDER MOUNTPOINT SECONDS\n", words[0]);
        return 2;
    }
    umask(0);
    timeout = atof(words[3]);
    root.handle = open(words[1], O_PATH | O_CLOEXEC);
    if (root.handle < 0) {
        perror(words[1]);
        return 1;
    }
    char *options[] = {words[0], "-odefault_permissions,allow_other,fsname=nfs-of-tests"};
    struct fuse_args arguments = FUSE_ARGS_INIT(2, options);
    session = fuse_session_new(&arguments, &operations, sizeof operations, NULL);
    if (!session || fuse_set_signal_handlers(session) || fuse_session_mount(session, words[2])) return 1;
    pthread_t teller;
    if (pthread_create(&teller, NULL, tell_doubts, NULL)) return 1;
    int status = fuse_session_loop_mt(session, &(struct fuse_loop_config){.max_idle_threads = 4});
    fuse_session_unmount(session);
    fuse_session_destroy(session);
    return status ? 1 : 0;
}
