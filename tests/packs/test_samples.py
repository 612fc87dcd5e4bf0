"""The sample of each shipped process lives to its closure, and takes every other way out that a board can choose."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lifecycle.actions import audit, exceptions, gates, phases, projects
from lifecycle.actions.hindsight import replay_process
from lifecycle.control.exceptions import Resolution
from lifecycle.control.tolerances import escalated, open_exceptions
from lifecycle.errors import ClosureBlocked, NotAuthorised, NotReady
from lifecycle.governance.roster import dead_gates
from lifecycle.history.control import Subject
from lifecycle.history.gates import GateDecided
from lifecycle.history.work import PhaseOpened
from lifecycle.library import read_charter, read_plan
from lifecycle.planning.network import schedule
from lifecycle.progress import OnHold
from lifecycle.rehearsal.hindsight import GateInHindsight
from lifecycle.status.exceptional import who_may_decide
from tests.packs.samples import CHARTERS, PROJECTS, Sample, boundary, charter_of, opened, start

LEVELS = ("project", "work-package", "stage")
every_pack = pytest.mark.parametrize("sample", CHARTERS, indirect=True)
every_project_pack = pytest.mark.parametrize("sample", PROJECTS, indirect=True)


@pytest.fixture
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sample]:
    work = opened(tmp_path)
    with closing(work.database):
        yield start(work, request.param)


def pack_of(sample: Sample) -> str:
    return sample.history.definition.process


def members(sample: Sample) -> list[Sample]:
    """The projects of a program; none of a project."""
    with sample.work.look() as store:
        return [Sample(sample.work, name) for name in store.projects(program=sample.project)]


def differences(sample: Sample) -> list[GateInHindsight]:
    """What the very process that a sample follows would have decided otherwise."""
    standard = sample.work.library.process(pack_of(sample))
    (found,) = replay_process(sample.work, standard, [sample.project])
    assert found.gates
    return [gate for gate in found.gates if gate.verdict != "same"]


def stop(sample: Sample) -> None:
    projects.stop_project(sample.work, sample.project, "It is not worth it any more.", sample.decider("stop"))


@pytest.mark.parametrize("pack", PROJECTS)
def test_the_plan_of_a_sample_keeps_within_its_charter_and_is_small(pack: str) -> None:
    charter = read_charter(charter_of(pack))
    plan = read_plan(charter_of(pack).parent / str(charter.plan))
    assert 9 <= len(plan.activities) <= 25
    assert schedule(plan, charter.constraints.time.start).finish <= charter.constraints.time.finish
    assert sum(activity.cost for activity in plan.activities) <= charter.constraints.cost.budget
    products = {item.id for item in charter.deliverables}
    assert {activity.deliverable for activity in plan.activities if activity.deliverable} == products


@every_pack
def test_every_role_of_the_process_is_held_and_every_gate_can_be_decided(sample: Sample) -> None:
    definition, charter = sample.history.definition, sample.history.charter
    assert [role.id for role in definition.roles if not charter.holders(role.id)] == []
    assert dead_gates(definition, charter) == ()


@every_pack
def test_a_sample_lives_from_its_charter_to_its_closure_with_all_its_drafts(sample: Sample) -> None:
    for member in members(sample):
        member.gate()
        stop(member)
        member.is_wound_up()
    passed = []
    while (gate := sample.gate()) != "None":
        sample.draft()
        sample.passes(gate)
        passed.append(gate)
    history = sample.history
    assert history.closed and not history.closed.premature
    assert passed == [gate.id for gate in history.definition.gates]
    assert {item.id for item in history.definition.deliverables if not item.optional} <= sample.submitted()
    assert audit.verify(sample.work).fault is None
    assert differences(sample) == []


@every_pack
def test_a_recycled_boundary_begins_its_phase_again_and_is_passed_the_second_time(sample: Sample) -> None:
    gate = boundary(pack_of(sample))
    sample.comes_to(gate)
    sample.prepare(gate)
    sample.submit(gate)
    assert sample.decide(gate, "recycle") == "recycle"
    assert sample.gate() == gate
    assert sample.history.all(PhaseOpened)[-1].attempt == 2
    sample.passes(gate)
    assert [one.outcome for one in sample.history.all(GateDecided) if one.gate == gate] == ["recycle", "go"]
    assert differences(sample) == []


@every_pack
def test_a_gate_on_hold_waits_until_its_authority_resumes_it(sample: Sample) -> None:
    gate = sample.gate()
    sample.prepare(gate)
    sample.submit(gate)
    assert sample.decide(gate, "hold") == "hold"
    assert isinstance(phases.current_step(sample.work, sample.project), OnHold)
    with pytest.raises(NotAuthorised):
        gates.resume_gate(sample.work, sample.project, gate, "I want to go on.", sample.manager)
    seat = sample.history.review(gate).seats[0].person  # type: ignore[union-attr]
    gates.resume_gate(sample.work, sample.project, gate, "The money is there.", seat)
    assert sample.decide(gate) == "go"
    assert sample.gate() != gate
    assert differences(sample) == []


@every_pack
def test_a_rejected_authorisation_leads_through_closing_and_never_into_a_dead_state(sample: Sample) -> None:
    gate = sample.gate()
    sample.prepare(gate)
    sample.submit(gate)
    assert sample.decide(gate, "kill") == "kill"
    sample.gate()
    opened = sample.history.all(PhaseOpened)[-1]
    assert (opened.phase, opened.premature) == (sample.history.definition.closing_phase.id, True)
    with pytest.raises(ClosureBlocked):
        projects.close_project(sample.work, sample.project, sample.manager)
    sample.is_wound_up()
    assert sample.history.closed and sample.history.closed.premature
    assert differences(sample) == []


@every_pack
def test_only_its_authority_stops_a_project_in_the_middle_of_the_work(sample: Sample) -> None:
    sample.comes_to(boundary(pack_of(sample)))
    with pytest.raises(NotAuthorised):
        projects.stop_project(sample.work, sample.project, "I have had enough.", sample.manager)
    stop(sample)
    sample.is_wound_up()
    assert sample.history.closed and sample.history.closed.premature


@every_project_pack
def test_a_forecast_beyond_tolerance_holds_the_gate_until_the_board_has_decided(sample: Sample) -> None:
    gate = boundary(pack_of(sample))
    sample.comes_to(gate)
    sample.prepare(gate)
    sample.is_late()
    of_a_tolerance = {(row.level, row.measure) for row in sample.history.definition.tolerances}
    assert [(one.subject.level, one.measure) for one in open_exceptions(sample.history)] == [
        (level, "time") for level in LEVELS if level == "project" or (level, "time") in of_a_tolerance
    ]
    with pytest.raises(NotReady, match=r"beyond its (tolerance|guardrail)"):
        sample.submit(gate)
    sample.asks_for_more_time(400)
    limited = next(row for row in sample.history.definition.authority if row.up_to_days is not None)
    with pytest.raises(NotAuthorised):
        sample.is_granted_more_time(sample.holder(limited.roles[0]))
    sample.is_granted_more_time(sample.decider("change"))
    assert open_exceptions(sample.history) == ()
    sample.passes(gate)


@every_project_pack
def test_an_exception_that_the_board_leaves_as_it_is_opens_the_gate(sample: Sample) -> None:
    gate = boundary(pack_of(sample))
    sample.comes_to(gate)
    sample.prepare(gate)
    sample.is_late()
    said = Resolution(by=sample.decider("exception"), choice="no-action", reason="The date does not matter any more.")
    with pytest.raises(NotAuthorised):
        exceptions.decide_exception(sample.work, sample.project, 1, said.model_copy(update={"by": sample.manager}))
    raised = open_exceptions(sample.history)
    for one in escalated(sample.history):
        exceptions.decide_exception(sample.work, sample.project, one.number, said)
    assert open_exceptions(sample.history) == raised
    sample.passes(gate)
    assert differences(sample) == []


@pytest.mark.parametrize("sample", ["prince2-style"], indirect=True)
def test_a_stage_beyond_its_tolerance_is_the_boards_affair_and_a_work_package_the_managers(sample: Sample) -> None:
    sample.comes_to("AS-1")
    sample.prepare("AS-1")
    sample.strays()
    asked = [(one.subject, who_may_decide(sample.history, one)) for one in open_exceptions(sample.history)]
    assert asked == [
        (Subject(activity="T07"), ("nadia.karim",)),
        (Subject(phase="delivery-stage-1"), ("omar.haddad",)),
    ]
    with pytest.raises(NotReady, match="forecast of stage or project"):
        sample.submit("AS-1")
    sample.is_granted_more_tolerance(20)
    assert open_exceptions(sample.history) == ()
    sample.is_granted_at_the_boundary("delivery-stage-2", 20)
    for gate in ("AS-1", "AS-2", "AC"):
        assert sample.gate() == gate
        sample.passes(gate)
    assert sample.gate() == "None"
    closed = sample.history.closed
    assert closed and not closed.premature
    assert differences(sample) == []


@pytest.mark.parametrize("sample", ["prince2-style"], indirect=True)
def test_a_stage_that_opens_late_is_an_exception_at_once(sample: Sample) -> None:
    """What the stage before it left behind was not granted at the boundary, so the board is asked now."""
    sample.comes_to("AS-1")
    sample.strays()
    sample.is_granted_more_tolerance(20)
    sample.passes("AS-1")
    assert sample.gate() == "AS-2"
    assert [one.subject.phase for one in open_exceptions(sample.history)] == ["delivery-stage-2"]
    with pytest.raises(NotReady, match="forecast of stage or project"):
        sample.passes("AS-2")
    sample.is_granted_more_tolerance(20)
    sample.passes("AS-2")


@pytest.mark.parametrize("sample", ["prince2-style"], indirect=True)
def test_the_products_of_a_repeated_phase_belong_to_the_stage_whose_gate_they_name(sample: Sample) -> None:
    definition = sample.history.definition
    products = {phase.id: [item.id for item in phase.deliverables if item.product] for phase in definition.main_phases}
    assert products["delivery-stage-1"] == ["box-register"]
    assert products["delivery-stage-2"] == ["archive-in-place"]


@pytest.mark.parametrize("sample", ["pm2-style"], indirect=True)
def test_a_tailored_sample_does_without_what_its_rule_leaves_out_and_the_record_says_why(sample: Sample) -> None:
    (rule,) = sample.history.started.tailored
    assert (rule.rule, rule.read) == ("no-high-risk", {"risks.high": 0})
    left_out = {thing.name for thing in rule.left_out}
    assert left_out == {"risk-management-plan", "issue-management-plan"}
    assert left_out.isdisjoint(item.id for item in sample.history.definition.deliverables)
