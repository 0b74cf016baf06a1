"""Reads what a farm publishes as its readers do, and says what is wrong with it."""
import bz2
import gzip
import hashlib
import json
import os
import re
import xml.etree.ElementTree

DUMP = re.compile(r".*\.(gz|bz2)$")
KINDS = ("md5", "sha1", "sha256")
OF_RUN = re.compile(r"-(md5|sha1|sha256)sums\.(txt|json)$")
OF_FILE = re.compile(r"^(md5|sha1|sha256)sums-(.+)\.txt$")
LEFTOVER = re.compile(r"^(\.work-.*|\.dead-.*|lock_.*|\.lock_.*|\.broken.*|.*\.inprog|\..*\.tmp|\.latest\.new)$")

LOCK = re.compile(r"^\.?(lock|job-.*-running)")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def names(folder):
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


class Run:
    """A dated folder. Problems are texts that name the file."""

    def __init__(self, folder):
        self.folder = folder
        self.names = names(folder)
        self.problems = []
        self.facts = {}

    def tell(self, name, text):
        self.problems.append(f"{self.folder}/{name}: {text}")

    def facts_of(self, name):
        """The size and the hashes of a file; None if it is not there."""
        if name not in self.facts:
            try:
                data = read(os.path.join(self.folder, name))
            except FileNotFoundError:
                data = None
            self.facts[name] = data and {
                "size": len(data), **{kind: hashlib.new(kind, data).hexdigest() for kind in KINDS}}
        return self.facts[name]

    def claims(self, name):
        """What a small file claims of others: pairs of a name and facts."""
        text = read(os.path.join(self.folder, name)).decode()
        if name in ("dumpstatus.json", "report.json"):
            for job in json.loads(text)["jobs"].values():
                for file, facts in (job.get("files") or {}).items():
                    if "url" in facts:
                        yield file, {key: facts[key] for key in ("size", *KINDS) if key in facts}
        elif name.endswith(".certificate.json"):
            value = json.loads(text)
            yield value["file"], {key: value[key] for key in ("size", *KINDS)}
        elif match := OF_FILE.match(name) or OF_RUN.search(name):
            kind = match.group(1)
            if name.endswith(".json"):
                for file, value in json.loads(text)[kind]["files"].items():
                    yield file, {kind: value}
                return
            for line in text.splitlines():
                value, file = re.fullmatch(r"([0-9a-f]+)  (\S+)", line).groups()
                yield file, {kind: value}
            if text and not text.endswith("\n"):
                raise ValueError("its last line is cut")
        elif name.endswith(".json"):
            json.loads(text)
        elif name == "index.html" and not text.rstrip().endswith("</html>"):
            raise ValueError("it is torn")

    def check(self):
        for name in self.names:
            path = os.path.join(self.folder, name)
            if name.startswith(".") or name.endswith(".inprog") or not os.path.isfile(path):
                continue
            try:
                if DUMP.match(name):
                    (gzip if name.endswith(".gz") else bz2).decompress(read(path))
                    continue
                for file, wanted in self.claims(name):
                    found = self.facts_of(file)
                    if not found:
                        self.tell(name, f"claims {file}, which is not there")
                    elif any(found[key] != value for key, value in wanted.items()):
                        self.tell(name, f"claims other hashes or another size of {file}")
            except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, UnicodeDecodeError) as error:
                self.tell(name, f"is not whole: {type(error).__name__}: {error}")
        if self.is_complete():
            self.check_complete()
        return self.problems

    def text(self, name):
        return read(os.path.join(self.folder, name)).decode() if name in self.names else ""

    def is_complete(self):
        return ">Dump complete<" in self.text("status.html")

    def check_complete(self):
        """That everything of a run says the same when one file says that it is complete."""
        states = re.findall(r"status:([a-z-]+);", self.text("dumpruninfo.txt"))
        if not states or set(states) - {"done", "skipped"}:
            self.tell("status.html", f"says complete, but dumpruninfo.txt has {sorted(set(states))}")
        try:
            jobs = json.loads(self.text("dumpstatus.json"))["jobs"]
        except (ValueError, KeyError):
            return self.tell("status.html", "says complete, but dumpstatus.json is not whole")
        files = set()
        for name, job in jobs.items():
            if job["status"] not in ("done", "skipped"):
                self.tell("status.html", f"says complete, but dumpstatus.json has {name} {job['status']}")
            files |= set(job.get("files") or {})
        for name in self.names:
            if OF_RUN.search(name):
                missing = files - {file for file, _ in self.claims(name)}
                if missing:
                    self.tell(name, f"lacks {sorted(missing)[0]} of a complete run")
        page = self.text("index.html")
        for file in files:
            if file not in page:
                self.tell("index.html", f"lacks {file} of a complete run")
            if file + ".certificate.json" not in self.names:
                self.tell(file, "has no certificate in a complete run")
        return None


