"""Which seat a person may fill now, and why not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.errors import (
    AlreadyVoted,
    LifecycleError,
    NotAnApprover,
    NotAuthorised,
    NotFound,
    OutOfTurn,
    RuleViolation,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import delegations, seating, staffing, voting
from lifecycle.governance.delegations import Deputy
from lifecycle.governance.roster import excluded
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import Member
from lifecycle.history.gates import ReviewEscalated, ReviewRequested
from lifecycle.history.people import DelegationGranted
from lifecycle.process.definition import AuthorityDefinition, EscalationDefinition
from lifecycle.progress import AwaitDecision, next_step
from lifecycle.status import awaited
from tests.builders import (
    PEOPLE,
    START,
    at_g1,
    ballot,
    charter,
    day,
    definition,
    execution,
    gate,
    opened,
    person,
    planning,
    prepared,
    requested,
    started,
    submitted,
    voted,
    wind_up,
)

TODAY = START.date()


def deputy(delegate: str, *gates: str, first: int = 0, last: int = 5) -> Deputy:
    return Deputy(delegate, TODAY + timedelta(first), TODAY + timedelta(last), "On leave.", gates)


def delegated(history: History, by: str, to: str, *gates: str, last: int = 5) -> History:
    return history.and_then(delegations.grant(history, by, deputy(to, *gates, last=last), START))


def review_of(history: History) -> ReviewRequested:
    review = history.open_review("G1")
    assert review
    return review


def escalated(history: History, *persons: str) -> History:
    return history.and_then(
        ReviewEscalated(
            project="app", at=START, by=SYSTEM, gate="G1", round=1, level=1, persons=persons, substitutes=True
        )
    )


def with_gate(*people: Member, **changes: object) -> History:
    """Gate G1 of the small process with other rules, submitted."""
    process = definition(planning(gates=(gate("G1", "customer", "sponsor", **changes),)), execution(), wind_up())
    history = submitted(opened(started(charter(people=(*PEOPLE, *people)), process)), "plan", "erik")
    return requested(history, "G1")


def test_a_delegate_fills_the_seat_of_who_asked_and_only_while_it_holds() -> None:
    """R-28: from the first to the last day, at the gates it is limited to."""
    history = delegated(at_g1(), "sam", "ada", "G1")
    (vote,) = voting.cast(history, ballot("G1", "ada"), START)
    assert (vote.by, vote.seat, vote.role) == ("ada", "sam", "sponsor")  # type: ignore[attr-defined]
    with pytest.raises(NotAnApprover, match="Those who may vote"):
        voting.cast(history, ballot("G1", "ada"), day(6))
    with pytest.raises(NotAnApprover, match="in place of Cora"):
        voting.cast(history, ballot("G1", "ada", seat="cora"), START)
    elsewhere = at_g1().and_then(delegations.grant(at_g1(), "cora", deputy("ada", "G2"), START))
    with pytest.raises(NotAnApprover):
        voting.cast(elsewhere, ballot("G1", "ada"), START)


def test_a_delegate_who_may_not_decide_on_so_much_fills_no_seat() -> None:
    """A delegation never widens what the delegate may decide."""
    row = AuthorityDefinition(decision="gate", roles=("architect",), up_to_cost=Decimal(50_000))
    limited = definition(authority=(*definition().authority, row))
    history = delegated(requested(prepared(started(process=limited), "G1"), "G1"), "sam", "ada")
    review = history.review("G1")
    assert review is not None
    assert seating.seats_for(history, review, "ada", TODAY) == ()
    with pytest.raises(NotAnApprover):
        voting.cast(history, ballot("G1", "ada"), START)


def test_a_seat_and_a_person_vote_once_whoever_delegates_to_whom() -> None:
    """R-27: the delegate and the delegator, in both orders, and one delegate of two."""
    history = delegated(at_g1(), "sam", "ada")
    with pytest.raises(AlreadyVoted, match=r"Ada A. already voted approve at G1, round 1, in place of Sam"):
        voting.cast(voted(history, "G1", "ada"), ballot("G1", "sam"), START)
    with pytest.raises(NotAnApprover):
        voting.cast(voted(history, "G1", "sam"), ballot("G1", "ada"), START)
    both = delegated(history, "cora", "ada")
    with pytest.raises(AlreadyVoted, match="A vote stands"):
        voting.cast(voted(both, "G1", "ada", seat="cora"), ballot("G1", "ada", seat="sam"), START)


def test_who_has_a_seat_stands_in_for_nobody() -> None:
    """R-27: not even by a delegation."""
    with pytest.raises(NotAnApprover, match=r"Cora C. has a seat at G1 and stands in for nobody"):
        voting.cast(delegated(at_g1(), "sam", "cora"), ballot("G1", "cora", seat="sam"), START)


def test_a_delegation_never_goes_to_the_submitter_an_author_a_stranger_or_oneself() -> None:
    """R-28: nor from somebody without a vote, for days gone by, or for a gate nobody knows."""
    history = at_g1()
    for to, error in (("paula", SeparationOfDuties), ("nobody", NotAuthorised), ("sam", RuleViolation)):
        with pytest.raises(error):
            delegations.grant(history, "sam", deputy(to), START)
    author = requested(submitted(opened(prepared(started(), "G1")), "plan", "ada"), "G1")
    with pytest.raises(SeparationOfDuties, match="is an author of 'Plan'"):
        delegations.grant(author, "sam", deputy("ada"), START)
    with pytest.raises(NotAuthorised, match="has no vote there to delegate"):
        delegations.grant(history, "erik", deputy("ada"), START)
    with pytest.raises(NotAuthorised, match="no approver of G3"):
        delegations.grant(history, "cora", deputy("ada", "G3"), START)
    with pytest.raises(RuleViolation, match="before today"):
        delegations.grant(history, "sam", deputy("ada", last=-1, first=-2), START)
    with pytest.raises(NotFound):
        delegations.grant(history, "sam", deputy("ada", "G9"), START)
    with pytest.raises(RuleViolation, match="before it begins"):
        delegations.grant(history, "sam", deputy("ada", first=3, last=1), START)


def test_a_delegation_joins_no_roles_that_the_process_keeps_apart() -> None:
    """R-28: nor does an escalation; a role given later ends what was delegated before."""
    level = EscalationDefinition(after_days=2, to="engineer", substitutes=True)
    first = planning(gates=(gate("G1", "customer", "sponsor", escalation=(level,)),))
    process = definition(first, execution(), wind_up(), separate=(("sponsor", "engineer"),))
    people = (*PEOPLE, person("emil", "engineer"))
    history = requested(submitted(opened(started(charter(people=people), process)), "plan", "erik"), "G1")
    with pytest.raises(SeparationOfDuties, match=r"Emil E. is Engineer, which the process keeps apart from Sponsor"):
        delegations.grant(history, "sam", deputy("emil"), START)
    delegated(history, "cora", "emil")
    seats = seating.seats_for(escalated(history, "emil"), review_of(history), "emil", TODAY)
    assert [seat.person for seat in seats] == ["cora"]
    before = delegated(history, "sam", "ada")
    after = before.and_then(staffing.assign(before, person("ada", "architect", "engineer"), "sam", "Helps.", START))
    assert [len(seating.seats_for(h, review_of(history), "ada", TODAY)) for h in (before, after)] == [1, 0]


def test_a_circle_of_delegations_is_refused_and_nobody_passes_one_on() -> None:
    """R-28: A to B to A, and longer; a delegate's own delegate stands in for the delegate alone."""
    history = delegated(delegated(at_g1(), "sam", "ada"), "ada", "cora", "G2")
    with pytest.raises(RuleViolation, match="that would be a circle"):
        delegations.grant(delegated(at_g1(), "sam", "cora"), "cora", deputy("sam"), START)
    with pytest.raises(RuleViolation, match=r"circle \(Cora C., Sam S., Ada A., Cora C.\)"):
        delegations.grant(history, "cora", deputy("sam", "G2"), START)
    assert delegations.grant(history, "cora", deputy("sam", "G1"), START)
    assert seating.seats_for(delegated(at_g1(), "sam", "ada"), review_of(at_g1()), "erik", TODAY) == ()


