#!/usr/bin/env python3
"""Runs dumpctl on two clients of one file server: two mounts of nfs.c, which behave as NFS does. Needs /dev/fuse and root.

Ends with status 77 where no such file system can be mounted.
"""
import argparse
import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import shim, tree  # noqa: E402
from support.scenarios import DATE, make_farm  # noqa: E402

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nfs.c")
# How long a client trusts what it knows.
TRUST = 30


class Clients:
    """A file server with two clients, `one` and `two`, and a farm whose trees are on it."""

    def __init__(self, program, work, dumpctl, wikis):
        self.dumpctl, self.wikis = dumpctl, wikis
        self.folder = tempfile.mkdtemp(dir=work)
        self.server = os.path.join(self.folder, "server")
        self.mounts = {name: os.path.join(self.folder, name) for name in ("one", "two")}
        for path in (self.server, *self.mounts.values()):
            os.mkdir(path)
        self.farm = os.path.join(self.folder, "farm")
        make_farm(self.farm, wikis=wikis)
        with open(os.path.join(self.farm, "wikidump.conf"), encoding="utf-8") as file:
            text = file.read()
        self.processes = []
        for name, mount in self.mounts.items():
            self.processes.append(subprocess.Popen([program, self.server, mount, str(TRUST)]))
            with open(os.path.join(self.farm, name + ".conf"), "w", encoding="utf-8") as file:
                for tree_name in ("public", "private", "temp"):
                    text = text.replace(f"\n{tree_name}={tree_name}\n", f"\n{tree_name}=@/{tree_name}\n")
                file.write(text.replace("=@/", f"={mount}/"))
            for _ in range(100):
                if os.path.ismount(mount):
                    break
                time.sleep(0.05)
            else:
                raise NotMountable()

    def start(self, client, *words):
        return subprocess.Popen(
            [self.dumpctl, *words, "--configfile", os.path.join(self.farm, client + ".conf")], cwd=self.farm,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, client, *words):
        return end(self.start(client, *words))

    def problems(self, wikis=None):
        """What is wrong on the server when all work is done."""
        told = tree.check(self.server)
        for wiki in wikis or self.wikis:
            if not tree.Run(os.path.join(self.server, "public", wiki, DATE)).is_complete():
                told.append(f"{wiki} is not complete")
            told += [f"{wiki}: {name} is left" for part in ("public", "private")
                     for name in tree.names(os.path.join(self.server, part, wiki)) if name.startswith((".work", ".dead", "lock"))]
        return [text.replace(self.folder, "") for text in told]

    def close(self):
        for process in self.processes:
            process.terminate()
        for process, mount in zip(self.processes, self.mounts.values()):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if os.path.ismount(mount):
                subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class NotMountable(Exception):
    pass


def end(process):
    """The status of a process and what it printed."""
    try:
        told, _ = process.communicate(timeout=shim.LIMIT)
        return process.returncode, told
    except subprocess.TimeoutExpired:
        process.kill()
        return None, process.communicate()[0]


def expect(problems, what, status, good, told):
    if status not in good:
        problems.append(f"{what} ends with {status}: {told[-400:]}")


def ordinary(clients, chance):
    """A run on one client and the monitor on both; each sees what the other did."""
    problems = []
    expect(problems, "the monitor", *with_good(clients.run("two", "monitor", "--once"), 0))
    expect(problems, "the run", *with_good(clients.run("one", "run", "nordwiki", "--date", DATE), 0))
    expect(problems, "the monitor", *with_good(clients.run("two", "monitor", "--once"), 0))
    expect(problems, "the monitor", *with_good(clients.run("one", "monitor", "--once"), 0))
    expect(problems, "the next run", *with_good(clients.run("two", "run", "nordwiki", "--date", DATE), 10))
    return problems + clients.problems()


def with_good(outcome, *good):
    return outcome[0], good, outcome[1]


def pause(process):
    """Stops a process, and waits until all its threads have stopped: they run on until one of them gets to see the signal."""
    process.send_signal(signal.SIGSTOP)
    while True:
        try:
            threads = glob.glob(f"/proc/{process.pid}/task/*/stat")
            states = [open(thread).read().rsplit(")", 1)[1].split()[0] for thread in threads]
        except FileNotFoundError:
            continue
        if all(state in "TXZ" for state in states):
            return
        time.sleep(0.001)


