"""The passing of time in the records: once, before everything else of the day, and only under a trusted clock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from lifecycle.actions import audit, gates, people, phases, projects, views
from lifecycle.actions.days import pass_day
from lifecycle.actions.deadlines import Passed, Watch, clock_doubt, clock_warning, pass_time
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import LeaseLost, ReviewClosed
from lifecycle.governance.delegations import Deputy
from lifecycle.history import SYSTEM
from lifecycle.history.gates import GateDecided
from lifecycle.records import days, outbox
from lifecycle.records.database import KNOWN
from lifecycle.records.outbox import Lease
from tests import workspaces
from tests.builders import START, charter, day, patient
from tests.workspaces import Clock, charter_file, history, vote, workspace

G1 = "app:G1:1:"


def begun(folder: Path, *names: str) -> Workspace:
    """Projects whose gate G1 waits for Sam and Cora since day 0; due on day 10, on hold from day 16 on."""
    work = workspace(folder, patient())
    for name in names:
        begin(work, folder, name)
    return work


def begin(work: Workspace, folder: Path, name: str) -> None:
    projects.start_project(work, charter_file(folder, charter(name, plan="plan.csv")), "sam")
    workspaces.carry_on(work, name)
    workspaces.hand_in(work, "plan", "erik", project=name)
    gates.submit_gate(work, name, "G1", "paula")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return begun(tmp_path_factory.mktemp("waiting"), "app")


@pytest.fixture
def waiting(lived: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """G1 of the project `app` waits since day 0."""
    work = workspaces.copied(lived, tmp_path)
    yield work
    work.database.close()


@pytest.fixture(scope="module")
def lived_many(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return begun(tmp_path_factory.mktemp("many"), *(f"p{number}" for number in range(25)))


@pytest.fixture
def many(lived_many: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """Twenty-five gates wait since day 0."""
    work = workspaces.copied(lived_many, tmp_path)
    yield work
    work.database.close()


def on(work: Workspace, number: float) -> None:
    """Set the clock to so many days after the submission."""
    assert isinstance(work.clock, Clock)
    work.clock.moment = START + timedelta(days=number)


def journaled(work: Workspace, action: str) -> list[tuple[str, str | None]]:
    return [(entry.actor, entry.note) for entry in views.journal_of(work, None) if entry.action == action]


def test_time_writes_what_it_demands_once(waiting: Workspace) -> None:
    on(waiting, 9)
    assert pass_time(waiting).records == (G1 + "reminder:5", G1 + "reminder:1")
    assert pass_time(waiting) == Passed()
    on(waiting, 16)
    assert pass_time(waiting).records == (G1 + "escalation:1", G1 + "escalation:2", G1 + "outcome")
    assert [item.what for item in views.inbox(waiting, None)] == ["resume", "resume"]
    with waiting.look() as store:
        assert outbox.waiting(store.connection)[-1].id == G1 + "outcome"


def test_ten_at_once_write_each_record_once(waiting: Workspace) -> None:
    """R-22: one end, one reminder, one escalation for each level, however many look at the same time."""
    on(waiting, 16)
    with ThreadPoolExecutor(10) as pool:
        passed = list(pool.map(lambda _: pass_time(waiting), range(10)))
    written = [record for one in passed for record in one.records]
    assert sorted(written) == sorted(
        G1 + name for name in ("reminder:5", "reminder:1", "escalation:1", "escalation:2", "outcome")
    )
    assert not journaled(waiting, "refused")


def test_a_vote_on_a_later_day_meets_the_day_first(waiting: Workspace) -> None:
    """R-08, R-22: nobody looked since day 0; the vote of day 16 is too late, and the hold stays."""
    on(waiting, 15)
    vote(waiting, "G1", "cora")
    on(waiting, 16)
    with pytest.raises(ReviewClosed, match="nobody decided it in time"):
        vote(waiting, "G1", "sam")
    end = history(waiting).last(GateDecided)
    assert end
    assert (end.outcome, end.cause, end.by, end.at) == ("hold", "overdue", SYSTEM, day(16))
    assert journaled(waiting, "refused vote") == [("sam", "review_closed")]


def test_a_vote_of_the_last_day_counts(waiting: Workspace) -> None:
    on(waiting, 15.6)
    vote(waiting, "G1", "cora")
    assert vote(waiting, "G1", "sam").outcome == "go"
    on(waiting, 400)
    assert pass_time(waiting).records == ()


def test_a_resumed_gate_has_new_deadlines(waiting: Workspace) -> None:
    """R-18: a gate waits 400 days on hold, then is resumed and decided."""
    on(waiting, 16)
    pass_time(waiting)
    on(waiting, 416)
    assert pass_time(waiting).records == ()
    gates.resume_gate(waiting, "app", "G1", "We go on.", "sam")
    on(waiting, 425)
    assert pass_time(waiting).records == ("app:G1:2:reminder:5", "app:G1:2:reminder:1")
    vote(waiting, "G1", "cora")
    assert vote(waiting, "G1", "sam").outcome == "go"


def test_a_day_that_demands_nothing_writes_nothing(waiting: Workspace) -> None:
    before = views.journal_of(waiting, None)
    on(waiting, 3)
    assert pass_time(waiting) == Passed()
    assert views.journal_of(waiting, None) == before
    with waiting.look() as store:
        assert [line.state for line in store.listings()] == ["awaiting decision"]


def test_days_pass_without_a_look_at_the_records_of_those_who_wait(many: Workspace) -> None:
    """They are looked at on the day of which they say that it brings something, by whatever process."""
    asked: list[str] = []
    event.listen(many.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    KNOWN.clear()  # as in a process that begins on that day
    for number in (1, 2, 3):
        on(many, number)
        assert pass_time(many) == Passed()
    assert [statement for statement in asked if "FROM record" in statement] == []
    on(many, 5)
    assert len(pass_time(many).records) == 25


def read_by(work: Workspace) -> list[str]:
    """The values of the statements that a process runs from now on that has read nothing yet."""
    KNOWN.clear()
    read: list[str] = []
    event.listen(work.database.engine, "before_cursor_execute", lambda *call: read.append(str(call[3])))
    return read


def test_only_those_are_read_for_whom_a_day_brings_something(many: Workspace) -> None:
    """One of them was submitted five days later than the others; on the day of their reminder nobody reads it."""
    gates.withdraw_gate(many, "p0", "G1", "paula")
    on(many, 5)
    gates.submit_gate(many, "p0", "G1", "paula")
    on(many, 9)
    read = read_by(many)
    assert len(pass_time(many).records) == 48
    assert [one for one in read if "'p1'" in one]
    assert [one for one in read if "'p0'" in one] == []


def test_whoever_acts_on_a_new_day_reads_no_history_but_their_own(many: Workspace) -> None:
    """Twenty-five reviews would go on hold, which holds time back; that is known without reading them."""
    on(many, 16)
    read = read_by(many)
    vote(many, "G1", "sam", "p3")
    assert [one for one in read if "'p3'" in one]
    assert [one for one in read if "'p4'" in one] == []


def test_a_stand_in_is_asked_from_the_first_day_to_the_last(waiting: Workspace) -> None:
    """Nobody does anything meanwhile; the day itself brings the line, and takes it away again."""
    people.grant_delegation(waiting, "app", Deputy("ada", day(3).date(), day(4).date(), "Holidays."), "cora")
    asked = {}
    for number in range(6):
        on(waiting, number)
        pass_time(waiting)
        asked[number] = [item.what for item in views.inbox(waiting, "ada")]
    assert asked == {0: [], 1: [], 2: [], 3: ["decide"], 4: ["decide"], 5: []}
    assert audit.verify(waiting).fault is None


def test_what_a_day_brought_is_not_due_again(waiting: Workspace) -> None:
    for number in range(30):
        on(waiting, number)
        pass_time(waiting)
        with waiting.look() as store:
            assert days.due(store.connection, store.now.date()) == ()


def test_what_becomes_overdue_says_so_in_the_inbox(waiting: Workspace) -> None:
    on(waiting, 10)
    pass_time(waiting)
    assert "overdue" not in views.inbox(waiting, "sam")[0].text
    on(waiting, 11)
    pass_time(waiting)
    assert views.inbox(waiting, "sam")[0].text.endswith("(overdue since 2026-01-15)")


def test_who_comes_second_on_a_new_day_finds_it_done(waiting: Workspace) -> None:
    """Two changes that both saw the new day: the second one's look at it writes nothing."""
    on(waiting, 9)
    pass_time(waiting)
    with waiting.writing(SYSTEM) as store:
        pass_day(store, "app")
        assert store.written == {}


