"""The commands of dumpctl that write, each with what it needs and what it has to leave."""
import bz2
import os
import shutil

from . import tree

DEMO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "Examples", "demo")
DATE = "20260102"
TABLES = """tables:
  page: {job: page, description: Pages.}
  site_stats: {job: sitestats, description: Totals.}
"""
PARTS = "[chunks]\nchunksEnabled=1\npagesPerChunkHistory=5,20\nrecombineMetaCurrent=1\nrecombineHistory=1\n"
BATCHES = ("[chunks]\nchunksEnabled=1\npagesPerChunkHistory=10,20\ncheckpointTime=1\nrevsPerJob=8\ncontentbatchesEnabled=1\n"
           "jobsperbatch=metahistorybz2dump=1\n")


def make_farm(folder, options="", wikis=("nordwiki",), wiki_options=""):
    """A farm of small wikis with two tables, so that a run makes few calls that are alike."""
    os.makedirs(os.path.join(folder, "wikis"))
    for wiki in wikis:
        for suffix in (".sqlite", ".siteinfo.json"):
            shutil.copy(os.path.join(DEMO, "wikis", "nordwiki" + suffix), os.path.join(folder, "wikis", wiki + suffix))
    with open(os.path.join(DEMO, "wikidump.conf"), encoding="utf-8") as file:
        text = file.read()
    text = text.replace("[wiki]\n", "[wiki]\ntablejobs=tables.yaml\n" + wiki_options)
    write(folder, "wikidump.conf", text + "\n" + options)
    write(folder, "tables.yaml", TABLES)
    write(folder, "all.dblist", "\n".join(wikis) + "\n")
    write(folder, "private.dblist", "")


def write(folder, name, text):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


class Scenario:
    """A command, in a folder that `prepare` makes."""

    # How it ends when all is well.
    good = (0,)
    name = None
    # One of the old names of the program.
    tool = None
    text = b""
    # Whether a command removes what a killed one left.
    clears = True

    def prepare(self, program, folder):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def execute(self, program, folder, fail=None):
        return program.run(self.command(), folder, fail=fail, text=self.text, name=self.tool)

    def state(self, folder):
        """What the command has to leave, whatever happened to it before."""
        raise NotImplementedError

    def problems(self, folder):
        """What must never be true, even after a failure."""
        return []

    def torn(self, state, before, done):
        """What is in a state that is neither that from before nor that from after the command."""
        return []

    def leftovers(self, folder):
        """What must be gone after an undisturbed command."""
        return []

    def repair(self, program, folder, before, done):
        """Does it again, undisturbed. Gives the outcome; None if nothing has to be done again."""
        return self.execute(program, folder)

    def let_time_pass(self, folder):
        """Makes what dead processes left so old that it is seen to be theirs."""
        for path in self.leftovers(folder):
            if not os.path.isdir(path) and not tree.LOCK.match(os.path.basename(path)):
                os.utime(path, (0, 0), follow_symlinks=False)


class FarmScenario(Scenario):
    options = ""
    wiki_options = ""
    wikis = ("nordwiki",)
    # It may find that nothing is left to do.
    good = (0, 10)

    def __init__(self, name, *words):
        self.name, self.words = name, words

    def command(self):
        return [*self.words, "--configfile", "wikidump.conf"]

    def prepare(self, program, folder):
        make_farm(folder, self.options, self.wikis, self.wiki_options)

    def must(self, program, folder, *words, fail=None):
        outcome = program.run([*words, "--configfile", "wikidump.conf"], folder, fail=fail)
        if not fail and outcome.status != 0:
            raise RuntimeError(f"{self.name}: {words} ended with {outcome.status}: {outcome.text}")

    def state(self, folder):
        return tree.steady(folder)

    def problems(self, folder):
        return tree.check(folder)

    def leftovers(self, folder):
        return tree.leftovers(folder)


