"""A process is proved before any project follows it: every problem at once, each with its place."""

import pytest

from lifecycle.process.definition import CriterionDefinition, PhaseDefinition, ProcessDefinition
from lifecycle.process.soundness import Loc, problems
from tests.builders import criterion, definition, deliverable, execution, gate, phase, planning, wind_up


def told(process: ProcessDefinition) -> list[tuple[Loc, str]]:
    return [(item.loc, item.message) for item in problems(process, ["plan.md.j2"])]


def only(process: ProcessDefinition) -> tuple[Loc, str]:
    (problem,) = told(process)
    return problem


def test_the_small_process_is_sound() -> None:
    assert told(definition()) == []


@pytest.mark.parametrize(
    ("process", "loc"),
    [
        (definition(manager="boss", authority=()), ("manager",)),
        (
            definition(authority=({"decision": "stop", "roles": ("sponsor", "boss")},)),
            ("authority", 0, "roles", 1),
        ),
        (definition(planning(deliverables=(deliverable("x", "boss", "sponsor"),)), wind_up()), (0, "owner")),
        (
            definition(planning(deliverables=(deliverable("x", "manager", "boss"),)), wind_up()),
            (0, "acceptance", "by"),
        ),
        (
            definition(
                planning(deliverables=(deliverable("x", "manager", "sponsor", rasci={"boss": "C"}),)),
                wind_up(),
            ),
            (0, "rasci", "boss", "[key]"),
        ),
        (definition(planning(gates=(gate("G1", "sponsor", "boss"),)), wind_up()), ("gates", 0, "approvers", 1)),
        (
            definition(planning(gates=(gate("G1", "sponsor", waiver_by="boss"),)), wind_up()),
            ("gates", 0, "waiver_by"),
        ),
    ],
)
def test_every_role_that_is_named_exists(process: ProcessDefinition, loc: Loc) -> None:
    found, message = only(process)

    assert found[-len(loc) :] == loc
    assert message.startswith("there is no role 'boss'")


def test_a_criterion_has_an_owner_that_exists() -> None:
    asked = CriterionDefinition(id="c", text="c", expression="risks.high == 0", owner="managr")
    loc, message = only(definition(planning(gates=(gate("G1", "sponsor", criteria=(asked,)),)), wind_up()))

    assert loc == ("phases", 0, "gates", 0, "criteria", 0, "owner")
    assert message == "there is no role 'managr'; did you mean 'manager'?"


G1_AGAIN = execution(gates=(gate("G1", "sponsor"),), deliverables=())
PLANNING_AGAIN = planning(gates=(gate("G9", "sponsor"),), deliverables=())
PLAN_AGAIN = execution(deliverables=(deliverable("plan", "engineer", "sponsor"),))
SAME_QUESTION = gate("G1", "sponsor", criteria=(criterion("a", "1 == 1"), criterion("a", "1 == 1")))
G1: Loc = ("phases", 0, "gates", 0)


@pytest.mark.parametrize(
    ("process", "loc", "kind"),
    [
        (definition(planning(), PLANNING_AGAIN, wind_up()), ("phases", 1, "id"), "phase"),
        (definition(planning(), G1_AGAIN, wind_up()), ("phases", 1, "gates", 0, "id"), "gate"),
        (definition(planning(), PLAN_AGAIN, wind_up()), ("phases", 1, "deliverables", 0, "id"), "deliverable"),
        (definition(planning(gates=(SAME_QUESTION,)), wind_up()), (*G1, "criteria", 1, "id"), "criterion"),
        (definition(planning(gates=(gate("G1", "sponsor", "sponsor"),)), wind_up()), (*G1, "approvers", 1), "approver"),
        (definition(roles=(*definition().roles, definition().roles[1])), ("roles", 5, "id"), "role"),
    ],
)
def test_no_name_is_given_twice(process: ProcessDefinition, loc: Loc, kind: str) -> None:
    found, message = only(process)

    assert found == loc
    assert message.startswith(f"{kind} '")
    assert "a second time" in message