def test_closed_projects_have_no_days(closed: Workspace, tmp_path: Path) -> None:
    work = workspaces.copied(closed, tmp_path)
    on(work, 900)
    assert pass_time(work) == Passed()
    work.database.close()


# The clock


def test_a_clock_that_went_back_ends_nothing_and_people_may_decide(waiting: Workspace) -> None:
    """R-23: the record is of day 20; a clock of day 17 reminds and ends nothing, and a vote is taken."""
    on(waiting, 20)
    with waiting.writing("sam") as store:
        store.note("looked", "app", subject="app")
    on(waiting, 17)
    passed = pass_time(waiting)
    assert (passed.records, passed.doubt) == ((), clock_doubt(waiting))
    assert "the newest journal entry is of 2026-01-25 09:00" in str(passed.doubt)
    vote(waiting, "G1", "cora")
    newest = history(waiting).records[-1]
    assert (newest.id, newest.at) == (G1 + "vote:cora", day(17))


def test_who_decides_under_a_clock_vouches_for_it(waiting: Workspace) -> None:
    """From then on the record's newest moment is that clock's, and time passes by it."""
    on(waiting, 20)
    with waiting.writing("sam") as store:
        store.note("looked", "app", subject="app")
    on(waiting, 17)
    vote(waiting, "G1", "cora")
    assert clock_doubt(waiting) is None
    assert pass_time(waiting).records[-1] == G1 + "outcome"