class NextRun(FarmScenario):
    """A run after another one: `latest` changes to it, and the older one is removed."""

    options = "[cleanup]\nkeep=0\n"

    def prepare(self, program, folder):
        super().prepare(program, folder)
        self.must(program, folder, "run", "nordwiki", "--date", "20260101")

    def repair(self, program, folder, before, done):
        again = super().repair(program, folder, before, done)
        if again.status not in self.good:
            return again
        # A run that could not be removed is removed after the next one.
        return program.run(["run", "nordwiki", "--date", "20260103", "--configfile", "wikidump.conf"], folder)


class Parts(FarmScenario):
    options = PARTS


class DoneRun(FarmScenario):
    """Something is done to a run that is complete."""

    def prepare(self, program, folder):
        super().prepare(program, folder)
        self.must(program, folder, "run", "nordwiki", "--date", DATE)


class Batches(FarmScenario):
    """A process helps with the history of a run, of which another process did the beginning."""

    options = BATCHES

    def prepare(self, program, folder):
        super().prepare(program, folder)
        self.must(
            program, folder, "run", "nordwiki", "--date", DATE, "--job", "metahistorybz2dump", "--prereqs", "--numbatches", "1")

    def repair(self, program, folder, before, done):
        again = super().repair(program, folder, before, done)
        if again.status not in self.good:
            return again
        return program.run(["run", "nordwiki", "--date", DATE, "--configfile", "wikidump.conf"], folder)


class Monitor(FarmScenario):
    """One wiki is complete, and the worker of another one died in the middle."""

    wikis = ("nordwiki", "deadwiki")

    def prepare(self, program, folder):
        super().prepare(program, folder)
        self.must(program, folder, "run", "nordwiki", "--date", DATE)
        self.must(program, folder, "run", "deadwiki", "--date", DATE, fail=("change", 300, -1))

    def repair(self, program, folder, before, done):
        again = super().repair(program, folder, before, done)
        unlike = tree.differences(self.state(folder), done)
        if again.status != 0 or unlike:
            again.status, again.text = again.status or 1, again.text + "\n".join(unlike)
            return again
        # Hidden names of the dead are removed by the next worker.
        return program.run(["run", "deadwiki", "--date", DATE, "--configfile", "wikidump.conf"], folder)


