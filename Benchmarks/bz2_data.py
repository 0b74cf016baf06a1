"""The dumps that bz2.py measures with."""
import array
import functools
import pathlib
import subprocess
import sys
import typing

HERE = pathlib.Path(__file__).resolve().parent


class Page(typing.NamedTuple):
    id: int
    offset: int
    title: str


class Pages:
    """The pages of a dump in their order; held so that they take little memory, which the children would inherit."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.starts = array.array("q")
        place = 0
        for line in self.file:
            self.starts.append(place)
            place += len(line)

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, place):
        self.file.seek(self.starts[place])
        number, offset, title = self.file.readline().decode().rstrip("\n").split("\t", 2)
        return Page(int(number), int(offset), title)


class Dump:
    """A compressed file of the data folder, by a link to it in the work folder: no index stands beside that."""

    def __init__(self, work, compressed, ids):
        self.path = work / "plain" / compressed.name
        self.path.parent.mkdir(exist_ok=True)
        if not self.path.exists():
            self.path.symlink_to(compressed.resolve())
        self.size = compressed.stat().st_size
        self.ids = ids

    @functools.cached_property
    def pages(self):
        return Pages(self.ids)

    def absent_id(self, place):
        """An id that no page has, behind the page at this place of the list."""
        before = self.pages[place].id
        while place + 1 < len(self.pages) and self.pages[place + 1].id == before + 1:
            place, before = place + 1, before + 1
        return before + 1

    def cut(self, target, *parameters):
        """Writes blocks of the file, each as a stream."""
        subprocess.run([sys.executable, HERE / "bz2_blocks.py", self.path, target, *map(str, parameters)], check=True)
        return target