def test_only_who_gave_a_delegation_revokes_it_once() -> None:
    """R-28: from the next vote on it is worth nothing."""
    history = delegated(at_g1(), "sam", "ada")
    with pytest.raises(NotAuthorised, match=r"Only Sam S. may revoke"):
        delegations.revoke(history, 1, "ada", "x", START)
    with pytest.raises(NotFound):
        delegations.revoke(history, 2, "sam", "x", START)
    history = history.and_then(delegations.revoke(history, 1, "sam", "Back.", START))
    with pytest.raises(NotAnApprover):
        voting.cast(history, ballot("G1", "ada"), START)
    with pytest.raises(TransitionNotAllowed, match="already"):
        delegations.revoke(history, 1, "sam", "x", START)


def test_a_delegate_inherits_the_exclusion_of_who_delegates() -> None:
    """R-26: an author cannot vote by somebody else's hand."""
    process = definition(planning(gates=(gate("G1", "customer", "sponsor"),)), execution(), wind_up())
    history = requested(submitted(opened(started(process=process)), "plan", "erik"), "G1")
    history = delegated(history, "sam", "ada")
    late = history.and_then(*_plan_again(history, "sam"))
    assert seating.seats_for(late, review_of(history), "ada", TODAY) == ()
    assert seating.seats_for(late, review_of(history), "sam", TODAY) == ()


