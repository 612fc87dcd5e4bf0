"""The server: where it may listen, and how it starts and ends."""

import signal
import socket
import threading
from pathlib import Path

import pytest

from lifecycle.errors import BadInput, RecordsUnreachable
from lifecycle.web.serving import address, listening, serve
from tests.cli.terminal import Terminal
from tests.faults.ground import wait_for
from tests.web.client import ROOT, Client


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_it_listens_where_others_reach_it_only_behind_a_proxy_that_encrypts(host: str) -> None:
    with pytest.raises(BadInput, match="--behind-tls-proxy"):
        listening(host, 0)


def test_behind_a_proxy_it_listens_where_it_is_told() -> None:
    with listening("0.0.0.0", 0, behind_tls_proxy=True) as at:
        assert address(at) == f"http://0.0.0.0:{at.getsockname()[1]}"


@pytest.mark.skipif(not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists(), reason="there is no IPv6 here")
def test_it_listens_at_the_loopback_address_of_ipv6() -> None:
    with listening("::1", 0) as at:
        assert address(at).startswith("http://[::1]:")


def test_a_port_that_is_taken_is_said_so_before_anything_starts() -> None:
    with listening("localhost", 0) as at, pytest.raises(BadInput, match=r"Choose another one with --port\."):
        listening("127.0.0.1", at.getsockname()[1])


@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_stop(submitted: Terminal, polite: signal.Signals) -> None:
    work, before = submitted.work, signal.getsignal(polite)
    with listening("127.0.0.1", 0) as at:
        client = Client(work, at.getsockname()[1])
        seen: list[int] = []

        def visit() -> None:
            wait_for(lambda: signal.getsignal(polite) is not before)
            seen.append(client.ask("GET", f"{ROOT}/openapi.json").status)
            signal.raise_signal(polite)

        visitor = threading.Thread(target=visit)
        visitor.start()
        serve(work, at)
        visitor.join()
    assert seen == [200]
    assert signal.getsignal(polite) is before
    work.database.close()


def test_it_does_not_start_on_records_that_cannot_be_read(terminal: Terminal) -> None:
    terminal.data.mkdir()
    (terminal.data / "phasegate.db").mkdir()
    with listening("127.0.0.1", 0) as at, pytest.raises(RecordsUnreachable):
        serve(terminal.work, at)
