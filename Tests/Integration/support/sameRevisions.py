#!/usr/bin/env python3
"""sameRevisions.py DUMP.xml DUMP.xml: whether the second dump holds every page and revision of the first.

Numbers may differ, and sums too, as what an export had to clean is clean in the new wiki. What an import cannot take along
is not compared: what was hidden, and second slots.
"""
import sys
import xml.etree.ElementTree


def local(element):
    return element.tag.rpartition("}")[2]


def revisions(path):
    found = {}
    for _, page in xml.etree.ElementTree.iterparse(path):
        if local(page) != "page":
            continue
        fields = {local(child): child for child in page}
        # An import gives the page that is the project's own another name.
        title = fields["title"].text
        for revision in page:
            if local(revision) != "revision":
                continue
            parts = {local(child): child for child in revision}
            name = [part.text for part in parts["contributor"] if local(part) != "id"]
            text = parts["text"]
            if "deleted" in text.attrib or "deleted" in parts["contributor"].attrib:
                continue
            comment = parts["comment"].text if "comment" in parts else None
            key = (title.partition(":")[2] if fields["ns"].text in ("4", "5") else title, fields["ns"].text, parts["timestamp"].text)
            name = [part.partition(">")[2] or part for part in name]
            found[key] = (name, comment, parts["model"].text, text.text)
        page.clear()
    return found


def main():
    old, new = revisions(sys.argv[1]), revisions(sys.argv[2])
    faults = [(key, value, new.get(key)) for key, value in old.items() if new.get(key) != value]
    for key, value, other in faults[:10]:
        print("lost:" if other is None else "changed:", key, str(value)[:120], str(other)[:120])
    print(f"{len(old)} revisions, {len(faults)} of them lost or changed")
    sys.exit(1 if faults or not old else 0)


main()
