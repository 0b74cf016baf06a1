"""Runs dumpctl with one call that fails, or that it is killed at: see ../failing.c."""
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "failing.c")
KINDS = ("open create read write sync rename link unlink rmdir mkdir opendir readdir close truncate chmod chown time map lock "
         "look readlink change").split()
SIZE = 8 * len(KINDS) + 8 + 4000
# A command that takes longer hangs.
LIMIT = 120


def compiler():
    """The C compiler that comes with Swift, or that of the system."""
    swift = shutil.which("swift")
    beside = swift and os.path.join(os.path.dirname(os.path.realpath(swift)), "clang")
    for program in (beside, shutil.which("clang"), shutil.which("cc")):
        if program and os.path.exists(program):
            return program
    sys.exit("there is no C compiler; one comes with Swift")


def build(folder):
    """Compiles the shim, and gives its path."""
    shim = os.path.join(folder, "failing.so")
    command = [compiler(), "-shared", "-fPIC", "-O1", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", shim, SOURCE, "-ldl"]
    subprocess.run(command, check=True)
    return shim


class Outcome:
    def __init__(self, status, text, calls, hits, where):
        self.status, self.text, self.calls, self.hits, self.where = status, text, calls, hits, where

    @property
    def is_crash(self):
        """Whether the program ended in no way that it means to end in."""
        return self.status is None or self.status < 0 or 128 <= self.status < 255 or "Fatal error" in self.text


class Program:
    """dumpctl, to be run in a folder below which its calls are counted."""

    def __init__(self, dumpctl, shim, work):
        self.dumpctl, self.shim, self.work = os.path.abspath(dumpctl), shim, work

    def run(self, arguments, root, folder=None, fail=None, text=b"", name=None):
        """Runs the program.

        arguments: its words, without its name
        fail: a kind of call, its number, and its error as in failing.c; with a fourth value, later calls fail as well
        text: what it reads on standard input
        name: one of the old names of the program
        """
        descriptor, counts = tempfile.mkstemp(prefix="counts-", dir=self.work)
        os.write(descriptor, bytes(SIZE))
        os.close(descriptor)
        # The program looks into its crash for a long time otherwise.
        environment = {**os.environ, "LD_PRELOAD": self.shim, "CALL_COUNTS": counts, "CALL_ROOT": os.path.realpath(root),
                       "HOME": root, "SWIFT_BACKTRACE": "enable=no"}
        if fail:
            environment.update(CALL_KIND=fail[0], CALL_NUMBER=str(fail[1]), CALL_ERROR=str(fail[2]))
            if len(fail) > 3:
                environment["CALL_LASTING"] = "1"
        process = subprocess.Popen(
            [name or "dumpctl", *arguments], executable=self.dumpctl, cwd=folder or root, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            told, _ = process.communicate(text, timeout=LIMIT)
            status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            told, _ = process.communicate()
            status = None
        with open(counts, "rb") as file:
            data = file.read()
        os.remove(counts)
        numbers = struct.unpack_from(f"{len(KINDS)}q", data)
        hits, = struct.unpack_from("q", data, 8 * len(KINDS))
        where = data[8 * len(KINDS) + 8:].split(b"\0")[0].decode(errors="replace")
        return Outcome(status, told.decode(errors="replace"), dict(zip(KINDS, numbers)), hits, where)
