"""Histories kept in memory: bounded, and never an older one for a newer."""

from lifecycle.history import History
from lifecycle.records.known import Known
from tests.builders import charter, lesson, started


def life(project: str, lessons: int) -> History:
    history = started(charter(project))
    for _ in range(lessons):
        history = lesson(history)
    return history


def test_what_is_not_known_has_no_history() -> None:
    assert Known().get("app") == (0, None)


def test_an_older_reading_does_not_replace_a_newer_one() -> None:
    known, older, newer = Known(), life("app", 1), life("app", 2)
    known.put(7, newer)
    known.put(5, older)
    assert known.get("app") == (7, newer)


def test_the_histories_not_asked_for_longest_go_first() -> None:
    known = Known(records=6)
    for seq, project in enumerate(("one", "two", "three"), start=1):
        known.put(seq, life(project, 1))
    known.get("one")
    known.put(9, life("two", 2))
    assert [known.get(project)[0] for project in ("one", "two", "three")] == [1, 9, 0]


def test_the_newest_history_is_kept_however_long_it_is() -> None:
    known = Known(records=2)
    known.put(1, life("one", 1))
    known.put(9, life("two", 5))
    assert [known.get(project)[0] for project in ("one", "two")] == [0, 9]
