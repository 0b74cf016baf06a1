"""Reads dump files with the PyPI package mwxml and prints what it found, one line of JSON for each file.

Use: python read_with_mwxml.py FILE...    (plain, .gz or .bz2)
"""

import bz2
import gzip
import json
import sys

import mwxml

OPENERS = {"gz": gzip.open, "bz2": bz2.open}


def summary(path):
    """Counts the pages, revisions, bytes of text and log entries of a file."""
    with OPENERS.get(path.rsplit(".", 1)[-1], open)(path, "rb") as stream:
        dump = mwxml.Dump.from_file(stream)
        counts = {"pages": 0, "redirects": 0, "revisions": 0, "textBytes": 0, "logItems": 0}
        for item in dump:
            if isinstance(item, mwxml.LogItem):
                counts["logItems"] += 1
                continue
            counts["pages"] += 1
            counts["redirects"] += item.redirect is not None
            for revision in item:
                counts["revisions"] += 1
                text = revision.text
                counts["textBytes"] += len(text.encode()) if text else 0
    return {"file": path, "site": dump.site_info.dbname, "namespaces": len(dump.site_info.namespaces), **counts}


for name in sys.argv[1:]:
    print(json.dumps(summary(name)))
