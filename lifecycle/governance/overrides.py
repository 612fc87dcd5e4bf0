"""Deciding a review past its votes, in an emergency: two persons with the authority, and a third looks afterwards."""

from datetime import datetime
from typing import NamedTuple

from lifecycle.errors import NotAuthorised, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance import authority
from lifecycle.governance.people import gate_of, holders, named
from lifecycle.governance.review import waiting
from lifecycle.governance.roster import excluded
from lifecycle.governance.voting import (
    require_no_open_conditions,
    require_recyclable,
    require_same_evidence,
)
from lifecycle.history import History, utc
from lifecycle.history.gates import Forced, GateDecided, ReviewRequested
from lifecycle.history.people import OverrideRequested, OverrideReviewed


class Override(NamedTuple):
    """What somebody wants a review to end with, past its votes, and why; `digest` is the dossier they read."""

    gate: str
    outcome: Forced
    reason: str
    digest: str | None = None


def request(history: History, wish: Override, by: str, now: datetime) -> OverrideRequested:
    """Ask to decide a review past its votes; a later request in the same round replaces an earlier one.

    Raises what a vote raises about the review and its evidence, NotAuthorised, SeparationOfDuties or
    RuleViolation (conditions of earlier gates are open, no further round).
    """
    review = waiting(history, wish.gate)
    require_same_evidence(history, review, wish.digest)
    _require_may(history, review, by)
    require_no_open_conditions(history, wish.gate)
    if wish.outcome == "recycle":
        require_recyclable(history, review)
    return OverrideRequested(
        project=history.project,
        at=utc(now),
        by=by,
        number=history.next_number(OverrideRequested),
        gate=wish.gate,
        round=review.round,
        outcome=wish.outcome,
        digest=review.digest,
        reason=wish.reason,
    )


def confirm(history: History, gate: str, by: str, now: datetime, digest: str | None = None) -> GateDecided:
    """Confirm the newest request for an override as a second person; the review is decided with that.

    TransitionNotAllowed when nobody asked; otherwise as `request`. Who asked must still have the authority.
    """
    review = waiting(history, gate)
    asked = pending(history, review)
    if asked is None:
        raise TransitionNotAllowed(f"Nobody has asked for an override of {gate}, round {review.round}.")
    require_same_evidence(history, review, digest)
    if by == asked.by:
        name = history.charter.name_of(by)
        raise SeparationOfDuties(f"{name} asked for this override; it takes a second person to confirm it.")
    for person in (by, asked.by):
        _require_may(history, review, person)
    require_no_open_conditions(history, gate)
    return GateDecided(
        project=history.project,
        at=utc(now),
        by=by,
        gate=gate,
        round=review.round,
        phase=review.phase,
        attempt=review.attempt,
        outcome=asked.outcome,
        digest=review.digest,
        cause="override",
    )


def pending(history: History, review: ReviewRequested) -> OverrideRequested | None:
    """The newest request for an override of a review."""
    return history.last(OverrideRequested, gate=review.gate, round=review.round)


def may_override(history: History, review: ReviewRequested) -> tuple[str, ...]:
    """The persons who may ask for an override of a review, or confirm somebody else's request."""
    stake = authority.stake_of(history, review.gate)
    may = authority.who_may_take(history.definition, history.charter, "override", stake)
    out = excluded(history, review.gate, review.by)
    return tuple(person for person in may if person not in out)


def look_back(history: History, gate: str, by: str, finding: str, now: datetime) -> OverrideReviewed:
    """Write down what somebody else found about an override; also possible after the closure.

    Raises NotFound, TransitionNotAllowed (nothing to look at) or NotAuthorised.
    """
    gate_of(history, gate)
    decided = next((one for one in unreviewed(history) if one.gate == gate), None)
    if decided is None:
        raise TransitionNotAllowed(f"No override of {gate} waits to be looked at.")
    may = reviewers(history, decided)
    if by not in may:
        raise NotAuthorised(
            f"{history.charter.name_of(by)} may not look into this override. "
            f"Those who may: {named(history.charter, may)}."
        )
    return OverrideReviewed(
        project=history.project, at=utc(now), by=by, gate=gate, round=decided.round, finding=finding
    )


def unreviewed(history: History) -> tuple[GateDecided, ...]:
    """The overrides that nobody has looked into afterwards, oldest first."""
    return tuple(
        one
        for one in history.all(GateDecided)
        if one.cause == "override" and not history.last(OverrideReviewed, gate=one.gate, round=one.round)
    )


def reviewers(history: History, decided: GateDecided) -> tuple[str, ...]:
    """Who looks into an override: the gate's approvers of now but those who made it, else the managers."""
    asked = history.last(OverrideRequested, gate=decided.gate, round=decided.round)
    made = {decided.by, asked.by if asked else None}
    approvers = holders(history.charter, gate_of(history, decided.gate).approvers)
    managers = holders(history.charter, (history.definition.manager,))
    others = [person for person in approvers if person not in made]
    return tuple(others or [person for person in managers if person not in made])


def _require_may(history: History, review: ReviewRequested, by: str) -> None:
    name = history.charter.name_of(by)
    if why := excluded(history, review.gate, review.by).get(by):
        raise SeparationOfDuties(f"{name} may not override {review.gate}: {name} {why}. Nobody judges their own work.")
    authority.require_stake(history, by, "override", authority.stake_of(history, review.gate))
