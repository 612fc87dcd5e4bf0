"""A gate on the command line, and the walls around it: each refusal has its sentence and its exit code."""

from datetime import timedelta
from typing import Any

import pytest

from lifecycle.progress import AwaitDecision, PrepareGate
from tests.builders import START, patient
from tests.cli.terminal import Said, Terminal

CONDITION = "Write the tests; erik; 2026-02-27"


def vote(terminal: Terminal, person: str, choice: str = "approve", *more: object) -> Said:
    """A vote at G1."""
    return terminal("gate", "decide", "app", "G1", "--vote", choice, "--reason", "I read it.", *more, by=person)


def refusals(terminal: Terminal) -> list[str]:
    """The codes of what was refused, as the journal has them."""
    with terminal.work.look() as store:
        return [str(entry.note) for entry in store.entries("app") if entry.action.startswith("refused")]


def test_a_submitted_gate_names_who_is_waited_for(submitted: Terminal) -> None:
    submitted.does("gate", "withdraw", "app", "G1")
    said = submitted.does("gate", "submit", "app", "G1")
    assert "G1 of app is submitted, round 2. Dossier: " in said
    assert "Waiting for sam and cora to decide G1, due 2026-01-10." in said
    assert "Next: phasegate gate show app G1" in said


def test_a_gate_with_gaps_is_not_submitted(started: Terminal) -> None:
    said = started("gate", "submit", "app")
    assert (said.code, said.out) == (1, "")
    assert "not ready" in said.err
    assert "Paula" in said.err
    assert refusals(started) == ["not_ready"]


def test_a_gate_before_its_review_shows_what_it_still_needs(started: Terminal) -> None:
    said = started.does("gate", "show", "app")
    assert "State           preparing" in said
    assert "not met" in said
    assert "EVIDENCE" not in said
    assert "APPROVER " not in said
    assert "Next: phasegate project why app" in said


def test_a_gate_in_review_shows_evidence_votes_and_the_dossier(submitted: Terminal) -> None:
    digest = submitted.json("gate", "show", "app")["review"]["digest"]
    assert vote(submitted, "sam").code == 0
    said = submitted.does("gate", "show", "app", "G1")
    assert f"Dossier         {digest}" in said
    assert "Submitted       2026-01-05 by paula, due 2026-01-10" in said
    rows = {row.split()[0]: row.split()[1:] for row in said.splitlines() if row}
    assert rows["sam"][:3] == ["sponsor", "approve", "2026-01-05"]
    assert rows["cora"][:3] == ["customer", "to", "vote"]
    assert f"--dossier {digest} --as cora" in said


def test_the_last_vote_brings_the_outcome_and_what_comes_next(submitted: Terminal) -> None:
    first = vote(submitted, "sam")
    assert "Still to vote: Cora C." in first.out
    assert "Next: phasegate gate show app G1" in first.out
    second = vote(submitted, "cora")
    assert "Gate G1 (G1, round 1): go." in second.out
    assert "Next: phasegate worker" in second.out
    said = submitted.does("gate", "show", "app", "G1")
    assert "Outcome         go on 2026-01-05" in said
    assert "Next: phasegate project show app" in said
    assert "passed: go" in submitted.does("project", "show", "app")


def test_a_conditional_go_leaves_a_condition_that_is_cleared(submitted: Terminal) -> None:
    vote(submitted, "sam")
    said = vote(submitted, "cora", "approve_with_conditions", "--condition", CONDITION)
    assert "conditional go" in said.out
    assert "phasegate gate clear-condition app G1.1.1 --evidence TEXT" in said.out
    submitted.carry_on()
    assert submitted.does("inbox", by="erik").endswith("Next: phasegate project show app\n")
    assert "Next: phasegate gate clear-condition app G1.1.1" in submitted.does("inbox", by="sam")
    shown = submitted.does("project", "show", "app")
    assert "--as erik" not in shown.partition("gate clear-condition")[2]
    assert "Open conditions  G1.1.1" in shown
    assert "Open conditions  G1.1.1" in submitted.does("gate", "show", "app", "G2")
    clear = ("gate", "clear-condition", "app", "G1.1.1", "--evidence", "Seen.")
    assert submitted(*clear, by="paula").code == 1
    assert "Condition G1.1.1 of app is cleared." in submitted.does(*clear, by="sam")
    again = submitted(*clear, by="sam")
    assert (again.code, "G1.1.1 was cleared by Sam S. on 2026-01-05" in again.err) == (5, True)
    assert submitted("gate", "clear-condition", "app", "G1.1.9", "--evidence", "Seen.", by="sam").code == 4


