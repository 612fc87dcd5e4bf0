"""What happened, held against a draft: no difference under the same rules, and exactly the difference under others."""

from datetime import datetime
from typing import Any

import pytest

from lifecycle.governance import overrides, review, voting
from lifecycle.governance.deadlines import demanded
from lifecycle.governance.overrides import Override
from lifecycle.history import History, Record
from lifecycle.history.gates import Fact
from lifecycle.process.definition import AuthorityDefinition, GateDefinition, ProcessDefinition
from lifecycle.process.renaming import with_new_names
from lifecycle.rehearsal.hindsight import GateInHindsight, in_hindsight
from tests.builders import (
    FACTS,
    PATIENCE,
    at_g1,
    ballot,
    criterion,
    day,
    decided,
    definition,
    deliverable,
    execution,
    finished,
    gate,
    opened,
    patient,
    planning,
    prepared,
    requested,
    started,
    stopped,
    submitted,
    voted,
    wind_up,
)
from tests.moves import CONTROL, moved, version


def draft(of: str = "G1", **changes: Any) -> ProcessDefinition:
    """The small process with one gate changed."""
    phases = [
        one.model_copy(update={"gates": tuple(_changed(g, changes) if g.id == of else g for g in one.gates)})
        for one in definition().phases
    ]
    return definition(*phases)


def _changed(of: GateDefinition, changes: dict[str, Any]) -> GateDefinition:
    return GateDefinition.model_validate(of.model_dump() | changes)


def seen(history: History, process: ProcessDefinition) -> list[GateInHindsight]:
    return list(in_hindsight(history, process).gates)


def first(history: History, process: ProcessDefinition) -> GateInHindsight:
    return seen(history, process)[0]


def votes(history: History, on: datetime) -> list[Record]:
    """Both approvers of G1 approve on a day."""
    found: list[Record] = []
    for by in ("sam", "cora"):
        found += voting.cast(history.and_then(*found), ballot("G1", by), on)
    return found


def different(history: History, process: ProcessDefinition) -> list[tuple[str, str]]:
    return [(one.gate, one.verdict) for one in seen(history, process) if one.verdict != "same"]


def rejected(proposal: str = "recycle") -> History:
    return voted(at_g1(), "G1", "sam", "reject", proposal=proposal)


@pytest.mark.parametrize(
    "history",
    [
        finished(),
        decided(started(), "G1", "conditional_go"),
        decided(opened(decided(started(), "G1", "recycle"), attempt=2), "G1"),
        decided(started(), "G1", "hold"),
        stopped(at_g1()),
        at_g1(),
        at_g1().and_then(review.withdraw(at_g1(), "G1", "paula", day(1))),
    ],
)
def test_the_very_process_of_a_project_makes_no_difference(history: History) -> None:
    assert seen(history, history.definition)
    assert different(history, history.definition) == []


def test_one_stricter_criterion_is_told_with_what_was_missing_and_whose_it_was() -> None:
    asked = (*planning().gates[0].criteria, criterion("cheap", "project.spi > 1.2", text="It is ahead of its plan"))
    stricter = draft(criteria=[one.model_dump() for one in asked])
    assert different(finished(), stricter) == [("G1", "not submitted")]
    assert first(finished(), stricter).reasons == ("It is ahead of its plan: not met; Manager: Paula P.",)


def test_an_advisory_criterion_holds_nothing_back() -> None:
    asked = criterion("cheap", "project.spi > 1.2", advisory=True)
    assert different(finished(), draft(criteria=[asked.model_dump()])) == []


def test_a_fact_that_nobody_recorded_leaves_the_answer_open() -> None:
    asked = criterion("few", "risks.open < 3").model_dump()
    answer = first(finished(), draft(criteria=[asked]))
    assert (answer.verdict, answer.would) == ("undecided", None)
    assert answer.reasons[0] == "Nobody recorded what the draft asks for."


def test_a_fact_that_was_not_known_keeps_the_gate_shut_as_it_would_have_then() -> None:
    facts: dict[str, Fact] = {**FACTS, "project.cpi": None}
    history = requested(prepared(started(), "G1"), "G1", facts=facts)
    asked = criterion("cheap", "project.cpi > 1").model_dump()
    assert first(history, draft(criteria=[asked])).verdict == "not submitted"


