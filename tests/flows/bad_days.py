"""A proxy before Prefect's server that does what networks and servers do on bad days."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "keep-alive", "date", "server")
SECONDS_SLOW = 5.0
SLOW_ANSWERS = 2
"""So many answers are slow; were all of them, a run of 15 requests would take more than a minute."""


class Fault(StrEnum):
    """What goes wrong with a request."""

    NONE = "nothing"
    AWAY = "no answer"
    SLOW = "slow"
    BUSY = "503"
    DENIED = "401"
    AFTER_EFFECT = "500 after the effect"


ANSWERS = {Fault.BUSY: 503, Fault.DENIED: 401}


class Asked(NamedTuple):
    """A request as the proxy saw it."""

    method: str
    path: str
    fault: Fault


class BadDay:
    """Which requests go wrong, and which were made. Faults begin after some more requests and last until lifted."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[Asked] = []
        self.fault, self._begins = Fault.NONE, 0

    def begin(self, fault: Fault, after: int = 0) -> None:
        """Let all go wrong in this way, once so many more requests went well."""
        self.fault, self._begins = fault, len(self.asked) + after

    def lift(self) -> None:
        """Let all go well again."""
        self.begin(Fault.NONE)

    def meets(self, method: str, path: str) -> Fault:
        """Note a request; what goes wrong with it."""
        fault = self.fault if len(self.asked) >= self._begins else Fault.NONE
        if fault is Fault.AFTER_EFFECT and method != "POST":
            fault = Fault.NONE
        if fault is Fault.SLOW and len(self.asked) >= self._begins + SLOW_ANSWERS:
            fault = Fault.NONE
        self.asked.append(Asked(method, path, fault))
        return fault


class Proxy(ThreadingHTTPServer):
    """A proxy before the server at a port, with its day; the server never learns what a client saw."""

    daemon_threads = True

    def __init__(self, day: BadDay) -> None:
        self.day = day
        super().__init__(("127.0.0.1", 0), _Passing)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api"

    def handle_error(self, *_: object) -> None:
        """A client that left is no news."""


class _Passing(BaseHTTPRequestHandler):
    """One connection: each request is passed on, unless something goes wrong with it."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def pass_on(self) -> None:
        if self.headers.get("Upgrade"):
            self._tunnel()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.day.meets(self.command, self.path)
        if fault is Fault.AWAY:
            self.close_connection = True
        elif fault in ANSWERS:
            self._answer(ANSWERS[fault], [], b"{}")
        else:
            self._ask(body, fault)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = pass_on

    def _ask(self, body: bytes, fault: Fault) -> None:
        behind = HTTPConnection("127.0.0.1", self.server.day.port, timeout=30)
        behind.request(self.command, self.path, body, dict(self.headers))
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        if fault is Fault.SLOW:
            time.sleep(SECONDS_SLOW)
        if fault is Fault.AFTER_EFFECT:
            self._answer(500, [], b"{}")
        else:
            self._answer(answer.status, answer.getheaders(), content)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _tunnel(self) -> None:
        """Pass a web socket on, both ways, until one side leaves."""
        with socket.create_connection(("127.0.0.1", self.server.day.port)) as behind:
            behind.sendall(f"{self.requestline}\r\n{self.headers}".encode())
            back = threading.Thread(target=_pour, args=(behind, self.connection), daemon=True)
            back.start()
            _pour(self.connection, behind)
            back.join()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_before(port: int) -> Iterator[Proxy]:
    """A proxy before the server at this port of 127.0.0.1."""
    with Proxy(BadDay(port)) as proxy:
        serving = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            serving.join()
