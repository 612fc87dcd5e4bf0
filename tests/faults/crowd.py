"""A hundred people voting at once: processes with many threads each, on the same gates."""

import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from lifecycle.actions import gates
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LifecycleError
from lifecycle.governance.voting import Ballot
from tests.faults import ground
from tests.faults.deciders import Diary
from tests.faults.ground import Place

KEY = "my-vote"
"""The key that everybody uses: a key is its person's own."""


class Asked(NamedTuple):
    """One person's vote on a project's gate; `reason` makes it another request."""

    project: str
    by: str
    reason: str


def vote_all(place: Place, name: str, asked: list[Asked], threads: int, together: Barrier) -> None:
    """Ask for all these votes at once, and note every answer with the seconds it took."""
    work, diary = ground.opened(place), Diary(place, name)
    together.wait(60)
    with ThreadPoolExecutor(threads) as crowd:
        list(crowd.map(lambda one: _vote(work, diary, one), asked))
    work.database.close()


def _vote(work: Workspace, diary: Diary, asked: Asked) -> None:
    ballot = Ballot(gate="G1", by=asked.by, choice="approve", reason=asked.reason)
    began = time.monotonic()
    try:
        decision = gates.decide_gate(work, asked.project, ballot, f"{asked.project}/{KEY}")
        diary.note("vote", asked.by, f"{asked.project}/{KEY}", decision.model_dump_json())
        diary.note("asked", asked.by, asked.project, asked.reason)
    except LifecycleError as refusal:
        diary.note("refused", asked.by, refusal.code, str(refusal))
    except Exception as error:
        diary.note("broken", asked.by, type(error).__name__, str(error))
    diary.note("took", asked.by, asked.project, f"{time.monotonic() - began:.4f}")
