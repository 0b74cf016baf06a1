#!/usr/bin/env python3
"""Lets each call to the file system fail, one at a time, for every command of dumpctl that writes; or kills the command there.

After that the tree is read as its readers do. Then the command is run again, undisturbed, and has to repair everything.
"""
import argparse
import concurrent.futures
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import shim, tree  # noqa: E402
from support.scenarios import SCENARIOS  # noqa: E402

# Calls that only look at what is there do not run out of space.
FULL = {"create", "write", "sync", "rename", "link", "mkdir", "close"}
HALVED = {"read", "write"}
ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "ESTALE": errno.ESTALE, "half": 0, "SIGKILL": -1}


def errors_of(kind, wanted):
    for name in wanted:
        if name == "ENOSPC" and kind not in FULL or name == "half" and kind not in HALVED:
            continue
        yield name
        if name == "ENOSPC":
            yield "ENOSPC for good"


class Trial:
    """A scenario, prepared once, of which copies are disturbed."""

    def __init__(self, scenario, program, work):
        self.scenario, self.program = scenario, program
        self.work = tempfile.mkdtemp(dir=work)
        self.prepared = os.path.join(self.work, "prepared")
        os.mkdir(self.prepared)
        scenario.prepare(program, self.prepared)
        self.before = scenario.state(self.prepared)
        with Copy(self) as folder:
            outcome = scenario.execute(program, folder)
            self.calls = outcome.calls
            if outcome.status not in scenario.good:
                raise RuntimeError(f"{scenario.name}: ends with {outcome.status} when nothing disturbs it: {outcome.text}")
            # What is there after the command, and after it was done again.
            self.done = scenario.state(folder)
            scenario.repair(program, folder, self.before, self.done)
            self.repaired = scenario.state(folder)

    def cases(self, errors):
        """The calls that can be disturbed, each with how."""
        if errors == ["SIGKILL"]:
            yield from (("change", number, "SIGKILL") for number in range(1, self.calls["change"] + 1))
            return
        for kind, count in self.calls.items():
            if kind == "change":
                continue
            for number in range(1, count + 1):
                for error in errors_of(kind, errors):
                    yield kind, number, error

    def run(self, kind, number, error):
        """Gives whether a call failed, and the problems that it led to."""
        words = error.split()
        fail = (kind, number, ERRORS[words[0]], *words[1:2])
        with Copy(self) as folder:
            outcome = self.scenario.execute(self.program, folder, fail)
            if not outcome.hits:
                return False, []
            problems = self.problems_after(outcome, folder, error)
            self.scenario.let_time_pass(folder)
            again = self.scenario.repair(self.program, folder, self.before, self.done)
            if again:
                problems += self.problems_of_repair(again, folder, error)
            where = outcome.where.replace(folder, "")
            note = f"{self.scenario.name}: {error} at {kind} {number} ({where}), status {outcome.status}: "
            told = " / ".join(line for line in outcome.text.splitlines()[-3:])
            return True, [note + problem.replace(folder, "") + f" [{told.replace(folder, '')}]" for problem in problems]

    def problems_after(self, outcome, folder, error):
        if outcome.status is None:
            return ["it hangs"]
        if outcome.is_crash and not (error == "SIGKILL" and outcome.status == -signal.SIGKILL):
            return ["it crashes"]
        problems = self.scenario.problems(folder)
        state = self.scenario.state(folder)
        if outcome.status in self.scenario.good:
            problems += [f"it says that all is well, but {text}" for text in tree.differences(state, self.done)[:3]]
        elif error != "SIGKILL" and not outcome.text.strip():
            problems.append("it fails and does not say why")
        return problems + self.scenario.torn(state, self.before, self.done)

    def problems_of_repair(self, again, folder, error):
        if again.is_crash:
            return [f"doing it again ends with {again.status}: {again.text[-300:]}"]
        if again.status not in self.scenario.good:
            return [f"doing it again ends with {again.status}: {again.text[-300:]}"]
        unlike = tree.differences(self.scenario.state(folder), self.repaired)[:3]
        problems = [f"doing it again does not repair it: {text}" for text in unlike]
        problems += [f"after it was done again, {text}" for text in self.scenario.problems(folder)]
        if error == "SIGKILL" and not self.scenario.clears:
            return problems
        return problems + [f"after it was done again, {path} is left" for path in self.scenario.leftovers(folder)]


class Copy:
    """A copy of what a scenario begins with, gone at the end."""

    def __init__(self, trial):
        self.trial = trial

    def __enter__(self):
        self.folder = tempfile.mkdtemp(dir=self.trial.work)
        # With hard links, of which locks are made.
        subprocess.run(["cp", "-a", self.trial.prepared + "/.", self.folder], check=True)
        return self.folder

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dumpctl", required=True)
    parser.add_argument("--commands", help="names of scenarios, separated by commas; all of them without it")
    parser.add_argument("--errors", default="EIO,ENOSPC,ESTALE,half", help="SIGKILL kills the command instead")
    parser.add_argument("--sample", type=int, help="how many calls of each command fail; all of them without it")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=20, help="how many findings of each command are printed")
    parser.add_argument("--list", action="store_true", help="print how many calls each command makes, and end")
    options = parser.parse_args()
    wanted = options.commands and options.commands.split(",")
    scenarios = [scenario for scenario in SCENARIOS if not wanted or scenario.name in wanted]
    if not scenarios:
        sys.exit(f"there is no command {options.commands}; there are: " + ",".join(each.name for each in SCENARIOS))
    print(f"seed {options.seed}")
    # In memory, where bringing data to the disk takes no time.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) and not os.environ.get("TMPDIR") else None
    work = tempfile.mkdtemp(prefix="disturbed-", dir=place)
    total, findings = 0, []
    try:
        program = shim.Program(options.dumpctl, shim.build(work), work)
        for scenario in scenarios:
            trial = Trial(scenario, program, work)
            cases = list(trial.cases(options.errors.split(",")))
            if options.list:
                print(f"{scenario.name}: {sum(trial.calls.values()) - trial.calls['change']} calls, {len(cases)} cases")
                continue
            if options.sample and options.sample < len(cases):
                cases = random.Random(options.seed ^ zlib.crc32(scenario.name.encode())).sample(cases, options.sample)
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                results = list(pool.map(lambda case: trial.run(*case), cases))
            failed = sum(hit for hit, _ in results)
            found = [problem for _, problems in results for problem in problems]
            print(f"{scenario.name}: {failed} calls disturbed, {len(found)} findings", flush=True)
            for problem in found[:options.show]:
                print(f"  {problem}", flush=True)
            total, findings = total + failed, findings + found
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{total} calls disturbed in {len(scenarios)} commands, {len(findings)} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
