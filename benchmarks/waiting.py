"""What projects cost that wait for a decision: bytes, and the time of whoever looks. One JSON line for each number.

One project is started, opened and submitted as in real life; the others are its records under other names, each
waiting for its sponsor. Measured are, in milliseconds of this process: opening the records (`open`), the inbox of a
person of whom one decision is asked (`own_inbox`) and of one who is asked everywhere (`full_inbox`), the list, a
dispatcher's look into the outbox and for projects in which the engine has the next turn (`look`, `reconcile`), the
first look on a new day that brings nothing (`new_day`) and the next one (`same_day`), and what a project costs on a day
that makes all of them overdue (`due_each`); both days begin in a process that has read nothing yet. Run as
`python -m benchmarks.waiting`.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from lifecycle.actions import deadlines, gates, projects, views
from lifecycle.actions.settling import settle
from lifecycle.actions.workspace import Workspace
from lifecycle.history import History, Record
from lifecycle.library import Library
from lifecycle.records import database, outbox
from lifecycle.records.store import Store
from tests.builders import charter
from tests.workspaces import Clock, carry_on, charter_file, hand_in, history, workspace

AT_ONCE = 500
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def filled(folder: Path, count: int) -> Workspace:
    """A workspace with so many projects that wait for a decision; one of them for `single` only."""
    work = workspace(folder, clock=Clock(START))
    projects.start_project(work, charter_file(folder, charter(plan="plan.csv")), "sam")
    carry_on(work)
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    first = history(work)
    for start in range(1, count, AT_ONCE):
        with work.database.writing("paula", START) as store:
            for number in range(start, min(start + AT_ONCE, count)):
                _again(store, first, f"app-{number}", "single" if number == 1 else "sam")
        with work.database.writing("paula", START) as store:
            news = outbox.waiting(store.connection, limit=10 * AT_ONCE)
            outbox.delivered(store.connection, news, "run", START)
    return work


def _again(store: Store, life: History, name: str, sponsor: str) -> None:
    """The same life of another project, with another sponsor."""
    for record in life.records:
        text = record.model_dump_json().replace('"app"', f'"{name}"').replace('"sam"', f'"{sponsor}"')
        again: Record = type(record).model_validate_json(text)
        store.append(again)
    settle(store, name)


def milliseconds(act: Callable[[], object], times: int = 7) -> float:
    """The median of a few times."""
    taken = []
    for _ in range(times):
        at = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - at))
    return round(median(taken), 2)


def measured(folder: Path, count: int) -> dict[str, Any]:
    """The figures for so many projects."""
    work = filled(folder, count)
    work.database.close()
    size = (folder / "data" / "phasegate.db").stat().st_size
    clock = Clock(START + timedelta(hours=1))
    work = Workspace.open(folder / "data", Library.find(folder), clock)

    def reopened() -> None:
        other = Workspace.open(folder / "data", work.library, clock)
        assert other.database.instance
        other.database.close()

    def look() -> None:
        with work.look() as store:
            assert not outbox.waiting(store.connection)

    def reconcile() -> None:
        with work.look() as store:
            assert not store.in_state("open phase", "closing")

    figures = {
        "open_ms": milliseconds(reopened),
        "own_inbox_ms": milliseconds(lambda: views.inbox(work, "single")),
        "full_inbox_ms": milliseconds(lambda: views.inbox(work, "sam")),
        "list_ms": milliseconds(lambda: views.project_list(work)),
        "look_ms": milliseconds(look),
        "reconcile_ms": milliseconds(reconcile),
        "same_day_ms": milliseconds(lambda: deadlines.pass_time(work)),
    }
    figures["new_day_ms"] = new_day(work, clock, 1)
    figures["due_each_ms"] = round(new_day(work, clock, 6) / count, 2)
    work.database.close()
    return {"benchmark": "waiting", "projects": count, "bytes_each": round(size / count)} | figures


def new_day(work: Workspace, clock: Clock, number: int) -> float:
    """The first look on this day after the submission, in a process that begins on it."""
    clock.moment = START + timedelta(days=number)
    database.KNOWN.clear()
    return milliseconds(lambda: deadlines.pass_time(work), times=1)


def main() -> None:
    """Measure each number that was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--projects", type=int, nargs="*", default=[10, 10_000])
    for count in arguments.parse_args().projects:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measured(Path(folder), count)), flush=True)


if __name__ == "__main__":
    main()
