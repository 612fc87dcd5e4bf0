"""What do the votes add up to? A total function: any sequence of votes has an answer, or none yet."""

from collections.abc import Collection, Sequence

from lifecycle.history.gates import Outcome, Proposal, Seat, VoteCast
from lifecycle.process.definition import AtLeast, Policy

APPROVING = ("approve", "approve_with_conditions")
MILDEST_FIRST: tuple[Proposal, ...] = ("hold", "recycle", "kill")


def approvals_needed(policy: Policy, seats: int) -> int:
    """How many approvals a policy takes with that many seats; never none."""
    if isinstance(policy, AtLeast):
        return policy.at_least
    return 1 if policy == "any" else max(seats, 1)


def outcome(
    policy: Policy, seats: Sequence[Seat], votes: Sequence[VoteCast], quorum: int | None = None
) -> Outcome | None:
    """Return the outcome, or None while it is still open.

    The first vote that settles it counts, later ones change nothing. Votes for no seat, for a seat that has
    voted, by a person who has voted, and out of turn are passed over. Abstaining counts towards the quorum and is
    never approval; silence is neither. A reject on a seat with a veto settles it at once. What can no longer be
    met is settled whether or not the quorum is reached.
    """
    by_person = {seat.person: seat for seat in seats}
    counted: list[VoteCast] = []
    voters: set[str] = set()
    answer = _settled(policy, by_person, counted, quorum)
    for vote in votes:
        if answer is not None:
            break
        if vote.by in voters or vote.seat not in _open(policy, seats, counted):
            continue
        counted.append(vote)
        voters.add(vote.by)
        answer = _settled(policy, by_person, counted, quorum)
    return answer


def in_turn(seats: Sequence[Seat], votes: Collection[VoteCast]) -> Seat | None:
    """The seat whose turn it is when seats vote in order; None when all have voted."""
    voted = {vote.seat for vote in votes}
    return next((seat for seat in seats if seat.person not in voted), None)


def could_be_met(
    policy: Policy, seats: Sequence[Seat], votes: Sequence[VoteCast], fillable: int, quorum: int | None = None
) -> bool:
    """Whether a review can still end with go when so many of the silent seats can be filled."""
    approving = sum(vote.choice in APPROVING for vote in votes)
    enough = approving + fillable >= approvals_needed(policy, len(seats))
    return enough and len(votes) + fillable >= (quorum or 0)


def _open(policy: Policy, seats: Sequence[Seat], votes: Sequence[VoteCast]) -> set[str]:
    """The seats that may vote now, by their persons."""
    if policy == "in_order":
        turn = in_turn(seats, votes)
        return {turn.person} if turn else set()
    return {seat.person for seat in seats} - {vote.seat for vote in votes}


def _settled(policy: Policy, seats: dict[str, Seat], votes: list[VoteCast], quorum: int | None) -> Outcome | None:
    if votes and votes[-1].choice == "reject" and seats[votes[-1].seat].veto:
        return votes[-1].proposal or _proposed(seats, votes)
    approving = [vote for vote in votes if vote.choice in APPROVING]
    if len(approving) >= approvals_needed(policy, len(seats)) and len(votes) >= (quorum or 0):
        return "conditional_go" if any(vote.conditions for vote in approving) else "go"
    left = len(seats) - len(votes)
    return None if could_be_met(policy, tuple(seats.values()), votes, left, quorum) else _proposed(seats, votes)


def _proposed(seats: dict[str, Seat], votes: list[VoteCast]) -> Outcome:
    """The chair's proposal, else the mildest one made, else hold."""
    made = [(seats[vote.seat].chair, vote.proposal) for vote in votes if vote.choice == "reject" and vote.proposal]
    of_chair = [proposal for chair, proposal in made if chair]
    mildest = [proposal for proposal in MILDEST_FIRST if proposal in {said for _, said in made}]
    return (of_chair or mildest or ["hold"])[0]
