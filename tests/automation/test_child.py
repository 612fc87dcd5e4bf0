"""The child's side, looked at from within: limits come first, then the import, the call and the answer."""

import json
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.automation import child
from lifecycle.automation.child import ANSWER, ASKED, function_of, limit, main

Limits = dict[int, tuple[int, int]]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """The limits that are asked for; the test itself keeps its own."""
    asked: Limits = {}

    def note(kind: int, pair: tuple[int, int]) -> None:
        asked[kind] = pair

    monkeypatch.setattr(resource, "setrlimit", note)
    monkeypatch.setattr(signal, "alarm", lambda seconds: note(-1, (seconds, seconds)))
    return asked


def test_one_question_gets_one_answer_within_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: Limits
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ASKED).write_text('{"a": 1}')

    def counting(given: object) -> object:
        assert limits, "the limits come first"
        return {"text": str(given)}

    def found(entry: str) -> Callable[[object], object]:
        assert limits, "the limits come first"
        return counting

    monkeypatch.setattr(child, "function_of", found)
    main("odd:counting", 20)
    assert json.loads((tmp_path / ANSWER).read_text()) == {"text": "{'a': 1}"}
    assert limits[resource.RLIMIT_CPU] == limits[-1] == (25, 25)


@pytest.mark.parametrize(("hard", "least"), [(resource.RLIM_INFINITY, child.MEMORY), (1000, 1000)])
def test_a_limit_that_is_tighter_already_stays(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, hard: int, least: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (hard, hard))
    limit(20)
    assert limits[resource.RLIMIT_AS] == (least, least)
    assert limits[resource.RLIMIT_CORE] == (0, 0)


def test_a_function_is_found_or_named_on_the_way_out() -> None:
    assert function_of("json:dumps") is json.dumps
    for entry in ("json:nothing", "json:__name__", "nothing_like_this:f"):
        with pytest.raises(SystemExit, match="cannot be imported"):
            function_of(entry)