def test_who_votes_later_reads_the_conditions_that_others_attach(submitted: Terminal) -> None:
    assert vote(submitted, "cora", "approve_with_conditions", "--condition", CONDITION).code == 0
    before = submitted.does("gate", "show", "app", "G1")
    assert vote(submitted, "sam").code == 0
    for said in (before, submitted.does("gate", "show", "app", "G1")):
        lines = [line.split() for line in said.splitlines()]
        assert lines[lines.index(["CONDITION", "OWNER", "DUE", "ASKED", "BY"]) + 1] == [
            *("Write", "the", "tests", "erik", "2026-02-27", "cora")
        ]


def test_a_condition_can_be_waived(submitted: Terminal) -> None:
    vote(submitted, "sam")
    vote(submitted, "cora", "approve_with_conditions", "--condition", CONDITION)
    waive = ("gate", "clear-condition", "app", "G1.1.1", "--waive", "--evidence", "Not needed.")
    answers = {person: submitted(*waive, by=person) for person in ("erik", "sam")}
    assert answers["erik"].code == 1
    assert "Condition G1.1.1 of app is waived." in answers["sam"].out


def test_a_hold_waits_until_it_is_resumed(submitted: Terminal) -> None:
    assert "hold" in vote(submitted, "sam", "reject", "--propose", "hold").out
    assert "on hold" in submitted.does("project", "why", "app")
    shown = submitted.does("gate", "show", "app")
    assert "reject, proposes hold" in shown
    assert "did not vote" in shown
    assert "Next: phasegate gate resume app G1 --reason TEXT" in shown
    assert submitted("gate", "resume", "app", "G1", "--reason", "Money is there.", by="erik").code == 1
    assert "G1 of app is resumed by sam." in submitted.does(
        "gate", "resume", "app", "G1", "--reason", "Money is there.", by="sam"
    )
    assert isinstance(submitted.carry_on(), AwaitDecision | PrepareGate)


def test_a_recycled_phase_begins_again_and_the_strip_counts(submitted: Terminal) -> None:
    assert "Next: phasegate worker" in vote(submitted, "sam", "reject", "--propose", "recycle").out
    said = submitted.does("project", "show", "app")
    assert "◐ planning (2) ◇ G1 preparing" in said
    assert "open, attempt 2" in said


def test_a_killed_project_goes_to_its_closing_phase(submitted: Terminal) -> None:
    assert "kill" in vote(submitted, "sam", "reject", "--propose", "kill").out
    submitted.carry_on()
    assert "⊘ execution" in submitted.does("project", "show", "app")


def test_the_round_is_shown_when_it_is_not_the_first(submitted: Terminal) -> None:
    submitted.does("gate", "withdraw", "app", "G1")
    submitted.does("gate", "submit", "app")
    assert "awaiting decision (round 2)" in submitted.does("project", "show", "app")


def test_a_criterion_is_waived_by_the_gates_authority_only(submitted: Terminal) -> None:
    waive = ("gate", "waive", "app", "G2", "deliverable.test-report", "--reason", "The supplier tests.")
    said = submitted(*waive, by="erik")
    assert said.code == 1
    for person in ("sam", "cora"):
        vote(submitted, person)
    submitted.carry_on()
    assert "deliverable.test-report of G2 is waived by ada for attempt 1." in submitted.does(*waive, by="ada")
    assert "waived by Ada A.: The supplier tests." in submitted.does("gate", "show", "app", "G2")


@pytest.mark.parametrize(
    ("person", "code", "error"),
    [("erik", 1, "not_an_approver"), ("paula", 1, "separation_of_duties"), ("stranger", 1, "not_an_approver")],
)
def test_who_may_not_vote_is_refused_and_journaled(submitted: Terminal, person: str, code: int, error: str) -> None:
    said = vote(submitted, person, "approve", "--json")
    assert (said.code, said.value["error"]["code"]) == (code, error)
    assert refusals(submitted) == [error]


def test_one_person_votes_once(submitted: Terminal) -> None:
    vote(submitted, "sam")
    said = vote(submitted, "sam", "reject", "--json")
    assert (said.code, said.value["error"]["code"]) == (5, "already_voted")


