"""Letting somebody else vote in one's seat: for a time, with a reason, and never further than that."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from lifecycle.errors import NotAuthorised, NotFound, RuleViolation, SeparationOfDuties, TransitionNotAllowed
from lifecycle.governance.people import gate_of, holders, named, present, titled
from lifecycle.governance.roster import excluded, kept_apart
from lifecycle.history import History, utc
from lifecycle.history.people import DelegationGranted, DelegationRevoked
from lifecycle.value import day_after


class Deputy(NamedTuple):
    """Whom a person wants to vote in their place: when (both days included), and at which gates (none: all)."""

    delegate: str
    first: date
    last: date
    reason: str
    gates: tuple[str, ...] = ()


def grant(history: History, by: str, deputy: Deputy, now: datetime) -> DelegationGranted:
    """Let a delegate vote in one's seat.

    Raises NotAuthorised (strangers, nothing to delegate), NotFound (a gate), RuleViolation (over already,
    over before it begins, to oneself, a circle) or SeparationOfDuties (to whoever submits the gate, wrote what it
    decides on, or holds a role that is kept apart from the seat's).
    """
    present(history, by)
    present(history, deputy.delegate)
    gates = _gates(history, by, deputy)
    who, delegate = history.charter.name_of(by), history.charter.name_of(deputy.delegate)
    if deputy.delegate == by:
        raise RuleViolation(f"{who} cannot delegate to themselves. Name somebody else.")
    if deputy.last < now.date():
        raise RuleViolation(f"The delegation would end on {deputy.last}, before today. Name a later day.")
    if deputy.last < deputy.first:
        raise RuleViolation(f"The delegation would end on {deputy.last}, before it begins on {deputy.first}.")
    for gate in gates:
        _require_may_judge(history, gate, deputy.delegate)
        _require_not_apart(history, gate, by, deputy.delegate)
    new = DelegationGranted(
        project=history.project,
        at=utc(now),
        by=by,
        number=history.next_number(DelegationGranted),
        delegate=deputy.delegate,
        first=deputy.first,
        last=deputy.last,
        gates=deputy.gates,
        reason=deputy.reason,
    )
    if circle := _circle(history, new):
        raise RuleViolation(
            f"{delegate} cannot vote for {who}: that would be a circle ({named(history.charter, circle)}). "
            "Have one of these delegations revoked first."
        )
    return new


def revoke(history: History, number: int, by: str, reason: str, now: datetime) -> DelegationRevoked:
    """End a delegation, by whoever gave it; the delegate's next vote is refused, those given stand."""
    given = history.last(DelegationGranted, number=number)
    if given is None:
        known = (str(one.number) for one in history.all(DelegationGranted))
        raise NotFound("delegation", str(number), known)
    who = history.charter.name_of(given.by)
    if given.by != by:
        raise NotAuthorised(f"Only {who} may revoke delegation {number}, which {who} gave.")
    if revoked := history.last(DelegationRevoked, number=number):
        raise TransitionNotAllowed(f"Delegation {number} was revoked on {revoked.at.date()} already.")
    return DelegationRevoked(project=history.project, at=utc(now), by=by, number=number, reason=reason)


def standing(history: History) -> tuple[DelegationGranted, ...]:
    """The delegations that nobody has revoked, oldest first; some may be over or still to come."""
    revoked = {record.number for record in history.all(DelegationRevoked)}
    return tuple(one for one in history.all(DelegationGranted) if one.number not in revoked)


def granted_to(history: History, person: str, gate: str, today: date) -> tuple[DelegationGranted, ...]:
    """The delegations by which a person may stand in at a gate today. They are never passed on."""
    return tuple(one for one in standing(history) if one.delegate == person and one.covers(gate, today))


def next_day(history: History, today: date) -> date:
    """The next day on which a delegation begins to hold, or holds no more; never, or once all has ended: date.max."""
    ended = history.closed or history.stopped
    found = (day for one in (() if ended else standing(history)) for day in (one.first, day_after(one.last)))
    return min((day for day in found if day > today), default=date.max)


def _gates(history: History, by: str, deputy: Deputy) -> tuple[str, ...]:
    """The gates in question; refused when the person has no seat to delegate at one of them."""
    wanted = [gate_of(history, gate) for gate in deputy.gates] or list(history.definition.gates)
    mine = [gate.id for gate in wanted if by in holders(history.charter, gate.approvers)]
    missing = [gate for gate in deputy.gates if gate not in mine]
    if missing or not mine:
        name, where = history.charter.name_of(by), ", ".join(missing) or "any gate"
        raise NotAuthorised(f"{name} is no approver of {where} and has no vote there to delegate.")
    return tuple(mine)


def _require_may_judge(history: History, gate: str, delegate: str) -> None:
    """The delegate must be eligible: who submits a gate, or wrote what it decides on, is not."""
    name = history.charter.name_of(delegate)
    submits = gate_of(history, gate).request == "manager"
    if submits and delegate in holders(history.charter, (history.definition.manager,)):
        raise SeparationOfDuties(f"{name} submits {gate} and may not vote there for anybody. Name somebody else.")
    review = history.open_review(gate)
    if review and (why := excluded(history, gate, review.by).get(delegate)):
        raise SeparationOfDuties(f"{name} may not vote at {gate}: {name} {why}. Name somebody else.")


def _require_not_apart(history: History, gate: str, giver: str, delegate: str) -> None:
    """What the process keeps apart in one person, no delegation joins."""
    giving, taking = (history.charter.person(person) for person in (giver, delegate))
    roles = [role for role in gate_of(history, gate).approvers if giving and role in giving.roles]
    if taking and all(kept_apart(history.definition, role, taking.roles) for role in roles):
        seat, theirs = titled(history.definition, roles), titled(history.definition, taking.roles)
        raise SeparationOfDuties(
            f"{taking.name} is {theirs}, which the process keeps apart from {seat}. Name somebody else."
        )


def _circle(history: History, new: DelegationGranted) -> tuple[str, ...]:
    """The way from the delegate back to the giver along delegations that hold at the same time and gate."""
    return _way((*standing(history), new), new, (new.by,))


def _way(known: Collection[DelegationGranted], step: DelegationGranted, so_far: tuple[str, ...]) -> tuple[str, ...]:
    way = (*so_far, step.delegate)
    if step.delegate in so_far:
        return way
    onward = (_narrowed(one, step) for one in known if one.by == step.delegate and _together(one, step))
    return next((found for one in onward if (found := _way(known, one, way))), ())


def _together(one: DelegationGranted, other: DelegationGranted) -> bool:
    at_once = one.first <= other.last and other.first <= one.last
    return at_once and (not one.gates or not other.gates or bool(set(one.gates) & set(other.gates)))


def _narrowed(one: DelegationGranted, other: DelegationGranted) -> DelegationGranted:
    """A delegation as far as it holds together with another one."""
    gates = tuple(gate for gate in one.gates or other.gates if gate in (other.gates or one.gates))
    first, last = max(one.first, other.first), min(one.last, other.last)
    return one.model_copy(update={"gates": gates, "first": first, "last": last})
