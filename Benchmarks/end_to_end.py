#!/usr/bin/env python3
"""Holds whole dumps against the tools they replace, both sides in one interleaved run.

    end_to_end.py --dumpctl FILE --stubstream FILE [--rounds N] [--work DIR] [PART...]

Parts, all of them by default:

stubs     `stubstream` against `php dumpBackup.php --full --stub`, both from one SQLite database into a file that is not
          compressed; the files have to be equal. Beside them `dumpctl run --job xmlstubsdump`, which makes three
          gzipped files. Left out when PHP or MediaWiki's code is not installed.
history   `dumpctl run --job metahistorybz2dump` against `bzip2 -9` of the same XML.
memory    The peak memory of whole runs and of single jobs, over a wiki of more than 1 GB of text, one of a million
          revisions (200,000 of them of one page), and one of texts of 2 MB.
farm      Choosing the next wiki among 1,000, and dumping 1,000 tiny wikis in a row.

Reports the median of each side and the median of the ratios within a round. CPU and memory are those of the whole child
process, as wait4 tells them. The databases stay in the folder of --work for the next time.
"""
import argparse
import contextlib
import filecmp
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from measuring import interleaved, measured

HERE = pathlib.Path(__file__).resolve().parent


class Wiki:
    """A generated wiki and a farm of it alone."""

    def __init__(self, options, name, *parameters):
        self.dumpctl = options.dumpctl
        self.name = name
        self.folder = options.work / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = self.folder / f"{name}.sqlite"
        self.siteinfo = self.folder / f"{name}.siteinfo.json"
        if not self.siteinfo.exists():
            self.database.unlink(missing_ok=True)
            subprocess.run([sys.executable, HERE / "make_wiki.py", self.database, *map(str, parameters)], check=True)
        (self.folder / "all.dblist").write_text(name + "\n")
        (self.folder / "private.dblist").write_text("")
        self.config = self.folder / "wikidump.conf"
        self.config.write_text(
            "[wiki]\ndblist=all.dblist\nprivatelist=private.dblist\n"
            "[output]\npublic=public\nprivate=private\ntemp=temp\n[otherformats]\nmultistream=1\n"
            "[source]\ncontentsource=sqlite\ndatabasepath={wiki}.sqlite\nsiteinfo={wiki}.siteinfo.json\n"
            "hiddendetails=mediawiki\n")

    def dump(self, job=None):
        """Dumps from scratch; returns what measured() tells."""
        for tree in ("public", "private"):
            shutil.rmtree(self.folder / tree, ignore_errors=True)
        jobs = ["--job", job] if job else []
        return measured([self.dumpctl, "run", "--quiet", "--configfile", self.config, *jobs, self.name])

    def file(self, ending):
        return next((self.folder / "public" / self.name).glob(f"*/{self.name}-*-{ending}"))

    def revisions(self):
        count = subprocess.run(
            [sys.executable, "-c", "import sqlite3, sys; print(sqlite3.connect(sys.argv[1])"
             ".execute('SELECT count(*) FROM revision').fetchone()[0])", self.database],
            check=True, capture_output=True, text=True)
        return int(count.stdout)


def compare(title, sides, rounds, unit, amount):
    """Runs the sides in turn, the first against each of the others, and prints medians and ratios."""
    results = interleaved(sides, rounds)
    print(f"\n{title} ({rounds} rounds)")
    for side, values in results.items():
        wall, cpu = (statistics.median(value[place] for value in values) for place in (0, 1))
        memory = max(value[2] for value in values)
        print(f"  {side:32} wall {wall:7.2f} s  CPU {cpu:7.2f} s  {amount / wall:13,.0f} {unit}/s  peak {memory:4.0f} MB")
    (base, first), *others = results.items()
    for name, values in others:
        wall, cpu = (
            statistics.median(theirs[place] / ours[place] for ours, theirs in zip(first, values)) for place in (0, 1))
        print(f"  {name}: {wall:.2f} times the time and {cpu:.2f} times the CPU of {base}", flush=True)


def php_settings(wiki):
    """Settings with which MediaWiki reads the SQLite database in place and calls itself what the siteinfo file says."""
    general = json.loads(wiki.siteinfo.read_text())["query"]["general"]
    server = general["base"].removesuffix("/wiki/Main_Page")
    settings = wiki.folder / "LocalSettings.php"
    settings.write_text(
        f"<?php\n$wgSitename='{general['sitename']}';$wgMetaNamespace='Project';$wgServer='{server}';"
        "$wgScriptPath='';$wgArticlePath='/wiki/$1';$wgLanguageCode='en';$wgSecretKey='bench';"
        f"$wgDBtype='sqlite';$wgDBname='{wiki.name}';$wgSQLiteDataDir='{wiki.folder}';"
        "$wgMainCacheType=CACHE_NONE;$wgMessageCacheType=CACHE_NONE;$wgParserCacheType=CACHE_NONE;"
        f"$wgLocalisationCacheConf['store']='files';$wgLocalisationCacheConf['storeDirectory']='{wiki.folder}';\n")
    return dict(os.environ, MW_CONFIG_FILE=str(settings))


