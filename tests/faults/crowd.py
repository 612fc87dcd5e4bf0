"""A hundred people voting at once over HTTP: processes with many threads each, on the same gates."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from tests.faults.deciders import Diary
from tests.faults.ground import Place
from tests.faults.servers import request

KEY = "my-vote"
"""The key that everybody uses: a key is its person's own."""


class Asked(NamedTuple):
    """One person's vote on a project's gate; `reason` makes it another request."""

    project: str
    by: str
    reason: str


class Way(NamedTuple):
    """How to reach the servers: their ports, everybody's token, and how many ask at once."""

    ports: Sequence[int]
    tokens: Mapping[str, str]
    threads: int


def vote_all(place: Place, number: int, asked: list[Asked], way: Way, together: Barrier) -> None:
    """Ask one of the servers for all these votes at once, and note every answer with the seconds it took."""
    diary, port = Diary(place, f"crowd-{number}"), way.ports[number % len(way.ports)]
    together.wait(60)
    with ThreadPoolExecutor(way.threads) as crowd:
        list(crowd.map(lambda one: _vote(port, way.tokens[one.by], diary, one), asked))


def _vote(port: int, token: str, diary: Diary, asked: Asked) -> None:
    path, key = f"/projects/{asked.project}/gates/G1/votes", f"{asked.project}/{KEY}"
    vote = {"choice": "approve", "reason": asked.reason}
    began = time.monotonic()
    try:
        said = request(port, token, "POST", path, vote, Idempotency_Key=key)
        if said.status == 201:
            diary.note("vote", asked.by, key, said.body.decode())
            diary.note("asked", asked.by, asked.project, asked.reason)
        elif said.status in (409, 422):
            diary.note("refused", asked.by, said.code, said.value["detail"])
        else:
            diary.note("broken", asked.by, str(said.status), json.dumps(said.value))
    except OSError as error:
        diary.note("broken", asked.by, type(error).__name__, str(error))
    diary.note("took", asked.by, asked.project, f"{time.monotonic() - began:.4f}")
