"""Letting criteria go."""

import pytest

from lifecycle.errors import NotAuthorised, NotFound, RuleViolation, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance import waivers
from lifecycle.history import History
from lifecycle.history.gates import CriterionWaived
from tests.builders import (
    PEOPLE,
    START,
    charter,
    day,
    decided,
    gate,
    judged,
    opened,
    person,
    prepared,
    requested,
    started,
    submitted,
)


def waived(history: History, criterion: str = "responses", by: str = "sam", gate: str = "G1") -> CriterionWaived:
    return waivers.waive(history, gate, criterion=criterion, by=by, reason="Small.", now=day(1))


def test_the_authority_waives_a_mandatory_criterion_for_this_attempt() -> None:
    waiver = waived(opened(started(), attempt=2))
    assert waiver.id == "app:G1:2:waiver:responses"
    assert (waiver.by, waiver.reason, waiver.at) == ("sam", "Small.", day(1))


def test_a_missing_deliverable_may_be_waived_whatever_the_length_of_its_name() -> None:
    assert waived(opened(started()), "deliverable.plan").criterion == "deliverable.plan"


def test_the_authority_is_the_role_named_else_the_chair_else_the_approvers() -> None:
    assert waivers.waiver_roles(gate("G", "a", "b", chair="b", waiver_by="c")) == ("c",)
    assert waivers.waiver_roles(gate("G", "a", "b", chair="b")) == ("b",)
    assert waivers.waiver_roles(gate("G", "a", "b")) == ("a", "b")


@pytest.mark.parametrize("outsider", ["cora", "erik", "nobody"])
def test_nobody_else_waives(outsider: str) -> None:
    with pytest.raises(NotAuthorised, match="may not waive criteria of G1: that takes the role Sponsor"):
        waived(opened(started()), by=outsider)


def test_who_submits_the_gate_waives_nothing_whatever_other_roles_they_hold() -> None:
    people = (person("paula", "manager", "sponsor"), *PEOPLE[1:])
    with pytest.raises(SeparationOfDuties, match=r"Paula P. submits G1"):
        waived(opened(started(charter(people=people))), by="paula")


def test_nobody_waives_what_their_own_deliverable_lacks() -> None:
    history = submitted(opened(decided(started(), "G1"), "execution"), "app", "ada")
    history = judged(history, "app", "cora", send_back=True, reason="It crashes.")
    with pytest.raises(SeparationOfDuties, match=r"Ada A. is an author of 'App' and may not waive 'deliverable.app'"):
        waived(history, "deliverable.app", "ada", "G2")
    assert waived(history, "deliverable.test-report", "ada", "G2").by == "ada"


def test_the_plan_of_a_gate_that_sets_the_baseline_cannot_be_waived() -> None:
    with pytest.raises(RuleViolation, match="makes the plan the baseline"):
        waived(opened(started()), "plan")


def test_only_known_and_mandatory_criteria_are_waived() -> None:
    with pytest.raises(NotFound, match=r"no criterion of G1 'wish'.*deliverable.plan.*responses"):
        waived(opened(started()), "wish")
    for advisory in ("pace", "conditions"):
        with pytest.raises(RuleViolation, match="advisory at G1"):
            waived(opened(started()), advisory)


def test_a_criterion_is_waived_once_per_attempt() -> None:
    history = opened(started())
    with pytest.raises(TransitionNotAllowed, match=r"waived by Sam S. already"):
        waived(history.and_then(waived(history)))


def test_a_criterion_is_waived_while_its_gate_is_prepared_and_at_no_other_time() -> None:
    with pytest.raises(TransitionNotAllowed, match="awaiting decision"):
        waived(requested(prepared(started(), "G1"), "G1"))
    with pytest.raises(TransitionNotAllowed, match="G2 is not in preparation"):
        waived(opened(started()), "deliverable.app", "ada", "G2")
    with pytest.raises(NotFound):
        waivers.waive(started(), "G9", criterion="x", by="sam", reason="r", now=START)
