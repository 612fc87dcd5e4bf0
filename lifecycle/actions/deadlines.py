"""The passing of time in all projects, and whether the clock can be trusted with it."""

import time
from collections.abc import Callable
from datetime import timedelta

from lifecycle.actions.days import doubt, pass_day
from lifecycle.actions.workspace import Clock, Workspace
from lifecycle.history import SYSTEM
from lifecycle.records import days
from lifecycle.value import Value

JUMP = 60.0
"""Seconds by which the clock may part from the time that really passed between two looks."""
LONG_AGO = timedelta(days=30)


class Passed(Value):
    """What the passing of time brought: ids of records, or the reason why it was held up."""

    records: tuple[str, ...] = ()
    doubt: str | None = None


def pass_time(work: Workspace, accepted_by: str | None = None) -> Passed:
    """Bring the projects for which it brings something to this day, each in a transaction; safe to run at once.

    Nothing passes while the clock is in doubt, unless a person says that it is right, which is journaled.
    """
    with work.look() as store:
        due = days.due(store.connection, store.now.date())
        reason = doubt(store) if due else None
    if reason and accepted_by is None:
        return Passed(doubt=reason)
    if reason and accepted_by:
        work.require_scope("decide", accepted_by)
        _note(work, accepted_by, "clock.accepted", reason)
    written: list[str] = []
    for project in due:
        with work.writing(SYSTEM) as store:
            pass_day(store, project)
            written += [record.id for record in store.written.get(project, ())]
    return Passed(records=tuple(written))


def clock_warning(work: Workspace) -> str | None:
    """Say when nothing was written for so long that the clock may be ahead; None when all is well."""
    with work.look() as store:
        newest = store.newest()
        if newest is None or store.now <= newest + LONG_AGO:
            return None
        return (
            f"The newest journal entry is of {newest:%Y-%m-%d}, the clock says {store.now:%Y-%m-%d}. "
            "If the clock is wrong, set it right before reviews go on hold by it."
        )


def clock_doubt(work: Workspace) -> str | None:
    """Why time does not pass just now; None when it does."""
    with work.look() as store:
        return doubt(store)


class Watch:
    """The clock, compared with the time that really passed since the last look."""

    def __init__(self, work: Workspace, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin to compare now."""
        self._work, self._monotonic = work, monotonic
        self._looked = self._look(work.clock)

    def tick(self) -> Passed:
        """Let time pass in all projects. After a jump of the clock it waits for the next tick, and says so."""
        wall, really = self._looked
        self._looked = self._look(self._work.clock)
        jump = round((self._looked[0] - wall) - (self._looked[1] - really))
        if abs(jump) <= JUMP:
            return pass_time(self._work)
        _note(self._work, SYSTEM, "clock.jump", f"{jump:+} s")
        return Passed(doubt=f"The clock jumped by {jump:+} seconds. Deadlines are looked at again in a while.")

    def _look(self, clock: Clock) -> tuple[float, float]:
        return clock().timestamp(), self._monotonic()


def _note(work: Workspace, by: str, action: str, note: str) -> None:
    with work.writing(by) as store:
        store.note(action, "", subject="clock", note=note)
