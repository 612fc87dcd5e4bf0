"""Deciding past the votes: two persons with the authority, marked for ever, looked into by a third."""

from decimal import Decimal

import pytest

from lifecycle.errors import (
    EvidenceChanged,
    NotAuthorised,
    RuleViolation,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import authority, overrides, roster, waivers
from lifecycle.governance.overrides import Override
from lifecycle.history import History
from lifecycle.history.control import RiskRaised
from lifecycle.history.gates import Forced
from lifecycle.process.definition import AuthorityDefinition, Decision
from lifecycle.progress import OpenPhase, next_step
from lifecycle.reports.review import review_line
from lifecycle.status import awaited
from tests.builders import (
    PEOPLE,
    START,
    charter,
    definition,
    person,
    prepared,
    requested,
    started,
    submitted,
    voted,
)


def row(decision: Decision, *roles: str, **limits: object) -> AuthorityDefinition:
    return AuthorityDefinition.model_validate({"decision": decision, "roles": roles} | limits)


def emergency(**limits: object) -> History:
    """Gate G1 waits; the architect and the customer may override."""
    rows = (*definition().authority, row("override", "architect", "customer", **limits))
    return requested(prepared(started(process=definition(authority=rows)), "G1"), "G1")


def asked(history: History, outcome: Forced = "go", by: str = "ada") -> History:
    return history.and_then(overrides.request(history, Override("G1", outcome, "The flood does not wait."), by, START))


def overridden() -> History:
    history = asked(emergency())
    return history.and_then(overrides.confirm(history, "G1", "cora", START))


def test_an_override_needs_the_authority_a_second_person_and_clean_hands() -> None:
    """R-37: each missing element is refused."""
    with pytest.raises(NotAuthorised, match=r"Those who may: Cora C., Ada A."):
        asked(emergency(), by="sam")
    with pytest.raises(NotAuthorised):
        asked(emergency(up_to_cost=Decimal(5)))
    with pytest.raises(SeparationOfDuties, match="submitted G1"):
        asked(emergency(), by="paula")
    with pytest.raises(TransitionNotAllowed, match="Nobody has asked"):
        overrides.confirm(emergency(), "G1", "cora", START)
    with pytest.raises(SeparationOfDuties, match="takes a second person"):
        overrides.confirm(asked(emergency()), "G1", "ada", START)
    with pytest.raises(NotAuthorised):
        overrides.confirm(asked(emergency()), "G1", "sam", START)
    with pytest.raises(EvidenceChanged):
        overrides.confirm(asked(emergency()), "G1", "cora", START, digest="1" * 64)
    author = asked(emergency())
    moved = submitted(author, "plan", "ada")
    with pytest.raises(EvidenceChanged):
        overrides.confirm(moved, "G1", "cora", START)
    none = requested(prepared(started(), "G1"), "G1")
    with pytest.raises(NotAuthorised, match="nobody"):
        asked(none)


def test_an_override_decides_once_and_says_so_everywhere() -> None:
    """R-37: the outcome, the report and a task to look into it."""
    history = overridden()
    review = history.review("G1")
    assert review
    assert isinstance(next_step(history), OpenPhase)
    line = review_line(history, review)
    assert line.ending == "Go by OVERRIDE"
    assert [flag.word for flag in line.flags] == ["OVERRIDE"]
    assert "asked for by Ada A., confirmed by Cora C." in line.flags[0].text
    assert "Not looked into yet" in line.flags[0].text
    with pytest.raises(RuleViolation, match="by override of Cora C"):
        voted(history, "G1", "sam")


def test_the_newest_request_counts_and_a_last_attempt_is_not_recycled() -> None:
    history = asked(asked(emergency()), "recycle", by="cora")
    assert overrides.confirm(history, "G1", "ada", START).outcome == "recycle"
    rows = (*definition().authority, row("override", "architect", "customer"))
    once = definition(authority=rows)
    first = once.phases[0].gates[0].model_copy(update={"rounds": 1})
    only = once.model_copy(update={"phases": (once.phases[0].model_copy(update={"gates": (first,)}), *once.phases[1:])})
    with pytest.raises(RuleViolation, match="cannot be recycled again"):
        asked(requested(prepared(started(process=only), "G1"), "G1"), "recycle")


def test_somebody_else_looks_into_an_override() -> None:
    """R-37: an approver who did not make it; the report says what was found."""
    history = overridden()
    waiting = [item for item in awaited(history, next_step(history), START.date()) if item.what == "review override"]
    assert [item.person for item in waiting] == ["sam"]
    with pytest.raises(NotAuthorised, match="Those who may: Sam S"):
        overrides.look_back(history, "G1", "cora", "x", START)
    after = history.and_then(overrides.look_back(history, "G1", "sam", "It was right.", START))
    assert "Looked into by Sam S.: It was right." in review_line(after, after.review("G1")).flags[0].text  # type: ignore[arg-type]
    with pytest.raises(TransitionNotAllowed):
        overrides.look_back(after, "G1", "sam", "x", START)


def test_where_the_approvers_made_the_override_a_manager_looks_into_it() -> None:
    rows = (*definition().authority, row("override", "sponsor", "customer"))
    history = asked(requested(prepared(started(process=definition(authority=rows)), "G1"), "G1"), by="sam")
    decided = overrides.confirm(history, "G1", "cora", START)
    assert overrides.reviewers(history.and_then(decided), decided) == ("paula",)


# The authority table at gates and waivers


def test_a_gate_that_commits_more_than_a_role_may_decide_gives_it_no_seat() -> None:
    """R-34: the budget where the gate sets the baseline; a role without a row is not limited."""
    people = (*PEOPLE, person("zoe", "customer"), person("ben", "sponsor", "customer"))
    rows = (*definition().authority, row("gate", "customer", up_to_cost=Decimal(99_999)))
    history = prepared(started(charter(people=people), definition(authority=rows)), "G1")
    assert [seat.person for seat in roster.roster(history, "G1", "paula")] == ["sam", "ben"]
    enough = (*rows, row("gate", "customer", up_to_cost=Decimal(100_000)))
    history = prepared(started(charter(people=people), definition(authority=enough)), "G1")
    assert {seat.person for seat in roster.roster(history, "G1", "paula")} == {"sam", "cora", "zoe", "ben"}
    both = (*rows, row("gate", "sponsor", up_to_cost=Decimal(1)))
    (problem,) = roster.dead_gates(definition(authority=both), charter())
    assert "may not decide on so much" in problem


def test_an_impact_is_that_of_the_gravest_open_risk_and_unknown_is_beyond_every_limit() -> None:
    rows = (row("stop", "sponsor"), row("waiver", "sponsor", up_to_impact=3))
    history = prepared(started(process=definition(authority=rows)), "G1")
    assert waivers.waive(history, "G1", criterion="responses", by="sam", reason="x", now=START)
    entry = {"title": "Flood", "category": "external", "probability": 1, "impact": 4, "owner": "manager"}
    risk = {"project": "app", "at": START, "by": "erik", "number": 1, "risk": entry}
    grave = history.and_then(RiskRaised.model_validate(risk))
    with pytest.raises(NotAuthorised, match="may not decide a waiver of 100,000 EUR"):
        waivers.waive(grave, "G1", criterion="responses", by="sam", reason="x", now=START)
    assert authority.who_may_take(definition(authority=rows), charter(), "waiver", authority.Stake(impact=None)) == ()