def _plan_again(history: History, by: str) -> tuple:  # type: ignore[type-arg]
    return submitted(history, "plan", by).records[len(history.records) :]


def test_in_order_of_all_orders_only_one_is_fully_accepted() -> None:
    """R-33: out of turn is refused with its own error, and the inbox asks one after the other."""
    roles = ("customer", "architect", "engineer", "sponsor")
    gates = (gate("G1", *roles, policy="in_order", chair="sponsor"),)
    items = planning().deliverables
    people = (*PEOPLE, person("mia", "manager"))
    process = definition(planning(gates=gates, deliverables=items), execution(), wind_up())
    history = submitted(opened(started(charter(people=people), process)), "plan", "mia")
    history = requested(history, "G1")
    seats = [seat.person for seat in review_of(history).seats]
    assert seats == ["cora", "ada", "erik", "sam"]
    accepted = [order for order in _orders(seats) if _all_accepted(history, order)]
    assert accepted == [tuple(seats)]
    with pytest.raises(OutOfTurn, match=r"it is the turn of Cora C."):
        voting.cast(history, ballot("G1", "ada"), START)
    step = next_step(history)
    assert isinstance(step, AwaitDecision)
    assert [item.person for item in awaited(history, step, TODAY) if item.what == "decide"] == ["cora"]


def _orders(seats: list[str]) -> list[tuple[str, ...]]:
    from itertools import permutations

    return list(permutations(seats))


def _all_accepted(history: History, order: tuple[str, ...]) -> bool:
    try:
        for voter in order:
            history = voted(history, "G1", voter)
    except OutOfTurn:
        return False
    return True


def test_substitutes_of_an_escalation_vote_in_place_of_the_silent() -> None:
    """R-35: also in the seat of somebody who has left; never who submitted."""
    level = EscalationDefinition(after_days=2, to="architect", substitutes=True)
    history = with_gate(escalation=(level,))
    history = history.and_then(staffing.assign(history, person("zoe", "customer"), "sam", "New.", START))
    left = history.and_then(staffing.leave(history, "cora", "sam", "Moved on.", START))
    review = review_of(left)
    assert [seat.person for seat in review.seats if seating.vacant(left, seat)] == ["cora"]
    with pytest.raises(NotAnApprover):
        voting.cast(left, ballot("G1", "ada"), START)
    step = next_step(escalated(left, "ada"))
    asked = awaited(escalated(left, "ada"), step, TODAY)
    assert {item.person for item in asked if item.what == "decide"} == {"sam", "ada"}
    (vote,) = voting.cast(escalated(left, "ada", "paula"), ballot("G1", "ada", seat="cora"), START)
    assert (vote.by, vote.seat) == ("ada", "cora")  # type: ignore[attr-defined]
    with pytest.raises(SeparationOfDuties):
        voting.cast(escalated(left, "paula"), ballot("G1", "paula"), START)


