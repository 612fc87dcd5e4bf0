"""The plan of a move: what becomes of each thing, and of what is open."""

from decimal import Decimal

from lifecycle.history.work import HandedOver
from lifecycle.process.definition import AuthorityDefinition, ReportDefinition, ToleranceDefinition
from tests.automated import step, with_steps
from tests.builders import (
    START,
    activity,
    criterion,
    decided,
    definition,
    deliverable,
    execution,
    gate,
    opened,
    phase,
    planned,
    planning,
    started,
    submitted,
    wind_up,
)
from tests.moves import CONTROL, G2, at_g2, executing, improved, looked_at, refused, told, version, with_gates

# What becomes of things


def test_a_new_gate_and_a_renamed_deliverable_are_told() -> None:
    history = submitted(executing(), "test-report", "erik")
    plan = looked_at(history, improved())
    assert plan.refusals == ()
    assert (plan.from_version, plan.to_version) == ("small 1", "small 2")
    assert [line.text for line in plan.of("added", "renamed", "changed", "dropped")] == [
        "Gate G2a (Gate G2a) will be asked before G2.",
        "Deliverable test-report is called test-summary from now on.",
    ]
    assert {line.name for line in plan.of("kept") if line.kind == "phase"} == {
        "planning", "execution", "control", "closing",
    }  # fmt: skip


def test_what_is_dropped_says_why_it_may_be() -> None:
    own = execution(deliverables=execution().deliverables[:1])
    roles = tuple(role for role in definition().roles if role.id != "engineer")
    first = planning(gates=(planning().gates[0].model_copy(update={"criteria": ()}),))
    new = version(first, own, wind_up(), roles=roles)
    texts = told(executing(), new, "dropped")
    assert "Criterion G1/pace (pace is fine) is dropped: it is not asked any more." in texts
    assert "Deliverable test-report (Test report) is dropped: nothing of it was handed in." in texts
    assert "Deliverable manual (Manual) is dropped: nothing of it was handed in, and it is optional." in texts
    assert "Role engineer (Engineer) is dropped; Erik E. held it, which means nothing any more." in texts


def test_a_gate_and_a_phase_ahead_may_be_dropped_and_added() -> None:
    trial = phase("trial", gates=(gate("G4", "sponsor"),))
    before = started(process=definition(planning(), trial, execution(), wind_up()))
    after = phase(
        "acceptance", gates=(gate("G5", "customer"),), deliverables=(deliverable("log", "engineer", "customer"),)
    )
    support = phase(
        "support", beside="planning", deliverables=(deliverable("notes", "engineer", "customer", optional=True),)
    )
    roles = (*definition().roles, definition().roles[0].model_copy(update={"id": "auditor", "title": "Auditor"}))
    new = version(planning(), support, execution(), after, wind_up(), roles=roles)
    assert told(opened(before), new, "dropped", "added") == [
        "Phase support (Support) runs beside planning.",
        "Phase acceptance (Acceptance) comes after execution.",
        "Phase trial (Trial) is dropped: it has not begun.",
        "Gate G5 (Gate G5) will be asked before G3.",
        "Gate G4 (Gate G4) is dropped: nothing has happened at it.",
        "Deliverable notes (Notes) may be handed in for G1.",
        "Deliverable log (Log) has to be handed in for G5.",
        "Role auditor (Auditor) is held by nobody yet.",
    ]
    assert refused(opened(before), new) == ()


def test_a_first_phase_before_everything_and_a_last_gate_are_told_so() -> None:
    first = phase("idea", gates=(gate("G0", "sponsor"),))
    last = wind_up(gates=(*wind_up().gates, gate("G9", "customer")))
    texts = told(started(), version(first, planning(), execution(), CONTROL, last), "added")
    assert texts[0] == "Phase idea (Idea) comes first."
    assert texts[-1] == "Gate G9 (Gate G9) will be asked last."


def test_changed_rules_are_told_and_those_of_a_passed_gate_are_those_of_then() -> None:
    passed = planning().gates[0].model_copy(update={"policy": "any"})
    strict = G2.model_copy(update={"policy": "all", "criteria": (criterion("calm", "issues.high == 0"),)})
    rows = (*definition().authority, AuthorityDefinition(decision="migration", roles=("customer",)))
    new = version(planning(gates=(passed,)), execution(gates=(strict,)), CONTROL, wind_up(), authority=rows)
    assert told(executing(), new, "changed", "added") == [
        "Gate G1: policy: all -> any (it was passed by the rules of then).",
        "Gate G2: policy: at least 2 -> all.",
        "Criterion G2/calm (calm is fine) is asked at G2.",
        "Who may decide a migration: nobody -> customer.",
    ]


