"""The rules of gates through the actions: what is refused is journaled, what is done is written once."""

import pytest

from lifecycle.actions import gates
from lifecycle.actions import people as verbs
from lifecycle.actions.views import journal_of
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import AlreadyVoted, NotAnApprover, ReviewClosed, SeparationOfDuties
from lifecycle.governance.delegations import Deputy
from lifecycle.governance.voting import Ballot
from tests.builders import person
from tests.workspaces import hand_in, history, vote


def deputy(work: Workspace, delegate: str) -> Deputy:
    return Deputy(delegate, work.today(), work.today(), "On leave.")


def test_excluded_persons_are_refused_and_the_attempt_is_journaled(submitted: Workspace) -> None:
    """R-26: the submitter and the author, also by a delegation and after a change of roles."""
    for somebody in ("paula", "erik"):
        with pytest.raises(SeparationOfDuties):
            vote(submitted, "G1", somebody)
        with pytest.raises(SeparationOfDuties):
            verbs.grant_delegation(submitted, "app", deputy(submitted, somebody), by="sam")
    verbs.assign_person(submitted, "app", person("erik", "engineer", "customer"), "Helps out.", by="sam")
    with pytest.raises(SeparationOfDuties):
        vote(submitted, "G1", "erik")
    refused = [entry for entry in journal_of(submitted, "app") if entry.action == "refused vote"]
    assert [(entry.actor, entry.note) for entry in refused] == [
        (one, "separation_of_duties") for one in ("paula", "erik", "erik")
    ]


def test_two_ways_to_a_vote_are_one_vote(submitted: Workspace) -> None:
    """R-27: delegator and delegate."""
    verbs.grant_delegation(submitted, "app", deputy(submitted, "ada"), by="sam")
    vote(submitted, "G1", "ada")
    with pytest.raises(AlreadyVoted):
        vote(submitted, "G1", "sam")
    assert [one.id for one in history(submitted).votes(history(submitted).review("G1"))] == ["app:G1:1:vote:sam"]  # type: ignore[arg-type]


def test_new_evidence_dismisses_votes_and_they_stay_on_record(submitted: Workspace) -> None:
    """R-30, R-41: the next round begins with none; later votes on the old one are refused."""
    vote(submitted, "G1", "sam")
    hand_in(submitted, "plan", "erik", "another plan")
    gates.submit_gate(submitted, "app", "G1", "paula")
    after = history(submitted)
    first, second = (one for one in after.records if one.kind == "review")
    assert len(after.votes(first)) == 1  # type: ignore[arg-type]
    assert after.votes(second) == ()  # type: ignore[arg-type]
    vote(submitted, "G1", "cora", choice="reject", proposal="kill")
    with pytest.raises(ReviewClosed):
        vote(submitted, "G1", "sam")


def test_a_vote_is_bound_to_round_and_dossier_and_says_what_it_means(submitted: Workspace) -> None:
    """R-31, R-32: digest, round, choice and reason. Signing anew with a password comes with the web."""
    vote(submitted, "G1", "sam")
    after = history(submitted)
    review = after.review("G1")
    assert review
    (given,) = after.votes(review)
    assert (given.digest, given.round, given.choice) == (review.digest, review.round, "approve")
    assert given.reason


def test_many_ballots_are_as_many_decisions_and_a_failure_hinders_no_other(submitted: Workspace) -> None:
    """R-42: each with its own digest; errors by item, and exactly the good ones on record."""
    stale = Ballot(gate="G1", by="sam", choice="approve", reason="Read.", digest="1" * 64)
    good = stale.model_copy(update={"digest": None})
    answers = gates.decide_gates(submitted, [("app", stale), ("nowhere", good), ("app", good), ("app", good)])
    assert [answer.code for answer in answers] == ["evidence_changed", "not_found", None, "already_voted"]
    assert len(history(submitted).votes(history(submitted).review("G1"))) == 1  # type: ignore[arg-type]


def test_people_and_delegations_of_now_are_listed(submitted: Workspace) -> None:
    """R-28, R-35."""
    verbs.assign_person(submitted, "app", person("zoe", "engineer"), "New.", by="paula")
    granted = verbs.grant_delegation(submitted, "app", deputy(submitted, "zoe"), by="sam")
    assert [one.id for one in verbs.people_of(submitted, "app")][-1] == "zoe"
    assert verbs.delegations_of(submitted, "app") == (granted,)
    verbs.remove_person(submitted, "app", "zoe", "Gone.", by="paula")
    with pytest.raises(NotAnApprover):
        vote(submitted, "G1", "zoe")
    verbs.revoke_delegation(submitted, "app", 1, "Not needed.", by="sam")
    assert verbs.delegations_of(submitted, "app") == ()
