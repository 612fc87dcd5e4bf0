"""Why a gate is not open."""

from collections.abc import Mapping

import pytest

from lifecycle.errors import NotFound
from lifecycle.governance import waivers
from lifecycle.governance.readiness import attempt_of, findings, gaps, in_words, persons_asked
from lifecycle.history import History
from lifecycle.history.gates import Fact, Finding
from tests.builders import FACTS, START, decided, judged, opened, prepared, started, submitted


def finding(history: History, gate: str, criterion: str, facts: Mapping[str, Fact] | None = None) -> Finding:
    found = findings(history, gate, facts if facts is not None else FACTS)
    return next(one for one in found if one.criterion == criterion)


def test_deliverables_come_first_then_conditions_then_the_gate_s_own_criteria() -> None:
    found = findings(opened(started()), "G1", FACTS)
    assert [one.criterion for one in found] == ["deliverable.plan", "plan", "conditions", "responses", "pace"]


def test_a_deliverable_that_was_not_submitted_is_a_gap_of_its_owner() -> None:
    missing = finding(opened(started()), "G1", "deliverable.plan")
    assert (missing.result, missing.owner, missing.detail) == (
        "not met",
        "manager",
        "nothing was submitted yet",
    )


def test_a_submitted_deliverable_is_met_before_it_is_accepted() -> None:
    found = finding(prepared(started(), "G1"), "G1", "deliverable.plan")
    assert (found.result, found.detail, found.read) == ("met", "version 1 by Paula P.", {"version": 1})


def test_a_deliverable_that_was_sent_back_is_a_gap_again() -> None:
    history = judged(prepared(started(), "G1"), "plan", "sam", send_back=True, reason="Too thin.")
    found = finding(history, "G1", "deliverable.plan")
    assert (found.result, found.owner) == ("not met", "manager")
    assert "version 1 was sent back" in found.detail


def test_a_product_counts_once_it_is_accepted_and_until_then_waits_for_its_acceptor() -> None:
    history = submitted(opened(started(), "execution"), "app", "erik")
    waiting = finding(history, "G2", "deliverable.app")
    assert (waiting.result, waiting.owner) == ("not met", "customer")
    assert finding(judged(history, "app", "cora"), "G2", "deliverable.app").result == "met"


def test_only_the_newest_version_of_a_product_counts() -> None:
    history = judged(submitted(opened(started(), "execution"), "app", "erik"), "app", "cora")
    assert finding(submitted(history, "app", "erik"), "G2", "deliverable.app").result == "not met"


def test_optional_deliverables_are_shown_and_hold_nothing_back() -> None:
    history = prepared(opened(started(), "execution"), "G2")
    assert finding(history, "G2", "deliverable.manual").advisory
    assert finding(history, "G2", "deliverable.quality-log").result == "not met"
    assert gaps(findings(history, "G2", FACTS)) == ()


def test_what_was_submitted_in_an_earlier_attempt_still_counts() -> None:
    history = opened(decided(started(), "G1", "recycle"), "planning", attempt=2)
    assert finding(history, "G1", "deliverable.plan").result == "met"
    assert attempt_of(history, "G1") == 2


def test_a_gate_of_a_phase_to_come_is_in_its_first_attempt() -> None:
    assert attempt_of(started(), "G3") == 1


def test_missing_facts_are_unknown_and_never_met() -> None:
    found = finding(opened(started()), "G1", "responses", {})
    assert (found.result, found.read) == ("unknown", {"risks.high_without_response": None})
    assert found in gaps(findings(opened(started()), "G1", {}))


def test_a_criterion_says_what_it_read() -> None:
    found = finding(opened(started()), "G1", "responses", {"risks.high_without_response": 2})
    assert (found.result, found.read, found.owner) == (
        "not met",
        {"risks.high_without_response": 2},
        "manager",
    )


def test_an_advisory_criterion_is_no_gap() -> None:
    history = prepared(started(), "G1")
    facts = {**FACTS, "project.spi": 0.1}
    assert finding(history, "G1", "pace", facts).result == "not met"
    assert gaps(findings(history, "G1", facts)) == ()


def test_open_conditions_of_earlier_gates_are_shown_with_owner_and_due_date() -> None:
    found = finding(opened(decided(started(), "G1", "conditional_go"), "execution"), "G2", "conditions")
    assert (found.result, found.advisory) == ("not met", True)
    assert found.detail.startswith("G1.1.1 (Erik E., due 2026-02-27)")


def test_a_waiver_turns_a_mandatory_gap_into_waived() -> None:
    history = prepared(started(), "G1")
    waiver = waivers.waive(history, "G1", criterion="responses", by="sam", reason="Small.", now=START)
    found = finding(history.and_then(waiver), "G1", "responses", {})
    assert (found.result, found.detail) == ("waived", "waived by Sam S.: Small.")
    assert gaps((found,)) == ()
    assert finding(history.and_then(waiver), "G1", "responses").result == "met"


def test_a_waiver_holds_for_one_attempt_only() -> None:
    history = prepared(started(), "G1")
    waiver = waivers.waive(history, "G1", criterion="responses", by="sam", reason="Small.", now=START)
    history = opened(decided(history.and_then(waiver), "G1", "recycle"), attempt=2)
    assert finding(history, "G1", "responses", {}).result == "unknown"


def test_a_gap_names_its_persons() -> None:
    history = opened(started())
    missing = finding(history, "G1", "deliverable.plan")
    assert [person.id for person in persons_asked(history.charter, missing)] == ["paula"]
    assert in_words(history, missing) == ("Plan is submitted: not met (nothing was submitted yet); Manager: Paula P.")


def test_an_unknown_gate_is_refused() -> None:
    with pytest.raises(NotFound, match="no gate 'G9'"):
        findings(started(), "G9", {})