def test_what_ended_stays_ended_when_the_clock_goes_back(waiting: Workspace) -> None:
    """R-23: back to the evening before the hold; the hold stays, and so does the order of entries by number."""
    on(waiting, 16)
    pass_time(waiting)
    on(waiting, 15.5)
    with pytest.raises(ReviewClosed):
        vote(waiting, "G1", "sam")
    assert pass_time(waiting).records == ()
    entries = views.journal_of(waiting, None)
    assert [entry.seq for entry in entries] == [*range(1, len(entries) + 1)]
    own = [entry.at for entry in entries if entry.project]
    assert own[-1] < own[-2]


def test_clocks_that_differ_by_a_minute_are_trusted(waiting: Workspace) -> None:
    on(waiting, 16 + 60 / 86400)
    with waiting.writing("sam") as store:
        store.note("looked", "app", subject="app")
    on(waiting, 16)
    assert pass_time(waiting).records[-1] == G1 + "outcome"


def test_many_ends_at_once_are_held_until_somebody_says_the_clock_is_right(many: Workspace) -> None:
    """R-24: ten years ahead. Nothing ends, a vote is still taken, and the acceptance is in the journal."""
    on(many, 3650)
    assert "25 of 25 open reviews would go on hold at once; it is 2036-01-03" in str(pass_time(many).doubt)
    assert clock_doubt(many) == pass_time(many).doubt
    assert not vote(many, "G1", "sam", "p0").outcome
    assert vote(many, "G1", "cora", "p0").outcome == "go"

    on(many, 3651)
    passed = pass_time(many, accepted_by="ingrid")
    assert (passed.doubt, sum(record.endswith(":outcome") for record in passed.records)) == (None, 24)
    assert [actor for actor, _ in journaled(many, "clock.accepted")] == ["ingrid"]
    assert clock_doubt(many) is None


