#!/usr/bin/env python3
"""A web server that answers as no api.php should: oddApi.py PORTFILE GOOD. The first word of the path says how.

It writes its port into PORTFILE. GOOD is the address of an api.php that answers well, to which some paths lead in the end.
"""
import http.server
import os
import sys

tries = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, query = self.path.split("/")[1], self.path.partition("?")[2]
        tries[kind] = tries.get(kind, 0) + 1
        good = f"{sys.argv[2]}?{query}"
        if kind == "forbidden":
            self.answer(403, "Forbidden")
        elif kind == "denied":
            self.answer(200, '{"error": {"code": "readapidenied", "info": "You need read permission to use this module."}}')
        elif kind == "busy":
            self.answer(503, "Busy", ("Retry-After", "3600"))
        elif kind == "busyonce" and tries[kind] == 1:
            self.answer(503, "Busy", ("Retry-After", "1"))
        elif kind == "loop":
            self.answer(302, "", ("Location", self.path))
        elif kind == "page":
            self.answer(200, "<!DOCTYPE html><title>Sorry</title>")
        elif kind == "cut":
            self.answer(200, '{"batchcomplete": true, "query": {"general": {"mainpage": "Ma')
        elif kind == "nothing":
            self.close_connection = True
        else:
            self.answer(302, "", ("Location", good))

    def answer(self, status, body, field=("X-Kind", "odd")):
        self.send_response(status)
        self.send_header(*field)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
