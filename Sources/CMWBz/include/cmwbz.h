/* The C side: the two system compression libraries, with the macros of zlib and of Linux that Swift cannot
   import. No logic lives here. */
#ifndef CMWBZ_H
#define CMWBZ_H

#include <bzlib.h>
#include <zlib.h>

/* deflateInit2 is a macro. `window_bits` 31 asks for a gzip wrapper, -15 for raw deflate. */
static inline int cmwbz_deflate_init(z_streamp stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}

/* inflateInit2 is a macro. `window_bits` 31 reads gzip, -15 raw deflate. */
static inline int cmwbz_inflate_init(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

/* Opens a new file without a name in a folder, for reading and writing: O_TMPFILE of Linux is a macro. -1 with errno as
   open(2) says, ENOTSUP where there is no such thing. */
int cmwbz_open_unnamed(const char *folder, unsigned int mode);

/* How many processors this process may run on: the macros of sched_getaffinity(2) are not to be had in Swift. On a
   machine of more than 1024 processors, and where there is no affinity, how many are online; -1 if nobody knows. */
int cmwbz_processor_count(void);

/* Lets two paths change their names in one step: renameat2 of Linux is hidden from Swift. -1 with errno as it says,
   ENOTSUP where there is no such thing. */
int cmwbz_exchange(const char *one, const char *other);

/* Writes everything of the file system of an open file to the disk: syncfs of Linux is hidden from Swift. Where there is no such
   call, that of all file systems. -1 with errno as it says. */
int cmwbz_sync_file_system(int file);

#endif