def test_a_few_ends_or_a_small_share_of_them_are_no_matter(many: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        gates.withdraw_gate(many, f"p{number}", "G1", "paula")
    on(many, 15)
    gates.submit_gate(many, "p0", "G1", "paula")
    pass_time(many)
    on(many, 16)
    assert "21 of 22" in str(clock_doubt(many))
    monkeypatch.setattr("lifecycle.actions.days.MASS_PERCENT", 96)
    assert clock_doubt(many) is None
    monkeypatch.undo()
    gates.withdraw_gate(many, "p5", "G1", "paula")
    assert clock_doubt(many) is None
    assert pass_time(many).doubt is None


def test_accepting_a_clock_that_nobody_doubts_is_no_matter(waiting: Workspace) -> None:
    on(waiting, 9)
    assert len(pass_time(waiting, accepted_by="ingrid").records) == 2
    assert journaled(waiting, "clock.accepted") == []


def test_a_long_silence_is_told_of(waiting: Workspace, tmp_path: Path) -> None:
    on(waiting, 30)
    assert clock_warning(waiting) is None
    on(waiting, 31)
    assert "The newest journal entry is of 2026-01-05, the clock says 2026-02-05." in str(clock_warning(waiting))
    (tmp_path / "empty").mkdir()
    assert clock_warning(workspace(tmp_path / "empty")) is None


@pytest.mark.parametrize("jump", [61, -61, 86400 * 40])
def test_a_jump_of_the_clock_makes_time_wait_for_one_tick(waiting: Workspace, jump: int) -> None:
    on(waiting, 16)
    really = iter((0.0, 30.0, 60.0))
    watch = Watch(waiting, lambda: next(really))
    on(waiting, 16 + (30 + jump) / 86400)
    assert f"{jump:+}" in str(watch.tick().doubt)
    assert journaled(waiting, "clock.jump") == [(SYSTEM, f"{jump:+} s")]
    on(waiting, 16 + (60 + jump) / 86400)
    with waiting.look() as store:
        assert store.newest() == START + timedelta(days=16, seconds=30 + jump)
    assert watch.tick().records[-1] == G1 + "outcome"


def test_a_clock_that_walks_as_it_should_is_no_jump(waiting: Workspace) -> None:
    really = iter((0.0, 30.0))
    watch = Watch(waiting, lambda: next(really))
    on(waiting, 90 / 86400)
    assert watch.tick() == Passed()
    assert journaled(waiting, "clock.jump") == []


# The lease


def leased(work: Workspace, owner: str, later: int = 0) -> Workspace:
    """The workspace of a runner that takes the lease so many seconds after the beginning."""
    now = START + timedelta(seconds=later)
    with work.writing(SYSTEM) as store:
        token = outbox.take_lease(store.connection, "dispatch", owner, now, 15)
    assert token
    return work.fenced(Lease("dispatch", owner, token))


def test_a_runner_whose_lease_is_gone_writes_nothing(started: Workspace) -> None:
    """R-15: its write is refused and journaled; people are not asked for a lease."""
    workspaces.hand_in(started, "plan", "erik")
    first = leased(started, "one")
    second = leased(started, "two", later=16)
    with pytest.raises(LeaseLost, match="The runner one was silent for too long, and two has taken over"):
        phases.request_review(first, "app", "G1")
    with pytest.raises(LeaseLost), first.writing(SYSTEM) as store:
        store.note("nothing", "app", subject="app")
    assert journaled(started, "refused submit gate") == [(SYSTEM, "lease_lost")]
    assert phases.request_review(second, "app", "G1").state == "preparing"
    assert gates.submit_gate(started, "app", "G1", "paula").round == 1


def test_a_lease_that_nobody_has_is_no_lease(started: Workspace) -> None:
    with pytest.raises(LeaseLost, match="nobody has taken over"):
        phases.request_review(started.fenced(Lease("dispatch", "one", 1)), "app", "G1")
