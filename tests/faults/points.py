"""Every point at which an action can be cut off: before each statement, at its commit, and after its answer.

The product knows nothing of this: SQLAlchemy says when a statement is about to run, so whatever statements an
action takes, all its points are found by counting.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lifecycle.actions import gates, migration
from lifecycle.actions.workspace import Workspace
from tests.faults import ground
from tests.faults.ground import Place
from tests.workspaces import hand_in, vote

Act = Callable[[Workspace], str]
Fault = Callable[[], None]


def settle(work: Workspace) -> str:
    """Cora's vote, which settles the gate: vote, outcome, baseline, message, answer."""
    return vote(work, "G1", "cora", key="k1").model_dump_json()


def resume(work: Workspace) -> str:
    """The end of a hold, which opens a new review at once."""
    return gates.resume_gate(work, "app", "G1", "Go on.", "sam").id


def change_evidence(work: Workspace) -> str:
    """A new version of the plan, which sends the review back."""
    hand_in(work, "plan", "erik", "another plan")
    return "handed in"


def move(work: Workspace) -> str:
    """Sam confirms the move to another version: the review goes back, the project follows other rules, a message."""
    return migration.confirm_migration(work, "app", "sam").id


ACTIONS: dict[str, Act] = {act.__name__: act for act in (settle, resume, change_evidence, move)}


class Points:
    """Counts the points that an action passes, and breaks it at one of them."""

    def __init__(self, work: Workspace, at: int | None = None, fault: Fault = lambda: None) -> None:
        """Count from now on; the fault happens at the point of that number, counted from 0."""
        self.passed: list[str] = []
        self._at, self._fault = at, fault
        assert work.database.instance  # asked for once in a process, and no part of any action
        event.listen(work.database.engine, "before_cursor_execute", self._statement)
        event.listen(work.database.engine, "commit", self._commit)

    def pass_(self, point: str) -> None:
        """The action got here."""
        self.passed.append(point)
        if len(self.passed) - 1 == self._at:
            self._fault()

    def _statement(self, *call: Any) -> None:
        self.pass_(f"before {' '.join(call[2].split()[:3])}")

    def _commit(self, _connection: object) -> None:
        self.pass_("before the commit")


def rehearse(work: Workspace, act: Act) -> tuple[list[str], str]:
    """Do an action; all its points in their order, and its answer."""
    points = Points(work)
    answer = act(work)
    return [*points.passed, "after the commit, before the answer", "after the answer"], answer


def die() -> None:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def act_until(place: Place, action: str, at: int, way: str) -> None:
    """Do an action in a process of its own, killed or stopped at a point; tell the answer in a file."""
    work = ground.opened(place)
    points = Points(work, at, die if way == "kill" else _stopped(place.folder / "stopped"))
    answer = ACTIONS[action](work)
    points.pass_("after the commit, before the answer")
    (place.folder / "answer").write_text(answer)
    points.pass_("after the answer")
    work.database.close()


def _stopped(marker: Path) -> Fault:
    def stop() -> None:
        marker.touch()
        os.kill(os.getpid(), signal.SIGSTOP)

    return stop
