"""Runs on a simulated clock: the same seed gives the same answer, and the answer is the one of the closed form."""

from math import sqrt
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.errors import BadInput, RuleViolation
from lifecycle.history.gates import Outcome
from lifecycle.planning.network import schedule
from lifecycle.process.definition import AtLeast, PhaseDefinition, ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.rehearsal.assumptions import Assumptions, durations_of, shared
from lifecycle.rehearsal.moves import beginning
from lifecycle.rehearsal.simulation import Rehearsal, rehearse, spread
from lifecycle.rehearsal.staffing import cast_of, staffed
from lifecycle.rehearsal.voting import Ballots
from lifecycle.rehearsal.walk import State, walk
from tests.builders import (
    START,
    activity,
    charter,
    definition,
    deliverable,
    execution,
    gate,
    phase,
    plan,
    planning,
    wind_up,
)
from tests.process.packs import every_pack, pack

RUNS = 4_000
GO: dict[Outcome, float] = {"go": 1}


def rehearsed(process: ProcessDefinition, runs: int = RUNS, seed: int = 1, **assumed: Any) -> Rehearsal:
    return rehearse(process, staffed(process), Assumptions(**assumed), runs=runs, seed=seed)


def line(*phases: PhaseDefinition) -> ProcessDefinition:
    """A process of these phases and a closing phase that takes no time of its own and is decided by the sponsor."""
    return definition(*phases, wind_up(deliverables=(), gates=(gate("GZ", "sponsor"),)))


def stretch(id: str, *approvers: str, **changes: Any) -> PhaseDefinition:
    return phase(id, gates=(gate(f"G-{id}", *approvers, **changes),))


def assert_agrees(found: Rehearsal, expected: float, sd: float) -> None:
    """The mean lies within four standard errors of the closed form, and the spread is the right one, too."""
    assert found.duration is not None
    error = sd / sqrt(found.runs)
    assert abs(found.duration.mean - expected) < 4 * error
    assert found.duration.error == pytest.approx(error, rel=0.1)


def test_a_sequence_takes_its_work_and_its_waits() -> None:
    """Three gates, each decided by one person after an exponential time: the means add up, the variances, too."""
    process = line(stretch("a", "sponsor"), stretch("b", "customer"))
    found = rehearsed(process, chances=GO, wait_days=6, durations={"a": 10, "b": 30, "closing": 5})

    assert_agrees(found, expected=10 + 30 + 5 + 3 * 6, sd=6 * sqrt(3))
    assert found.work == 45
    assert found.closed == 1


def test_a_recycle_loop_is_a_truncated_geometric_number_of_attempts() -> None:
    """With chance p of a recycle and r rounds at most, attempt k + 1 happens with the chance p^k for k < r."""
    p, rounds, work, rework = 0.4, 4, 20, 0.5
    process = line(stretch("a", "sponsor", rounds=rounds))
    found = rehearsed(
        process, chances={"go": 1 - p, "recycle": p}, waiting="fixed", wait_days=2,
        durations={"a": work, "closing": 0}, rework=rework,
    )  # fmt: skip
    again = [p**k for k in range(1, rounds)]
    each = work * rework + 2
    expected_attempts = sum(again)
    square = sum((2 * k - 1) * chance for k, chance in enumerate(again, start=1))
    # The last gate has rounds, too: three, without any work, so that each costs only its wait.
    last = [p**k for k in range(1, 3)]
    last_square = sum((2 * k - 1) * chance for k, chance in enumerate(last, start=1))
    variance = each**2 * (square - sum(again) ** 2) + 4 * (last_square - sum(last) ** 2)

    assert_agrees(found, expected=work + 2 + expected_attempts * each + 2 + 2 * sum(last), sd=sqrt(variance))
    assert found.gates[0].recycle_cost == pytest.approx(each)


def test_a_quorum_waits_for_an_order_statistic() -> None:
    """The k-th of n exponential times has the mean m * (1/n + ... + 1/(n-k+1)), and its variance likewise."""
    process = line(stretch("a", "sponsor", "customer", "architect", "engineer", policy=AtLeast(at_least=3)))
    found = rehearsed(process, chances=GO, wait_days=6, phase_days=0)
    parts = [6 / n for n in (4, 3, 2)]

    assert_agrees(found, expected=sum(parts) + 6, sd=sqrt(sum(part**2 for part in parts) + 36))


def test_a_hold_repeats_the_review_and_no_work() -> None:
    process = line(stretch("a", "sponsor"))
    found = rehearsed(
        process, chances={"go": 0.5, "hold": 0.5}, waiting="fixed", wait_days=1, hold_days=10,
        durations={"a": 20, "closing": 0},
    )  # fmt: skip

    assert found.work == 20
    assert found.held == pytest.approx(20, rel=0.1)
    assert found.waiting == pytest.approx(4, rel=0.1)


def test_a_kill_is_wound_up_and_ends_early() -> None:
    found = rehearsed(line(stretch("a", "sponsor")), chances={"kill": 1}, waiting="fixed", wait_days=3, phase_days=7)

    assert found.closed == 0
    assert [path.path for path in found.taken] == ["G-a kill; closed early"]
    assert found.duration == spread([7 + 3 + 7])


def test_uniform_waits_lie_around_their_mean() -> None:
    found = rehearsed(line(), chances=GO, waiting="uniform", wait_days=4, phase_days=0)

    assert found.duration is not None
    assert found.duration.p90 < 8
    assert found.duration.mean == pytest.approx(4, rel=0.05)


def test_half_of_the_due_time_is_waited_when_nothing_is_said() -> None:
    found = rehearsed(line(stretch("a", "sponsor", due_days=30)), 1, chances=GO, waiting="fixed", phase_days=0)

    assert found.waiting == 15 + 2.5


