"""Where the work is kept, and what time it is there."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lifecycle.actions.workspace import clock_of, system_clock
from lifecycle.errors import BadInput
from tests.builders import START
from tests.workspaces import workspace


def test_a_clock_file_is_read_anew_each_time(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    work = workspace(tmp_path, clock=clock_of(file))
    for text, day in (("2026-03-02T08:00:00", date(2026, 3, 2)), ("2026-03-02T23:30:00-05:00", date(2026, 3, 3))):
        file.write_text(text)
        assert (work.today(), work.now().tzinfo) == (day, UTC)


@pytest.mark.parametrize("text", ["", "tomorrow"])
def test_a_clock_file_without_a_time_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "clock").write_text(text)
    with pytest.raises(BadInput, match="does not hold an ISO date"):
        clock_of(tmp_path / "clock")()


def test_a_clock_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing does not hold"):
        clock_of(tmp_path / "nothing")()


def test_moments_are_whole_seconds_in_utc(tmp_path: Path) -> None:
    work = workspace(tmp_path, clock=lambda: START + timedelta(microseconds=7))
    assert work.now() == START
    assert system_clock().tzinfo == UTC
    assert system_clock() >= datetime(2026, 1, 1, tzinfo=UTC)