def test_changed_tolerances_are_told() -> None:
    row = ToleranceDefinition(level="stage", measure="time", amount=Decimal(10), asks="sponsor")
    assert told(executing(), version(tolerances=(row,)), "changed") == [
        "The tolerance of stage time: none -> 10 days, sponsor is asked."
    ]


def test_what_is_renamed_may_change_too() -> None:
    new = with_gates(G2.model_copy(update={"id": "GB", "due_days": 9}))
    items = tuple(one.model_copy(update={"gate": None}) for one in execution().deliverables)
    new = new.model_copy(
        update={"phases": (new.phases[0], new.phases[1].model_copy(update={"deliverables": items}), *new.phases[2:])}
    )
    assert "Gate G2 is called GB from now on; due: 5 days -> 9 days." in told(
        executing(), new, "renamed", gates={"G2": "GB"}
    )


def test_new_documents_and_side_phases_of_what_is_over_are_not_asked_for() -> None:
    log = deliverable("charter-log", "manager", "sponsor")
    side = phase("support", beside="planning", deliverables=(deliverable("notes", "engineer", "customer"),))
    new = version(planning(deliverables=(*planning().deliverables, log)), side, execution(), CONTROL, wind_up())
    assert told(executing(), new, "not asked") == [
        "Phase support (Support) is not asked for: the project is past it.",
        "Deliverable charter-log (Charter log) is not asked for: the project is past it.",
        "Deliverable notes (Notes) is not asked for: the project is past it.",
    ]
    assert refused(executing(), new) == ()


def test_steps_and_reports_of_the_plan_are_told_too() -> None:
    """A step keeps what it found under another name; a report of the plan has no history, and is another one."""
    weekly = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor",), every_days=7)
    before = with_steps(step("scan"), step("lint")).model_copy(update={"reports": (weekly,)})
    monthly = weekly.model_copy(update={"id": "monthly"})
    after = with_steps(step("look"), step("spell")).model_copy(update={"version": "2", "reports": (monthly,)})
    found = told(opened(started(process=before)), after, "renamed", "added", "dropped", steps={"scan": "look"})
    assert found == [
        "Step scan is called look from now on; title: Scan -> Look; runs: odd:scan -> odd:look.",
        "Step spell (Spell) runs by itself for G1.",
        "Step lint (Lint) is dropped: what it found stays on record.",
        "Report monthly (Weekly) is written by itself from now on.",
        "Report weekly (Weekly) is dropped: what was written stays on record.",
    ]


def test_what_was_handed_over_must_stay() -> None:
    handed = HandedOver(project="app", at=START, by="paula", deliverable="app", to="cora")
    gone = execution(deliverables=execution().deliverables[1:])
    (text,) = refused(executing().and_then(handed), version(planning(), gone, CONTROL, wind_up()))
    assert text.startswith("Deliverable app has no counterpart, and it was handed over.")


# What is open


def test_a_review_whose_rules_change_goes_back_and_its_votes_are_named() -> None:
    (line,) = looked_at(at_g2("sam"), with_gates(G2.model_copy(update={"policy": "all"}))).of("returned")
    assert line.text == (
        "The review of G2, round 1, goes back to its submitter. Dismissed: approve by Sam S.. "
        "Gate G2: policy: at least 2 -> all."
    )


def test_a_review_whose_gate_is_unchanged_goes_on() -> None:
    plan = looked_at(at_g2("sam"), version(planning(), execution(), CONTROL, wind_up(), purpose="Another."))
    assert [line.text for line in plan.of("goes on", "returned")] == [
        "The review of G2, round 1, goes on: its rules do not change."
    ]


def test_a_review_goes_back_when_a_gate_comes_before_it_or_its_evidence_or_limits_change() -> None:
    (line,) = looked_at(at_g2(), improved()).of("returned")
    assert line.text.endswith("Dismissed: nothing, nobody has voted. G2a is asked before it.")
    items = tuple(i.model_copy(update={"title": "Papers"}) for i in execution().deliverables)
    (line,) = looked_at(at_g2(), version(planning(), execution(deliverables=items), CONTROL, wind_up())).of("returned")
    assert "Deliverable test-report: title: Test report -> Papers." in line.text
    rows = (*definition().authority, AuthorityDefinition(decision="gate", roles=("sponsor",)))
    (line,) = looked_at(at_g2(), version(authority=rows)).of("returned")
    assert line.text.endswith("Who may decide on how much at a gate has changed.")


def test_conditions_and_holds_stay() -> None:
    held = decided(executing(), "G2", "hold")
    assert told(held, version(), "goes on") == ["The project stays on hold at G2; whoever approves there resumes it."]
    conditional = opened(planned(decided(started(), "G1", "conditional_go"), activity("A1", 5)), "execution")
    assert told(conditional, version(), "goes on")[0] == (
        "Condition G1.1.1 stays open and holds back the decision at the next gate."
    )
