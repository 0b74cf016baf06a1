#!/usr/bin/env python3
"""Makes a large MediaWiki export, and beside it FILE.ids: the id, the byte offset and the title of each page.

Shapes: `pages` is many pages of one revision, as in a dump of the current text. `history` is 400 pages of which one, in
the middle, holds 95 % of all bytes in revisions that differ little.

The text is made from invented words that are as frequent as Zipf's law has it, with links, headings, templates and
references between them. bzip2 -9 shortens `pages` to about 1/3.4, as it does the English Wikipedia, and `history` to
about 1/10. The same parameters and seed give the same bytes. Needs nothing but Python's own library.
"""
import argparse
import itertools
import random

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Bench</sitename>
    <dbname>benchwiki</dbname>
    <base>https://bench.example.org/wiki/Main_Page</base>
    <generator>MediaWiki 1.39.17</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
      <namespace key="2" case="first-letter">User</namespace>
      <namespace key="10" case="first-letter">Template</namespace>
    </namespaces>
  </siteinfo>
"""
FOOT = "</mediawiki>\n"
NAMESPACES = {0: "", 1: "Talk:", 2: "User:", 10: "Template:"}
REST_OF_HISTORY = 0.05
HISTORY_PAGES = 400


class Prose:
    """Text without end, made of tokens: words, most of them bare, some with what stands around words in wikitext."""

    WORDS = 40_000
    PHRASES = 20_000
    STOCK = 200_000

    def __init__(self, source):
        self.source = source
        words = self.invented_words()
        kinds = [
            ("{}", 100), ("{},", 5), ("{}.", 5), ("[[{}]]", 4), ("[[{}|{}]]", 2), ("''{}''", 1),
            ("{}.\n\n==={}===\n", 0.3), ("({})", 1), ("&quot;{}&quot;", 1),
            ("{}&lt;ref&gt;{{{{cite|title={}}}}}&lt;/ref&gt;", 0.5),
        ]
        forms = [form for form, _ in kinds]
        weights = [weight for _, weight in kinds]
        tokens, frequencies = [], []
        for rank, word in enumerate(words, 1):
            frequency = 1 / (rank + 2.7)
            tokens.append(word)
            frequencies.append(frequency)
            # Frequent words are bare, or there would be little else than links to "the".
            if rank > 20:
                for form in source.choices(forms, weights, k=2):
                    tokens.append(form.format(word, source.choice(words), source.choice(words)))
                    frequencies.append(frequency / 6)
        for year in range(1800, 2026):
            tokens.append(str(year))
            frequencies.append(0.0002)
        # Words that often stand together.
        limits = list(itertools.accumulate(frequencies))
        total, single = limits[-1], list(tokens)
        for rank in range(1, self.PHRASES + 1):
            tokens.append(" ".join(source.choices(single, cum_weights=limits, k=source.randint(2, 5))))
            frequencies.append(total * 0.02 / (rank + 20) ** 0.9)
        self.tokens = tokens
        self.limits = list(itertools.accumulate(frequencies))
        self.stock, self.place = [], 0

    def invented_words(self):
        """Different words; the frequent ones are short."""
        starts = "b c d f g h l m n p r s t v w st tr pr ch br sp".split() + [""] * 4
        middles = "a e i o u a e i o ea ou ie".split()
        ends = "n r s t l d m".split() + [""] * 5 + ["ng", "st", "nd"]
        words, seen = [], set()
        while len(words) < self.WORDS:
            longest = 1 + (len(words) > 60) + (len(words) > 1500) + (len(words) > 12_000)
            count = self.source.randint(max(1, longest - 1), longest)
            word = "".join(self.source.choice(part) for _ in range(count) for part in (starts, middles, ends))
            if word not in seen:
                seen.add(word)
                words.append(word)
        return words

    def take(self, count):
        """Some tokens as one string."""
        if self.place + count > len(self.stock):
            self.stock = self.source.choices(self.tokens, cum_weights=self.limits, k=max(self.STOCK, count))
            self.place = 0
        self.place += count
        return " ".join(self.stock[self.place - count:self.place])


class Export:
    """The file that is written, and where its pages begin."""

    def __init__(self, path, source):
        self.source = source
        self.prose = Prose(source)
        self.file = open(path, "wb", buffering=1 << 20)
        self.places = open(f"{path}.ids", "w")
        self.size = 0
        self.page_id = 0
        self.revision_id = 1000
        self.write(HEAD)

    def write(self, text):
        data = text.encode()
        self.size += len(data)
        self.file.write(data)

    def begin_page(self):
        self.page_id += self.source.randint(1, 12)
        namespace = self.source.choices(list(NAMESPACES), (80, 12, 5, 3))[0]
        title = f"{NAMESPACES[namespace]}{self.source.choice(self.prose.tokens[:300]).capitalize()} {self.page_id}"
        self.places.write(f"{self.page_id}\t{self.size}\t{title}\n")
        self.write(f"  <page>\n    <title>{title}</title>\n    <ns>{namespace}</ns>\n    <id>{self.page_id}</id>\n")

    def end_page(self):
        self.write("  </page>\n")

    def revision(self, text, parent=None):
        source = self.source
        self.revision_id += source.randint(1, 40)
        moment = (f"20{source.randint(5, 25):02}-{source.randint(1, 12):02}-{source.randint(1, 28):02}"
                  f"T{source.randint(0, 23):02}:{source.randint(0, 59):02}:{source.randint(0, 59):02}Z")
        user = source.randint(1, 20_000)
        parents = f"      <parentid>{parent}</parentid>\n" if parent else ""
        self.write(
            f"    <revision>\n      <id>{self.revision_id}</id>\n{parents}      <timestamp>{moment}</timestamp>\n"
            f"      <contributor>\n        <username>Editor {user}</username>\n        <id>{user}</id>\n"
            f"      </contributor>\n      <comment>{self.prose.take(4)}</comment>\n      <model>wikitext</model>\n"
            f"      <format>text/x-wiki</format>\n      <text bytes=\"{len(text.encode())}\" xml:space=\"preserve\">"
            f"{text}</text>\n      <sha1>{source.getrandbits(155):031x}</sha1>\n    </revision>\n")
        return self.revision_id

    def page(self):
        """A page of one revision."""
        self.begin_page()
        self.revision(self.prose.take(min(60_000, int(self.source.lognormvariate(5.3, 1.0)) + 8)))
        self.end_page()

    def huge_page(self, size):
        """A page of many revisions, each with one or two paragraphs written anew."""
        self.begin_page()
        end = self.size + size
        paragraphs = [self.prose.take(90) for _ in range(90)]
        parent = None
        while self.size < end:
            for _ in range(self.source.randint(1, 2)):
                paragraphs[self.source.randrange(len(paragraphs))] = self.prose.take(self.source.randint(60, 120))
            parent = self.revision("\n\n".join(paragraphs), parent)
        self.end_page()

    def finish(self):
        self.write(FOOT)
        self.file.close()
        self.places.close()


def fill_pages(export, size):
    while export.size < size:
        export.page()


def fill_history(export, size):
    side = size * REST_OF_HISTORY / 2
    while export.size < side or export.page_id == 0:
        export.page()
    export.huge_page(size - 2 * side)
    end = export.size + side
    while export.size < end:
        export.page()


SHAPES = {"pages": fill_pages, "history": fill_history}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the XML file to make")
    parser.add_argument("--bytes", type=float, default=100e6, help="its size, about; 1e8 by default")
    parser.add_argument("--shape", choices=SHAPES, default="pages")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    export = Export(options.file, random.Random(options.seed))
    SHAPES[options.shape](export, options.bytes)
    export.finish()
    print(f"{options.file}: {export.size} bytes")


if __name__ == "__main__":
    main()
