"""Which seat may this person fill now, and why not? Own seats, delegations, and substitutes of an escalation."""

from collections.abc import Iterator
from datetime import date

from lifecycle.errors import AlreadyVoted, NotAnApprover, OutOfTurn, SeparationOfDuties
from lifecycle.governance.authority import beyond_limit, stake_of
from lifecycle.governance.delegations import granted_to
from lifecycle.governance.outcome import could_be_met, in_turn
from lifecycle.governance.people import gate_of, holders, named
from lifecycle.governance.roster import excluded, kept_apart
from lifecycle.history import History
from lifecycle.history.gates import ReviewEscalated, ReviewRequested, Seat


def silent(history: History, review: ReviewRequested) -> tuple[Seat, ...]:
    """The seats that have not voted."""
    voted = {vote.seat for vote in history.votes(review)}
    return tuple(seat for seat in review.seats if seat.person not in voted)


def vacant(history: History, seat: Seat) -> bool:
    """Whether the person of a seat has left, or no longer holds the role that carries it."""
    member = history.charter.person(seat.person)
    return member is None or seat.role not in member.roles


def seats_for(history: History, review: ReviewRequested, person: str, today: date) -> tuple[Seat, ...]:
    """The silent seats that a person may fill, whoever's turn it is: their own, or else those they stand in for.

    Empty for whoever is excluded, has left, or has voted in this round. Whoever has a seat of their own
    stands in for nobody, and nobody for a role that the process keeps apart from theirs.
    """
    if any(vote.by == person for vote in history.votes(review)):
        return ()
    out = excluded(history, review.gate, review.by)
    member = history.charter.person(person)
    if person in out or member is None:
        return ()
    left = silent(history, review)
    if own := next((seat for seat in review.seats if seat.person == person), None):
        return (own,) if own in left and not vacant(history, own) else ()
    if person in beyond_limit(history.definition, history.charter, review.gate, stake_of(history, review.gate)):
        return ()
    substitute = person in substitutes(history, review)
    givers = {one.by for one in granted_to(history, person, review.gate, today)} - set(out)
    return tuple(
        seat
        for seat in left
        if (substitute or (seat.person in givers and not vacant(history, seat)))
        and not kept_apart(history.definition, seat.role, member.roles)
    )


def seat_for(history: History, review: ReviewRequested, person: str, today: date, wanted: str | None = None) -> Seat:
    """The seat that a person fills with a vote now: the one wanted, else the first of those they may fill.

    Raises SeparationOfDuties, AlreadyVoted, NotAnApprover or OutOfTurn, with the reason. Exclusions are
    looked at anew: somebody may have become an author since.
    """
    name = history.charter.name_of(person)
    if why := excluded(history, review.gate, review.by).get(person):
        raise SeparationOfDuties(f"{name} may not vote at {review.gate}: {name} {why}. Nobody judges their own work.")
    _require_first(history, review, person)
    seats = seats_for(history, review, person, today)
    turn = in_turn(review.seats, history.votes(review)) if review.policy == "in_order" else None
    fitting = [seat for seat in seats if wanted in (None, seat.person) and turn in (None, seat)]
    if fitting:
        return fitting[0]
    if turn and any(wanted in (None, seat.person) for seat in seats):
        raise OutOfTurn(
            f"The approvers of {review.gate} vote one after the other, and it is the turn of "
            f"{history.charter.name_of(turn.person)}. {name} votes later."
        )
    raise NotAnApprover(_why_not(history, review, person, wanted))


def stand_ins(history: History, review: ReviewRequested, today: date) -> Iterator[tuple[str, tuple[Seat, ...]]]:
    """Everybody who may fill a silent seat that is not their own, with the seats."""
    own = {seat.person for seat in review.seats}
    for member in history.charter.people:
        if member.id not in own and (seats := seats_for(history, review, member.id, today)):
            yield member.id, seats


def substitutes(history: History, review: ReviewRequested) -> frozenset[str]:
    """Whom an escalation of this review let vote in place of the silent ones, while they hold a role for it."""
    roles = {level.to for level in gate_of(history, review.gate).escalation if level.substitutes}
    called = {person for record in _escalations(history, review) if record.substitutes for person in record.persons}
    return frozenset(holders(history.charter, roles)) & called


def decidable(history: History, review: ReviewRequested) -> bool:
    """Whether a running review could still end with go, by those who are there and their possible substitutes.

    Delegations are not counted on: they end by themselves.
    """
    out = {*excluded(history, review.gate, review.by), *(vote.by for vote in history.votes(review))}
    left = silent(history, review)
    filled = [seat for seat in left if seat.person not in out and not vacant(history, seat)]
    past = {record.level for record in _escalations(history, review)}
    levels = enumerate(gate_of(history, review.gate).escalation, start=1)
    roles = {level.to for number, level in levels if level.substitutes and number not in past}
    seated = {seat.person for seat in review.seats}
    limited = beyond_limit(history.definition, history.charter, review.gate, stake_of(history, review.gate))
    possible = {*holders(history.charter, roles), *substitutes(history, review)}
    spare = possible - out - seated - set(limited)
    fillable = min(len(left), len(filled) + len(spare))
    return could_be_met(review.policy, review.seats, history.votes(review), fillable, review.quorum)


def _escalations(history: History, review: ReviewRequested) -> tuple[ReviewEscalated, ...]:
    """The levels to which this review was escalated."""
    mine = (review.gate, review.round)
    return tuple(one for one in history.all(ReviewEscalated) if (one.gate, one.round) == mine)


def _require_first(history: History, review: ReviewRequested, person: str) -> None:
    votes = history.votes(review)
    name = history.charter.name_of(person)
    if given := next((vote for vote in votes if vote.by == person), None):
        raise AlreadyVoted(
            f"{name} already voted {given.choice} at {review.gate}, "
            f"round {review.round}, on {given.at.date()}. A vote stands."
        )
    if given := next((vote for vote in votes if vote.seat == person), None):
        who = history.charter.name_of(given.by)
        raise AlreadyVoted(
            f"{who} already voted {given.choice} at {review.gate}, round {review.round}, "
            f"in place of {name}, on {given.at.date()}. A seat votes once."
        )


def _why_not(history: History, review: ReviewRequested, person: str, wanted: str | None) -> str:
    name, charter = history.charter.name_of(person), history.charter
    own = next((seat for seat in review.seats if seat.person == person), None)
    if own and vacant(history, own):
        return f"{name} no longer holds the role of the seat at {review.gate}, which is vacant."
    if own:
        return f"{name} has a seat at {review.gate} and stands in for nobody."
    may = named(charter, (seat.person for seat in silent(history, review) if not vacant(history, seat)))
    place = f" in place of {charter.name_of(wanted)}" if wanted else ""
    return f"{name} is no approver of {review.gate}{place}. Those who may vote: {may}."
