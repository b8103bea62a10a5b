"""serve_modules.py <address> <port> <directory>: a module proxy of what this machine's go downloaded (go help goproxy), for
the builds in containers. Of their own connections to the network one may hang, and go waits for it a quarter of an hour."""

import functools
import http.server
import sys


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # go opens many connections at once; 5 may wait by default


address, port, directory = sys.argv[1:]
Server((address, int(port)), functools.partial(Quiet, directory=directory)).serve_forever()