class ToolScenario(Scenario):
    """A command that makes files out of files, in a folder that is not its own."""

    clears = False

    def __init__(self, name, words, outputs, text=b"", tool=None, good=0, goes_on=False):
        self.name, self.words, self.outputs, self.text, self.tool, self.good = name, words, outputs, text, tool, (good,)
        self.goes_on = goes_on

    def prepare(self, program, folder):
        pages = [page(number) for number in range(1, 40)]
        whole = bz2.compress((HEAD + "".join(pages) + END).encode(), 1)
        write(folder, "pages.xml.bz2", whole)
        write(folder, "first.xml.bz2", bz2.compress((HEAD + "".join(pages[:20]) + END).encode(), 1))
        write(folder, "second.xml.bz2", bz2.compress((HEAD + "".join(pages[20:]) + END).encode(), 1))
        write(folder, "cut.xml.bz2", whole[:len(whole) * 4 // 5])
        for name in ("parts", "bin"):
            os.mkdir(os.path.join(folder, name))
        write(os.path.join(folder, "bin"), "showcrcs", "an old program")

    def command(self):
        return self.words

    def state(self, folder):
        found = {}
        for name in self.outputs:
            path = os.path.join(folder, name)
            for base, _, files in os.walk(path) if os.path.isdir(path) else [(folder, [], [name])]:
                for file in files:
                    place = os.path.join(base, file)
                    if tree.LEFTOVER.match(file):
                        continue
                    if os.path.islink(place):
                        found[os.path.relpath(place, folder)] = b"-> " + os.path.basename(os.readlink(place)).encode()
                    elif os.path.exists(place):
                        found[os.path.relpath(place, folder)] = tree.read(place)
        return found

    def torn(self, state, before, done):
        return [f"{name} is neither the old file nor the new one" for name, data in state.items()
                if data not in (before.get(name), done.get(name))]

    def leftovers(self, folder):
        return [os.path.join(base, name) for base, _, files in os.walk(folder) for name in files if tree.LEFTOVER.match(name)]

    def repair(self, program, folder, before, done):
        if self.state(folder) == done:
            return None
        # Files that were finished before the failure are in the way of most commands, as they say.
        for name, data in self.state(folder).items() if not self.goes_on else ():
            if data != before.get(name) and data == done.get(name) and name not in before:
                os.remove(os.path.join(folder, name))
        return self.execute(program, folder)


HEAD = '<mediawiki>\n  <siteinfo>\n    <sitename>X</sitename>\n  </siteinfo>\n'
END = "</mediawiki>\n"


def page(number):
    words = " ".join(str(number * factor % 7919) for factor in range(1, 1500))
    return (f"  <page>\n    <title>Page {number}</title>\n    <ns>0</ns>\n    <id>{number}</id>\n    <revision>\n"
            f"      <id>{number * 10}</id>\n      <text>{words}</text>\n    </revision>\n  </page>\n")


MANY = (HEAD + "".join(page(number) for number in range(1, 40)) + END).encode()
SCENARIOS = [
    FarmScenario("run", "run", "nordwiki", "--date", DATE),
    NextRun("run after another run", "run", "nordwiki", "--date", DATE),
    Parts("run in parts", "run", "nordwiki", "--date", DATE),
    DoneRun("run --job", "run", "nordwiki", "--date", DATE, "--job", "pagetable,articlesdump"),
    DoneRun("run --addnotice", "run", "nordwiki", "--date", DATE, "--addnotice", "Something is new."),
    Batches("run --batches", "run", "nordwiki", "--date", DATE, "--job", "metahistorybz2dump", "--batches"),
    Monitor("monitor", "monitor", "--once"),
    ToolScenario("recompress", ["recompress", "pages.xml.bz2", "-o", "out.xml.bz2"], ["out.xml.bz2"]),
    ToolScenario(
        "recompress --multistream",
        ["recompress", "pages.xml.bz2", "-o", "out.xml.bz2", "--multistream", "--pages-per-stream", "10", "--index",
         "out.txt.bz2", "--page-index"], ["out.xml.bz2", "out.txt.bz2", "out.xml.bz2.mwidx"]),
    ToolScenario("decompress", ["decompress", "pages.xml.bz2", "-o", "out.xml"], ["out.xml"]),
    ToolScenario("salvage", ["salvage", "cut.xml.bz2", "-o", "out.xml.bz2"], ["out.xml.bz2"], good=3),
    ToolScenario("salvage --in-place", ["salvage", "cut.xml.bz2", "--in-place"], ["cut.xml.bz2"], good=3),
    ToolScenario("append", ["append", "first.xml.bz2", "second.xml.bz2"], ["first.xml.bz2"]),
    ToolScenario("append -o", ["append", "first.xml.bz2", "second.xml.bz2", "-o", "out.xml.bz2"], ["out.xml.bz2"]),
    ToolScenario("join", ["join", "first.xml.bz2", "second.xml.bz2", "-o", "out.xml.bz2"], ["out.xml.bz2"]),
    ToolScenario("split", ["split", "pages.xml.bz2", "--pages", "1-10,11-20,21-", "-o", "parts"], ["parts"]),
    ToolScenario("index", ["index", "pages.xml.bz2"], ["pages.xml.bz2.mwidx"]),
    ToolScenario("compat install", ["compat", "install", "bin", "--force"], ["bin"], goes_on=True),
    ToolScenario(
        "recompressxml", ["-p", "10", "-o", "out.xml.bz2", "-b", "out.txt.bz2"], ["out.xml.bz2", "out.txt.bz2"], MANY,
        "recompressxml"),
    ToolScenario(
        "writeuptopageid", ["-o", "parts", "-f", "a.xml.gz:1:20;b.xml.bz2:20:"], ["parts"], MANY, "writeuptopageid"),
    ToolScenario("appendbz2", ["-c", "12345", "-o", "out.bz2"], ["out.bz2"], MANY, "appendbz2"),
    ToolScenario(
        "split_bz2.py", ["-f", "pages.xml.bz2:39", "-s", "20K", "-o", "parts"], ["parts"], b"", "split_bz2.py"),
]
