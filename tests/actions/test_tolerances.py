"""Tolerances per level through the actions: who is asked, what a gate waits for, what is granted, what a move does."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, exceptions, gates, migration, plans, projects, registers, tolerances, views
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.control.exceptions import Resolution
from lifecycle.control.granting import Grant
from lifecycle.control.tolerances import open_exceptions
from lifecycle.errors import BadInput, NotAuthorised, NotFound, NotReady, TransitionNotAllowed
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import BaselineSet, ExceptionDecided, ExceptionEnded, ToleranceGranted
from lifecycle.history.plan import ProgressLine
from lifecycle.process.definition import AuthorityDefinition, ProcessDefinition, ToleranceDefinition
from lifecycle.process.renaming import with_new_names
from tests.builders import criterion, definition, execution, planning, wind_up
from tests.moves import CONTROL
from tests.workspaces import carry_on, charter_file, hand_in, history, on, pass_first_gate, vote, workspace

PLAN = """\
id,name,wbs,duration,predecessors,owner,cost,deliverable
A1,Build,1,20,,engineer,60000,app
A2,Test,1,10,A1,engineer,30000,test-report
"""
ROWS = (
    ToleranceDefinition(level="stage", measure="time", amount=Decimal(10), asks="sponsor"),
    ToleranceDefinition(level="stage", measure="quality", amount=Decimal(0)),
    ToleranceDefinition(level="work-package", measure="time", amount=Decimal(3)),
    ToleranceDefinition(level="project", measure="risk", amount=Decimal(12), asks="customer"),
)
START, TODAY = date(2026, 1, 5), date(2026, 1, 30)


def process(*rows: ToleranceDefinition, **changes: Any) -> ProcessDefinition:
    """The small process with these tolerances, whose gate G2 asks whether exceptions are settled."""
    asked = criterion("settled", "exceptions.unsettled == 0")
    gate = execution().gates[0].model_copy(update={"criteria": (asked,)})
    decided = AuthorityDefinition(decision="exception", roles=("customer",))
    return definition(
        planning(),
        execution(gates=(gate,)),
        CONTROL,
        wind_up(),
        **{"tolerances": rows or ROWS, "authority": (*definition().authority, decided)} | changes,
    )


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workspace]:
    """The app is being built by a process whose levels have tolerances."""
    work = workspace(tmp_path, process())
    with closing(work.database):
        file = charter_file(tmp_path)
        (tmp_path / "plan.csv").write_text(PLAN)
        projects.start_project(work, file, "sam")
        pass_first_gate(work)
        yield work


def report(work: Workspace, remaining: int, activity: str = "A1") -> None:
    """On the last Friday of January, so many days of it are left; two were planned for A1, none for A2."""
    on(work, TODAY)
    line = ProgressLine(
        activity=activity, percent=90, actual_start=START, actual_cost=Decimal(100), remaining=remaining
    )
    plans.record_progress(work, "app", TODAY, line, "paula")


def decide(work: Workspace, number: int, choice: str, by: str, **more: Any) -> ExceptionDecided:
    said = Resolution.model_validate({"by": by, "choice": choice, "reason": "We looked at it.", **more})
    return exceptions.decide_exception(work, "app", number, said)


def grant(work: Workspace, by: str = "sam", **more: Any) -> ToleranceGranted:
    said = {"by": by, "reason": "The board agreed."} | more
    return tolerances.grant_tolerance(work, "app", Grant.model_validate(said))


def opened(work: Workspace) -> list[tuple[str, str]]:
    return [(one.subject.level, one.measure) for one in open_exceptions(history(work))]


def waits(work: Workspace) -> list[tuple[str, str]]:
    return [(item.person, item.subject) for item in views.inbox(work, None) if item.what == "decide exception"]


def ready(work: Workspace) -> None:
    """Whatever else gate G2 asks for."""
    hand_in(work, "app", "erik")
    projects.judge_deliverable(work, "app", deliverable="app", by="cora")
    hand_in(work, "test-report", "erik")


def test_a_work_packages_exception_is_decided_by_the_manager_alone_and_holds_no_gate(work: Workspace) -> None:
    report(work, 4)
    assert opened(work) == [("work-package", "time")]
    assert waits(work) == [("paula", "1")]
    with pytest.raises(NotAuthorised, match=r"Those who may: Paula P\."):
        decide(work, 1, "no-action", "sam")
    ready(work)
    gates.submit_gate(work, "app", "G2", "paula")
    assert decide(work, 1, "more-tolerance", "paula", days=9).days == 9
    assert opened(work) == []
    assert history(work).all(ExceptionEnded)[0].cause == "app:exception:1:decision"


def test_a_stages_exception_shuts_its_gate_until_the_board_grants_more_and_moves_no_baseline(work: Workspace) -> None:
    report(work, 14)
    assert opened(work) == [("stage", "time"), ("work-package", "time")]
    assert waits(work) == [("sam", "1"), ("paula", "2")]
    ready(work)
    with pytest.raises(NotReady, match="settled"):
        gates.submit_gate(work, "app", "G2", "paula")
    before = history(work)
    with pytest.raises(NotAuthorised):
        decide(work, 1, "more-tolerance", "paula", days=30)
    with pytest.raises(BadInput, match=r"That is not enough: Stage Execution: the forecast finish"):
        decide(work, 1, "more-tolerance", "sam", days=11)
    with pytest.raises(BadInput, match="is about time"):
        decide(work, 1, "more-tolerance", "sam", count=30)
    decide(work, 1, "more-tolerance", "sam", days=30)
    after = history(work)
    assert opened(work) == [("work-package", "time")]
    assert after.constraints == before.constraints
    assert after.all(BaselineSet) == before.all(BaselineSet)
    gates.submit_gate(work, "app", "G2", "paula")
    for person in ("sam", "ada"):
        vote(work, "G2", person)
    carry_on(work)
    assert history(work).phase.phase == "closing"  # type: ignore[union-attr]
    assert audit.verify(work).fault is None


def test_a_breach_that_is_the_projects_as_well_is_raised_on_every_level_at_once(work: Workspace) -> None:
    report(work, 150)
    assert opened(work) == [("project", "time"), ("stage", "time"), ("work-package", "time")]


def test_what_was_granted_at_the_boundary_is_in_force_when_the_forecast_comes(work: Workspace) -> None:
    assert grant(work, phase="execution", days=40).id == "app:tolerance:1"
    grant(work, "paula", activity="A1", days=40)
    report(work, 14)
    assert opened(work) == []
    assert grant(work, phase="execution", days=1).id == "app:tolerance:3"
    assert opened(work) == [("stage", "time")]
    assert grant(work, phase="execution", days=1).number == 3, "the same again is the same"
    grant(work, phase="execution", days=40)
    assert history(work).all(ExceptionEnded)[0].cause == "app:tolerance:4"
    limits = {(one.subject.level, one.measure): one.said for one in tolerances.readings_of(work, "app")}
    assert limits["stage", "time"] == limits["work-package", "time"] == "40 days"
    assert limits["project", "time"] == "10 days"


@pytest.mark.parametrize(
    ("said", "error", "why"),
    [
        ({"phase": "execution"}, BadInput, "how far one measure may stray"),
        ({"days": 3}, BadInput, "Say one stage or one work package"),
        ({"phase": "execution", "activity": "A1", "days": 3}, BadInput, "Say one stage or one work package"),
        ({"phase": "execution", "days": 3, "count": 1}, BadInput, "how far one measure may stray"),
        ({"phase": "execution", "cost": 3}, BadInput, "no tolerance of cost for a stage. There are: stage time, stage"),
        ({"phase": "exekution", "days": 3}, NotFound, "exekution"),
        ({"activity": "A9", "days": 3, "by": "paula"}, NotFound, "A9"),
        ({"phase": "execution", "days": 3, "by": "paula"}, NotAuthorised, r"Those who may: Sam S\."),
        ({"activity": "A1", "days": 3}, NotAuthorised, r"Those who may: Paula P\."),
        ({"phase": "execution", "count": 3}, NotAuthorised, r"Those who may: Cora C\."),
    ],
)
def test_a_grant_names_one_part_and_one_measure_and_comes_from_whoever_is_asked(
    work: Workspace, said: dict[str, Any], error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=why):
        grant(work, **said)
    assert history(work).all(ToleranceGranted) == ()


def test_nothing_is_granted_before_there_is_work_and_after_its_end(tmp_path: Path) -> None:
    work = workspace(tmp_path, process())
    with closing(work.database):
        projects.start_project(work, charter_file(tmp_path), "sam")
        with pytest.raises(TransitionNotAllowed, match="no baseline yet"):
            grant(work, "paula", activity="A1", days=3)
        grant(work, phase="execution", days=3)
        projects.stop_project(work, "app", "Not needed.", "sam")
        with pytest.raises(TransitionNotAllowed, match="has ended"):
            grant(work, phase="execution", days=4)


def test_work_that_comes_back_again_and_again_is_an_exception_of_its_stage_at_once(work: Workspace) -> None:
    hand_in(work, "app", "erik")
    projects.judge_deliverable(work, "app", deliverable="app", by="cora", send_back=True, reason="Slow.")
    assert opened(work) == [("stage", "quality")]
    assert waits(work) == [("cora", "1")]
    decide(work, 1, "more-tolerance", "cora", count=2)
    assert opened(work) == []


def test_a_grave_risk_is_an_exception_until_it_is_closed(work: Workspace) -> None:
    risk = RiskEntry(title="Flood", category="external", probability=4, impact=4, owner="manager")
    registers.add_risk(work, "app", risk, "erik")
    assert opened(work) == [("project", "risk")]
    assert waits(work) == [("cora", "1")]
    registers.close_risk(work, "app", number=1, note="Dry.", happened=False, by="erik")
    assert opened(work) == []
    assert history(work).all(ExceptionEnded)[0].cause == "app:risk:1:closed"


def test_the_stage_that_is_over_takes_its_exception_with_it(work: Workspace) -> None:
    report(work, 14)
    decide(work, 1, "no-action", "sam")
    decide(work, 2, "no-action", "paula")
    ready(work)
    gates.submit_gate(work, "app", "G2", "paula")
    for person in ("sam", "ada"):
        vote(work, "G2", person)
    carry_on(work)
    assert opened(work) == [("work-package", "time")]
    assert history(work).last(ExceptionEnded, number=1).cause == "app:closing:1"  # type: ignore[union-attr]


def test_in_a_move_a_stages_exception_and_grant_follow_their_phase_to_its_new_name(work: Workspace) -> None:
    grant(work, phase="execution", days=11)
    report(work, 14)
    names = {("phase", "execution"): "build", ("role", "sponsor"): "board"}
    new = with_new_names(process(version="2"), names)
    assert new.tolerances[0].asks == "board"
    move(work, new, "phases: {execution: build}\nroles: {sponsor: board}\n")
    moved = history(work)
    stage = open_exceptions(moved)[0]
    assert (stage.id, stage.subject.phase) == ("app:exception:1", "build")
    assert moved.all(ToleranceGranted)[0].phase == "build"
    assert waits(work) == [("sam", "1"), ("paula", "2")]
    decide(work, 1, "more-tolerance", "sam", days=30)
    assert opened(work) == [("work-package", "time")]
    assert audit.verify(work).fault is None


def test_in_a_move_exceptions_begin_and_end_with_the_tolerances_of_the_new_version(work: Workspace) -> None:
    report(work, 14)
    tight = ToleranceDefinition(level="stage", measure="cost", amount=Decimal(0))
    wide = ToleranceDefinition(level="stage", measure="time", amount=Decimal(100))
    move(work, process(tight, wide, version="2"))
    assert opened(work) == []
    ended = {one.cause for one in history(work).all(ExceptionEnded)}
    assert ended == {history(work).rules.id}
    move(work, process(version="3"))
    assert opened(work) == [("stage", "time"), ("work-package", "time")]


def move(work: Workspace, new: ProcessDefinition, mapping: str | None = None) -> None:
    folder = work.files.data.parent
    (folder / "new.yaml").write_text(new.model_dump_json(exclude_none=True))
    (folder / "map.yaml").write_text(mapping or "")
    where = Destination(str(folder / "new.yaml"), folder / "map.yaml" if mapping else None)
    migration.request_migration(work, "app", where, "The audit asks for it.", "paula")
    migration.confirm_migration(work, "app", "sam")
