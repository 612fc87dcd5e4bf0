"""The ends of a project."""

from decimal import Decimal

import pytest

from lifecycle.errors import ClosureBlocked, NotAuthorised, NotFound, TransitionNotAllowed
from lifecycle.governance import closing
from lifecycle.history import SYSTEM, History
from lifecycle.process.definition import AuthorityDefinition
from lifecycle.progress import Ended, next_step
from tests.builders import (
    PEOPLE,
    START,
    closed,
    day,
    decided,
    definition,
    finished,
    lesson,
    opened,
    released,
    started,
    stopped,
    submitted,
)

HEAD = "a" * 64


def wound_up() -> History:
    """A stopped project that owes nothing any more."""
    return released(lesson(submitted(stopped(opened(started())), "final-report", "paula")))


def passed_all() -> History:
    return decided(decided(decided(started(), "G1"), "G2"), "G3")


# Stopping


def test_the_authority_stops_a_project_with_a_reason() -> None:
    stop = closing.stop(opened(started()), "sam", "No longer wanted.", day(2))
    assert (stop.id, stop.by, stop.reason, stop.at) == ("app:stop", "sam", "No longer wanted.", day(2))


def test_who_may_stop_up_to_a_limit_stops_no_larger_project() -> None:
    limited = AuthorityDefinition(decision="stop", roles=("manager",), up_to_cost=Decimal(1000))
    process = definition(authority=(limited, *definition().authority))
    with pytest.raises(NotAuthorised, match="Paula P"):
        closing.stop(opened(started(process=process)), "paula", "Over.", START)
    assert closing.stop(opened(started(process=process)), "sam", "Over.", START).by == "sam"


def test_nobody_else_stops_it() -> None:
    with pytest.raises(NotAuthorised, match=r"Paula P. may not decide a stop .*Those who may: Sam S"):
        closing.stop(opened(started()), "paula", "Enough.", START)


def test_a_project_is_stopped_once_and_not_after_its_end() -> None:
    with pytest.raises(TransitionNotAllowed, match=r"stopped by Sam S. on 2026-01-05 already"):
        closing.stop(stopped(started()), "sam", "Again.", START)
    with pytest.raises(TransitionNotAllowed, match="stopped by Sam S"):
        closing.stop(decided(started(), "G1", "kill"), "sam", "Again.", START)
    with pytest.raises(TransitionNotAllowed, match="was closed"):
        closing.stop(finished(), "sam", "Too late.", START)


# Releasing


def test_the_manager_releases_people() -> None:
    release = closing.release(opened(started()), "erik", "paula", day(3))
    assert (release.id, release.person, release.by) == ("app:release:erik", "erik", "paula")
    left = closing.unreleased(opened(started()).and_then(release))
    assert left == ("paula", "sam", "cora", "ada")


def test_nobody_else_releases_people() -> None:
    with pytest.raises(NotAuthorised, match="may not release people"):
        closing.release(opened(started()), "erik", "sam", START)


def test_only_people_of_the_project_are_released_and_only_once() -> None:
    with pytest.raises(NotFound, match="stranger"):
        closing.release(opened(started()), "stranger", "paula", START)
    with pytest.raises(TransitionNotAllowed, match=r"Paula P. was released already"):
        closing.release(released(started()), "paula", "paula", START)


# Closing


def test_the_engine_closes_a_project_that_passed_its_last_gate() -> None:
    end = closing.close(passed_all(), SYSTEM, day(9), HEAD)
    assert (end.id, end.premature, end.journal_head, end.by) == ("app:closure", False, HEAD, SYSTEM)
    assert next_step(passed_all().and_then(end)) == Ended(word="closed")


def test_nobody_closes_by_hand_what_the_engine_closes() -> None:
    with pytest.raises(TransitionNotAllowed, match="closed by the engine itself"):
        closing.close(passed_all(), "paula", START, HEAD)


@pytest.mark.parametrize("by", ["paula", SYSTEM])
def test_a_running_project_is_not_closed(by: str) -> None:
    with pytest.raises(TransitionNotAllowed, match=r"not at its end: G1, preparing. Pass the last gate, or stop it"):
        closing.close(opened(started()), by, START, HEAD)


def test_a_stopped_project_is_closed_by_its_manager_once_nothing_is_owed() -> None:
    end = closing.close(wound_up(), "paula", day(9), HEAD)
    assert (end.premature, end.by) == (True, "paula")
    assert next_step(wound_up().and_then(end)) == Ended(word="closed early")
    assert closing.owed(wound_up()) == ()


def test_a_killed_project_is_wound_up_and_closed_in_the_same_way() -> None:
    history = opened(decided(started(), "G1", "kill"), "closing", premature=True)
    with pytest.raises(ClosureBlocked):
        closed(history, "paula")
    history = released(lesson(submitted(history, "final-report", "paula")))
    assert next_step(closed(history, "paula")) == Ended(word="closed early")


def test_all_that_is_owed_is_named_at_once() -> None:
    with pytest.raises(ClosureBlocked) as refusal:
        closing.close(stopped(opened(started())), "paula", START, HEAD)
    for owed in ("no lesson was recorded", "'Final report' was not submitted", "people are not released"):
        assert owed in str(refusal.value)
    for member in PEOPLE:
        assert member.name in str(refusal.value)


def test_nobody_else_closes_a_stopped_project() -> None:
    with pytest.raises(NotAuthorised, match=r"Sam S. may not close the project early"):
        closing.close(wound_up(), "sam", START, HEAD)
    with pytest.raises(TransitionNotAllowed, match="was stopped; its manager closes it"):
        closing.close(wound_up(), SYSTEM, START, HEAD)


def test_a_stopped_project_is_not_closed_before_its_early_closing_began() -> None:
    history = started().and_then(closing.stop(started(), "sam", "No longer wanted.", START))
    with pytest.raises(
        TransitionNotAllowed, match=r"not at its end: closing is opened by the next run: phasegate worker"
    ):
        closing.close(history, "paula", START, HEAD)


def test_a_project_is_closed_once() -> None:
    with pytest.raises(TransitionNotAllowed, match="was closed"):
        closing.close(finished(), SYSTEM, START, HEAD)
