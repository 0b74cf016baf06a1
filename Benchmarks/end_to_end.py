#!/usr/bin/env python3
"""Holds whole dumps against the tools they replace, both sides in one interleaved run.

    end_to_end.py DUMPCTL [--rounds N] [--revisions N] [--text-mb N] [--mediawiki DIR] [--work DIR]

Stubs:    `dumpctl run --job xmlstubsdump` against `php dumpBackup.php --full --stub` on the same SQLite database
          (left out when PHP or MediaWiki's code is not installed).
History:  `dumpctl run --job metahistorybz2dump` against `bzip2 -9` of the same XML: total CPU, and peak memory.

Reports the median of each side and the median of the ratios within a round. CPU and memory are those of the whole child
process, as wait4 tells them.
"""
import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def measured(command, **options):
    """Runs a command; returns wall seconds, CPU seconds and peak resident megabytes."""
    began = time.monotonic()
    child = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def make_farm(folder, database, siteinfo):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.dblist").write_text("benchwiki\n")
    (folder / "private.dblist").write_text("")
    (folder / "wikidump.conf").write_text(
        "[wiki]\ndblist=all.dblist\nprivatelist=private.dblist\n"
        "[output]\npublic=public\nprivate=private\ntemp=temp\n"
        f"[source]\ncontentsource=sqlite\ndatabasepath={database}\nsiteinfo={siteinfo}\nhiddendetails=mediawiki\n"
    )
    return folder / "wikidump.conf"


def local_settings(folder, database):
    """Settings with which MediaWiki reads the SQLite database in place."""
    settings = folder / "LocalSettings.php"
    settings.write_text(
        "<?php\n$wgSitename='Bench';$wgDBtype='sqlite';"
        f"$wgDBname='{database.stem}';$wgSQLiteDataDir='{database.parent}';"
        "$wgServer='http://localhost';$wgScriptPath='';$wgMainCacheType=CACHE_NONE;"
        "$wgMessageCacheType=CACHE_NONE;$wgLanguageCode='en';$wgSecretKey='bench';\n"
        f"$wgLocalisationCacheConf['storeDirectory']='{folder}';$wgLocalisationCacheConf['store']='files';\n"
    )
    return settings


def compare(name, sides, rounds, unit, amount):
    """Runs the sides in turn and prints medians and ratios."""
    results = {side: [] for side in sides}
    for number in range(rounds):
        order = list(sides.items())
        for side, action in order if number % 2 == 0 else reversed(order):
            results[side].append(action())
    print(f"\n{name} ({rounds} rounds)")
    for side, values in results.items():
        wall = statistics.median(v[0] for v in values)
        cpu = statistics.median(v[1] for v in values)
        memory = max(v[2] for v in values)
        print(f"  {side:34} wall {wall:8.2f} s   CPU {cpu:8.2f} s   {amount / wall:12,.0f} {unit}/s   peak {memory:6.0f} MB")
    (ours, first), (theirs, second) = list(results.items())[:2]
    for what, place in (("wall", 0), ("CPU", 1)):
        ratio = statistics.median(b[place] / a[place] for a, b in zip(first, second))
        print(f"  {what}: {theirs} takes {ratio:.2f} times as long as {ours}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dumpctl", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--revisions", type=int, default=300_000)
    parser.add_argument("--text-mb", type=int, default=100)
    parser.add_argument("--mediawiki", type=pathlib.Path, default=pathlib.Path("/usr/share/mediawiki"))
    parser.add_argument("--work", type=pathlib.Path)
    options = parser.parse_args()
    dumpctl = options.dumpctl.resolve()
    work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="wikidump-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        stubs(options, dumpctl, work / "stubs")
        history(options, dumpctl, work / "history")
    finally:
        if not options.work:
            shutil.rmtree(work)


def make_wiki(folder, pages, revisions, text_bytes):
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "benchwiki.sqlite"
    if not database.exists():
        subprocess.run(
            [sys.executable, HERE / "make_wiki.py", database, "--pages", str(pages), "--revisions", str(revisions),
             "--text-bytes", str(text_bytes), "--seed", "1"], check=True)
    return database, HERE / "siteinfo.json"


def dump(dumpctl, config, job, public):
    def action():
        shutil.rmtree(public, ignore_errors=True)
        return measured([dumpctl, "run", "--quiet", "--configfile", config, "--job", job, "benchwiki"])
    return action


def stubs(options, dumpctl, folder):
    per_page = 20
    database, siteinfo = make_wiki(folder, options.revisions // per_page, per_page, 40)
    config = make_farm(folder, database, siteinfo)
    sides = {"dumpctl xmlstubsdump (gz)": dump(dumpctl, config, "xmlstubsdump", folder / "public")}
    script = options.mediawiki / "maintenance" / "dumpBackup.php"
    if shutil.which("php") and script.exists():
        environment = dict(os.environ, MW_CONFIG_FILE=str(local_settings(folder, database)))
        sides["php dumpBackup.php --full --stub"] = lambda: measured(
            ["php", script, "--full", "--stub", "--quiet", f"--output=file:{folder}/php.xml"], env=environment,
            stderr=subprocess.DEVNULL)
    else:
        sides["(PHP is not installed)"] = lambda: (float("nan"), float("nan"), 0)
    compare("stubs: history, current and articles against PHP's history alone", sides, options.rounds, "revisions",
            options.revisions)


def history(options, dumpctl, folder):
    text_bytes, per_page = 4000, 50
    pages = max(1, options.text_mb * 1_000_000 // (text_bytes * per_page))
    database, siteinfo = make_wiki(folder, pages, per_page, text_bytes)
    config = make_farm(folder, database, siteinfo)
    ours = dump(dumpctl, config, "metahistorybz2dump", folder / "public")
    ours()
    made = next((folder / "public").glob("benchwiki/*/*-pages-meta-history.xml.bz2"))
    xml = folder / "history.xml"
    with xml.open("wb") as plain:
        subprocess.run(["bzip2", "-dc", made], check=True, stdout=plain)
    sizes = made.stat().st_size
    sides = {
        "dumpctl metahistorybz2dump": ours,
        "bzip2 -9": lambda: measured(["bzip2", "-9", "-k", "-f", xml]),
    }
    compare("full history against compressing the same XML", sides, options.rounds, "bytes", xml.stat().st_size)
    theirs = xml.with_suffix(".xml.bz2").stat().st_size
    print(f"  size: {sizes:,} bytes against {theirs:,} bytes of bzip2 -9 ({sizes / theirs:.4f})")


if __name__ == "__main__":
    main()
