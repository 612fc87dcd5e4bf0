"""A program that talks to the API over a socket, as anybody's: each person's token is at hand."""

import json
from http.client import HTTPConnection
from typing import Any, NamedTuple

from lifecycle.actions.identity import create_token
from lifecycle.actions.workspace import Workspace

ROOT = "/api/v1"
APP = "/projects/app"
G1 = f"{APP}/gates/G1"


class Said(NamedTuple):
    """What the API answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's name."""
        assert self.headers["content-type"] == "application/problem+json", self
        return str(self.value["code"])


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Said:
    """A request to a server on this machine, as it stands; underscores in the names of headers are hyphens."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


class Client:
    """Requests to one server; tokens are issued as people first ask."""

    def __init__(self, work: Workspace, port: int) -> None:
        self.work, self._port = work, port
        self._tokens: dict[str, str] = {}

    def token(self, person: str) -> str:
        """A person's token, for everything."""
        if person not in self._tokens:
            self._tokens[person] = create_token(self.work, person, by="root", label="test")[1]
        return self._tokens[person]

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Said:
        """A request as it stands."""
        return ask(self._port, method, path, body, **headers)

    def get(self, path: str, by: str = "paula") -> Said:
        return self.ask("GET", ROOT + path, Authorization=f"Bearer {self.token(by)}")

    def post(self, path: str, value: object = None, *, by: str = "paula", **headers: str) -> Said:
        """Something said in JSON, a file as it is, or nothing, by a person."""
        body = value if isinstance(value, bytes) else None if value is None else json.dumps(value).encode()
        kind = "application/octet-stream" if isinstance(value, bytes) else "application/json"
        named = {"Authorization": f"Bearer {self.token(by)}", "Content_Type": kind} | headers
        return self.ask("POST", ROOT + path, body, **named)

    def vote(self, by: str, choice: str = "approve", *, key: str | None = None, **more: object) -> Said:
        """A vote at G1."""
        headers = {"Idempotency_Key": key} if key else {}
        return self.post(f"{G1}/votes", {"choice": choice, "reason": "I read it."} | more, by=by, **headers)
