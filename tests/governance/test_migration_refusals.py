"""What stands in the way of a move: all of it is told at once."""

import pytest

from lifecycle.history.control import ToleranceGranted
from lifecycle.history.gates import CriterionWaived
from lifecycle.process.renaming import with_new_names
from tests.builders import (
    START,
    activity,
    charter,
    criterion,
    decided,
    definition,
    deliverable,
    drawn_up,
    execution,
    finished,
    gate,
    opened,
    phase,
    planned,
    planning,
    started,
    stopped,
    wind_up,
)
from tests.moves import CONTROL, G2, at_g2, executing, improved, refused, told, version


def test_nothing_moves_once_it_ends() -> None:
    assert refused(finished(), version()) == ("App was closed on 2026-01-05; what is closed stays as it is.",)
    assert "is wound up by the rules that it had" in refused(stopped(executing()), version())[0]
    passed = decided(decided(decided(started(), "G1"), "G2"), "G3")
    assert refused(passed, version()) == ("App has passed its last gate and is closed by the rules that it had.",)


def test_what_something_has_happened_to_must_have_a_counterpart_and_all_is_told_at_once() -> None:
    other = phase("design", gates=(gate("GD", "sponsor"),), deliverables=())
    found = refused(at_g2(), version(other, wind_up()))
    assert [text.partition(".")[0] for text in found[:6]] == [
        "Phase planning has no counterpart, and it began on 2026-01-05",
        "Phase execution has no counterpart, and it began on 2026-01-05",
        "Phase control has no counterpart, and it began on 2026-01-05",
        "Gate G1 has no counterpart, and it was decided: go",
        "Gate G2 has no counterpart, and it was submitted, round 1",
        "Deliverable plan has no counterpart, and it was submitted",
    ]
    assert found[0].endswith("Say what becomes of it in a mapping: phases: {planning: NEW}.")


def test_a_stage_that_was_granted_a_tolerance_keeps_a_counterpart_though_it_has_not_begun() -> None:
    granted = ToleranceGranted(
        project="app", at=START, by="sam", number=1, phase="execution", days=9, reason="It will rain."
    )
    history = opened(started()).and_then(granted)
    found = refused(history, version(planning(), wind_up()))
    assert "Phase execution has no counterpart, and it was granted a tolerance of its own. " in found[0]


def test_the_gate_where_the_project_stands_and_what_the_charter_asks_for_must_stay() -> None:
    product = deliverable("portal", "engineer", "customer", product=True)
    process = definition(planning(), execution(deliverables=(product,)), CONTROL, wind_up())
    history = opened(started(charter(deliverables=(product,)), process))
    gone = refused(
        history,
        version(
            planning(gates=(gate("GX", "sponsor"),), deliverables=()), execution(products=False), CONTROL, wind_up()
        ),
    )
    assert "Gate G1 has no counterpart, and it is where the project stands." in gone[0]
    assert any("Deliverable portal has no counterpart, and the charter asks for it." in text for text in gone)


def test_a_waived_criterion_keeps_its_gate_and_its_question() -> None:
    waiver = CriterionWaived(
        project="app", at=START, by="sam", gate="G1", attempt=1, criterion="responses", reason="Known."
    )
    waived = opened(started()).and_then(waiver)
    other = planning().gates[0].model_copy(update={"criteria": (criterion("responses", "risks.open == 0"),)})
    (text,) = refused(waived, version(planning(gates=(other,)), execution(), CONTROL, wind_up()))
    assert text == (
        "Criterion 'responses' of G1 was waived for this attempt and would ask something else. "
        "Give the new one another name."
    )
    assert refused(decided(waived, "G1"), version(planning(gates=(other,)), execution(), CONTROL, wind_up())) == ()
    assert refused(waived, version()) == ()


def test_a_waived_deliverable_is_not_made_to_ask_for_more() -> None:
    waiver = CriterionWaived(
        project="app", at=START, by="ada", gate="G2", attempt=1, criterion="deliverable.test-report", reason="Known."
    )
    waived = opened(decided(started(), "G1"), "execution").and_then(waiver)
    items = tuple(
        one.model_copy(update={"product": True}) if one.id == "test-report" else one for one in execution().deliverables
    )
    (text,) = refused(waived, version(planning(), execution(deliverables=items), CONTROL, wind_up()))
    assert text.startswith("Criterion 'deliverable.test-report' of G2 was waived for this attempt")
    assert refused(waived, version()) == ()


def test_gates_stay_with_their_phases_and_phases_in_their_order() -> None:
    moved_ = version(
        planning(gates=(gate("GX", "sponsor"),)), execution(gates=(planning().gates[0], G2)), CONTROL, wind_up()
    )
    assert "Gate G1 would end execution instead of planning; a gate stays with its phase." in refused(
        executing(), moved_
    )
    aside = version(
        planning(), execution(), phase("control", gates=(gate("GC", "sponsor"),)), wind_up(),
    )  # fmt: skip
    assert refused(executing(), aside)[0] == (
        "Phase control runs beside execution and would be one that stands in the sequence; "
        "it has begun and stays where it is."
    )
    turned = version(execution(), CONTROL, planning(), wind_up())
    assert refused(executing(), turned)[0] == (
        "The phases came in the order planning, execution, and the new version wants execution, planning."
    )


