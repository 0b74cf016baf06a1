#!/usr/bin/env python3
"""Makes a large wiki as an SQLite database with MediaWiki 1.39's tables, and the siteinfo file that goes with it.

Strings are stored as text and not as blobs, as MediaWiki does where they hold no zero byte. The same parameters and
seed give the same content. Revisions of different pages are interleaved, as edits are on a real wiki; texts share most
of their words with the revision before. Needs nothing but Python's own library.
"""
import argparse
import hashlib
import json
import os
import random
import sqlite3
import sys
import zlib

SCHEMA = """
CREATE TABLE page (page_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, page_namespace INTEGER NOT NULL,
  page_title BLOB NOT NULL, page_is_redirect SMALLINT UNSIGNED DEFAULT 0 NOT NULL,
  page_is_new SMALLINT UNSIGNED DEFAULT 0 NOT NULL, page_random DOUBLE PRECISION NOT NULL,
  page_touched BLOB NOT NULL, page_links_updated BLOB DEFAULT NULL, page_latest INTEGER UNSIGNED NOT NULL,
  page_len INTEGER UNSIGNED NOT NULL, page_content_model BLOB DEFAULT NULL, page_lang BLOB DEFAULT NULL);
CREATE UNIQUE INDEX page_name_title ON page (page_namespace, page_title);
CREATE INDEX page_random ON page (page_random);
CREATE INDEX page_len ON page (page_len);
CREATE INDEX page_redirect_namespace_len ON page (page_is_redirect, page_namespace, page_len);
CREATE TABLE revision (rev_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, rev_page INTEGER UNSIGNED NOT NULL,
  rev_comment_id BIGINT UNSIGNED DEFAULT 0 NOT NULL, rev_actor BIGINT UNSIGNED DEFAULT 0 NOT NULL,
  rev_timestamp BLOB NOT NULL, rev_minor_edit SMALLINT UNSIGNED DEFAULT 0 NOT NULL,
  rev_deleted SMALLINT UNSIGNED DEFAULT 0 NOT NULL, rev_len INTEGER UNSIGNED DEFAULT NULL,
  rev_parent_id INTEGER UNSIGNED DEFAULT NULL, rev_sha1 BLOB DEFAULT '' NOT NULL);
CREATE INDEX rev_timestamp ON revision (rev_timestamp);
CREATE INDEX rev_page_timestamp ON revision (rev_page, rev_timestamp);
CREATE INDEX rev_actor_timestamp ON revision (rev_actor, rev_timestamp, rev_id);
CREATE INDEX rev_page_actor_timestamp ON revision (rev_page, rev_actor, rev_timestamp);
CREATE TABLE revision_comment_temp (revcomment_rev INTEGER UNSIGNED NOT NULL,
  revcomment_comment_id BIGINT UNSIGNED NOT NULL, PRIMARY KEY (revcomment_rev, revcomment_comment_id));
CREATE UNIQUE INDEX revcomment_rev ON revision_comment_temp (revcomment_rev);
CREATE TABLE slots (slot_revision_id BIGINT UNSIGNED NOT NULL, slot_role_id SMALLINT UNSIGNED NOT NULL,
  slot_content_id BIGINT UNSIGNED NOT NULL, slot_origin BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (slot_revision_id, slot_role_id));
CREATE INDEX slot_revision_origin_role ON slots (slot_revision_id, slot_origin, slot_role_id);
CREATE TABLE slot_roles (role_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, role_name BLOB NOT NULL);
CREATE UNIQUE INDEX role_name ON slot_roles (role_name);
CREATE TABLE content (content_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, content_size INTEGER UNSIGNED NOT NULL,
  content_sha1 BLOB NOT NULL, content_model SMALLINT UNSIGNED NOT NULL, content_address BLOB NOT NULL);
CREATE TABLE content_models (model_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, model_name BLOB NOT NULL);
CREATE UNIQUE INDEX model_name ON content_models (model_name);
CREATE TABLE text (old_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, old_text BLOB NOT NULL,
  old_flags BLOB NOT NULL);
CREATE TABLE actor (actor_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, actor_user INTEGER UNSIGNED DEFAULT NULL,
  actor_name BLOB NOT NULL);
CREATE UNIQUE INDEX actor_user ON actor (actor_user);
CREATE UNIQUE INDEX actor_name ON actor (actor_name);
CREATE TABLE comment (comment_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, comment_hash INTEGER NOT NULL,
  comment_text BLOB NOT NULL, comment_data BLOB DEFAULT NULL);
CREATE INDEX comment_hash ON comment (comment_hash);
CREATE TABLE redirect (rd_from INTEGER UNSIGNED DEFAULT 0 NOT NULL, rd_namespace INTEGER DEFAULT 0 NOT NULL,
  rd_title BLOB DEFAULT '' NOT NULL, rd_interwiki VARCHAR(32) DEFAULT NULL, rd_fragment BLOB DEFAULT NULL,
  PRIMARY KEY (rd_from));
CREATE TABLE interwiki (iw_prefix VARCHAR(32) NOT NULL, iw_url BLOB NOT NULL, iw_api BLOB NOT NULL,
  iw_wikiid VARCHAR(64) NOT NULL, iw_local SMALLINT NOT NULL, iw_trans SMALLINT DEFAULT 0 NOT NULL,
  PRIMARY KEY (iw_prefix));
CREATE TABLE logging (log_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, log_type BLOB DEFAULT '' NOT NULL,
  log_action BLOB DEFAULT '' NOT NULL, log_timestamp BLOB DEFAULT '19700101000000' NOT NULL,
  log_actor BIGINT UNSIGNED NOT NULL, log_namespace INTEGER DEFAULT 0 NOT NULL, log_title BLOB DEFAULT '' NOT NULL,
  log_page INTEGER UNSIGNED DEFAULT NULL, log_comment_id BIGINT UNSIGNED NOT NULL, log_params BLOB NOT NULL,
  log_deleted SMALLINT UNSIGNED DEFAULT 0 NOT NULL);
"""

