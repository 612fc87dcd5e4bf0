"""Histories kept in memory: bounded, and never an older one for a newer."""

from lifecycle.history import History
from lifecycle.records.known import NOWHERE, Known, Mark
from tests.builders import charter, lesson, started


def life(project: str, lessons: int) -> History:
    history = started(charter(project))
    for _ in range(lessons):
        history = lesson(history)
    return history


def test_what_is_not_known_has_no_history() -> None:
    assert Known().get("app") == (NOWHERE, None)


def test_an_older_reading_does_not_replace_a_newer_one() -> None:
    known, older, newer = Known(), life("app", 1), life("app", 2)
    known.put(Mark(7, "b"), newer)
    known.put(Mark(5, "a"), older)
    assert known.get("app") == (Mark(7, "b"), newer)


def test_the_histories_not_asked_for_longest_go_first() -> None:
    known = Known(records=6)
    for seq, project in enumerate(("one", "two", "three"), start=1):
        known.put(Mark(seq, "a"), life(project, 1))
    known.get("one")
    known.put(Mark(9, "b"), life("two", 2))
    assert [known.get(project)[0].seq for project in ("one", "two", "three")] == [1, 9, 0]


def test_the_newest_history_is_kept_however_long_it_is() -> None:
    known = Known(records=2)
    known.put(Mark(1, "a"), life("one", 1))
    known.put(Mark(9, "b"), life("two", 5))
    assert [known.get(project)[0].seq for project in ("one", "two")] == [0, 9]


def test_what_is_forgotten_takes_no_room() -> None:
    known = Known(records=4)
    known.put(Mark(1, "a"), life("one", 1))
    known.forget("one")
    known.forget("one")
    for seq, project in enumerate(("two", "three"), start=2):
        known.put(Mark(seq, "a"), life(project, 1))
    assert [known.get(project)[0].seq for project in ("one", "two", "three")] == [0, 2, 3]