def test_a_substitute_who_no_longer_holds_the_role_fills_no_seat() -> None:
    """R-35: an escalation calls upon a role, not upon a person for good."""
    level = EscalationDefinition(after_days=2, to="architect", substitutes=True)
    history = escalated(with_gate(person("bob", "architect"), escalation=(level,)), "ada", "bob")
    assert seating.substitutes(history, review_of(history)) == {"ada", "bob"}
    demoted = history.and_then(staffing.assign(history, person("bob", "engineer"), "sam", "Other work.", START))
    with pytest.raises(NotAnApprover):
        voting.cast(demoted, ballot("G1", "bob"), START)


def test_nobody_counts_as_a_substitute_whom_no_escalation_will_call_any_more() -> None:
    """R-35: the level was reached before Bob became an architect, so the review keeps Ada and Cora."""
    level = EscalationDefinition(after_days=2, to="architect", substitutes=True)
    history = escalated(with_gate(person("zoe", "customer"), escalation=(level,)), "ada")
    history = history.and_then(staffing.assign(history, person("bob", "architect"), "sam", "New.", START))
    history = history.and_then(staffing.leave(history, "ada", "sam", "Moved on.", START))
    with pytest.raises(RuleViolation, match="could not end with go"):
        for one in ("cora", "zoe"):
            history = history.and_then(staffing.leave(history, one, "sam", "Moved on.", START))


def test_a_role_taken_away_leaves_the_seat_vacant() -> None:
    """R-35: before the vote; the person is told why."""
    level = EscalationDefinition(after_days=2, to="architect", substitutes=True)
    history = with_gate(escalation=(level,))
    zoe = history.and_then(staffing.assign(history, person("zoe", "customer"), "sam", "New.", START))
    other = zoe.and_then(staffing.assign(zoe, person("cora", "engineer"), "sam", "Other work.", START))
    with pytest.raises(NotAnApprover, match="which is vacant"):
        voting.cast(other, ballot("G1", "cora"), START)
    with pytest.raises(NotAnApprover):
        voting.cast(other, ballot("G1", "zoe"), START)


PERSONS = ("paula", "sam", "cora", "ada", "erik", "zoe")
GRANTS = st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(PERSONS), st.booleans()), max_size=10)


@given(grants=GRANTS, substitutes=st.sets(st.sampled_from((*PERSONS, "stranger"))), forced=st.booleans())
@settings(max_examples=150, deadline=None)
def test_whoever_delegates_to_whom_only_eligible_persons_can_vote(
    grants: list[tuple[str, str, bool]], substitutes: set[str], forced: bool
) -> None:
    """R-28: for random delegations, also such as no verb would write, voters are eligible on their own account."""
    history = escalated(AT_G1, *sorted(substitutes))
    for giver, taker, there in grants:
        try:
            history = delegated(history, giver, taker, *(("G1",) if there else ()))
        except LifecycleError:
            if forced:
                history = history.and_then(_written(history, giver, taker))
    review = review_of(history)
    voters = {p for p in (*PERSONS, "stranger") if seating.seats_for(history, review, p, TODAY)}
    out = excluded(history, "G1", "paula")
    seated = {seat.person for seat in review.seats}
    assert voters <= {p.id for p in history.charter.people} - set(out)
    asked = {taker for _, taker, _ in grants} | substitutes
    assert voters <= seated | asked


AT_G1 = at_g1()


def _written(history: History, giver: str, taker: str) -> DelegationGranted:
    number = history.next_number(DelegationGranted)
    fields = {"project": "app", "at": START, "number": number, "first": TODAY, "last": date(2026, 2, 1)}
    return DelegationGranted.model_validate(fields | {"by": giver, "delegate": taker, "reason": "x"})