NAMESPACES = {
    -2: "Media", -1: "Special", 0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Project", 5: "Project talk",
    6: "File", 7: "File talk", 8: "MediaWiki", 9: "MediaWiki talk", 10: "Template", 11: "Template talk", 12: "Help",
    13: "Help talk", 14: "Category", 15: "Category talk",
}
# MediaWiki takes no longer page ($wgMaxArticleSize).
LONGEST_TEXT = 2 << 20
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(data):
    """The SHA-1 of bytes as MediaWiki stores it: 31 digits in base 36."""
    number = int.from_bytes(hashlib.sha1(data).digest(), "big")
    digits = []
    while number:
        number, digit = divmod(number, 36)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits)).rjust(31, "0")


def words(rng, count):
    """A vocabulary in which a few words are frequent."""
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    result = []
    for number in range(count):
        word = "".join(rng.choice(letters[: rng.randint(4, 26)]) for _ in range(rng.randint(2, 11)))
        result.append(word + ("é" if number % 40 == 0 else "日本" if number % 97 == 0 else ""))
    return result


class TextMaker:
    """Texts of about a wanted size, made from paragraphs so that a new revision changes only one of them."""

    def __init__(self, rng, vocabulary):
        self.rng = rng
        self.pieces = []
        for _ in range(400):
            chosen = [vocabulary[min(int(rng.expovariate(1 / 300)), len(vocabulary) - 1)] for _ in range(60)]
            for position in range(0, 60, 13):
                chosen[position] = "[[" + chosen[position].capitalize() + "]]"
            self.pieces.append(" ".join(chosen) + ".\n\n")

    def first(self, size):
        return [self.rng.randrange(400) for _ in range(max(1, size // 380))]

    def edit(self, parts):
        parts[self.rng.randrange(len(parts))] = self.rng.randrange(400)

    def text(self, parts, number, size):
        whole = f"<!-- {number} & more -->\n" + "".join(self.pieces[part] for part in parts)
        return whole.encode()[:size].decode(errors="ignore").encode()


def stamp(number):
    """A time as MediaWiki stores it, `number` half minutes after the start of 2010."""
    seconds = number * 30
    days, rest = divmod(seconds, 86400)
    year, month = 2010 + days // 336, days % 336 // 28 + 1
    return "%04d%02d%02d%02d%02d%02d" % (
        year, month, days % 28 + 1, rest // 3600, rest // 60 % 60, rest % 60)


def write_siteinfo(path, name):
    info = {"query": {
        "general": {
            "sitename": "Benchmark wiki", "mainpage": "Main Page", "base": f"https://{name}.example/wiki/Main_Page",
            "generator": "MediaWiki 1.39.17", "case": "first-letter", "lang": "en", "wikiid": name},
        "namespacealiases": [],
        "magicwords": [{"name": "redirect", "aliases": ["#REDIRECT"], "case-sensitive": False}],
        "namespaces": {
            str(number): {"id": number, "case": "first-letter", "name": text}
            for number, text in NAMESPACES.items()}}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(info, file, ensure_ascii=False, indent=1)


def fill(base, options):
    rng = random.Random(options.seed)
    base.execute("INSERT INTO slot_roles VALUES (1, 'main')")
    base.execute("INSERT INTO content_models VALUES (1, 'wikitext')")
    users = max(10, options.pages // 20)
    base.executemany("INSERT INTO actor VALUES (?, ?, ?)", (
        (number, None if number % 5 == 0 else number,
         f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}" if number % 5 == 0 else f"Editor {number}")
        for number in range(1, users + 1)))
    vocabulary = words(rng, 3000)
    maker = TextMaker(rng, vocabulary)
    # How many revisions each page gets: most pages few, some many, on average what was asked for.
    total = options.pages * options.revisions
    weights = [rng.paretovariate(1.3) for _ in range(options.pages)]
    scale = total / sum(weights)
    order = []
    for page, weight in enumerate(weights, 1):
        order.extend([page] * max(1, min(int(weight * scale + rng.random()), total // 20 + 1)))
    order.extend([1] * options.longest)
    rng.shuffle(order)
    pages = {}
    comment_id = 0
    rows = {"revision": [], "revision_comment_temp": [], "slots": [], "content": [], "text": [], "comment": []}
    places = {"revision": 10, "revision_comment_temp": 2, "slots": 4, "content": 5, "text": 3, "comment": 4}

    def flush():
        for table, values in rows.items():
            marks = ", ".join("?" * places[table])
            base.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
            values.clear()

    for revision, page in enumerate(order, 1):
        if page not in pages:
            size = min(max(40, int(rng.lognormvariate(0, 0.7) * options.text)), LONGEST_TEXT)
            pages[page] = [0, 0, size, maker.first(size)]
        state = pages[page]
        maker.edit(state[3])
        text = maker.text(state[3], revision, state[2])
        sha1 = base36(text)
        # Two of three edits say something of their own; the others share a few summaries.
        if rng.random() < 0.67 or comment_id < 20:
            comment_id += 1
            said = "/* " + rng.choice(vocabulary) + " */ " + " ".join(rng.choices(vocabulary, k=rng.randint(1, 9)))
            rows["comment"].append((comment_id, comment_id * 7919 % 2**31, said, None))
            comment = comment_id
        else:
            comment = rng.randint(1, 20)
        actor = min(int(rng.expovariate(8 / users)) + 1, users)
        rows["revision"].append((
            revision, page, 0, actor, stamp(revision), int(rng.random() < 0.3), 0, len(text), state[0], sha1))
        rows["revision_comment_temp"].append((revision, comment))
        rows["slots"].append((revision, 1, revision, revision))
        rows["content"].append((revision, len(text), sha1, 1, f"tt:{revision}"))
        if options.gzip:
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            rows["text"].append((revision, packer.compress(text) + packer.flush(), "utf-8,gzip"))
        else:
            rows["text"].append((revision, text.decode(), "utf-8"))
        state[0], state[1] = revision, len(text)
        if revision % 5000 == 0:
            flush()
            if sys.stderr.isatty():
                print(f"\r{revision} of {len(order)} revisions", end="", file=sys.stderr)
    flush()
    numbers = [0, 0, 0, 0, 0, 1, 2, 3, 4, 10, 14]
    redirects = []
    for page, (latest, length, _, _) in sorted(pages.items()):
        title = f"{vocabulary[page % len(vocabulary)].capitalize()}_{page}"
        namespace = numbers[page % len(numbers)]
        redirect = int(page % 9 == 0)
        if redirect:
            redirects.append((page, 0, f"{vocabulary[1].capitalize()}_{page - 1}", "", ""))
        base.execute("INSERT INTO page VALUES (?, ?, ?, ?, 0, ?, ?, NULL, ?, ?, 'wikitext', NULL)", (
            page, namespace, title, redirect, rng.random(), stamp(latest), latest, length))
    base.executemany("INSERT INTO redirect VALUES (?, ?, ?, ?, ?)", redirects)
    base.executemany("INSERT INTO logging VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (
        (number, "move", "move", stamp(number), number % users + 1, 0, f"Moved_{number}", number,
         number % max(comment_id, 1) + 1, 'a:1:{s:9:"4::target";s:3:"New";}', 0)
        for number in range(1, options.logs + 1)))
    return len(order)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", help="file to make; must not exist")
    parser.add_argument("--pages", type=int, default=10000)
    parser.add_argument("--revisions", type=int, default=10, metavar="N", help="revisions per page, on average")
    parser.add_argument("--text", type=int, default=2000, metavar="BYTES", help="size of a text, on average about")
    parser.add_argument("--longest", type=int, default=0, metavar="N", help="further revisions of the first page")
    parser.add_argument("--logs", type=int, default=1000, metavar="N", help="log entries")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gzip", action="store_true", help="store the texts deflated")
    options = parser.parse_args()
    if os.path.exists(options.database):
        parser.error(f"{options.database} exists; remove it or name another file")
    base = sqlite3.connect(options.database, isolation_level=None)
    base.execute("PRAGMA journal_mode = OFF")
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA cache_size = -200000")
    base.executescript(SCHEMA)
    base.execute("BEGIN")
    count = fill(base, options)
    base.execute("COMMIT")
    base.close()
    name = os.path.basename(options.database).removesuffix(".sqlite")
    write_siteinfo(options.database.removesuffix(".sqlite") + ".siteinfo.json", name)
    print(f"{options.database}: {options.pages} pages, {count} revisions, {os.path.getsize(options.database)} bytes")


if __name__ == "__main__":
    main()
