"""What changed between two processes is told in the words of the process, in a stable order."""

from decimal import Decimal
from typing import Any

import pytest

from lifecycle.process.comparison import differences, grouped
from lifecycle.process.definition import (
    AtLeast,
    AuthorityDefinition,
    EscalationDefinition,
    ProcessDefinition,
    RoleDefinition,
)
from tests.builders import criterion, definition, deliverable, execution, gate, phase, planning, wind_up
from tests.process.packs import every_pack, pack


def told(old: ProcessDefinition, new: ProcessDefinition) -> list[str]:
    return [f"{one.kind} {one.name}: {one.text}" for one in differences(old, new)]


def with_gate(**changes: Any) -> ProcessDefinition:
    asked = planning().gates[0].model_copy(update=changes)
    return definition(planning(gates=(asked,)), execution(), wind_up())


def with_item(**changes: Any) -> ProcessDefinition:
    item = planning().deliverables[0].model_copy(update=changes)
    return definition(planning(deliverables=(item,)), execution(), wind_up())


OLD = definition(planning(), execution(), wind_up())


@every_pack
def test_a_process_does_not_differ_from_itself(name: str) -> None:
    assert differences(pack(name), pack(name)) == ()


@pytest.mark.parametrize(
    ("new", "text"),
    [
        (with_gate(policy=AtLeast(at_least=2)), "gate G1: policy: all -> at least 2"),
        (with_gate(approvers=("sponsor", "architect")), "gate G1: approvers: added architect, removed customer"),
        (with_gate(approvers=("sponsor", "customer")), "gate G1: approvers: in another order: sponsor, customer"),
        (with_gate(due_days=1), "gate G1: due: 5 days -> 1 day"),
        (with_gate(hold_days=30), "gate G1: automatic hold after the due date: none -> 30 days"),
        (with_gate(remind_days=(3, 1)), "gate G1: reminder before the due date: none -> 3, 1"),
        (with_gate(rounds=5), "gate G1: rounds at most: 2 -> 5"),
        (with_gate(baseline=False), "gate G1: baseline: yes -> no"),
        (with_gate(request="automatic"), "gate G1: who submits it: manager -> automatic"),
        (with_gate(chair=None), "gate G1: chair: sponsor -> none"),
        (with_gate(quorum=2), "gate G1: quorum: none -> 2"),
        (with_gate(veto=("sponsor",)), "gate G1: veto: added sponsor"),
        (
            with_gate(escalation=(EscalationDefinition(after_days=3, to="architect", substitutes=True),)),
            "gate G1: escalation: none -> architect as substitutes after 3 days",
        ),
        (
            with_gate(escalation=(EscalationDefinition(after_days=1, to="architect"),)),
            "gate G1: escalation: none -> architect after 1 day",
        ),
        (with_gate(title="Go?"), "gate G1: title: Gate G1 -> Go?"),
        (with_item(owner="engineer"), "deliverable plan: owner: manager -> engineer"),
        (with_item(title="Project plan"), "deliverable plan: title: Plan -> Project plan"),
        (with_item(optional=True), "deliverable plan: optional: no -> yes"),
        (with_item(rasci={"manager": "R"}), "deliverable plan: rasci: none -> manager R"),
        (with_item(gate="G1"), "deliverable plan: gate: none -> G1"),
        (OLD.model_copy(update={"version": "2"}), "process small: version: 1 -> 2"),
        (OLD.model_copy(update={"manager": "sponsor"}), "process small: manager: manager -> sponsor"),
        (definition(planning(), execution(repeat="often"), wind_up()), "phase execution: repeat: none -> often"),
    ],
)  # fmt: skip
def test_a_field_that_changed_is_told_with_both_values(new: ProcessDefinition, text: str) -> None:
    assert told(OLD, new) == [text]


def test_what_an_acceptor_looks_at_is_told_as_texts_that_came_and_went() -> None:
    acceptance = planning().deliverables[0].acceptance.model_copy(update={"criteria": ("complete", "signed")})

    assert told(OLD, with_item(acceptance=acceptance)) == [
        "deliverable plan: acceptance criteria: added signed, removed approved wording"
    ]


