"""The API as a server: where it listens, and how it ends."""

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import uvicorn

from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.web.application import application

LAST_WORDS = 10
"""Seconds that requests have to end in, once the server is told to stop."""
POLITE = (signal.SIGINT, signal.SIGTERM)


def listening(host: str, port: int, *, behind_tls_proxy: bool = False) -> socket.socket:
    """A place to listen at, 0 for a free port; BadInput when it is taken, or when tokens would travel openly."""
    if not behind_tls_proxy and not _loopback(host):
        raise BadInput(
            f"{host} can be reached from other machines, and tokens would travel there unencrypted. Put a proxy that "
            "speaks TLS before it, and say so: --behind-tls-proxy"
        )
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise BadInput(
            f"Port {port} of {host} cannot be used: {error.strerror}. Choose another one with --port."
        ) from error


def address(at: socket.socket) -> str:
    """Where requests go."""
    host, port = at.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def serving(work: Workspace, at: socket.socket) -> Iterator[None]:
    """Answer requests, in a thread, for as long as the context lasts; what is being answered then is finished."""
    config = uvicorn.Config(
        application(work),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=LAST_WORDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]}, name="api", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def serve(work: Workspace, at: socket.socket) -> None:
    """Answer requests until Ctrl-C or a polite end of the process; StorageError when the records cannot be read."""
    with work.look():
        pass
    stop = threading.Event()
    before = {polite: signal.signal(polite, lambda *_: stop.set()) for polite in POLITE}
    try:
        with serving(work, at):
            while not stop.wait(1):  # a wait without end is not woken by a signal that another thread took
                pass
    finally:
        for polite, handler in before.items():
            signal.signal(polite, handler)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