def test_no_vote_after_the_outcome(submitted: Terminal) -> None:
    for person in ("sam", "cora"):
        vote(submitted, person)
    said = vote(submitted, "cora", "reject", "--json")
    assert (said.code, said.value["error"]["code"]) == (5, "review_closed")


def test_no_vote_on_a_dossier_that_was_replaced(submitted: Terminal) -> None:
    said = vote(submitted, "sam", "approve", "--dossier", "0" * 64, "--json")
    assert (said.code, said.value["error"]["code"]) == (5, "evidence_changed")
    digest = submitted.json("gate", "show", "app")["review"]["digest"]
    assert vote(submitted, "sam", "approve", "--dossier", digest).code == 0


def test_new_evidence_sends_a_review_back(submitted: Terminal) -> None:
    submitted.does("project", "submit-deliverable", "app", "plan", submitted.file("plan.md", "Another plan."))
    assert submitted.json("project", "why", "app")["state"] == "preparing"
    assert vote(submitted, "sam").code in (1, 5)


def test_the_same_key_votes_once_and_answers_the_same(submitted: Terminal) -> None:
    first = vote(submitted, "sam", "approve", "--idempotency-key", "k1", "--json")
    second = vote(submitted, "sam", "approve", "--idempotency-key", "k1", "--json")
    assert first.value == second.value
    other = vote(submitted, "sam", "reject", "--idempotency-key", "k1")
    assert other.code == 5
    assert "another request" in other.err


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (("--condition", "Write the tests"), 2, "text, owner and due date"),
        (("--condition", "Write the tests; erik; 27 February"), 2, "YYYY-MM-DD"),
        (("--condition", "Write the tests; nobody; 2026-02-27"), 1, "nobody"),
        (("--condition", "Write the tests; erik; 2025-02-27"), 1, "past"),
        ((), 1, "at least one condition"),
        (("--dossier", "abc"), 2, "digest must be a SHA-256 of 64 digits and letters from a to f, not 'abc'."),
        (("--propose", "never"), 2, "'never' is not one of"),
    ],
)
def test_a_condition_that_makes_no_sense_casts_no_vote(submitted: Terminal, more: Any, code: int, message: str) -> None:
    said = vote(submitted, "sam", "approve_with_conditions", *more)
    assert (said.code, said.out) == (code, "")
    assert message in said.err
    assert submitted.json("gate", "show", "app")["votes"] == []


def test_an_unknown_gate_is_code_4(submitted: Terminal) -> None:
    for words in (("submit",), ("show",), ("withdraw",), ("resume", "--reason", "r")):
        verb, *more = words
        assert submitted("gate", verb, "app", "G9", *more).code in (1, 4), words


def test_a_review_past_its_due_date_says_so(submitted: Terminal) -> None:
    (submitted.folder / "clock").write_text((START + timedelta(days=9)).isoformat())
    assert "overdue since 2026-01-10" in submitted.does("project", "why", "app")


def test_deadlines_are_kept_by_hand_too(submitted: Terminal) -> None:
    assert submitted.does("gate", "deadlines") == "Today's due dates demand nothing more.\n"


def test_a_clock_in_doubt_is_shown_and_accepted_by_name(terminal: Terminal) -> None:
    terminal.file("config/processes/small.yaml", patient().model_dump_json(exclude_none=True))
    terminal.submit()
    clock = terminal.folder / "clock"
    clock.write_text("2026-01-14T09:00:00")
    assert terminal.does("gate", "deadlines") == "Written:\n- app:G1:1:reminder:5\n- app:G1:1:reminder:1\n"
    clock.write_text("2026-02-20T09:00:00")
    terminal.does("project", "start", terminal.folder / "web.yaml")
    clock.write_text("2026-02-10T09:00:00")
    said = terminal("gate", "deadlines")
    assert (said.code, said.out) == (3, "")
    assert "the newest journal entry is of 2026-02-20" in said.err
    checks = {check["name"]: check for check in terminal("doctor", "--json").value["checks"]}
    assert not checks["clock"]["ok"]
    assert checks["clock"]["detail"] == said.err.strip()
    assert checks["records"]["ok"]
    assert "- app:G1:1:outcome\n" in terminal.does("gate", "deadlines", "--accept-clock", by="ingrid")
