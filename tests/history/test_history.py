"""The past of a project, and the questions one asks of it."""

from decimal import Decimal

import pytest

from lifecycle.history import History
from lifecycle.history.charter import CostLimit
from lifecycle.history.closing import LessonRecorded
from lifecycle.history.gates import VoteCast
from lifecycle.history.history import RECENT
from tests.builders import (
    activity,
    cleared,
    constraints,
    decided,
    judged,
    lesson,
    opened,
    planned,
    prepared,
    requested,
    started,
    submitted,
    voted,
)


def test_a_history_begins_with_the_start_of_its_project() -> None:
    with pytest.raises(KeyError, match="begins with the start"):
        History(opened(started()).records[1:])


def test_a_history_never_changes_when_something_is_added() -> None:
    before = opened(started())
    after = lesson(before)
    assert (len(after.records) - len(before.records), before.all(LessonRecorded)) == (1, ())
    assert after.has("app:lesson:1")
    assert not before.has("app:lesson:1")


def test_numbers_go_on_from_the_highest() -> None:
    assert lesson(lesson(started())).next_number(LessonRecorded) == 3


def test_the_newest_of_a_kind_is_found_by_its_fields() -> None:
    history = voted(voted(requested(prepared(started(), "G1"), "G1"), "G1", "sam"), "G1", "cora")
    newest, sams = history.last(VoteCast), history.last(VoteCast, by="sam")
    assert newest and sams
    assert (newest.by, sams.by, history.last(VoteCast, by="ada")) == ("cora", "sam", None)


def test_a_phase_beside_another_is_not_the_one_the_project_is_in() -> None:
    history = opened(decided(started(), "G1"), "execution")
    assert history.has("app:control:1")
    assert history.phase
    assert history.phase.phase == "execution"


def test_a_review_is_open_until_its_outcome() -> None:
    history = requested(prepared(started(), "G1"), "G1")
    assert history.open_review("G1") == history.review("G1")
    assert history.open_reviews == (history.review("G1"),)
    assert history.and_then(*decided(started(), "G1").records[-1:]).open_reviews == ()
    assert decided(started(), "G1").open_review("G1") is None


def test_a_condition_is_open_until_it_is_cleared() -> None:
    history = decided(started(), "G1", "conditional_go")
    names = [condition.name for condition in history.open_conditions]
    assert names == ["G1.1.1", "G1.1.2"]
    assert [condition.name for condition in cleared(history, "G1.1.1").open_conditions] == ["G1.1.2"]


def test_only_the_newest_version_counts_as_accepted() -> None:
    history = submitted(opened(decided(started(), "G1"), "execution"), "app", "erik")
    assert not history.accepted("app")
    assert judged(history, "app", "cora").accepted("app")
    assert not submitted(judged(history, "app", "cora"), "app", "erik").accepted("app")


def test_limits_are_those_of_the_charter_until_a_baseline_sets_others() -> None:
    history = planned(opened(started()), activity("A1", 5))
    assert history.baseline
    more = constraints(cost=CostLimit(budget=Decimal(120_000)))
    changed = history.and_then(history.baseline.model_copy(update={"number": 2, "constraints": more}))
    assert (started().constraints, changed.constraints) == (started().charter.constraints, more)


def test_a_long_history_answers_like_a_short_one() -> None:
    history = started()
    for _ in range(RECENT + 10):
        history = lesson(history)
    again = History(history.records)
    assert len(history) == len(again) == RECENT + 11
    assert history.all(LessonRecorded) == again.all(LessonRecorded)
    assert history.newest == again.newest == history.last(LessonRecorded)
    assert history.last(LessonRecorded, number=3) == again.last(LessonRecorded, number=3)
    assert history.has("app:lesson:1") and history.has(f"app:lesson:{RECENT + 10}")
