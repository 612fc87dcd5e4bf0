"""`phasegate serve` in processes of its own, and requests that are sent again until somebody answers them."""

import json
import random
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPException

from lifecycle.actions.identity import create_token
from lifecycle.actions.workspace import Workspace
from tests.builders import START
from tests.faults.ground import Place, wait_for
from tests.flows.processes import command_line, environment
from tests.web.client import ROOT, Said, ask


class Server:
    """A server on the records of a place, at one port for all its lives."""

    def __init__(self, place: Place, port: int) -> None:
        self._place, self.port = place, port
        (place.folder / "clock").write_text(START.isoformat())
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        there = environment(self._place.folder) | (
            {"PHASEGATE_DATABASE_URL": self._place.url} if self._place.url else {}
        )
        with (self._place.folder / f"server-{self.port}").open("ab") as said:
            asked = command_line(self._place.folder, "serve", "--port", str(self.port))
            return subprocess.Popen(asked, env=there, cwd=self._place.folder, stdout=said, stderr=said)

    def answers(self) -> bool:
        """Whether it is up."""
        try:
            return ask(self.port, "GET", f"{ROOT}/openapi.json").status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False

    def kill_and_restart(self) -> None:
        """End it with kill -9, and start another one at its place."""
        self._process.kill()
        assert self._process.wait(30) == -9, "it had ended by itself"
        self._process = self._started()

    def stop(self) -> int:
        """End it politely; its exit code."""
        self._process.terminate()
        return self._process.wait(60)


@contextmanager
def serving(place: Place, number: int) -> Iterator[list[Server]]:
    """So many servers on the same records, which answer; they end politely, with exit code 0."""
    servers = [Server(place, port) for port in _free_ports(number)]
    try:
        for server in servers:
            wait_for(server.answers)
        yield servers
        for server in servers:
            wait_for(server.answers)
    finally:
        codes = [server.stop() for server in servers]
    assert codes == [0] * number


def tokens(work: Workspace, *people: str) -> dict[str, str]:
    """A token for each."""
    return {person: create_token(work, person, by="root", label="storm")[1] for person in people}


def request(port: int, token: str, method: str, path: str, value: object = None, **headers: str) -> Said:
    """One request to one server, with a person's token."""
    body = None if value is None else json.dumps(value).encode()
    named = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"} | headers
    return ask(port, method, ROOT + path, body, **named)


class Caller:
    """Somebody who asks any of the servers, and asks again when the answer did not come, or was: not now."""

    def __init__(self, ports: list[int], tokens: Mapping[str, str], dice: random.Random) -> None:
        self._ports, self._tokens, self.dice = ports, tokens, dice
        self.broken = 0
        self.seen: set[int] = set()

    def ask(self, by: str, method: str, path: str, value: object = None, **headers: str) -> Said:
        """Ask as a person until there is an answer."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                said = request(self.dice.choice(self._ports), self._tokens[by], method, path, value, **headers)
            except (OSError, HTTPException):
                self.broken += 1
            else:
                self.seen.add(said.status)
                if said.status != HTTPStatus.SERVICE_UNAVAILABLE:
                    return said
            time.sleep(self.dice.uniform(0.02, 0.1))
        raise AssertionError(f"nobody answers {method} {path}")


def _free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [int(probe.getsockname()[1]) for probe in probes]
