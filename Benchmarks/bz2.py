#!/usr/bin/env python3
"""Holds the commands over bz2 dumps against other tools, both sides in one interleaved run.

    bz2.py --dumpctl FILE [--rounds N] [--megabytes N] [--work DIR] [PART...]

Parts, all of them by default:

decompress  `dumpctl decompress` against `lbzip2 -dc -n2`, `bzip2 -dc` and indexed_bzip2 (two threads)
check       `dumpctl check-truncation --full` against `lbzip2 -t -n2`
quick       `dumpctl check-truncation` of the largest file
compress    `dumpctl recompress` from text to one stream against `lbzip2 -9 -n2` and `bzip2 -9`, with the sizes
multi       `dumpctl recompress --multistream --index`; the old recompressxml makes 15.5 MB/s on two quiet cores
index       `dumpctl index` against the block map of indexed_bzip2 (two threads)
locate      `dumpctl locate-page --id` without an index, in dumps of both shapes, against the decoding of 58 single blocks
            by libbz2, which is what the old findpageidinbz2xml does for one answer in a file of 290 MB

Tools that are not installed are left out. The dumps come from make_dump.py. Each round runs all sides of a part one after
the other; reported are medians of wall and CPU seconds, and the medians of the ratios to our side within a round.
"""
import argparse
import bz2
import importlib.util
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
INDEXED = """
import sys, indexed_bzip2
with indexed_bzip2.open(sys.argv[1], parallelization=2) as source:
    while source.read(1 << 20):
        pass
"""
BLOCK_MAP = """
import sys, indexed_bzip2
with indexed_bzip2.open(sys.argv[1], parallelization=2) as source:
    source.block_offsets()
"""
SINGLE_BLOCKS = """
import bz2, sys
block = open(sys.argv[1], 'rb').read()
for _ in range(58):
    bz2.decompress(block)
"""


