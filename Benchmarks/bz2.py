#!/usr/bin/env python3
"""Holds the bz2 commands of dumpctl against the tools they replace, both sides in one interleaved run.

    bz2.py --dumpctl FILE --data FOLDER [--rounds N] [--work DIR] [--json FILE] [--markdown] [PART...]

The folder holds pages.xml, pages.xml.ids, pages.bzip2.bz2 (bzip2 -9, one stream) and the same of `history`, as
Scripts/bench.sh has them made by make_export.py. If there is an h100.xml.bz2 with its ids, the look-ups around a huge
page are done in that. Nothing is written there.

Parts, all of them by default:

locate      A page by its id, without an index, in the file of many pages.
history     The same in the file in which one page takes 95 %: before, in and behind that.
indexed     Finding and printing a page by id and by title with an index, against decoding one block.
index       Making the index, against the block map of indexed_bzip2.
check       The full check, against lbzip2 -t.
decompress  To /dev/null, against lbzip2 -dc and indexed_bzip2.
tables      export --jsonl and diff, against decompress.
compress    Into one stream, against lbzip2 -9.
recompress  Into a multistream with its index, against bzip2 -9.
quick       The quick check of a large file.
memory      The peak memory of all commands on the largest file and on zeros.

Some of the tools that are replaced cannot be had from any registry. What stands in for them is measured in the same
run; what is only quoted is called so. Quoted figures are of Debian 12 on two cores of an AMD EPYC, November 2026, with
exports of 1 GB in 290 MB (1,111 blocks) and of 102 MB in 8.9 MB. CPU and memory are those of the whole child process,
as wait4 tells them, start of the process included. Everything runs on as many cores as --cores says.
"""
import argparse
import bisect
import datetime
import importlib.util
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import bz2_report
from bz2_data import Dump
from bz2_report import Row, Side
from measuring import CommandFailed, Neighbours, interleaved, measured

NOT_THERE = 4
ZEROS = 500_000_000
FINDPAGEID_DECODES = 58
MEMORY_LIMIT = 200
READ_ALL = ("import indexed_bzip2, sys\n"
            "with indexed_bzip2.open(sys.argv[1], parallelization=int(sys.argv[2])) as file:\n"
            "    while data := file.read(1 << 20): sys.stdout.buffer.write(data)\n")
BLOCK_MAP = ("import indexed_bzip2, sys\n"
             "with indexed_bzip2.open(sys.argv[1], parallelization=int(sys.argv[2])) as file:\n"
             "    print(len(file.block_offsets()))\n")


