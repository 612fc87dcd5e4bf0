"""A proxy before Prefect's server that does what networks and servers do on bad days."""

import re
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
FOR_EVER = 10**9


class Fault(StrEnum):
    """What goes wrong with a request."""

    NONE = "nothing"
    AWAY = "no answer"
    SLOW = "slow"
    BUSY = "503"
    DENIED = "401"
    AFTER_EFFECT = "500 after the effect"
    LOST = "no answer after the effect"
    FORGOTTEN = "every run forgotten"


ANSWERS = {Fault.BUSY: 503, Fault.DENIED: 401}
AFTER = (Fault.AFTER_EFFECT, Fault.LOST)
"""What can only befall a request that has an effect."""
TIMES = {Fault.SLOW: 2, Fault.FORGOTTEN: 1}
"""How often a fault happens; all others until they are lifted. Were every answer slow, a run would take minutes."""


class Asked(NamedTuple):
    """A request as the proxy saw it."""

    method: str
    path: str
    fault: Fault


class BadDay:
    """Which requests go wrong, and which were made."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self.begin(Fault.NONE)

    def begin(self, fault: Fault, after: int = 0, times: int | None = None) -> None:
        """Let requests go wrong in this way, once so many more went well; so often, or as is usual for the fault."""
        self._fault, self._begins = fault, len(self.asked) + after
        self._left = times or TIMES.get(fault, FOR_EVER)

    def lift(self) -> None:
        """Let all go well again."""
        self.begin(Fault.NONE)

    def meets(self, method: str, path: str) -> Fault:
        """Note a request; what goes wrong with it."""
        with self._lock:
            due = len(self.asked) >= self._begins and self._left > 0 and (method == "POST" or self._fault not in AFTER)
            self._left -= due
            self.asked.append(Asked(method, path, self._fault if due else Fault.NONE))
            return self.asked[-1].fault

    def runs(self) -> set[str]:
        """The flow runs that requests were about, by their ids."""
        return {run[1] for one in self.asked if (run := re.search(r"/flow_runs/([0-9a-f-]{36})", one.path))}


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
            if fault is Fault.FORGOTTEN:
                for run in self.server.day.runs():
                    self._behind("DELETE", f"/api/flow_runs/{run}")
            self._ask(body, fault)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = pass_on

    def _ask(self, body: bytes, fault: Fault) -> None:
        status, headers, content = self._behind(self.command, self.path, body)
        if fault is Fault.SLOW:
            time.sleep(SECONDS_SLOW)
        if fault is Fault.LOST:
            self.close_connection = True
        elif fault is Fault.AFTER_EFFECT:
            self._answer(500, [], b"{}")
        else:
            self._answer(status, headers, content)

    def _behind(self, method: str, path: str, body: bytes = b"") -> tuple[int, list[tuple[str, str]], bytes]:
        """What the server says: status, headers, content."""
        behind = HTTPConnection("127.0.0.1", self.server.day.port, timeout=30)
        behind.request(method, path, body, dict(self.headers) if body or method == self.command else {})
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        return answer.status, answer.getheaders(), content

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