def test_a_phase_or_gate_is_not_called_like_other_records() -> None:
    plan = phase("plan", gates=(gate("risk", "sponsor"),))

    assert [loc for loc, _ in told(definition(plan, wind_up()))] == [
        ("phases", 0, "id"),
        ("phases", 0, "gates", 0, "id"),
    ]


def test_a_gate_is_not_called_like_a_phase() -> None:
    loc, message = only(definition(planning(gates=(gate("closing", "sponsor"),)), wind_up()))

    assert loc == ("phases", 0, "gates", 0, "id")
    assert "called like a phase" in message


def beside(*others: PhaseDefinition) -> list[tuple[Loc, str]]:
    return told(definition(planning(), *others, wind_up()))


def test_a_phase_runs_beside_one_that_exists() -> None:
    assert beside(phase("control", beside="planing")) == [
        (("phases", 1, "beside"), "there is no phase 'planing'; did you mean 'planning'?")
    ]


def test_a_phase_beside_another_has_no_gates_of_its_own() -> None:
    ((loc, message),) = beside(phase("control", beside="planning", gates=(gate("G7", "sponsor"),)))

    assert loc == ("phases", 1, "gates")
    assert message == "'control' runs beside 'planning' and ends with it; move its gates there"


def test_a_phase_beside_another_repeats_with_it() -> None:
    ((loc, message),) = beside(phase("control", beside="planning", repeat="stage"))

    assert loc == ("phases", 1, "repeat")
    assert message == "'control' repeats whenever 'planning' does; leave `repeat` out"


def test_a_circle_of_phases_is_told_once() -> None:
    circle = (phase("a", beside="b"), phase("b", beside="c"), phase("c", beside="a"), phase("d", beside="a"))

    assert beside(*circle) == [
        (("phases", 1, "beside"), "cycle: a -> b -> c -> a; one of these must be a phase with gates"),
        (("phases", 4, "beside"), "'a' runs beside another phase itself; name that one"),
    ]


def test_a_main_phase_ends_at_a_gate() -> None:
    ((loc, message),) = beside(phase("drift"))

    assert loc == ("phases", 1)
    assert message.startswith("phase 'drift' never ends: it has no gate")


def test_one_phase_closes_the_project() -> None:
    assert only(definition(planning())) == (
        ("phases",),
        "no phase closes the project; write `closing: true` in the last one",
    )


def test_nothing_comes_after_the_closing_phase() -> None:
    ((loc, message),) = told(definition(wind_up(), planning()))

    assert loc == ("phases", 1)
    assert message == "phase 'planning' is never reached: it stands after the closing phase; move it before"


def test_there_is_one_closing_phase() -> None:
    loc, message = only(definition(planning(closing=True), wind_up()))

    assert loc == ("phases", 1, "closing")
    assert message == "there is only one closing phase; leave it out here"


def test_the_closing_phase_does_not_repeat() -> None:
    loc, message = only(definition(planning(), wind_up(repeat="stage")))

    assert loc == ("phases", 1, "closing")
    assert "cannot be the closing phase" in message


def test_one_phase_receives_the_products() -> None:
    loc, _ = only(definition(planning(products=True), execution(), wind_up()))

    assert loc == ("phases", 1, "products")


def test_a_gate_is_decided_by_somebody_who_does_not_submit_it() -> None:
    loc, message = only(definition(planning(gates=(gate("G1", "manager"),)), wind_up()))

    assert loc == ("phases", 0, "gates", 0, "approvers")
    assert message.startswith("nobody may decide gate 'G1': 'manager' submits it and may not vote")


def test_the_chair_is_an_approver() -> None:
    loc, message = only(definition(planning(gates=(gate("G1", "sponsor", chair="customer"),)), wind_up()))

    assert loc == ("phases", 0, "gates", 0, "chair")
    assert message == "chair 'customer' is not an approver of the gate; name one of: sponsor"