def test_one_more_deliverable_was_not_there() -> None:
    items = (*planning().deliverables, deliverable("threat-model", "engineer", "architect"))
    process = definition(planning(deliverables=items), *definition().phases[1:])
    assert different(finished(), process) == [("G1", "not submitted")]
    assert "Threat model is submitted: not met" in first(finished(), process).reasons[0]


def test_one_more_approver_would_still_have_had_to_vote() -> None:
    more = draft(approvers=("customer", "sponsor", "architect"))
    assert different(finished(), more) == [("G1", "undecided")]
    assert first(finished(), more).reasons == ("Ada A. would still have had to vote (all approve).",)


def test_an_approver_role_that_nobody_held_leaves_the_answer_open() -> None:
    history = decided(started(), "G1")
    answer = first(history, draft(approvers=("customer", "sponsor", "auditor")))
    assert (answer.verdict, answer.was) == ("undecided", "go")
    assert answer.reasons == ("Nobody in the project held the role auditor, which approves G1.",)


def test_fewer_votes_may_be_enough_for_the_same_or_for_another_outcome() -> None:
    assert different(finished(), draft("G2", policy="any")) == []
    history = voted(voted(at_g1(), "G1", "cora"), "G1", "sam", "reject", proposal="kill")
    answer = first(history, draft(policy="any"))
    assert (answer.was, answer.would, answer.verdict) == ("kill", "go", "other")
    assert answer.reasons == ("one approves: Cora C. approve.",)


def test_a_veto_ends_a_review_that_others_outvoted() -> None:
    history = decided(started(), "G1")
    history = requested(prepared(history, "G2"), "G2")
    history = voted(history, "G2", "ada", "reject", proposal="recycle")
    history = voted(voted(history, "G2", "sam"), "G2", "cora")
    answer = seen(history, draft("G2", veto=("architect",)))[1]
    assert (answer.was, answer.would, answer.verdict) == ("go", "recycle", "other")


def test_votes_before_their_turn_count_when_it_comes() -> None:
    history = voted(voted(at_g1(), "G1", "sam"), "G1", "cora")
    assert different(history, draft(policy="in_order", chair="sponsor")) == []
    one = voted(at_g1(), "G1", "sam", "reject", proposal="hold")
    assert first(one, draft(policy="in_order")).reasons[0].startswith("Cora C. would still")


def test_a_vote_whose_turn_never_came_is_not_needed() -> None:
    history = voted(voted(at_g1(), "G1", "sam"), "G1", "cora", "reject", proposal="kill")
    assert different(history, draft(policy="in_order")) == []


def test_a_vote_that_the_draft_refuses_is_named() -> None:
    answer = first(rejected(), draft(rounds=1))
    assert answer.verdict == "undecided"
    assert "cannot be recycled again" in answer.reasons[-1]


def test_a_draft_that_leaves_too_few_to_vote_could_not_have_been_submitted_under() -> None:
    by_sponsor = draft(policy={"at_least": 2}).model_copy(update={"manager": "sponsor"})
    answer = first(finished(), by_sponsor)
    assert answer.verdict == "not submitted"
    assert "Excluded: Sam S. (submitted G1)" in answer.reasons[0]


def test_nobody_to_submit_a_gate() -> None:
    answer = first(finished(), definition(manager="nobody"))
    assert answer.reasons == ("Nobody in the project held the role nobody, which submits G1.",)


def test_gates_that_only_one_of_them_has_are_told_as_such() -> None:
    extra = gate("G0", "sponsor", question="Is it worth planning?")
    first_ = planning(gates=(extra, *planning().gates))
    more = definition(first_, *definition().phases[1:])
    assert different(finished(), more) == [("G0", "only in the draft")]
    assert seen(finished(), more)[-1].reasons == ("Nobody was asked: Is it worth planning? (Sponsor: Sam S.)",)
    assert different(stopped(started()), more) == []
    assert different(at_g1(), more) == [("G0", "only in the draft")]
    fewer = definition(planning(), execution(gates=(gate("G9", "customer", rounds=7),)), wind_up())
    assert different(finished(), fewer) == [("G2", "not in the draft"), ("G9", "only in the draft")]


