"""Conditions of a conditional go: who clears them, who waives them."""

import pytest

from lifecycle.errors import NotAuthorised, NotFound, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance import conditions
from lifecycle.history import History
from tests.builders import (
    PEOPLE,
    START,
    charter,
    cleared,
    condition,
    day,
    decided,
    definition,
    execution,
    finished,
    person,
    planning,
    prepared,
    requested,
    started,
    voted,
    wind_up,
)


def conditional() -> History:
    """Gate G1 was passed; G1.1.1 and G1.1.2 are Erik's."""
    return decided(started(), "G1", "conditional_go")


def conditional_g2() -> History:
    """Gate G2 was passed with a condition that Erik owns; the architect is the gate's authority."""
    history = requested(prepared(decided(started(), "G1"), "G2"), "G2")
    history = voted(history, "G2", "sam", "approve_with_conditions", conditions=(condition(),))
    return voted(history, "G2", "cora")


def test_an_approver_of_its_gate_clears_a_condition_with_evidence() -> None:
    clearance = conditions.clear(conditional(), "G1.1.1", "cora", "The tests run.", day(9))
    assert (clearance.id, clearance.waived) == ("app:G1:1:condition:1:cleared", False)
    assert clearance.evidence == "The tests run."
    left = conditional().and_then(clearance).open_conditions
    assert [one.name for one in left] == ["G1.1.2"]


@pytest.mark.parametrize("outsider", ["ada", "paula", "nobody"])
def test_nobody_else_clears_it(outsider: str) -> None:
    with pytest.raises(NotAuthorised, match=r"may not clear G1.1.1: .*Sam S"):
        conditions.clear(conditional(), "G1.1.1", outsider, "Done.", START)


def test_its_owner_neither_clears_nor_waives_it_even_as_an_approver() -> None:
    history = requested(prepared(started(), "G1"), "G1")
    history = voted(history, "G1", "cora", "approve_with_conditions", conditions=(condition("sam"),))
    history = voted(history, "G1", "sam")
    with pytest.raises(SeparationOfDuties, match=r"Sam S. owns G1.1.1; an approver of G1 clears it"):
        conditions.clear(history, "G1.1.1", "sam", "Done.", START)
    with pytest.raises(SeparationOfDuties, match="waives it"):
        conditions.waive(history, "G1.1.1", "sam", "Done.", START)


def test_who_submitted_the_gate_neither_clears_nor_waives_its_condition_even_as_an_approver() -> None:
    people = (person("paula", "manager", "customer"), *PEOPLE[1:])
    small = planning()
    gate = small.gates[0].model_copy(update={"waiver_by": "customer"})
    process = definition(small.model_copy(update={"gates": (gate,)}), execution(), wind_up())
    history = requested(prepared(started(charter(people=people), process), "G1"), "G1")
    history = voted(history, "G1", "cora", "approve_with_conditions", conditions=(condition(),))
    history = voted(history, "G1", "sam")
    with pytest.raises(SeparationOfDuties, match=r"Paula P. submitted G1; somebody else settles its condition"):
        conditions.clear(history, "G1.1.1", "paula", "Done.", START)
    with pytest.raises(SeparationOfDuties, match=r"Paula P. submits G1 and may not waive"):
        conditions.waive(history, "G1.1.1", "paula", "Not needed.", START)
    assert conditions.may_clear(history, "G1", "erik") == ("sam", "cora")


def test_the_chair_waives_where_no_other_authority_is_named() -> None:
    waived = conditions.waive(conditional(), "G1.1.1", "sam", "Too small.", START)
    assert (waived.waived, waived.evidence) == (True, "Too small.")
    with pytest.raises(NotAuthorised, match=r"Cora C\. may not waive G1.1.1: that takes the role Sponsor"):
        conditions.waive(conditional(), "G1.1.1", "cora", "Too small.", START)


def test_the_role_named_for_it_waives() -> None:
    assert conditions.waive(conditional_g2(), "G2.1.1", "ada", "Too small.", START).waived
    with pytest.raises(NotAuthorised, match="Architect"):
        conditions.waive(conditional_g2(), "G2.1.1", "sam", "Too small.", START)


def test_a_condition_is_settled_once_and_says_by_whom() -> None:
    with pytest.raises(TransitionNotAllowed, match=r"G1.1.1 was cleared by Sam S. on 2026-01-05"):
        cleared(cleared(conditional(), "G1.1.1"), "G1.1.1")
    history = conditional()
    history = history.and_then(conditions.waive(history, "G1.1.2", "sam", "Too small.", START))
    with pytest.raises(TransitionNotAllowed, match=r"G1.1.2 was waived"):
        cleared(history, "G1.1.2")


def test_an_unknown_condition_is_named_with_the_open_ones() -> None:
    with pytest.raises(NotFound, match=r"G1.1.1, G1.1.2"):
        cleared(conditional(), "G7.1.1")


def test_nothing_is_cleared_in_a_closed_project() -> None:
    with pytest.raises(TransitionNotAllowed, match="was closed"):
        cleared(finished(), "G1.1.1")


def test_whoever_could_clear_a_condition_is_an_approver_and_not_its_owner() -> None:
    history = started(charter(people=(*PEOPLE, person("zoe", "sponsor"))))
    assert conditions.may_clear(history, "G1", "zoe") == ("sam", "cora")
