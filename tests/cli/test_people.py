"""Delegations, people, overrides and several gates at once, as they are typed."""

from decimal import Decimal

import pytest

from lifecycle.process.definition import AuthorityDefinition
from tests.builders import definition
from tests.cli.terminal import Terminal


def test_a_delegate_votes_in_the_seat_of_another(submitted: Terminal) -> None:
    """R-28, by the command line."""
    said = submitted.does("delegation", "grant", "app", "ada", "--until", "2026-01-09", "--reason", "Leave", by="sam")
    assert "ada may vote for sam at every gate" in said
    assert "ada" in submitted.does("delegation", "list", "app")
    assert "in place of Sam S." in submitted.does("inbox", by="ada")
    said = submitted.does("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "Good.", by="ada")
    assert "Still to vote: Cora C." in said
    assert "approve (by ada)" in submitted.does("gate", "show", "app", "G1")


def test_a_revoked_delegation_is_worth_nothing_to_the_next_vote(submitted: Terminal) -> None:
    """R-28: revocation acts on the next request."""
    submitted.does(
        "delegation", "grant", "app", "ada", "--until", "2026-01-09", "--gate", "G1", "--reason", "x", by="sam"
    )
    submitted.does("delegation", "revoke", "app", 1, "--reason", "Back", by="sam")
    vote = submitted("gate", "decide", "app", "G1", "--vote", "approve", "--reason", "Good.", "--for", "sam", by="ada")
    assert (vote.code, "no approver of G1 in place of Sam" in vote.err) == (1, True)
    assert "Nobody delegates" in submitted.does("delegation", "list", "app")


def test_people_join_and_leave_and_nobody_leaves_a_gate_without_its_approvers(submitted: Terminal) -> None:
    """R-35: refused with the names."""
    said = submitted.does("people", "assign", "app", "zoe", "--name", "Zoe Z.", "--role", "engineer", "--reason", "New")
    assert "Zoe Z. (zoe) is engineer of app" in said
    assert "zoe" in submitted.does("people", "list", "app")
    assert "has left app" in submitted.does("people", "remove", "app", "zoe", "--reason", "Gone")
    refused = submitted("people", "remove", "app", "cora", "--reason", "Gone", by="sam")
    assert (refused.code, "The review of G1, round 1, could not end with go" in refused.err) == (1, True)


def test_several_gates_are_decided_at_once_and_each_answers_for_itself(submitted: Terminal) -> None:
    """R-42, by the command line: one unknown project hinders no other."""
    said = submitted("gate", "approve", "app/G1", "nowhere/G1", "--reason", "All read.", by="sam")
    assert said.code == 4
    assert "Vote recorded" in said.out
    assert "There is no project" in said.out
    assert submitted("gate", "approve", "app/G1", "--reason", "All read.", by="sam").code == 5
    assert submitted("gate", "approve", "app/G2", "--reason", "All read.", by="sam").code == 1
    assert submitted("gate", "approve", "app/G1", "app/G2", "--reason", "All read.", by="sam").code == 1
    assert submitted("gate", "approve", "app/G1", "--reason", "All read.", by="cora").code == 0
    assert submitted("gate", "approve", "app", "--reason", "x", by="sam").code == 2


@pytest.fixture
def emergency(terminal: Terminal) -> Terminal:
    """Gate G1 is submitted in a process in which the architect and the customer may override."""
    rows = (
        *definition().authority,
        AuthorityDefinition(decision="override", roles=("architect", "customer"), up_to_cost=Decimal(10**6)),
    )
    place = terminal.folder / "config" / "processes" / "small.yaml"
    place.write_text(definition(authority=rows).model_dump_json(exclude_none=True))
    terminal.submit()
    return terminal


def test_an_override_takes_two_and_a_third_looks_into_it(emergency: Terminal) -> None:
    """R-37, by the command line."""
    wish = ("gate", "override", "app", "G1", "--outcome", "go", "--reason", "The flood does not wait.")
    assert emergency(*wish, by="sam").code == 1
    emergency.does(*wish, by="ada")
    assert emergency("gate", "confirm-override", "app", "G1", by="ada").code == 1
    assert "Confirm the override" in emergency.does("inbox", by="cora")
    assert "decided by override: go" in emergency.does("gate", "confirm-override", "app", "G1", by="cora")
    assert "by OVERRIDE, confirmed by cora" in emergency.does("gate", "show", "app", "G1")
    assert "Look into the override" in emergency.does("inbox", by="sam")
    emergency.does("gate", "review-override", "app", "G1", "--finding", "It was right.", by="sam")
    assert "Look into the override" not in emergency.does("inbox", by="sam")
