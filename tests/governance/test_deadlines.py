"""Reminders, escalation and hold by themselves: each once, in the order of their days, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.errors import ReviewClosed
from lifecycle.governance import deadlines, review
from lifecycle.history import SYSTEM, History
from lifecycle.history.gates import GateDecided, ReviewEscalated, ReviewReminded, ReviewReturned
from lifecycle.history.people import StaffingChanged
from lifecycle.progress import OnHold, next_step
from tests import builders
from tests.builders import FACTS, START, day, prepared, requested, started, voted

ALL = ["reminder:5", "reminder:1", "escalation:1", "escalation:2", "outcome"]


def waiting(**changes: Any) -> History:
    """Gate G1 is submitted on day 0; Sam and Cora are to decide."""
    return requested(prepared(started(process=builders.patient(**changes)), "G1"), "G1")


def names(history: History, on: int) -> list[str]:
    """What is demanded on a day, without the review's own name."""
    return [record.id.removeprefix("app:G1:1:") for record in deadlines.demanded(history, day(on))]


@pytest.mark.parametrize(
    ("on", "expected"),
    [(0, 0), (4, 0), (5, 1), (8, 1), (9, 2), (11, 2), (12, 3), (13, 3), (14, 4), (15, 4), (16, 5), (900, 5)],
)
def test_each_comes_on_its_day_and_what_was_missed_is_made_up_for(on: int, expected: int) -> None:
    assert names(waiting(), on) == ALL[:expected]


def test_what_was_written_is_not_demanded_again() -> None:
    history = waiting()
    for on in range(20):
        history = history.and_then(*deadlines.demanded(history, day(on)))
        assert names(history, on) == []
    assert [record.id.removeprefix("app:G1:1:") for record in history.records[-5:]] == ALL


@given(days=st.lists(st.integers(0, 30), max_size=8))
def test_it_does_not_matter_on_which_days_somebody_looks(days: list[int]) -> None:
    often = waiting()
    for on in (*sorted(days), 30):
        often = often.and_then(*deadlines.demanded(often, day(on)))
    once = waiting().and_then(*deadlines.demanded(waiting(), day(30)))
    assert [record.id for record in often.records] == [record.id for record in once.records]


def test_nobody_is_reminded_of_a_seat_that_they_left() -> None:
    history = waiting()
    gone = StaffingChanged(
        project="app", at=START, by="sam", number=1, person="cora", name="Cora C.", roles=(), reason="Moved on."
    )
    reminder, *_ = deadlines.demanded(history.and_then(gone), day(5))
    assert isinstance(reminder, ReviewReminded)
    assert reminder.persons == ("sam",)


def test_only_those_who_have_not_voted_are_reminded() -> None:
    history = voted(waiting(), "G1", "cora")
    reminder, *_ = deadlines.demanded(history, day(5))
    assert isinstance(reminder, ReviewReminded)
    assert (reminder.persons, reminder.days, reminder.by) == (("sam",), 5, SYSTEM)


def test_an_escalation_tells_the_holders_of_its_role_and_says_whether_they_may_stand_in() -> None:
    first, second = (r for r in deadlines.demanded(waiting(), day(14)) if isinstance(r, ReviewEscalated))
    assert (first.persons, first.level, first.substitutes) == (("ada",), 1, False)
    assert (second.persons, second.level, second.substitutes) == (("ada",), 2, True)


def test_the_end_that_comes_by_itself_is_hold_whatever_was_voted() -> None:
    """Silence is never consent: one approval more and it had been a go."""
    history = voted(waiting(), "G1", "cora")
    *_, end = deadlines.demanded(history, day(16))
    assert isinstance(end, GateDecided)
    assert (end.outcome, end.cause, end.by) == ("hold", "overdue", SYSTEM)
    held = history.and_then(end)
    assert isinstance(next_step(held), OnHold)
    with pytest.raises(ReviewClosed, match=r"on hold on .*: nobody decided it in time.*gate resume app G1"):
        voted(held, "G1", "sam")


def test_without_hold_days_a_review_waits_for_ever() -> None:
    assert names(waiting(hold_days=None), 3000) == ALL[:4]


def test_a_gate_without_deadlines_demands_nothing() -> None:
    assert names(builders.at_g1(), 3000) == []


def test_nobody_is_reminded_on_the_day_of_the_submission() -> None:
    assert names(waiting(remind_days=(10, 40)), 9) == []


def test_nothing_comes_after_the_hold() -> None:
    """Levels that the process puts after the hold are never reached, however late somebody looks."""
    history = waiting(hold_days=3)
    assert names(history, 30) == [*ALL[:3], "outcome"]


def test_a_hold_stops_the_clock_and_the_resumed_review_has_its_own() -> None:
    history = waiting()
    history = history.and_then(*deadlines.demanded(history, day(16)))
    assert names(history, 500) == []
    history = history.and_then(review.resume(history, "G1", "sam", "We have time now.", day(500)))
    assert names(history, 500) == []
    again = requested(history, "G1", now=day(500))
    records = deadlines.demanded(again, day(509))
    assert [record.id for record in records] == ["app:G1:2:reminder:5", "app:G1:2:reminder:1"]


def test_a_withdrawn_or_decided_review_demands_nothing() -> None:
    returned = ReviewReturned(project="app", at=START, by="paula", gate="G1", round=1, cause="withdrawn")
    assert names(waiting().and_then(returned), 500) == []
    assert names(voted(voted(waiting(), "G1", "cora"), "G1", "sam"), 500) == []


def test_nothing_is_demanded_of_a_stopped_project() -> None:
    assert names(builders.stopped(waiting()), 500) == []


def test_what_lies_ahead_is_the_same_on_every_day() -> None:
    history = waiting()
    assert {deadlines.ahead(history, day(on)) for on in (0, 15, 500)} == {(day(5).date(), day(16).date())}
    reminded = history.and_then(*deadlines.demanded(history, day(5)))
    assert deadlines.ahead(reminded, day(5)) == (day(9).date(), day(16).date())
    assert deadlines.ahead(builders.stopped(waiting()), day(5)) == (date.max, date.max)


def test_the_moment_of_the_day_does_not_matter() -> None:
    """The due date's grace ends with midnight UTC, summer time or not."""
    midnight = day(16).replace(hour=0)
    before, after = (deadlines.demanded(waiting(), moment) for moment in (midnight - timedelta(seconds=1), midnight))
    assert [isinstance(records[-1], GateDecided) for records in (before, after)] == [False, True]


def test_a_review_goes_stale_rather_than_on_hold_when_its_evidence_moved_first() -> None:
    history = builders.submitted(waiting(), "plan", "erik")
    history = history.and_then(*review.stale(history, FACTS, day(3)))
    assert names(history, 500) == []
