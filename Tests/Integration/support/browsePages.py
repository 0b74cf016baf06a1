"""Looks at the pages of two farms in a browser: browsePages.py MANY DEMO AXE [PICTURES]

MANY is the public tree of a farm of 1,000 wikis, DEMO that of one with real runs, AXE the script of axe-core. Prints a line for
each check, `ok` or `bad` before it. Pictures of all pages go into the folder PICTURES."""
import functools
import http.server
import json
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser  # noqa: E402

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def check(what, is_good, detail=""):
    print("ok " + what if is_good else f"bad {what}: {detail}", flush=True)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def look(browser, name, address, axe, pictures):
    """A page at three widths and in two themes."""
    for width in (320, 768, 1280):
        for dark in (False, True):
            what = f"{name}, {width} px, {'dark' if dark else 'light'}"
            browser.complaints, browser.addresses = [], []
            browser.open(address, width, dark)
            wide = browser.run("document.documentElement.scrollWidth")
            check(f"{what}: nothing is wider than the window", wide <= width, wide)
            browser.run(axe + ";0")
            # Of a thousand rows of the same make, the first hundred will do.
            browser.run("Array.from(document.querySelectorAll('table.wikis tbody tr')).slice(100).forEach(r => r.remove())")
            found = browser.run(
                f"axe.run({{runOnly: {json.dumps(RULES)}}}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))")
            check(f"{what}: axe finds nothing", not found, found)
            check(f"{what}: nothing on the console", not browser.complaints, browser.complaints)
            host = urllib.parse.urlsplit(address).netloc
            others = [a for a in browser.addresses if urllib.parse.urlsplit(a).netloc not in (host, "")]
            check(f"{what}: no request to another host", not others, others)
            if pictures:
                browser.picture(os.path.join(pictures, what.replace(", ", "-").replace(" ", "") + ".png"))


def use_farm_page(browser, address):
    names = "Array.from(document.querySelectorAll('tbody tr')).filter(r => !r.hidden).map(r => r.name)"
    show = "document.querySelector('form.tools').elements"

    def choose(field, value):
        browser.run(
            f"{show}.{field}.value = '{value}', {show}.{field}.dispatchEvent(new Event('input', {{bubbles: true}}))")

    browser.open(address)
    everything = browser.run(names)
    check("a thousand wikis are shown", len(everything) == 1001, len(everything))
    ages = browser.run("Array.from(document.querySelectorAll('.age')).slice(-1)[0].textContent")
    check("ages are told in days", ages.endswith("days"), ages)
    browser.run(f"{show}.q.focus()")
    browser.type("arwik")
    found = browser.run(names)
    check("search", found and all("arwik" in name for name in found) and len(found) < 20, found)
    check("the number of rows is told", browser.run("document.getElementById('shown').textContent").startswith(f"{len(found)} of"))
    check("the search is in the address", "q=arwik" in browser.run("location.hash"))
    browser.open(address + "#q=arwik")
    check("an address restores the search", browser.run(names) == found, browser.run(names))
    browser.open(address)
    for field, value, good in (
        ("show", "failed", "r.state.includes('failed')"), ("show", "partial-dump", "r.state.includes('partial-dump')"),
        ("show", "late", "r.late"), ("language", "ar", "r.language === 'ar'"), ("project", "wikibooks", "r.name.endsWith('wikibooks')"),
    ):
        choose(field, value)
        rows = "Array.from(document.querySelectorAll('tbody tr'))"
        right = browser.run(f"{rows}.every(r => r.hidden === !({good})) && {rows}.some(r => !r.hidden)")
        check(f"filter {field} {value}", right, browser.run(names)[:5])
        choose(field, "")
    for order, test in (
        ("name", "a.name < b.name"), ("age", "a.seconds >= b.seconds"), ("size", "a.size >= b.size"),
        ("state", "!(a.state === 'done' && b.state !== 'done' && b.state)"),
    ):
        choose("sort", order)
        right = browser.run(
            "(r => r.slice(1).every((b, i) => (a => " + test + ")(r[i])))(Array.from(document.querySelectorAll('tbody tr')))")
        check(f"order by {order}", right, browser.run(names)[:5])
    choose("sort", "")
    check("the first order comes back", browser.run(names) == everything)
    # The keyboard: the skip link is first, and a heading sorts.
    browser.open(address)
    browser.press("Tab")
    check("the first stop is the skip link", browser.run("document.activeElement.className") == "skip")
    browser.run("document.querySelector('thead button[value=size]').focus()")
    browser.press("Enter", "\r")
    sizes = browser.run("Array.from(document.querySelectorAll('tbody tr')).slice(0, 2).map(r => r.size)")
    pressed = browser.run("document.querySelector('thead button[value=size]').getAttribute('aria-pressed')")
    check("a heading sorts by the keyboard", sizes[0] >= sizes[1] and pressed == "true", (sizes, pressed))