def test_criteria_of_gates_are_told_one_by_one() -> None:
    asked = (
        criterion("responses", "risks.high_without_response == 0 && risks.high < 3"),
        criterion("money", "plan.cost_within_budget"),
    )

    assert told(OLD, with_gate(criteria=asked)) == [
        "criterion G1/responses: expression: risks.high_without_response == 0 -> "
        "risks.high_without_response == 0 && risks.high < 3",
        "criterion G1/money: added: money is fine",
        "criterion G1/pace: removed: pace is fine",
    ]


REVIEW = phase("review", gates=(gate("GR", "sponsor"),), deliverables=(deliverable("minutes", "engineer", "sponsor"),))


def test_a_phase_that_comes_or_goes_is_told_without_all_that_is_in_it() -> None:
    longer = definition(planning(), REVIEW, execution(), wind_up())

    assert told(OLD, longer) == ["phase review: added: Review"]
    assert told(longer, OLD) == ["phase review: removed: Review"]


def test_a_phase_that_changed_its_place_is_told_and_those_that_gave_way_are_not() -> None:
    old = definition(planning(), execution(), REVIEW, wind_up())
    new = definition(REVIEW, planning(), execution(), wind_up())
    (found,) = differences(old, new)

    assert (found.change, found.old, found.new) == ("moved", "after execution", "first")
    assert found.text == "moved: now first"


def test_a_deliverable_and_a_gate_may_move_to_another_phase() -> None:
    plan, g1 = planning().deliverables, planning().gates
    new = definition(
        planning(deliverables=(), gates=(gate("GP", "sponsor"),)),
        execution(deliverables=(*execution().deliverables, *plan), gates=(*g1, *execution().gates)),
        wind_up(),
    )

    assert told(OLD, new) == [
        "gate GP: added: Gate GP (planning)",
        "deliverable plan: moved from planning to execution",
        "gate G1: moved from planning to execution",
    ]


def test_a_renamed_role_is_one_difference_although_everything_names_it() -> None:
    old = with_gate(escalation=(EscalationDefinition(after_days=1, to="sponsor"),), veto=("sponsor",))
    new = ProcessDefinition.model_validate_json(old.model_dump_json().replace('"sponsor"', '"owner"'))

    assert told(old, new) == ["role owner: renamed from 'sponsor'"]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('"G2"', '"G2b"', "gate G2b: renamed from 'G2'"),
        ('"test-report"', '"tests"', "deliverable tests: renamed from 'test-report'"),
        ('"execution"', '"building"', "phase building: renamed from 'execution'"),
        ('"pace"', '"speed"', "criterion G1/speed: renamed from 'pace'"),
    ],
)
def test_a_thing_that_only_has_another_name_is_renamed(old: str, new: str, text: str) -> None:
    before = definition()
    after = ProcessDefinition.model_validate_json(before.model_dump_json().replace(old, new))

    assert told(before, after) == [text]
    assert len(told(after, before)) == 1


def test_a_thing_with_another_name_and_another_content_is_another_thing() -> None:
    asked = gate("GX", "sponsor")
    new = definition(planning(gates=(asked,)), execution(), wind_up())

    assert told(OLD, new) == ["gate GX: added: Gate GX (planning)", "gate G1: removed: Gate G1 (planning)"]


def test_who_may_decide_what_is_told_for_each_kind_of_decision() -> None:
    rows = (
        AuthorityDefinition(decision="change", roles=("manager",), up_to_cost=Decimal(9000), up_to_days=5),
        AuthorityDefinition(decision="change", roles=("sponsor", "customer")),
        AuthorityDefinition(decision="waiver", roles=("sponsor",), up_to_days=1),
    )
    new = definition(planning(), execution(), wind_up(), authority=rows)

    assert told(OLD, new) == [
        "authority change: manager up to 5000 and up to 5 days; sponsor -> "
        "manager up to 9000 and up to 5 days; sponsor, customer",
        "authority waiver: nobody -> sponsor up to 1 day",
        "authority stop: sponsor -> nobody",
    ]


def test_several_changes_are_told_in_the_order_of_the_process_whatever_their_kind() -> None:
    roles = (*OLD.roles, RoleDefinition(id="auditor", title="Auditor", duties="Looks."))
    new = definition(planning(title="Plan"), execution(title="Build"), wind_up(title="End"), roles=roles, version="2")
    found = differences(OLD, new)

    assert list(grouped(found)) == [
        "process small", "role auditor", "phase planning", "phase execution", "phase closing",
    ]  # fmt: skip
    assert found == differences(OLD, new)
