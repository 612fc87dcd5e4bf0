"""F8: clocks that jump, go back, or meet odd days. A review ends on its day, once, and never by a doubtful clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lifecycle.actions import audit, gates, projects, views
from lifecycle.actions.deadlines import Watch, pass_time
from lifecycle.actions.workspace import Workspace, clock_of
from lifecycle.errors import BadInput, ReviewClosed
from lifecycle.history.gates import GateDecided
from tests import workspaces
from tests.builders import charter, patient
from tests.workspaces import Clock, charter_file, history, vote, workspace

OUTCOME = "app:G1:1:outcome"
DAY = timedelta(days=1)


def waiting_since(folder: Path, moment: datetime) -> Workspace:
    """Gate G1 is submitted at this moment; it is due ten days later and goes on hold after six more."""
    work = workspace(folder, patient(), clock=Clock(moment))
    projects.start_project(work, charter_file(folder, charter(plan="plan.csv")), "sam")
    workspaces.carry_on(work)
    workspaces.hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    return work


def at(work: Workspace, moment: datetime) -> None:
    assert isinstance(work.clock, Clock)
    work.clock.moment = moment


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Workspace]:
    work = waiting_since(tmp_path, datetime(2026, 1, 5, 9, tzinfo=UTC))
    yield work
    assert audit.verify(work).fault is None
    work.database.close()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 25, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 20, 22, 30, tzinfo=UTC),
        datetime(2028, 2, 20, 12, tzinfo=UTC),
        datetime(2028, 2, 13, 12, tzinfo=UTC),
        datetime(2038, 1, 10, 3, 14, 7, tzinfo=UTC),
        datetime(2026, 12, 25, 23, 59, 59, tzinfo=UTC),
    ],
    ids=["summer time begins", "it ends", "over 29 February", "ends on 29 February", "2038", "new year"],
)
def test_a_review_ends_on_its_day_in_utc(tmp_path: Path, moment: datetime) -> None:
    """R-22: the day before a vote counts; from midnight on it is on hold, across every kind of odd day."""
    work = waiting_since(tmp_path, moment)
    end = datetime.combine(moment.date() + 16 * DAY, datetime.min.time(), UTC)
    at(work, end - timedelta(seconds=1))
    vote(work, "G1", "cora")
    at(work, end)
    with pytest.raises(ReviewClosed, match="nobody decided it in time"):
        vote(work, "G1", "sam")
    work.database.close()


def test_a_gate_waits_400_days_over_restarts(waiting: Workspace, tmp_path: Path) -> None:
    """R-18: the process is started again and again; the decision of day 400 is taken on the resumed gate."""
    begin = waiting.now()
    for number in range(0, 401, 40):
        work = Workspace.open(tmp_path / "data", waiting.library, Clock(begin + number * DAY))
        pass_time(work)
        work.database.close()
    at(waiting, begin + 400 * DAY)
    gates.resume_gate(waiting, "app", "G1", "We are back.", "sam")
    vote(waiting, "G1", "cora")
    assert vote(waiting, "G1", "sam").outcome == "go"
    assert len(history(waiting).all(GateDecided)) == 2


def test_three_hours_back_leave_what_ended(waiting: Workspace) -> None:
    """R-23: expired stays expired, and the entries stay in their order."""
    at(waiting, datetime(2026, 1, 21, 1, tzinfo=UTC))
    assert pass_time(waiting).records[-1] == OUTCOME
    at(waiting, datetime(2026, 1, 20, 22, tzinfo=UTC))
    with pytest.raises(ReviewClosed):
        vote(waiting, "G1", "sam")
    assert pass_time(waiting).records == ()


def test_a_jump_of_forty_days_and_back_between_two_ticks_ends_nothing(waiting: Workspace) -> None:
    """R-23: the tick that sees the jump waits, and the one that sees it gone does as well."""
    begin, really = waiting.now(), iter((0.0, 30.0, 60.0, 90.0))
    watch = Watch(waiting, lambda: next(really))
    at(waiting, begin + 40 * DAY)
    assert watch.tick().records == ()
    at(waiting, begin + timedelta(seconds=60))
    assert watch.tick().records == ()
    at(waiting, begin + timedelta(seconds=90))
    watch.tick()
    assert history(waiting).open_review("G1")


def test_a_restart_under_a_past_clock_ends_nothing(waiting: Workspace, tmp_path: Path) -> None:
    """R-23: there is no time before the restart to compare with; the journal's newest entry stands in for it."""
    at(waiting, datetime(2026, 2, 20, 9, tzinfo=UTC))
    with waiting.writing("sam") as store:
        store.note("looked", "app", subject="app")
    again = Workspace.open(tmp_path / "data", waiting.library, Clock(datetime(2026, 2, 1, tzinfo=UTC)))
    passed = pass_time(again)
    assert (passed.records, "the newest journal entry is of 2026-02-20" in str(passed.doubt)) == ((), True)
    again.database.close()


def test_hosts_five_minutes_apart_keep_one_order(waiting: Workspace, tmp_path: Path) -> None:
    """R-25: the order is that of the numbers, whatever the two clocks say, and each sees the other's vote."""
    begin = waiting.now()
    other = Workspace.open(tmp_path / "data", waiting.library, Clock(begin + timedelta(minutes=5)))
    vote(other, "G1", "cora")
    assert vote(waiting, "G1", "sam").outcome == "go"
    entries = views.journal_of(waiting, None)
    assert [entry.seq for entry in entries] == [*range(1, len(entries) + 1)]
    by_vote = [record for record in history(waiting).records if record.kind == "vote"]
    assert [record.by for record in by_vote] == ["cora", "sam"]
    assert by_vote[0].at > by_vote[1].at
    other.database.close()


def test_a_leap_second_in_a_clock_file_is_refused_and_nothing_happens(tmp_path: Path) -> None:
    """The 61st second is no time that Python knows: the sentence says so."""
    (tmp_path / "clock").write_text("2026-06-30T23:59:60+00:00")
    with pytest.raises(BadInput, match="does not hold an ISO date"):
        clock_of(tmp_path / "clock")()