def use_without_scripts(browser, pages):
    for name, address, words in pages:
        browser.open(address, scripts=False)
        document = browser.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        text = browser.call("DOM.getOuterHTML", nodeId=document)["outerHTML"]
        check(f"{name} can be read without scripts", all(word in text for word in words), words)
        form = browser.call("DOM.querySelector", nodeId=document, selector="form.tools:not([hidden])")["nodeId"]
        check(f"{name} shows no controls without scripts", form == 0)


def use_refresh(browser, address, path):
    """What is at work is shown anew in place."""
    usual = open(path).read()

    def write(progress):
        work = "<ul><li>Articles <span class='progress'>" + progress + "</span></li></ul>"
        done = "<span class='done'>Dump complete</span>"
        with open(path, "w") as file:
            file.write(usual.replace(done, f"<span class='in-progress'>Dump in progress</span>{work}", 1))

    try:
        write("12,345 of 200,000 pages")
        browser.open(address + "#show=in-progress")
        check("filter show in-progress", browser.run("document.getElementById('shown').textContent") == "1 of 1001 shown")
        write("54,321 of 200,000 pages")
        browser.run("document.dispatchEvent(new Event('visibilitychange'))")
        shown = browser.run(
            "new Promise(done => { let n = 0; const t = () => document.body.textContent.includes('54,321') ? done(true)"
            " : ++n > 200 ? done(false) : setTimeout(t, 50); t(); })")
        rows = browser.run("document.querySelectorAll('tbody tr').length")
        seen = browser.run("document.getElementById('shown').textContent")
        check("progress is shown in place", shown and rows == 1001 and seen == "1 of 1001 shown", (shown, rows, seen))
    finally:
        with open(path, "w") as file:
            file.write(usual)


def main(many, demo, axe, pictures=None):
    axe = open(axe).read()
    (farm, real) = (serve(many), serve(demo))
    wiki = "demowiki"
    runs = sorted(name for name in os.listdir(os.path.join(demo, wiki)) if name.isdigit())
    browser = Browser()
    try:
        pages = [
            ("the farm page", f"{farm}/index.html"), ("the wiki page", f"{real}/{wiki}/index.html"),
            ("the run page", f"{real}/{wiki}/{runs[-1]}/index.html"),
        ]
        for name, address in pages:
            look(browser, name, address, axe, pictures)
        use_farm_page(browser, pages[0][1])
        use_refresh(browser, pages[0][1], os.path.join(many, "index.html"))
        browser.open(f"{real}/{wiki}/{runs[0]}/index.html")
        newer = browser.run(
            "new Promise(done => { let n = 0; const p = document.getElementById('newer'), t = () => !p.hidden || ++n > 200"
            " ? done(p.hidden ? '' : p.querySelector('a').href) : setTimeout(t, 50); t(); })")
        check("an old run points to the newest", newer.endswith(f"/{wiki}/{runs[-1]}/index.html"), newer)
        use_without_scripts(browser, [
            (*pages[0], ["Dump complete", "Newest change"]), (*pages[1], ["All runs", "<svg", "atom.xml"]),
            (*pages[2], ["Which file do I need", "SHA-256", "manifest.json"]),
        ])
    finally:
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