def with_item(**changes: str) -> tuple[Loc, str]:
    item = deliverable("x", changes.pop("owner", "manager"), "sponsor", **changes)
    return only(definition(planning(deliverables=(item,)), wind_up()))


def test_a_deliverable_is_needed_at_a_gate_of_its_phase() -> None:
    assert with_item(gate="G3") == (
        ("phases", 0, "deliverables", 0, "gate"),
        "gate 'G3' does not end phase 'planning'; its gates are G1",
    )


def test_a_deliverable_beside_a_phase_is_needed_at_that_phases_gate() -> None:
    log = deliverable("log", "engineer", "architect", gate="G1")

    assert beside(phase("control", beside="planning", deliverables=(log,))) == []


def test_a_template_exists() -> None:
    assert with_item(template="plam.md.j2") == (
        ("phases", 0, "deliverables", 0, "template"),
        "there is no template 'plam.md.j2' below templates/documents; did you mean 'plan.md.j2'?",
    )


def test_nobody_accepts_what_they_own() -> None:
    assert with_item(owner="sponsor") == (
        ("phases", 0, "deliverables", 0, "acceptance", "by"),
        "'sponsor' owns 'x' and cannot accept it too; name another role",
    )


def test_an_expressions_problem_carries_its_place_inside_the_expression() -> None:
    asked = criterion("c", "1 == 1\n&& risks.hihg == 0")
    (problem,) = problems(definition(planning(gates=(gate("G1", "sponsor", criteria=(asked,)),)), wind_up()), [])

    assert problem.loc == ("phases", 0, "gates", 0, "criteria", 0, "expression")
    assert (problem.line, problem.column) == (2, 4)


def test_a_process_of_bearable_size_is_wanted() -> None:
    gates = tuple(gate(f"H{n}", "sponsor") for n in range(51))
    phases = tuple(phase(f"p{n}") for n in range(201))

    assert [loc for loc, _ in told(definition(planning(gates=gates), wind_up()))] == [("phases", 0, "gates")]
    assert [loc for loc, _ in told(definition(*phases))] == [("phases",)]


def gated(**changes: object) -> ProcessDefinition:
    return definition(planning(gates=(gate("G1", "sponsor", "customer", **changes),)), wind_up())


@pytest.mark.parametrize(
    ("process", "loc", "said"),
    [
        (gated(veto=("architect",)), ("veto", 0), "has a veto and is not an approver"),
        (gated(veto=("sponsor", "sponsor")), ("veto", 1), "a second time"),
        (gated(escalation=({"after_days": 1, "to": "boss"},)), ("escalation", 0, "to"), "there is no role 'boss'"),
        (
            gated(escalation=({"after_days": 3, "to": "sponsor"}, {"after_days": 3, "to": "architect"})),
            ("escalation", 1, "after_days"),
            "must come later than level 1",
        ),
        (gated(escalation=({"after_days": 9, "to": "sponsor"},), hold_days=8), ("hold_days",), "before the escalation"),
        (gated(remind_days=(1, 1)), ("remind_days", 1), "a second time"),
        (gated(remind_days=(6,)), ("remind_days", 0), "before the submission"),
        (definition(separate=(("sponsor",),)), ("separate", 0), "two roles to keep apart"),
        (definition(separate=(("sponsor", "sponsor"),)), ("separate", 0, 1), "a second time"),
        (definition(separate=(("sponsor", "boss"),)), ("separate", 0, 1), "there is no role 'boss'"),
    ],
)
def test_the_rules_of_a_gate_name_what_is_there_and_come_in_order(
    process: ProcessDefinition, loc: Loc, said: str
) -> None:
    """R-34, R-36: also vetoes, reminders, escalation, automatic hold and roles kept apart."""
    found, message = only(process)

    assert found[-len(loc) :] == loc
    assert said in message