def check_latest(folder):
    problems, dates = [], set()
    for name in names(folder):
        path = os.path.join(folder, name)
        if os.path.islink(path):
            dates.update(re.findall(r"\.\./(\d{8})/", os.readlink(path)))
            if not os.path.exists(path):
                problems.append(f"{path}: leads nowhere")
        elif name.endswith("-rss.xml"):
            try:
                xml.etree.ElementTree.parse(path)
            except xml.etree.ElementTree.ParseError as error:
                problems.append(f"{path}: is no feed: {error}")
    return problems


def check(farm):
    """The problems of all trees of a farm."""
    problems = []
    public = os.path.join(farm, "public")
    for name in ("index.html", "index-bydb.html"):
        path = os.path.join(public, name)
        if os.path.exists(path) and not read(path).rstrip().endswith(b"</html>"):
            problems.append(f"{path}: is torn")
    if os.path.exists(os.path.join(public, "index.json")):
        try:
            json.loads(read(os.path.join(public, "index.json")))
        except ValueError:
            problems.append(f"{public}/index.json: is torn")
    for tree in ("public", "private"):
        for wiki in names(os.path.join(farm, tree)):
            folder = os.path.join(farm, tree, wiki)
            for name in names(folder):
                if re.fullmatch(r"\d{8}", name):
                    problems += Run(os.path.join(folder, name)).check()
            problems += check_latest(os.path.join(folder, "latest"))
    return problems


def leftovers(farm):
    """What a process left that is gone."""
    found = []
    for tree in ("public", "private", "temp"):
        for folder, folders, files in os.walk(os.path.join(farm, tree)):
            found += [os.path.join(folder, name) for name in folders + files if LEFTOVER.match(name)]
    return found


TIMES = [
    re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?Z?"),
    re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"),
]
# What holds times, numbers of processes or sizes of files with times, and nothing that a reader of dumps needs.
UNSTEADY = re.compile(
    r"^(dumpspecialfiles\.json|jobtimes\.json|\.lockguard|(.*-)?dumplog\.txt|batches-.*\.json(\.bak)?|\.newest-sweep)$")


def steady(farm, trees=("public", "private")):
    """Everything in the trees by its path, without times and what processes leave: bytes, targets of links, and folders."""
    found = {}
    for tree in trees:
        top = os.path.join(farm, tree)
        for folder, folders, files in os.walk(top):
            folders[:] = [name for name in folders if name != ".fence" and not LEFTOVER.match(name)]
            found[os.path.relpath(folder, farm)] = b"folder"
            for name in files:
                path = os.path.join(folder, name)
                # The page of a wiki tells how long its runs took.
                isOfWiki = name == "index.html" and os.path.dirname(folder) == top
                if UNSTEADY.match(name) or LEFTOVER.match(name) or isOfWiki:
                    continue
                if os.path.islink(path):
                    found[os.path.relpath(path, farm)] = b"-> " + os.readlink(path).encode()
                    continue
                data = read(path)
                if name.endswith(".certificate.json"):
                    # One that was lost is made anew from the file, and cannot know what the wiki held.
                    data = json.dumps({key: json.loads(data)[key] for key in ("file", "size", *KINDS)}).encode()
                if not DUMP.match(name):
                    for pattern in TIMES:
                        data = pattern.sub(b"TIME", data)
                found[os.path.relpath(path, farm)] = data
    return found


def differences(found, wanted):
    """How two results of `steady` differ, as short texts."""
    told = [f"{path} is missing" for path in sorted(wanted.keys() - found.keys())]
    told += [f"{path} is too much" for path in sorted(found.keys() - wanted.keys())]
    for path in sorted(found.keys() & wanted.keys()):
        if found[path] != wanted[path]:
            place = next((i for i, (a, b) in enumerate(zip(found[path], wanted[path])) if a != b), 0)
            around = slice(max(0, place - 30), place + 60)
            told.append(f"{path} differs at {place}: {found[path][around]!r}, not {wanted[path][around]!r}")
    return told


if __name__ == "__main__":
    import sys

    told = check(sys.argv[1]) + [f"{path}: was left" for path in leftovers(sys.argv[1])]
    print("\n".join(told))
    sys.exit(1 if told else 0)