def test_a_gate_of_another_name_is_the_same_gate() -> None:
    renamed = draft("G2", id="H2")
    phases = [
        one.model_copy(
            update={
                "deliverables": tuple(
                    d.model_copy(update={"gate": "H2" if d.gate == "G2" else d.gate}) for d in one.deliverables
                )
            }
        )
        for one in renamed.phases
    ]
    answers = seen(finished(), definition(*phases))
    assert [(one.gate, one.verdict) for one in answers] == [("G1", "same"), ("H2", "same"), ("G3", "same")]


def test_a_deadline_of_the_draft_holds_what_waited_too_long() -> None:
    late = requested(prepared(started(), "G1"), "G1")
    late = late.and_then(*votes(late, day(20)))
    answer = first(late, draft(**{**PATIENCE, "escalation": ()}))
    assert (answer.was, answer.would, answer.verdict) == ("go", "hold", "other")
    assert answer.reasons == ("Nobody had decided it in time: due on 2026-01-15, then on hold.",)


def test_a_hold_for_lack_of_votes_would_not_have_come_without_a_deadline() -> None:
    history = requested(prepared(started(process=patient()), "G1"), "G1")
    history = history.and_then(*demanded(history, day(40)))
    assert different(history, patient()) == []
    answer = first(history, draft())
    assert answer.verdict == "undecided"
    assert "Sam S., Cora C. would still have had to vote" in answer.reasons[0]


def test_evidence_that_only_the_draft_pins_would_have_sent_the_review_back() -> None:
    def two_gates(notes_for: str) -> ProcessDefinition:
        notes = deliverable("notes", "engineer", "architect", optional=True, gate=notes_for)
        plan = deliverable("plan", "manager", "sponsor", gate="G1")
        gates = (*planning().gates, gate("G1b", "sponsor"))
        return definition(planning(deliverables=(plan, notes), gates=gates), *definition().phases[1:])

    history = submitted(prepared(started(process=two_gates("G1b")), "G1"), "notes", "erik")
    history = submitted(requested(history, "G1"), "notes", "erik")
    history = voted(voted(history, "G1", "sam"), "G1", "cora")
    answer = first(history, two_gates("G1"))
    assert (answer.was, answer.would, answer.verdict) == ("go", "went back", "other")
    assert answer.reasons == ("notes changed: version 1 became version 2 by erik.",)


def test_a_review_that_went_back_may_stay_where_the_draft_asks_less() -> None:
    history = at_g1()
    changed = submitted(history, "plan", "paula")
    back = changed.and_then(*review.stale(changed, FACTS, day(1)))
    assert different(back, back.definition) == []
    answer = first(back, definition(planning(deliverables=()), *definition().phases[1:]))
    assert answer.verdict == "undecided"
    assert "plan changed" in answer.reasons[0]


def test_an_override_stands_by_the_drafts_authority() -> None:
    rows = (*definition().authority, AuthorityDefinition(decision="override", roles=("architect", "engineer")))
    process = definition(authority=rows)
    history = requested(prepared(started(process=process), "G1"), "G1")
    history = history.and_then(overrides.request(history, Override("G1", "go", "Flood."), "ada", day(1)))
    history = history.and_then(overrides.confirm(history, "G1", "erik", day(1)))
    assert different(history, process) == []
    answer = first(history, definition())
    assert answer.reasons == ("Ada A., Erik E. may not override G1.",)


def test_a_review_by_the_engine_would_have_been_submitted_by_the_manager() -> None:
    assert different(finished(), draft("G3", request="manager")) == []


def test_a_project_that_moved_is_held_against_a_draft_under_its_names_of_today() -> None:
    """Gate G1 was decided before the move, by the old name; the review that the move sent back is told as such."""
    names = {("gate", "G1"): "GP", ("gate", "G2"): "GB"}
    before = requested(prepared(decided(started(), "G1"), "G2"), "G2")
    strict = version().gate("G2").model_copy(update={"due_days": 9})
    new = version(planning(), execution(gates=(strict,)), CONTROL, wind_up())
    history = moved(before, with_new_names(new, names), gates={"G1": "GP", "G2": "GB"})
    found = seen(history, history.definition)
    assert [(one.gate, one.was, one.verdict) for one in found] == [("GP", "go", "same"), ("GB", "went back", "same")]
