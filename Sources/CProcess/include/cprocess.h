/* What Swift cannot do: the work between fork and exec, where only system calls are safe, and what a loader gives to a program. */
#ifndef CPROCESS_H
#define CPROCESS_H

/* Starts a process that waits until this one is dead, however it died, and then ends whoever has one of the marks in the
   environment that it was started with: with `kill_mark` at once, with `stop_mark` by SIGTERM. The process is no child of
   ours, gets no signal of our terminal, and ends when there is nothing to do. Named pipes whose paths are written to it, each
   with a NUL behind it, are removed then.
   Returns where to write them, or -1 where it cannot be started. */
int cprocess_watch(const char *kill_mark, const char *stop_mark);

/* What the process was started with, as main gets it. Swift reads /proc for this, so without /proc it sees no arguments. */
char *const *cprocess_arguments(int *count);

#endif
