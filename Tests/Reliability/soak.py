#!/usr/bin/env python3
"""Lets a worker and a monitor work on a small farm for a long time. Their memory and open descriptors must stay as they are."""
import argparse
import glob
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import tree  # noqa: E402
from support.scenarios import make_farm  # noqa: E402

# What an allocator may keep without any leak.
SLACK = 4096


def sample(process):
    """Resident memory in KB, and open descriptors."""
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
        resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
    return resident, len(os.listdir(f"/proc/{process.pid}/fd"))


def growth(samples):
    """How the last quarter differs from the second one; the first one is for warming up."""
    quarter = len(samples) // 4
    early, late = samples[quarter:2 * quarter], samples[3 * quarter:]
    memory = [statistics.median(each[0] for each in part) for part in (early, late)]
    files = [max(each[1] for each in part) for part in (early, late)]
    return memory, files


def remove_complete_runs(farm):
    """Gives the worker something to do again."""
    for wiki in tree.names(os.path.join(farm, "public")):
        public, private = (os.path.join(farm, part, wiki) for part in ("public", "private"))
        if any(name.startswith("lock") for name in tree.names(private)):
            continue
        for date in (name for name in tree.names(public) if re.fullmatch(r"\d{8}", name)):
            if tree.Run(os.path.join(public, date)).is_complete():
                for path in (os.path.join(public, "latest"), os.path.join(public, date), os.path.join(private, date)):
                    shutil.rmtree(path, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dumpctl", required=True)
    parser.add_argument("--seconds", type=float, default=3600)
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="soak-")
    farm = os.path.join(work, "farm")
    make_farm(farm, wikis=("nordwiki", "onewiki", "twowiki"))
    log = open(os.path.join(work, "log"), "wb")
    words = {
        "worker": ["run", "--loop", "--sleep", "1"],
        "monitor": ["monitor", "--interval", "1"],
    }
    processes = {
        name: subprocess.Popen(
            [os.path.abspath(options.dumpctl), *each, "--configfile", "wikidump.conf"], cwd=farm, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log)
        for name, each in words.items()
    }
    samples = {name: [] for name in processes}
    problems = []
    try:
        end = time.monotonic() + options.seconds
        while time.monotonic() < end and not problems:
            time.sleep(min(1.0, options.seconds / 200))
            for name, process in processes.items():
                if process.poll() is not None:
                    problems.append(f"the {name} ended with {process.returncode}")
                else:
                    samples[name].append(sample(process))
            if len(samples["worker"]) % 5 == 0:
                remove_complete_runs(farm)
        for process in processes.values():
            process.send_signal(signal.SIGTERM)
        for name, process in processes.items():
            status = process.wait(60)
            if status not in (0, 143):
                problems.append(f"the {name} ended with {status} when it was stopped")
        problems += tree.check(farm)
        log.close()
        runs = tree.read(os.path.join(work, "log")).count(b": dump complete")
        if runs == 0 or not glob.glob(os.path.join(farm, "public", "index.html")):
            problems.append("nothing was done: " + tree.read(os.path.join(work, "log")).decode()[-400:])
        told = [f"{runs} runs"]
        for name, each in samples.items():
            if len(each) < 8:
                problems.append(f"the {name} was looked at {len(each)} times only")
                continue
            memory, files = growth(each)
            told.append(f"{name} {memory[0] / 1024:.1f} to {memory[1] / 1024:.1f} MB, {files[0]} to {files[1]} descriptors")
            if memory[1] > memory[0] + SLACK:
                problems.append(f"the memory of the {name} grows from {memory[0]} to {memory[1]} KB")
            if files[1] > files[0] + 2:
                problems.append(f"the descriptors of the {name} grow from {files[0]} to {files[1]}")
    finally:
        for process in processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(work, ignore_errors=True)
    for problem in problems:
        print(problem)
    print("; ".join(told))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