def measured(command, output=subprocess.DEVNULL):
    """Runs a command; returns wall seconds, CPU seconds and peak resident megabytes."""
    began = time.monotonic()
    child = subprocess.Popen([str(word) for word in command], stdout=output, stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}: {said.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(title, sides, rounds, size=None):
    """Runs all sides in turn; the first is ours."""
    results = {name: [] for name, _ in sides}
    for _ in range(rounds):
        for name, command in sides:
            results[name].append(measured(command))
    print(f"\n{title}")
    ours = results[sides[0][0]]
    for name, runs in results.items():
        wall, cpu, peak = (statistics.median(run[index] for run in runs) for index in range(3))
        line = f"  {name:34} wall {wall:8.3f} s  CPU {cpu:8.3f} s  {peak:6.0f} MB"
        if size:
            line += f"  {size / wall / 1e6:7.1f} MB/s"
        if runs is not ours:
            by_wall = statistics.median(run[0] / our[0] for run, our in zip(runs, ours))
            by_cpu = statistics.median(run[1] / our[1] for run, our in zip(runs, ours))
            line += f"  {by_wall:.2f} times our wall, {by_cpu:.2f} times our CPU"
        print(line, flush=True)


class Data:
    def __init__(self, options):
        self.work = options.work
        self.megabytes = options.megabytes
        self.work.mkdir(parents=True, exist_ok=True)

    def text(self, shape):
        path = self.work / f"{shape}-{self.megabytes}.xml"
        if not path.exists():
            part = path.with_suffix(".part")
            maker = [sys.executable, HERE / "make_dump.py", part, "--megabytes", self.megabytes, "--shape", shape]
            subprocess.run([str(word) for word in maker], check=True)
            part.rename(path)
        return path

    def dump(self, shape):
        path = self.work / f"{shape}-{self.megabytes}.xml.bz2"
        if not path.exists():
            with open(path.with_suffix(".part"), "wb") as output:
                subprocess.run(["bzip2", "-9c", str(self.text(shape))], stdout=output, check=True)
            path.with_suffix(".part").rename(path)
        return path

    def block(self):
        path = self.work / "block.bz2"
        if not path.exists():
            with open(self.text("pages"), "rb") as source:
                path.write_bytes(bz2.compress(source.read(890000)))
        return path


def ids(text):
    """The first, a middle and the last page id."""
    found = []
    with open(text, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("    <id>"):
                found.append(int(line.strip()[4:-5]))
    return [found[0], found[len(found) // 2], found[-1]]


def rivals(*sides):
    """Those whose tool is there."""
    return [(name, command) for name, needed, command in sides if needed]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dumpctl", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/wikidumpkit-bench"))
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args()
    every = ["decompress", "check", "quick", "compress", "multi", "index", "locate"]
    parts = options.parts or every
    if set(parts) - set(every):
        parser.error(f"parts are {', '.join(every)}")
    data = Data(options)
    dumpctl = options.dumpctl.resolve()
    text, dump = data.text("pages"), data.dump("pages")
    size, rounds = text.stat().st_size, options.rounds
    lbzip2 = shutil.which("lbzip2")
    indexed = importlib.util.find_spec("indexed_bzip2")
    target, index = data.work / "out.bz2", data.work / "out.txt.bz2"
    if "decompress" in parts:
        others = rivals(
            ("lbzip2 -dc -n2", lbzip2, ["lbzip2", "-dc", "-n2", dump]),
            ("indexed_bzip2, 2 threads", indexed, [sys.executable, "-c", INDEXED, dump]),
            ("bzip2 -dc", True, ["bzip2", "-dc", dump]))
        compare("decompress to /dev/null", [("dumpctl decompress", [dumpctl, "decompress", dump]), *others], rounds, size)
    if "check" in parts:
        others = rivals(("lbzip2 -t -n2", lbzip2, ["lbzip2", "-t", "-n2", dump]))
        ours = ("dumpctl check-truncation --full", [dumpctl, "check-truncation", "--full", dump])
        compare("full check of one stream", [ours, *others], rounds, size)
    if "quick" in parts:
        compare("quick check", [("dumpctl check-truncation", [dumpctl, "check-truncation", dump])], rounds)
    if "compress" in parts:
        others = rivals(
            ("lbzip2 -9 -n2", lbzip2, ["lbzip2", "-9", "-n2", "-c", text]), ("bzip2 -9", True, ["bzip2", "-9c", text]))
        ours = ("dumpctl recompress", [dumpctl, "recompress", text, "-o", target, "--quiet"])
        compare("compress -9 into one stream", [ours, *others], rounds, size)
        print(f"  size: dumpctl {target.stat().st_size:,}, bzip2 {dump.stat().st_size:,}", end="")
        if lbzip2:
            made = subprocess.run(["lbzip2", "-9c", str(text)], capture_output=True, check=True).stdout
            print(f", lbzip2 {len(made):,}", end="")
        print()
    if "multi" in parts:
        words = [dumpctl, "recompress", dump, "-o", target, "--multistream", "--index", index, "--quiet"]
        compare("recompress to a multistream with index", [("dumpctl recompress --multistream", words)], rounds, size)
    if "index" in parts:
        others = rivals(("block map of indexed_bzip2", indexed, [sys.executable, "-c", BLOCK_MAP, dump]))
        compare("index", [("dumpctl index", [dumpctl, "index", dump]), *others], rounds, size)
        for made in data.work.glob("*.mwidx"):
            made.unlink()
    if "locate" in parts:
        others = rivals(("58 blocks by libbz2", True, [sys.executable, "-c", SINGLE_BLOCKS, data.block()]))
        for shape in ["pages", "history"]:
            for page in ids(data.text(shape)):
                words = [dumpctl, "locate-page", data.dump(shape), "--id", page]
                compare(f"locate page {page}, {shape}, no index", [("dumpctl locate-page", words), *others], rounds)


main()