def stubs(options):
    wiki = Wiki(options, "stubwiki", "--pages", 15000, "--revisions", 20, "--text", 40)
    ours, theirs = wiki.folder / "ours.xml", wiki.folder / "php.xml"
    sides = {
        "stubstream": lambda: measured([options.stubstream, wiki.database, wiki.siteinfo, ours]),
        "dumpctl xmlstubsdump, 3 gz": lambda: wiki.dump("xmlstubsdump"),
    }
    script = options.mediawiki / "maintenance" / "dumpBackup.php"
    has_php = shutil.which("php") and script.exists()
    if has_php:
        environment = php_settings(wiki)
        php = ["php", script, "--full", "--stub", "--quiet", f"--output=file:{theirs}"]
        # The first call fills MediaWiki's cache of messages.
        measured([*php, "--start=1", "--end=2"], env=environment, stderr=subprocess.DEVNULL)
        sides["php dumpBackup.php --full --stub"] = lambda: measured(php, env=environment, stderr=subprocess.DEVNULL)
    compare("stubs", sides, options.rounds, "revisions", wiki.revisions())
    if has_php:
        print("  the XML of both is " + ("equal" if filecmp.cmp(ours, theirs, shallow=False) else "NOT equal"))


def history(options):
    wiki = Wiki(options, "historywiki", "--pages", 500, "--revisions", 50, "--text", 4000)
    wiki.dump("metahistorybz2dump")
    made = wiki.file("pages-meta-history.xml.bz2")
    xml = wiki.folder / "history.xml"
    with xml.open("wb") as plain:
        subprocess.run(["bzip2", "-dc", made], check=True, stdout=plain)
    size = made.stat().st_size
    sides = {
        "bzip2 -9": lambda: measured(["bzip2", "-9", "-k", "-f", xml]),
        "dumpctl metahistorybz2dump": lambda: wiki.dump("metahistorybz2dump"),
    }
    compare("full history, against compressing the same XML", sides, options.rounds, "bytes", xml.stat().st_size)
    theirs = xml.with_suffix(".xml.bz2").stat().st_size
    print(f"  size: {size:,} bytes, {size / theirs:.4f} times the {theirs:,} of bzip2 -9")


def memory(options):
    wikis = [
        Wiki(options, "bigwiki", "--pages", 4000, "--revisions", 50, "--text", 4600, "--seed", 2),
        Wiki(options, "manywiki", "--pages", 100000, "--revisions", 8, "--text", 100, "--longest", 200000,
             "--logs", 100000, "--seed", 3),
        Wiki(options, "longwiki", "--pages", 40, "--revisions", 6, "--text", 2000000, "--seed", 4),
    ]
    print("\nmemory")
    for wiki in wikis:
        size = wiki.database.stat().st_size / 1e6
        for job in (None, "xmlstubsdump", "metahistorybz2dump", "articlesmultistreamdump"):
            wall, cpu, peak = wiki.dump(job)
            print(f"  {wiki.name:8} {size:5.0f} MB  {job or 'all jobs':24} wall {wall:7.2f} s  CPU {cpu:7.2f} s  "
                  f"peak {peak:4.0f} MB", flush=True)


def farm(options):
    folder = options.work / "farm"
    tiny = Wiki(options, "tinywiki", "--pages", 5, "--revisions", 3, "--text", 500, "--logs", 5)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "wikis").mkdir(parents=True)
    names = [f"w{number:04}wiki" for number in range(1000)]
    for name in names:
        shutil.copyfile(tiny.database, folder / "wikis" / f"{name}.sqlite")
        shutil.copyfile(tiny.siteinfo, folder / "wikis" / f"{name}.siteinfo.json")
    (folder / "all.dblist").write_text("\n".join(names) + "\n")
    (folder / "private.dblist").write_text("")
    config = folder / "wikidump.conf"
    config.write_text(tiny.config.read_text().replace("={wiki}", "=wikis/{wiki}"))
    run = [options.dumpctl, "run", "--quiet", "--configfile", config]

    def choose():
        times = [measured([*run, "--dryrun"], stdout=subprocess.DEVNULL)[:2] for _ in range(11)]
        wall, cpu = (statistics.median(values) * 1000 for values in zip(*times))
        return f"wall {wall:6.1f} ms  CPU {cpu:6.1f} ms"

    print("\nfarm of 1,000 wikis")
    print(f"  choosing the next, none dumped yet   {choose()}")
    began = time.monotonic()
    usages = [measured(run) for _ in names]
    wall = time.monotonic() - began
    print(f"  dumping all, one process each        wall {wall:6.1f} s   {wall:.1f} ms and "
          f"{sum(cpu for _, cpu, _ in usages):.1f} ms of CPU for a wiki")
    for tree in ("public", "private"):
        shutil.rmtree(folder / tree)
    wall, cpu, peak = measured([*run, "--loop", "--onepass"])
    print(f"  dumping all by --loop --onepass      wall {wall:6.1f} s   {wall:.1f} ms and {cpu:.1f} ms of CPU for a wiki, "
          f"peak {peak:.0f} MB")
    print(f"  choosing the next, all dumped today  ", end="", flush=True)
    with contextlib.suppress(StopIteration):
        # One that is not complete, so that there is something to choose.
        next((folder / "public" / names[500]).glob("*/status.html")).unlink()
    print(choose(), flush=True)
    shutil.rmtree(folder)


PARTS = {"stubs": stubs, "history": history, "memory": memory, "farm": farm}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--dumpctl", type=pathlib.Path, required=True)
    parser.add_argument("--stubstream", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mediawiki", type=pathlib.Path, default=pathlib.Path("/usr/share/mediawiki"))
    parser.add_argument("--work", type=pathlib.Path)
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    parts = options.parts or list(PARTS)
    if "stubs" in parts and not options.stubstream:
        parser.error("the part stubs needs --stubstream")
    options.dumpctl = options.dumpctl.resolve()
    keeps = options.work is not None
    options.work = (options.work or pathlib.Path(tempfile.mkdtemp(prefix="wikidump-bench-"))).resolve()
    try:
        for part in parts:
            PARTS[part](options)
    finally:
        if not keeps:
            shutil.rmtree(options.work)


if __name__ == "__main__":
    main()
