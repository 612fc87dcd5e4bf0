"""The day of which a project says that time changes something: not one before it, and that one does."""

from datetime import date
from typing import Any

import pytest

from lifecycle.governance import delegations
from lifecycle.governance.deadlines import demanded
from lifecycle.governance.delegations import Deputy
from lifecycle.governance.report_plan import come_round
from lifecycle.history import History
from lifecycle.process.definition import EscalationDefinition, ReportDefinition
from lifecycle.progress import next_step
from lifecycle.status import ahead, awaited
from tests import builders
from tests.builders import day, decided, definition, finished, opened, prepared, requested, started, stopped, voted

HORIZON = 60
WEEKLY = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor",), every_days=7)
HASTY = {"due_days": 1, "escalation": (EscalationDefinition(after_days=0, to="architect", substitutes=True),)}


def waiting(**changes: Any) -> History:
    """G1 is submitted on day 0, due on day 10, on hold from day 16 on."""
    return requested(prepared(started(process=builders.patient(**changes)), "G1"), "G1")


def deputised(history: History, first: int, last: int) -> History:
    """Ada votes for Cora on these days."""
    deputy = Deputy("ada", day(first).date(), day(last).date(), "Holidays.")
    return history.and_then(delegations.grant(history, "cora", deputy, day(0)))


def conditioned(due: date) -> History:
    given = builders.condition(due=due)
    history = voted(builders.at_g1(), "G1", "sam", "approve_with_conditions", conditions=(given,))
    return voted(history, "G1", "cora")


def reporting() -> History:
    return opened(started(process=definition(reports=(WEEKLY,))))


def seen(history: History, on: int) -> tuple[object, ...]:
    """What the records demand on a day, and what is expected of people."""
    written = (*demanded(history, day(on)), *come_round(history, day(on)))
    return [record.id for record in written], awaited(history, next_step(history), day(on).date())


def next_day(history: History, on: int) -> date:
    """The day ahead, seen from another one."""
    return ahead(history, awaited(history, next_step(history), day(on).date()), day(on)).next


LIVES = {
    "a gate waits": waiting(),
    "a gate waits for one": voted(waiting(), "G1", "sam"),
    "a gate is in haste": waiting(**HASTY),
    "a gate waits for ever": waiting(hold_days=None),
    "somebody is away": deputised(waiting(), 3, 7),
    "somebody is away today": deputised(waiting(remind_days=()), 0, 0),
    "somebody is away while nothing waits": deputised(opened(started()), 3, 7),
    "reports come round": reporting(),
    "a condition is open": conditioned(day(20).date()),
    "a condition is due on the last day there is": conditioned(date.max),
    "a gate is prepared": opened(started()),
    "a gate was decided": decided(opened(started()), "G1"),
    "a project was stopped": stopped(deputised(waiting(), 3, 70)),
    "a project is over": finished(),
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_until_the_day_ahead_nothing_changes_and_on_it_something_does(life: History) -> None:
    """R-22: a look on the days that projects name misses nothing, whoever looks from whichever day."""
    for on in range(HORIZON):
        written = life.and_then(*demanded(life, day(on)), *come_round(life, day(on)))
        then = next_day(written, on)
        assert then > day(on).date()
        quiet = [later for later in range(on, HORIZON) if day(later).date() < then]
        assert [later for later in quiet if seen(written, later) != seen(written, on)] == []
        if then < day(HORIZON).date() and life is not LIVES["somebody is away while nothing waits"]:
            assert seen(written, (then - day(0).date()).days) != seen(written, on)


def test_what_was_not_written_yet_lies_in_the_past() -> None:
    assert next_day(waiting(), 20) == day(5).date()
    assert next_day(reporting(), 20) == day(20).date()


@pytest.mark.parametrize(
    ("life", "days"),
    [
        ("a gate waits", [5, 9, 11, 12, 14, 16]),
        ("somebody is away", [3, 5, 8, 9, 11, 12, 14, 16]),
        ("reports come round", [7, 14, 21, 28, 35, 42, 49, 56]),
        ("a condition is open", [21]),
        ("a condition is due on the last day there is", []),
        ("a gate is prepared", []),
        ("a project was stopped", []),
        ("a project is over", []),
    ],
)
def test_the_days_on_which_a_project_is_looked_at(life: str, days: list[int]) -> None:
    history, found, on = LIVES[life], [], 0
    while (then := (next_day(history, on) - day(0).date()).days) < HORIZON:
        assert then > on
        found.append(on := then)
        history = history.and_then(*demanded(history, day(on)), *come_round(history, day(on)))
    assert found == days