class Bench:
    """What all parts need: the binary, the data, the work folder, and the rows so far."""

    def __init__(self, options):
        self.options = options
        self.work = options.work
        self.rows = []
        data = options.data
        self.plain = data / "pages.xml"
        self.pages = Dump(self.work, data / "pages.bzip2.bz2", data / "pages.xml.ids")
        short = data / "h100.xml.bz2"
        self.history = (Dump(self.work, short, data / "h100.xml.ids") if short.exists() else
                        Dump(self.work, data / "history.bzip2.bz2", data / "history.xml.ids"))
        told = subprocess.run([options.dumpctl, "--help"], check=True, capture_output=True, text=True).stdout
        self.commands = set(re.findall(r"^  ([a-z][a-z-]+)(?: |$)", told, re.MULTILINE))
        self.has_indexed_bzip2 = importlib.util.find_spec("indexed_bzip2") is not None

    def ours(self, *words):
        return [self.options.dumpctl, *words]

    def indexed_bzip2(self, program, path):
        return [sys.executable, "-c", program, path, self.options.cores]

    def side(self, command, output=None, statuses=(0,)):
        """An action that runs a command, with its output in a file or nowhere."""
        # That a page is not there need not be said each time.
        errors = subprocess.DEVNULL if NOT_THERE in statuses else None

        def run():
            with open(output or os.devnull, "wb") as target:
                return measured(command, statuses, stdout=target, stderr=errors)
        return run

    def add(self, row):
        row.judge()
        self.rows.append(row)
        for line in row.lines():
            print(line, file=self.options.text, flush=True)

    def skip(self, work, why):
        self.add(Row(work, notes=[f"Not measured: {why}."]))

    def compare(self, work, needs, ours, others, at_least=None, stand_ins=None, rounds=1, notes=()):
        """Runs our action in turn with those of the others, and adds the row.

        - needs: the command that the binary has to have.
        - others: actions by name; None stands for a program that is not installed.
        - stand_ins: by the name of a side, what it stands for and how many times its time that takes.
        - rounds: how many times as many rounds as usual, for what is over at once.
        """
        if needs not in self.commands:
            return self.skip(work, f"this dumpctl has no command {needs}")
        notes = list(notes)
        notes += [f"Not installed: {name}" for name, action in others.items() if action is None]
        sides = {f"dumpctl {needs}": ours, **{name: action for name, action in others.items() if action}}
        neighbours = Neighbours()
        try:
            results = interleaved(sides, self.options.rounds * rounds)
        except (CommandFailed, OSError) as error:
            return self.skip(work, str(error))
        (name, first), *rest = results.items()
        row = Row(work, Side(name, first), at_least=at_least, notes=notes, others_cores=neighbours.cores())
        row.others = [Side(name, runs, *(stand_ins or {}).get(name, ())) for name, runs in rest]
        self.add(row)
        return row

    def or_none(self, program, action):
        return action if shutil.which(program) else None


