"""Runs commands and tells what they took; runs the sides of a comparison in turn."""
import os
import subprocess
import time
import typing


class Run(typing.NamedTuple):
    """Seconds by the clock, seconds of CPU of the process and all it waited for, and peak resident megabytes.

    The peak cannot be less than what the Python that measures holds itself, some 15 MB: a child begins as its copy.
    """
    wall: float
    cpu: float
    peak: float


class CommandFailed(SystemExit):
    """A command ended with a status that is no result. Ends the program with a message if nobody catches it."""


def measured(command, statuses=(0,), **options):
    """Runs a command, which has to end with one of the statuses."""
    began = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], **options)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in statuses:
        raise CommandFailed(f"{' '.join(map(str, command))} ended with {child.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(sides, rounds):
    """Runs the sides in turn, in every second round in the opposite order; returns the runs of each by its name."""
    results = {side: [] for side in sides}
    for number in range(rounds):
        order = list(sides.items())
        for side, action in order if number % 2 == 0 else reversed(order):
            results[side].append(action())
    return results


class Neighbours:
    """What the other processes of the machine take while something is measured."""

    def __init__(self):
        self.began, self.busy, self.own = time.monotonic(), self._busy(), self._own()

    def cores(self):
        """Cores that were not free for us since the start, on average; None if the system does not tell."""
        if self.busy is None:
            return None
        others = self._busy() - self.busy - (self._own() - self.own)
        return max(0.0, others / (time.monotonic() - self.began))

    @staticmethod
    def _busy():
        """Seconds in which the cores worked, or the host gave them to others."""
        try:
            with open("/proc/stat") as file:
                user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
        except OSError:
            return None
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def _own():
        return sum(os.times()[:4])
