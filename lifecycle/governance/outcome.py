"""What do the votes add up to? A total function: any sequence of votes has an answer, or none yet."""

from collections.abc import Sequence

from lifecycle.history.gates import Outcome, Proposal, Seat, VoteCast
from lifecycle.process.definition import AtLeast, Policy

APPROVING = ("approve", "approve_with_conditions")
MILDEST_FIRST: tuple[Proposal, ...] = ("hold", "recycle", "kill")


def approvals_needed(policy: Policy, seats: int) -> int:
    """How many approvals a policy takes with that many seats; never none."""
    if isinstance(policy, AtLeast):
        return policy.at_least
    return max(seats, 1) if policy == "all" else 1


def outcome(
    policy: Policy, seats: Sequence[Seat], votes: Sequence[VoteCast], chair: str | None = None
) -> Outcome | None:
    """Return the outcome, or None while it is still open; `chair` is a role.

    The first vote that settles it counts, later ones change nothing. Votes without a seat and second votes
    of a person are passed over. Abstaining is never approval, nor is silence.
    """
    roles = {seat.person: seat.role for seat in seats}
    counted: list[VoteCast] = []
    answer = _settled(policy, roles, counted, chair)
    for vote in votes:
        if answer is None and vote.by in roles and vote.by not in {earlier.by for earlier in counted}:
            counted.append(vote)
            answer = _settled(policy, roles, counted, chair)
    return answer


def _settled(policy: Policy, roles: dict[str, str], votes: list[VoteCast], chair: str | None) -> Outcome | None:
    approving = [vote for vote in votes if vote.choice in APPROVING]
    needed = approvals_needed(policy, len(roles))
    if len(approving) >= needed:
        return "conditional_go" if any(vote.conditions for vote in approving) else "go"
    still_possible = len(approving) + len(roles) - len(votes)
    return None if still_possible >= needed else _proposed(roles, votes, chair)


def _proposed(roles: dict[str, str], votes: list[VoteCast], chair: str | None) -> Outcome:
    """The chair's proposal, else the mildest one made, else hold."""
    made = {vote.by: vote.proposal for vote in votes if vote.choice == "reject" and vote.proposal}
    of_chair = [proposal for person, proposal in made.items() if roles[person] == chair]
    wanted = of_chair[:1] or [proposal for proposal in MILDEST_FIRST if proposal in made.values()]
    return wanted[0] if wanted else "hold"