def test_in_order_the_next_one_waits_for_the_one_before() -> None:
    asked: dict[str, Any] = {"waiting": "fixed", "wait_days": 2, "phase_days": 0, "chances": GO}
    one_by_one = rehearsed(line(stretch("a", "sponsor", "customer", policy="in_order")), 1, **asked)

    assert one_by_one.waiting >= 4


def test_an_outcome_that_a_gate_does_not_allow_leaves_its_weight_to_the_others() -> None:
    """The last gate knows no conditions: whoever would only ever set some approves there."""
    found = rehearsed(line(stretch("a", "sponsor")), 1, chances={"conditional_go": 1})

    assert [path.path for path in found.taken] == ["G-a conditional go; closed"]


def test_the_same_seed_gives_the_same_answer_and_another_one_another() -> None:
    process = definition()

    assert rehearsed(process, 100, seed=7) == rehearsed(process, 100, seed=7)
    assert rehearsed(process, 100, seed=7).duration != rehearsed(process, 100, seed=8).duration


def test_the_role_that_everybody_waits_for_stands_first() -> None:
    """The customer alone decides three gates and the sponsor one, all after the same time."""
    process = line(*(stretch(name, "customer") for name in "abc"))
    found = rehearsed(process, 1, chances=GO, waiting="fixed", wait_days=2, phase_days=0)
    first, second, *others = found.roles

    assert (first.role, first.votes, first.waited, first.share, first.settled) == ("customer", 3, 6, 0.75, 0.75)
    assert (second.role, second.share) == ("sponsor", 0.25)
    assert {(role.votes, role.waited) for role in others} == {(0, 0)}


def test_who_writes_and_accepts_is_counted_without_what_is_optional() -> None:
    loads = {role.role: (role.writes, role.accepts) for role in rehearsed(definition(), 1).roles}

    assert loads["engineer"] == (2, 0)
    assert loads["sponsor"] == (0, 2)


def test_gates_that_nobody_can_decide_are_told_instead_of_figures() -> None:
    process = definition()
    found = rehearse(process, charter(people=charter().people[:2]), Assumptions(), runs=5, seed=1)

    assert not found.sound
    assert any("G2" in text for text in found.undecidable)
    assert found.duration is None


def test_states_without_a_way_to_closure_are_told_instead_of_figures() -> None:
    again = phase("planning", gates=(gate("G9", "sponsor"),))
    found = rehearsed(definition(planning(deliverables=()), execution(deliverables=()), again, wind_up()), 5)

    assert found.endless
    assert found.duration is None


def test_chances_that_never_end_a_project_are_refused() -> None:
    with pytest.raises(ValidationError, match="nothing would ever be decided"):
        Assumptions(chances={"hold": 1})
    with pytest.raises(BadInput, match="reviewed more than"):
        rehearsed(line(stretch("a", "sponsor")), 1, chances={"hold": 1, "kill": 1e-12}, wait_days=0, hold_days=0)


def test_a_review_that_nobody_is_let_vote_at_stays_undecided() -> None:
    process = line()
    history = beginning(process, staffed(process))
    waiting = walk(history).histories[State("awaiting decision", "closing", 1, "GZ")]
    ballots = Ballots("GZ", {"conditional_go": waiting})
    with pytest.raises(RuleViolation, match="stays undecided"):
        ballots.held("conditional_go", Assumptions(), Random(1))


def test_where_one_person_in_each_role_is_not_enough_more_are_tried() -> None:
    process = line(stretch("a", "sponsor", policy=AtLeast(at_least=3)))
    board = line(stretch("a", "sponsor", policy=AtLeast(at_least=9), quorum=11))
    hopeless = line(stretch("a", "sponsor", policy=AtLeast(at_least=26)))

    assert len(staffed(process).people) == 3 * len(process.roles)
    assert len(staffed(board).people) == 13 * len(process.roles)
    assert len(staffed(hopeless).people) == len(process.roles)
    assert cast_of(process, 1).people[0].name == "Manager"


def test_a_stage_takes_the_days_of_its_phase() -> None:
    stages = line(stretch("work-1", "sponsor"), stretch("work-2", "sponsor"))
    found = rehearsed(stages, 1, chances=GO, durations={"work": 10, "work-2": 3, "closing": 0})

    assert found.work == 13


def test_a_plan_says_how_long_the_phases_are() -> None:
    """Two weeks with app in them are execution; what is left of the plan's 40 days is shared by the others."""
    process = definition(planning(), execution(deliverables=(deliverable("app", "engineer", "customer"),)), wind_up())
    drawn = plan(activity("A", 10), activity("B", 10, "A"), activity("C", 9, "B"))
    dates = schedule(drawn, START.date())

    found = durations_of(process, dates, {"A": None, "B": "app", "C": "nowhere"})
    span = (dates.finish - dates.start).days + 1
    assert found["execution"] == 12
    assert found["planning"] == found["closing"] == (span - 12) / 2


def test_two_activities_of_one_phase_are_one_span() -> None:
    process = definition(planning(), wind_up())
    dates = schedule(plan(activity("A", 5), activity("B", 5, "A")), START.date())

    assert durations_of(process, dates, {"A": "plan", "B": "plan"}) == {"planning": 12, "closing": 0}


def test_without_a_plan_the_approved_time_is_shared_by_the_phases() -> None:
    time = charter().constraints.time
    assert shared(definition(planning(), wind_up()), time.start, time.finish) == {"planning": 88.5, "closing": 88.5}


@every_pack
def test_a_shipped_process_is_rehearsed(name: str) -> None:
    process = expand(pack(name), {})
    found = rehearsed(process, 50)

    assert found.sound
    assert found.duration is not None
    assert sum(role.share for role in found.roles) == pytest.approx(1)
