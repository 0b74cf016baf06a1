#!/usr/bin/env python3
"""Writes an export of made-up pages, the same bytes for the same arguments.

    make_dump.py OUT.xml --megabytes N [--shape pages|history] [--seed N]

pages     One revision a page; sizes and ids are spread as in real wikis.
history   A hundred small pages, one page whose revisions are edits of each other and fill 97 % of the file, a hundred
          small pages. No tag of a page stands in the middle of the file.

Sentences are drawn from words of which few are frequent, as in a language; about a third of a text is left by bzip2.
"""
import argparse
import random

HEADER = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Made up</sitename>
    <dbname>madeupwiki</dbname>
  </siteinfo>
"""


class Writer:
    def __init__(self, options):
        self.random = random.Random(options.seed)
        letters = "etaoinshrdlucmfwypvbgkjqxz"
        weights = [1 / (rank + 2) for rank in range(26)]
        self.words = [
            "".join(self.random.choices(letters, weights, k=2 + int(self.random.expovariate(0.25))))
            for _ in range(30000)
        ]
        total = 0.0
        self.sums = []
        for rank in range(len(self.words)):
            total += 1 / (rank + 3)
            self.sums.append(total)
        # Sentences come again here and there, as phrases and templates do.
        self.sentences = [self.sentence() for _ in range(4000)]
        self.page_id = 1
        self.revision_id = 1000
        self.out = open(options.out, "w", encoding="utf-8")
        self.limit = int(options.megabytes * 1e6)
        self.size = 0
        self.put(HEADER)

    def put(self, text):
        self.out.write(text)
        self.size += len(text.encode())

    def sentence(self):
        words = self.random.choices(self.words, cum_weights=self.sums, k=self.random.randint(4, 25))
        return " ".join(words).capitalize() + self.random.choice([". ", ". ", ".\n\n", ", [[%s]]. " % words[0]])

    def lines(self, size):
        found = []
        while size > 0:
            again = self.random.random() < 0.15
            found.append(self.random.choice(self.sentences) if again else self.sentence())
            size -= len(found[-1])
        return found

    def begin_page(self):
        title = " ".join(self.random.choices(self.words, k=2)).capitalize()
        self.put(f"  <page>\n    <title>{title} &amp; {self.page_id}</title>\n    <ns>0</ns>\n    <id>{self.page_id}</id>\n")
        self.page_id += 1 + int(self.random.expovariate(0.2))

    def revision(self, text):
        self.revision_id += self.random.randint(1, 500)
        stamp = "20%02d-%02d-%02dT%02d:%02d:00Z" % tuple(
            self.random.randint(*pair) for pair in [(3, 25), (1, 12), (1, 28), (0, 23), (0, 59)]
        )
        digest = "%031d" % self.random.getrandbits(100)
        self.put(
            f"    <revision>\n      <id>{self.revision_id}</id>\n      <timestamp>{stamp}</timestamp>\n"
            f"      <contributor><username>{self.random.choice(self.words)}</username><id>7</id></contributor>\n"
            f'      <text bytes="{len(text.encode())}" xml:space="preserve">{text}</text>\n'
            f"      <sha1>{digest[-31:]}</sha1>\n    </revision>\n"
        )

    def small_page(self):
        self.begin_page()
        self.revision("".join(self.lines(min(300000, int(self.random.lognormvariate(7.4, 1.3))))))
        self.put("  </page>\n")

    def pages(self):
        while self.size < self.limit:
            self.small_page()

    def history(self):
        for _ in range(100):
            self.small_page()
        self.begin_page()
        body = self.lines(80000)
        while self.size < self.limit * 0.985:
            self.revision("".join(body))
            for _ in range(self.random.randint(1, 10)):
                place = self.random.randrange(len(body))
                body[place : place + self.random.randint(0, 2)] = self.lines(self.random.choice([1, 80, 300]))
            if self.random.random() < 0.03:
                body = body[: len(body) // 2] + self.lines(40000)
            while sum(map(len, body)) > 140000:
                del body[: len(body) // 8]
        self.put("  </page>\n")
        for _ in range(100):
            self.small_page()

    def close(self):
        self.put("</mediawiki>\n")
        self.out.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--megabytes", type=float, required=True)
    parser.add_argument("--shape", choices=["pages", "history"], default="pages")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    writer = Writer(options)
    getattr(writer, options.shape)()
    writer.close()


main()
