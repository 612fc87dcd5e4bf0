"""Who may vote, who may not, and projects that could never get through."""

import pytest

from lifecycle.errors import NotFound, SeparationOfDuties
from lifecycle.governance.roster import dead_gates, excluded, roster
from lifecycle.history import SYSTEM
from lifecycle.history.gates import Seat
from lifecycle.process.definition import AtLeast
from tests.builders import (
    PEOPLE,
    charter,
    definition,
    deliverable,
    execution,
    gate,
    opened,
    person,
    phase,
    planning,
    started,
    submitted,
    wind_up,
)


def test_the_chair_sits_first() -> None:
    seats = roster(started(), "G1", "paula")
    assert seats == (Seat(person="sam", role="sponsor", chair=True), Seat(person="cora", role="customer"))


def test_a_person_counts_once_however_many_roles_they_hold() -> None:
    people = (*PEOPLE, person("zoe", "customer", "sponsor", "architect"))
    seats = roster(started(charter(people=people)), "G1", "paula")
    assert [seat.person for seat in seats] == ["sam", "zoe", "cora"]
    assert seats[1].role == "sponsor"


def test_a_chair_that_is_no_approver_gets_no_seat() -> None:
    process = definition(phase("work", gates=(gate("G1", "customer", chair="sponsor"),), closing=True))
    assert [seat.person for seat in roster(started(process=process), "G1", "paula")] == ["cora"]


def test_the_submitter_has_no_seat() -> None:
    people = (*PEOPLE[1:], person("paula", "manager", "customer"))
    history = started(charter(people=people))
    assert "paula" not in {seat.person for seat in roster(history, "G1", "paula")}
    assert excluded(history, "G1", "paula") == {"paula": "submitted G1"}


def test_the_engine_excludes_nobody_by_submitting() -> None:
    assert excluded(started(), "G3", SYSTEM) == {}


def test_the_author_of_the_pinned_version_has_no_seat() -> None:
    history = submitted(opened(started(), "execution"), "test-report", "ada")
    assert [seat.person for seat in roster(history, "G2", "paula")] == ["sam", "cora"]
    assert excluded(history, "G2", "paula")["ada"] == "is an author of 'Test report'"


def test_an_author_whose_version_was_replaced_may_vote() -> None:
    history = submitted(submitted(opened(started(), "execution"), "test-report", "ada"), "test-report", "erik")
    assert "ada" not in excluded(history, "G2", "paula")


def test_sending_the_same_bytes_in_again_does_not_hide_their_author() -> None:
    history = submitted(opened(started(), "execution"), "test-report", "ada", content="same")
    history = submitted(history, "test-report", "erik", content="same")
    assert {"ada", "erik"} <= set(excluded(history, "G2", "paula"))


def test_a_roster_that_cannot_meet_its_policy_is_refused_with_names_and_reasons() -> None:
    history = opened(started(), "execution")
    for author, item in (("ada", "test-report"), ("sam", "app")):
        history = submitted(history, item, author)
    with pytest.raises(SeparationOfDuties, match="needs 2 approval") as refusal:
        roster(history, "G2", "paula")
    assert "Ada A. (is an author of 'Test report')" in str(refusal.value)
    assert "Sam S. (is an author of 'App')" in str(refusal.value)


def test_a_roster_too_small_from_the_start_says_that_nobody_is_excluded() -> None:
    process = definition(phase("work", gates=(gate("G1", "sponsor", policy=AtLeast(at_least=2)),), closing=True))
    with pytest.raises(SeparationOfDuties, match="Excluded: nobody"):
        roster(started(process=process), "G1", "paula")


def test_an_unknown_gate_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="G1, G2, G3"):
        roster(started(), "G9", "paula")


def test_a_well_staffed_project_has_no_dead_gate() -> None:
    assert dead_gates(definition(), charter()) == ()


@pytest.mark.parametrize(
    ("role", "use"),
    [
        ("manager", "manages the project"),
        ("engineer", "owns 'App'"),
        ("customer", "accepts 'App'"),
        ("sponsor", "accepts 'Plan'"),
    ],
)
def test_a_role_that_nobody_holds_is_reported_with_its_use(role: str, use: str) -> None:
    people = tuple(member for member in PEOPLE if role not in member.roles)
    problems = dead_gates(definition(), charter(people=people))
    assert any(role.capitalize() in text and use in text for text in problems)


def test_an_approver_role_that_nobody_holds_is_reported() -> None:
    process = definition(phase("work", gates=(gate("G1", "sponsor", "architect", policy="any"),), closing=True))
    people = (person("paula", "manager"), person("sam", "sponsor"))
    assert dead_gates(process, charter(people=people)) == (
        "Nobody holds the role Architect, which approves G1. Give it to a person.",
    )


def test_a_role_only_needed_for_something_optional_may_stay_empty() -> None:
    process = definition(
        phase(
            "work",
            deliverables=(deliverable("memo", "engineer", "architect", optional=True),),
            gates=(gate("G1", "sponsor"),),
            closing=True,
        )
    )
    assert dead_gates(process, charter(people=(person("paula", "manager"), person("sam", "sponsor")))) == ()


def test_a_gate_whose_only_approver_submits_it_is_dead() -> None:
    people = (person("paula", "manager", "sponsor"), *PEOPLE[2:])
    (problem,) = dead_gates(
        definition(phase("work", gates=(gate("G1", "sponsor"),), closing=True)), charter(people=people)
    )
    assert "G1 (Gate G1) could never be decided" in problem
    assert "Paula P. (submits it)" in problem


def test_a_gate_that_the_engine_submits_may_be_approved_by_the_manager() -> None:
    process = definition(phase("work", gates=(gate("G1", "manager", request="automatic"),), closing=True))
    assert dead_gates(process, charter()) == ()


def test_a_gate_whose_only_approver_alone_can_write_what_it_needs_is_dead() -> None:
    process = definition(
        phase(
            "work",
            deliverables=(deliverable("memo", "architect", "sponsor"),),
            gates=(gate("G1", "architect"),),
            closing=True,
        )
    )
    (problem,) = dead_gates(process, charter())
    assert "Ada A. (alone can write 'Memo')" in problem
    second = (*PEOPLE, person("anton", "architect"))
    assert dead_gates(process, charter(people=second)) == ()


def test_a_policy_that_wants_more_approvals_than_there_are_people_is_dead() -> None:
    process = definition(planning(gates=(gate("G1", "sponsor", policy=AtLeast(at_least=2)),)), execution(), wind_up())
    (problem,) = dead_gates(process, charter())
    assert "needs 2 approval(s) and only Sam S. could vote" in problem


def test_a_product_whose_owner_alone_would_accept_it_is_reported() -> None:
    people = (*PEOPLE[:2], person("erik", "engineer", "customer"), PEOPLE[3], person("cleo", "architect"))
    problems = dead_gates(definition(), charter(people=people))
    assert any("'App' could never be accepted: Erik E. alone" in text for text in problems)