def test_new_gates_and_phases_behind_the_project_are_refused_or_acknowledged_by_name() -> None:
    early = gate("G0", "sponsor")
    idea = phase("idea", gates=(gate("GI", "sponsor"),))
    new = version(idea, planning(gates=(early, *planning().gates)), execution(), CONTROL, wind_up())
    assert refused(executing(), new) == (
        "Phase idea (Idea) would stand before where the project is. "
        "If it need not be asked any more, say so in a mapping: past: [idea].",
        "Gate G0 (Gate G0) would stand before where the project is. "
        "If it need not be asked any more, say so in a mapping: past: [G0].",
    )
    assert refused(executing(), new, past=["idea", "G0"]) == ()
    assert told(executing(), new, "not asked", past=["idea", "G0"]) == [
        "Phase idea (Idea) is not asked for: the project is past it.",
        "Gate GI (Gate GI) is not asked for: the project is past it.",
        "Gate G0 (Gate G0) is not asked for: the project is past it.",
    ]


def test_what_lies_ahead_or_is_mandatory_cannot_be_acknowledged_away() -> None:
    early = gate("G0", "sponsor", mandatory=True)
    new = version(planning(gates=(early, *planning().gates)), execution(), CONTROL, wind_up())
    assert refused(executing(), new, past=["G0"]) == (
        "Gate G0 (Gate G0) is mandatory, and the project is past it. Nobody does without it.",
    )
    assert refused(executing(), improved(), past=["G2a", "G77"]) == (
        "G2a lies ahead of the project and will be asked; take it out of `past`.",
        "G77 is not in the new version; take it out of `past`.",
    )


def test_a_new_gate_at_the_end_of_a_phase_that_is_over_is_behind_the_project() -> None:
    """G1 is passed and the engine is about to open the next phase: that phase is over."""
    new = version(planning(gates=(*planning().gates, gate("G1b", "sponsor"))), execution(), CONTROL, wind_up())
    passed = planned(decided(started(), "G1"), activity("A1", 5))
    assert "Gate G1b" in refused(passed, new)[0]
    assert refused(passed, new, past=["G1b"]) == ()
    assert told(decided(started(), "G1", "recycle"), new, "added") == ["Gate G1b (Gate G1b) will be asked before G2."]


def test_a_name_in_the_journal_stands_for_one_thing_for_ever() -> None:
    own = planning()
    first = own.gates[0].model_copy(update={"id": "GP"})
    new = version(planning(gates=(first,)), execution(gates=(gate("G1", "sponsor"), G2)), CONTROL, wind_up())
    assert refused(executing(), new, gates={"G1": "GP"}) == (
        "'G1' stands in the journal for the gate that is called 'GP' from now on. "
        "Nothing else can get that name; give the new one another.",
    )
    papers = (deliverable("project-plan", "manager", "sponsor"),)
    new = version(
        planning(deliverables=papers),
        execution(),
        CONTROL,
        wind_up(deliverables=(deliverable("plan", "manager", "sponsor"),)),
    )
    assert (
        "'plan' stands in the journal for the deliverable"
        in refused(executing(), new, deliverables={"plan": "project-plan"})[0]
    )


def test_the_baseline_is_set_at_a_gate_that_lies_ahead() -> None:
    late = definition(
        planning(gates=(planning().gates[0].model_copy(update={"baseline": False}),)),
        execution(gates=(G2.model_copy(update={"baseline": True}),)),
        wind_up(),
    )
    history = opened(decided(drawn_up(started(process=late), activity("A1", 5)), "G1"), "execution")
    (text,) = refused(history, version(planning(), execution(), wind_up()))
    assert text.startswith("The new version freezes the baseline at G1, which the project has passed without one.")


def test_the_current_attempt_must_be_one_that_is_allowed() -> None:
    again = opened(decided(started(), "G1", "recycle"), attempt=2)
    once = planning().gates[0].model_copy(update={"rounds": 1})
    (text,) = refused(again, version(planning(gates=(once,)), execution(), CONTROL, wind_up()))
    assert text == "planning is in attempt 2, and G1 of the new version allows 1. Allow as many at least."
    assert refused(started(), version(planning(gates=(once,)), execution(), CONTROL, wind_up())) == ()


def test_a_gate_that_nobody_could_decide_is_refused() -> None:
    roles = (*definition().roles, definition().roles[0].model_copy(update={"id": "auditor", "title": "Auditor"}))
    new = version(planning(), execution(gates=(gate("G2", "auditor"),)), CONTROL, wind_up(), roles=roles)
    assert refused(executing(), new)[0] == ("Nobody holds the role Auditor, which approves G2. Give it to a person.")
    with_others = version(planning(), execution(gates=(gate("G7", "auditor"),)), CONTROL, wind_up(), roles=roles)
    found = refused(at_g2(), with_others)
    assert any("Gate G2 has no counterpart" in text for text in found)
    assert any("Nobody holds the role Auditor" in text for text in found)


def test_a_hold_is_not_slipped_past() -> None:
    held = decided(executing(), "G2", "hold")
    (text,) = refused(held, improved())
    assert text == (
        "The project is on hold at G2, and another gate would come before it. "
        "Have it resumed first, or move the new gate behind it."
    )


def test_the_same_rules_another_level_and_nonsense_are_refused() -> None:
    assert refused(executing(), definition()) == ("App follows these very rules already; there is nothing to move.",)
    assert refused(executing(), version(level="program"))[0] == (
        "A project cannot follow a process for a program. Name another one."
    )
    product = deliverable("manual", "engineer", "customer", product=True)
    history = opened(started(charter(deliverables=(product,))))
    doubled = version(planning(), execution(deliverables=(*execution().deliverables,)), CONTROL, wind_up())
    assert any(
        "makes no sense: deliverable 'manual' stands here a second time" in text for text in refused(history, doubled)
    )


@pytest.mark.parametrize("name", ["G2", "GB"])
def test_a_renamed_gate_in_its_place_is_no_obstacle(name: str) -> None:
    new = with_new_names(version(), {("gate", "G2"): name})
    assert refused(at_g2("sam"), new) == ()
