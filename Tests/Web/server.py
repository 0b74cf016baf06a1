#!/usr/bin/env python3
"""A web server over a folder, whose first word of a path says how it behaves.

    server.py FOLDER      prints its port, and serves until its standard input ends

    /plain/NAME           parts of files, ETag, listings of folders
    /whole/NAME           files only as a whole
    /broken/NAME          breaks off in the middle of each second answer
    /busy/NAME            answers 429 with Retry-After: 0 to each first request of a range
    /picky/NAME           403 for who does not say where he can be reached
    /changing/NAME        another file from the third request on
    /moved/NAME           leads to /plain/NAME
    /other/NAME           is a byte longer than it says elsewhere
    /gone/NAME            404
    /sent                 how many bytes of files were sent, and how many requests answered
"""
import collections
import hashlib
import html
import http.server
import os
import re
import socketserver
import sys
import threading
import urllib.parse

FOLDER = sys.argv[1]
sent = collections.Counter()
seen = collections.Counter()
guard = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = urllib.parse.unquote(self.path.split("?")[0])
        if path == "/sent":
            with guard:
                return self.answer(200, f"{sent['bytes']} {sent['requests']}\n".encode())
        _, way, name = (path + "//").split("/", 2)
        name = name.rstrip("/")
        with guard:
            sent["requests"] += 1
            seen[self.path, self.headers.get("Range")] += 1
            seen[way, name] += 1
            first, count = seen[self.path, self.headers.get("Range")] == 1, seen[way, name]
        if way == "gone":
            return self.answer(404)
        if way == "moved":
            return self.answer(302, Location="/plain/" + urllib.parse.quote(name))
        if way == "picky" and "@" not in self.headers.get("User-Agent", ""):
            return self.answer(403)
        if way == "busy" and first:
            return self.answer(429, Retry_After="0")
        file = os.path.join(FOLDER, name)
        if os.path.isdir(file):
            return self.listing(file, path)
        try:
            with open(file, "rb") as opened:
                data = opened.read()
        except OSError:
            return self.answer(404)
        if way == "other":
            data += b"?"
        if way == "changing" and count > 2:
            data = data[:-1] + b"?"
        self.file(way, data, count)

    def file(self, way, data, count):
        tag = '"' + hashlib.md5(data).hexdigest() + '"'
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first, last = 0, len(data) - 1
        if wanted and way != "whole":
            first = int(wanted[1])
            last = min(last, int(wanted[2])) if wanted[2] else last
            if first >= len(data):
                return self.answer(416, Content_Range=f"bytes */{len(data)}")
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("ETag", tag)
        self.end_headers()
        body = data[first:last + 1]
        if way == "broken" and count % 2 == 1 and len(body) > 1:
            body = body[:len(body) // 2]
            self.close_connection = True
        with guard:
            sent["bytes"] += len(body)
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def listing(self, folder, path):
        if not path.endswith("/"):
            return self.answer(301, Location=urllib.parse.quote(path) + "/")
        rows = ['<a href="../">../</a>']
        for name in sorted(os.listdir(folder)):
            shown = name + ("/" if os.path.isdir(os.path.join(folder, name)) else "")
            rows.append(f'<a href="{html.escape(urllib.parse.quote(shown))}">{html.escape(shown)}</a>')
        self.answer(200, ("<html><pre>" + "\n".join(rows) + "</pre></html>").encode(), Content_Type="text/html")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