def locate(bench):
    dump, pages = bench.pages, bench.pages.pages
    blocks = dump.cut(bench.work / "58-blocks.bz2", "--count", FINDPAGEID_DECODES)
    one = dump.cut(bench.work / "first-block.bz2", "--at", 0)
    many = f"{FINDPAGEID_DECODES} block decodes by bzip2"
    absent = dump.absent_id(len(pages) // 2)
    cases = [
        ("first", pages[0].id, {"one block decode by bzip2": bench.side(["bzip2", "-dc", one])}, None,
         "Quoted: findpageidinbz2xml looks at one place and takes 0.04 s."),
        ("early", pages[len(pages) // 100].id, {many: bench.side(["bzip2", "-dc", blocks])}, 5,
         "Quoted: findpageidinbz2xml takes 1.2 s of CPU, decodes 58 blocks, and takes 212 MB."),
        ("middle", pages[len(pages) // 2].id, {many: bench.side(["bzip2", "-dc", blocks])}, 5,
         "Quoted: findpageidinbz2xml takes 1.12 s."),
        ("late", pages[len(pages) * 98 // 100].id, {many: bench.side(["bzip2", "-dc", blocks])}, 5,
         "Quoted: findpageidinbz2xml takes 1.03 s."),
        ("not there", absent, {"one block decode by bzip2": bench.side(["bzip2", "-dc", one])}, None,
         "Quoted: findpageidinbz2xml takes 0.25 s of CPU, names another page and ends with 0."),
    ]
    for name, page_id, others, at_least, note in cases:
        ours = bench.side(bench.ours("locate-page", dump.path, "--id", page_id, "--json"), statuses=(0, NOT_THERE))
        stand_ins = {many: (f"the {FINDPAGEID_DECODES} that findpageidinbz2xml decodes",)}
        bench.compare(f"locate page {page_id} ({name}), no index", "locate-page", ours, others, at_least,
                      stand_ins, rounds=3, notes=[note, *decodes(bench, dump, page_id)])


def decodes(bench, dump, page_id, limited=True):
    """How many blocks are decoded to find a page, if the tool is there that counts them, and how many may be."""
    if not bench.options.locatecost:
        return []
    told = subprocess.run([bench.options.locatecost, dump.path, str(page_id)], capture_output=True, text=True)
    if told.returncode != 0:
        return [f"Block decodes not counted: {told.stderr.strip()}"]
    count = int(told.stdout)
    if not limited:
        return [f"{count} block decodes"]
    some = dump.cut(bench.work / "some-blocks.bz2", "--count", 10).stat().st_size / 10
    limit = 2 + math.log2(math.ceil(dump.size / some))
    return [f"{count} block decodes; at most {limit:.1f} are the target: {'met' if count <= limit else 'missed'}"]


def history(bench):
    dump, pages = bench.history, bench.history.pages
    huge = max(range(len(pages) - 1), key=lambda place: pages[place + 1].offset - pages[place].offset)
    name = "decoding the whole file with bzip2"
    # Seconds of CPU of findpageidinbz2xml in the file of 102 MB, of which a full decode takes 3.
    cases = [
        ("before the huge page", pages[huge // 3].id, 13.6),
        ("the huge page", pages[huge].id, 99.1),
        ("not there, right before the huge page", pages[huge].id - 1, 101.7),
        ("behind the huge page", pages[(huge + 4 * len(pages)) // 5].id, 6.1),
    ]
    for what, page_id, quoted in cases:
        if what.startswith("not there") and page_id == pages[huge - 1].id:
            bench.skip(f"locate, {what}", "this file has no gap there")
            continue
        ours = bench.side(bench.ours("locate-page", dump.path, "--id", page_id), statuses=(0, NOT_THERE))
        others = {name: bench.side(["bzip2", "-dc", dump.path])}
        stand_ins = {name: (f"findpageidinbz2xml, which takes {quoted / 3:.1f} times that (quoted)", quoted / 3)}
        note = f"Quoted: findpageidinbz2xml takes {quoted} s of CPU where decoding all takes 3 s"
        bench.compare(f"locate page {page_id} ({what}), no index", "locate-page", ours, others, 100, stand_ins,
                      notes=[note, *decodes(bench, dump, page_id, limited=False)])
    ours = bench.side(bench.ours("locate-page", dump.path, "--id", dump.absent_id(huge)), statuses=(0, NOT_THERE))
    bench.compare("locate a page that is not there, right behind the huge page, proven", "locate-page", ours,
                  {name: bench.side(["bzip2", "-dc", dump.path])},
                  notes=["Takes reading the huge page; --quick does without"])


def index_of(bench, dump):
    """A link to the dump with its index beside it; None if the binary makes none."""
    linked = bench.work / "indexed" / dump.path.name
    linked.parent.mkdir(exist_ok=True)
    if not linked.exists():
        if "index" not in bench.commands:
            return None
        linked.symlink_to(dump.path.resolve())
        measured(bench.ours("index", "--quiet", linked))
    return linked


def indexed(bench):
    dump, pages = bench.pages, bench.pages.pages
    linked = index_of(bench, dump)
    if linked is None:
        return bench.skip("locate and print a page with an index", "this dumpctl has no command index")
    for place in (len(pages) // 100, len(pages) // 2, len(pages) * 98 // 100):
        page, offset = page_in_one_block(bench, linked, place)
        block = dump.cut(bench.work / "block.bz2", "--at", offset)
        for what, words in (("id", ["--id", page.id]), ("title", ["--title", page.title])):
            ours = bench.side(bench.ours("locate-page", linked, *words, "--extract"))
            bench.compare(f"locate and print page {page.id} by {what}, with index", "locate-page", ours,
                          {"decoding its block with bzip2": bench.side(["bzip2", "-dc", block])}, 0.5, rounds=5)


def page_in_one_block(bench, linked, place):
    """A page that ends in the block in which it begins, and where that begins in bits."""
    def block(page):
        command = bench.ours("locate-page", linked, "--id", str(page.id), "--json")
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(told.stdout)["blockBitOffset"]

    pages = bench.pages.pages
    while place + 1 < len(pages):
        offset = block(pages[place])
        if offset == block(pages[place + 1]):
            break
        place += 1
    return pages[place], block(pages[place])


def index(bench):
    dump, cores = bench.pages, bench.options.cores
    target = bench.work / "new.mwidx"
    ours = bench.side(bench.ours("index", "--quiet", "--output", target, dump.path))
    other = bench.side(bench.indexed_bzip2(BLOCK_MAP, dump.path)) if bench.has_indexed_bzip2 else None
    bench.compare(f"make the index of {size_text(dump.size)}", "index", ours,
                  {f"indexed_bzip2's block map, parallelization={cores}": other}, 1,
                  notes=["Ours knows the pages, the block map does not"])


def check(bench):
    dump, cores = bench.pages, bench.options.cores
    ours = bench.side(bench.ours("check-truncation", "--full", "--quiet", dump.path))
    other = bench.or_none("lbzip2", bench.side(["lbzip2", "-t", f"-n{cores}", dump.path]))
    bench.compare(f"full check of one stream, {size_text(dump.size)}", "check-truncation", ours,
                  {f"lbzip2 -t -n{cores}": other}, 1.5, notes=["Ours checks the XML as well"])


def decompress(bench):
    dump, cores = bench.pages, bench.options.cores
    ours = bench.side(bench.ours("decompress", dump.path))
    lbzip2 = bench.or_none("lbzip2", bench.side(["lbzip2", "-dc", f"-n{cores}", dump.path]))
    indexed_bzip2 = bench.side(bench.indexed_bzip2(READ_ALL, dump.path)) if bench.has_indexed_bzip2 else None
    bench.compare(f"decompress {size_text(dump.size)} to /dev/null", "decompress", ours,
                  {f"lbzip2 -dc -n{cores}": lbzip2, f"indexed_bzip2, parallelization={cores}": indexed_bzip2}, 1.5)


def tables(bench):
    """Both go through all XML, and are held against decoding the same bytes."""
    dump = bench.pages
    once = bench.side(bench.ours("decompress", dump.path))
    bench.compare(f"export --jsonl of {size_text(dump.size)} to /dev/null", "export",
                  bench.side(bench.ours("export", "--jsonl", dump.path)), {"dumpctl decompress": once}, 1.3)
    twice = bench.side(bench.ours("decompress", dump.path, dump.path))
    bench.compare(f"diff of two dumps of {size_text(dump.size)}", "diff",
                  bench.side(bench.ours("diff", dump.path, dump.path)), {"dumpctl decompress of both": twice}, 1.3)


def slice_of(bench):
    """The first pages of the plain file, as a file of its own."""
    limit = bench.options.slice
    if bench.plain.stat().st_size <= limit:
        return bench.plain
    path = bench.work / "slice.xml"
    if not path.exists():
        pages = bench.pages.pages
        end = pages[bisect.bisect_right(pages, limit, key=lambda page: page.offset) - 1].offset
        with open(bench.plain, "rb") as source, open(path, "wb") as target:
            left = end
            while left > 0 and (data := source.read(min(left, 1 << 20))):
                target.write(data)
                left -= len(data)
            target.write(b"</mediawiki>\n")
    return path


def compress(bench):
    plain, cores = slice_of(bench), bench.options.cores
    ours, theirs = bench.work / "ours.bz2", bench.work / "theirs.bz2"
    command = bench.ours("recompress", "--quiet", plain, "-o", "-")
    other = bench.or_none("lbzip2", bench.side(["lbzip2", "-9", f"-n{cores}", "-c", plain], theirs))
    row = bench.compare(f"compress {size_text(plain.stat().st_size)} into one stream", "recompress",
                        bench.side(command, ours), {f"lbzip2 -9 -n{cores}": other}, 1)
    if row and other:
        ratio = ours.stat().st_size / theirs.stat().st_size
        bench.add(Row("size of that stream", target="at most 1.005 times lbzip2's", met=ratio <= 1.005, notes=[
            f"{ours.stat().st_size:,} bytes, {ratio:.4f} times the {theirs.stat().st_size:,} of lbzip2"]))
    for path in (ours, theirs):
        path.unlink(missing_ok=True)


def recompress(bench):
    plain = slice_of(bench)
    ours, theirs, lines = bench.work / "ours.bz2", bench.work / "theirs.bz2", bench.work / "ours-index.txt.bz2"
    command = bench.ours("recompress", "--quiet", plain, "-o", ours, "--multistream", "--pages-per-stream", 100,
                         "--index", lines)
    name = "bzip2 -9, one thread"
    bench.compare(f"recompress {size_text(plain.stat().st_size)} to a multistream with index", "recompress",
                  bench.side(command), {name: bench.side(["bzip2", "-9", "-c", plain], theirs)}, 2.2,
                  {name: ("recompressxml -p 100, which takes 1.02 times that (quoted)", 1.02)},
                  notes=["Quoted: recompressxml writes 15.5 MB/s"])
    for path in (ours, theirs, lines):
        path.unlink(missing_ok=True)


def quick(bench):
    big = bench.work / "big.xml.bz2"
    with open(big, "wb") as target:
        while target.tell() < bench.options.big:
            with open(bench.pages.path, "rb") as source:
                shutil.copyfileobj(source, target, 1 << 20)
    size = big.stat().st_size
    row = bench.compare(f"quick check of {size_text(size)}", "check-truncation",
                        bench.side(bench.ours("check-truncation", "--quiet", big)), {}, rounds=5)
    big.unlink()
    if row:
        wall = row.ours.median("wall")
        bench.add(Row("time of that quick check", target="under 20 ms", met=wall < 0.02, notes=[
            f"{bz2_report.seconds(wall)}, of streams that are copies of the file of pages"]))


def size_text(size):
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def memory(bench):
    zeros = bench.work / "zeros.bz2"
    if not zeros.exists():
        made = subprocess.run(f"head -c {ZEROS} /dev/zero | bzip2 -9", shell=True, check=True, capture_output=True)
        zeros.write_bytes(made.stdout)
    whole = bench.options.data / "history.bzip2.bz2"
    files = {f"pages, {size_text(bench.pages.size)}": bench.pages.path,
             f"{size_text(ZEROS)} of zeros in {zeros.stat().st_size} bytes": zeros}
    if whole.exists():
        files[f"history, {size_text(whole.stat().st_size)}"] = Dump(bench.work, whole, None).path
    floor = measured([sys.executable, "-c", ""]).peak
    for label, path in files.items():
        memory_of(bench, label, path, floor)


def memory_of(bench, label, path, floor):
    """Adds a row with the peak of all commands on one file, one run each."""
    page = bench.pages.pages[len(bench.pages.pages) // 2]
    parts = bench.work / "parts"
    new, lines = bench.work / "new.bz2", bench.work / "new-index.txt.bz2"
    made = bench.work / "new.mwidx"
    ranged = bench.work / f"part-p1p{page.id}.bz2"
    ranged.unlink(missing_ok=True)
    ranged.symlink_to(path.resolve())
    runs = [
        ("locate-page", "--id", page.id, path),
        ("locate-page", "--title", page.title, path),
        ("index", "--quiet", "--output", made, path),
        ("locate-page", "--id", page.id, "--extract", "--index", made, path),
        ("extract", path, "--pages", f"{page.id}-"),
        ("extract", path, "--from-offset", 0, "--raw"),
        ("check-truncation", path),
        ("check-truncation", "--full", "--quiet", path),
        ("last-id", path),
        ("blocks", path),
        ("revisions-per-page", path),
        ("decompress", path),
        ("diff", path, path),
        ("export", "--jsonl", path),
        ("recompress", "--quiet", path, "-o", "-"),
        ("recompress", "--quiet", path, "-o", new, "--multistream", "--index", lines),
        ("salvage", path, "-o", new),
        ("append", path, path, "-o", new),
        ("join", path, path, "-o", new),
        ("split", path, "--size", "50M", "--output-dir", parts),
        ("check-range", ranged),
    ]
    peaks, failed, missing = [], [], []
    for command, *words in runs:
        if command not in bench.commands:
            missing.append(command)
            continue
        parts.mkdir(exist_ok=True)
        new.unlink(missing_ok=True)
        named = " ".join([command, *(str(word) for word in words if str(word).startswith("--"))])
        try:
            # Zeros are no dump: 1, 3 and 4 are answers too.
            run = measured(bench.ours(command, *words), (0, 1, 3, NOT_THERE), stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            peaks.append((run.peak, run.wall, named))
        except (CommandFailed, OSError) as error:
            failed.append(str(error))
        shutil.rmtree(parts)
    for left in (new, lines, made, ranged):
        left.unlink(missing_ok=True)
    notes = [f"{named}: {peak:.0f} MB, {bz2_report.seconds(wall)}" for peak, wall, named in sorted(peaks, reverse=True)]
    notes += failed + [f"Not measured, this dumpctl has no such command: {', '.join(missing)}"] * bool(missing)
    notes.append(f"No process measures less than {floor:.0f} MB here")
    highest = max(peaks)[0] if peaks else 0
    bench.add(Row(f"peak memory of {len(peaks)} commands, {label}: {highest:.0f} MB",
                  target=f"under {MEMORY_LIMIT} MB", met=bool(peaks) and highest < MEMORY_LIMIT and not failed,
                  notes=notes))


PARTS = {"locate": locate, "history": history, "indexed": indexed, "index": index, "check": check,
         "decompress": decompress, "tables": tables, "compress": compress, "recompress": recompress, "quick": quick,
         "memory": memory}


def facts(bench):
    """What the figures depend on."""
    def version(command):
        if not shutil.which(command[0]):
            return "not installed"
        told = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        found = re.search(r"\d+\.\d+(\.\d+)?", told.stdout + told.stderr)
        return found.group() if found else "unknown"

    model = "unknown"
    if os.path.exists("/proc/cpuinfo"):
        found = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        model = found.group(1) if found else model
    told = {"date": datetime.date.today().isoformat(), "processor": f"{bench.options.cores} cores of {model}",
            "pages": f"{bench.plain.stat().st_size:,} bytes in {bench.pages.size:,}, {len(bench.pages.pages):,} pages",
            "history": f"{bench.history.size:,} bytes compressed", "rounds": bench.options.rounds,
            "bzip2": version(["bzip2", "--help"]), "lbzip2": version(["lbzip2", "--version"])}
    if bench.has_indexed_bzip2:
        program = "import indexed_bzip2; print(indexed_bzip2.__version__)"
        told["indexed_bzip2"] = version([sys.executable, "-c", program])
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--dumpctl", type=pathlib.Path, required=True)
    parser.add_argument("--locatecost", type=pathlib.Path, help="the tool of this package that counts block decodes")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=3, help="three or five times as many for what is over at once")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--slice", type=float, default=100e6, help="bytes of XML that are compressed; 1e8 by default")
    parser.add_argument("--big", type=float, default=1e9, help="bytes for the quick check; 1e9 by default")
    parser.add_argument("--work", type=pathlib.Path, help="folder for what is made on the way; kept")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write all single figures to a file")
    parser.add_argument("--markdown", action="store_true", help="table on standard output, text on standard error")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    options.text = sys.stderr if options.markdown else sys.stdout
    options.dumpctl = options.dumpctl.resolve()
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))[:options.cores]
        os.sched_setaffinity(0, allowed)
        options.cores = len(allowed)
    keeps = options.work is not None
    options.work = (options.work or pathlib.Path(tempfile.mkdtemp(prefix="wikidump-bz2-"))).resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        bench = Bench(options)
        for part in options.parts or PARTS:
            PARTS[part](bench)
        if options.json:
            rows = [row.dictionary() for row in bench.rows]
            options.json.write_text(json.dumps({"facts": facts(bench), "rows": rows}, indent=1) + "\n")
        if options.markdown:
            print("\n".join(bz2_report.markdown(bench.rows, facts(bench))))
    finally:
        if not keeps:
            shutil.rmtree(options.work)


if __name__ == "__main__":
    main()