def sleeper(clients, chance):
    """A worker sleeps while another one on the other client takes its wiki over, and wakes before, amid or after its files."""
    problems = []
    first = clients.start("one", "run", "nordwiki", "--date", DATE)
    lock = os.path.join(clients.server, "private/nordwiki", "lock_" + DATE)
    while not os.path.exists(lock) and first.poll() is None:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.6))
    pause(first)
    if os.path.exists(lock):
        os.utime(lock, (time.time() - 7200, time.time() - 7200))
    second = clients.start("two", "run", "nordwiki", "--date", DATE)
    early = chance.random() < 0.5
    if early:
        time.sleep(chance.uniform(0, 0.8))
        first.send_signal(signal.SIGCONT)
    status, told = end(second)
    if early and status == 11:
        # On a busy machine the first one may wake before the second one looks. Then nothing was taken from it.
        status, told = end(first)
        expect(problems, "the worker that woke in time", status, (0,), told)
        return problems + clients.problems()
    # The first one may have been done already.
    expect(problems, "the successor", status, (0, 10), told)
    before = seen(clients.server)
    first.send_signal(signal.SIGCONT)
    status, told = end(first)
    expect(problems, "the worker that slept", status, (0, 75), told)
    problems += [f"the worker that slept changed {path}" for path in sorted(changed(before, seen(clients.server)))]
    return problems + clients.problems()


def seen(server):
    """What others see of the wiki, with times."""
    found = {}
    for part in ("public/nordwiki", "private/nordwiki"):
        for folder, folders, files in os.walk(os.path.join(server, part)):
            folders[:] = [name for name in folders if not name.startswith((".work-", ".dead-"))]
            for name in files:
                if name == "dumplog.txt":
                    continue
                path = os.path.join(folder, name)
                try:
                    found[path] = (os.lstat(path).st_mtime_ns, os.lstat(path).st_ino)
                except FileNotFoundError:
                    pass
    return found


def changed(before, after):
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def crowd(clients, chance):
    """Workers on both clients share the wikis: each is dumped once."""
    problems, done = [], 0
    workers = [clients.start(client, "run", "--date", DATE) for client in ("one", "two") * 2]
    for _ in range(60):
        going_on = []
        for worker in workers:
            status, told = end(worker)
            done += status == 0
            expect(problems, "a worker", status, (0, 10, 11), told)
            if status == 0 or status == 11:
                going_on.append(clients.start(chance.choice(("one", "two")), "run", "--date", DATE))
        workers = going_on
        if not workers:
            break
    if done != len(clients.wikis):
        problems.append(f"{done} runs of {len(clients.wikis)} wikis")
    return problems + clients.problems()


def killed(clients, chance):
    """A worker is killed; another one on the other client goes on."""
    problems = []
    first = clients.start("one", "run", "nordwiki", "--date", DATE)
    time.sleep(chance.uniform(0.05, 0.8))
    first.kill()
    first.communicate()
    expect(problems, "the next worker", *with_good(clients.run("two", "run", "nordwiki", "--date", DATE), 0, 10))
    return problems + clients.problems()


CASES = {"ordinary": (ordinary, 1), "sleeper": (sleeper, 1), "crowd": (crowd, 4), "killed": (killed, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dumpctl", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    if not os.path.exists("/dev/fuse") or os.geteuid() != 0:
        print("skipped: there is no /dev/fuse, or this is not root")
        sys.exit(77)
    print(f"seed {options.seed}")
    work = tempfile.mkdtemp(prefix="clients-")
    rounds, findings = 0, 0
    try:
        program = os.path.join(work, "nfs")
        flags = [subprocess.check_output(["pkg-config", kind, "fuse3"], text=True).split() for kind in ("--cflags", "--libs")]
        subprocess.run(
            [shim.compiler(), "-O1", "-std=gnu11", "-Wall", "-Wextra", "-Werror", *flags[0], "-o", program, SOURCE, *flags[1]],
            check=True)
        for name in options.cases.split(","):
            case, wikis = CASES[name]
            for number in range(options.rounds):
                chance = random.Random(f"{options.seed} {name} {number}")
                wikis_of_farm = ["nordwiki"] + [f"other{i}wiki" for i in range(1, wikis)]
                clients = Clients(program, work, os.path.abspath(options.dumpctl), wikis_of_farm)
                try:
                    problems = case(clients, chance)
                finally:
                    clients.close()
                rounds, findings = rounds + 1, findings + len(problems)
                for problem in problems[:6]:
                    print(f"{name}, round {number}: {problem}", flush=True)
            print(f"{name}: {options.rounds} rounds", flush=True)
    except NotMountable:
        print("skipped: no FUSE file system can be mounted here")
        sys.exit(77)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{rounds} rounds on two clients, {findings} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
