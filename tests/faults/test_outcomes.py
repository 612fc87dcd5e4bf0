"""The outcome of a review against an oracle that knows no arithmetic: it tries every future (F10)."""

from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple

from lifecycle.governance.outcome import outcome
from lifecycle.history.gates import Seat, VoteCast
from lifecycle.process.definition import AtLeast, Policy
from tests.builders import START, condition
from tests.faults.profile import chance, size

Ballot = tuple[str, str | None]
Cast = tuple[int, int, Ballot]
"""Who votes, in whose seat, and what."""

CHOICES = ("approve", "approve_with_conditions", "abstain", "reject")
BALLOTS: tuple[Ballot, ...] = (
    *((choice, None) for choice in CHOICES),
    *(("reject", proposal) for proposal in ("hold", "recycle", "kill")),
)
REJECTS = BALLOTS[3:]
LARGEST = 6
POLICIES: tuple[Policy, ...] = ("all", "any", "in_order", *(AtLeast(at_least=k) for k in range(1, LARGEST + 2)))


class Rule(NamedTuple):
    """How a room of so many seats decides; `chair` and `veto` are seats (-1: none)."""

    policy: Policy
    quorum: int | None
    room: int
    chair: int
    veto: int

    def good(self, approved: int, voted: int) -> bool:
        """Whether a review that stands like this, without a veto, has been passed."""
        wanted = {"all": approved == self.room > 0, "any": approved > 0, "in_order": approved == self.room > 0}
        enough = approved >= self.policy.at_least if isinstance(self.policy, AtLeast) else wanted[self.policy]
        return enough and (self.quorum is None or voted >= self.quorum)


@cache
def may_end_well(rule: Rule, approved: int, voted: int) -> bool:
    """Try every vote that may come next, and every one after that."""
    if rule.good(approved, voted):
        return True
    return voted < rule.room and any(may_end_well(rule, approved + yes, voted + 1) for yes in (1, 1, 0, 0))


def oracle(rule: Rule, cast: list[Cast]) -> str | None:
    """Live through the votes one by one, and stop as soon as all futures are the same."""
    seen: list[Cast] = []
    for step in (None, *cast):
        if step is not None:
            if not _counts(rule, seen, step):
                continue
            seen.append(step)
        vetoed = step is not None and step[1] == rule.veto and step[2][0] == "reject"
        approved = sum(ballot[0].startswith("approve") for _, _, ballot in seen)
        if not vetoed and rule.good(approved, len(seen)):
            with_conditions = any(ballot[0] == "approve_with_conditions" for _, _, ballot in seen)
            return "conditional_go" if with_conditions else "go"
        if vetoed or not may_end_well(rule, approved, len(seen)):
            of_veto = [step[2][1]] if vetoed and step else []
            of_chair = [ballot[1] for _, seat, ballot in seen if seat == rule.chair]
            said = [ballot[1] for _, _, ballot in seen]
            mildest = [proposal for proposal in ("hold", "recycle", "kill") if proposal in said]
            return next(filter(None, (*of_veto, *of_chair, *mildest)), "hold")
    return None


def _counts(rule: Rule, seen: list[Cast], step: Cast) -> bool:
    voter, seat, _ = step
    if seat >= rule.room or voter in [cast[0] for cast in seen] or seat in [cast[1] for cast in seen]:
        return False
    return rule.policy != "in_order" or seat == len(seen)


@cache
def seats(room: int, chair: int, veto: int) -> tuple[Seat, ...]:
    return tuple(Seat(person=f"p{n}", role="member", chair=n == chair, veto=n == veto) for n in range(room))


@cache
def vote(cast: Cast) -> VoteCast:
    voter, seat, (choice, proposal) = cast
    fields = {"project": "x", "at": START, "gate": "G", "round": 1, "role": "member", "digest": "0" * 64}
    said = {"choice": choice, "proposal": proposal, "reason": "Because."}
    conditions = (condition(),) if choice == "approve_with_conditions" else ()
    return VoteCast.model_validate(fields | said | {"by": f"p{voter}", "seat": f"p{seat}", "conditions": conditions})


def agree(rule: Rule, cast: list[Cast]) -> None:
    found = outcome(rule.policy, seats(rule.room, rule.chair, rule.veto), [vote(one) for one in cast], rule.quorum)
    assert found == oracle(rule, cast), (rule, cast)


def test_all_sequences_of_choices_agree_with_the_oracle_under_every_rule() -> None:
    """R-34, F10: every voter makes every choice, under every policy, quorum, chair and veto."""
    most, tried = size(4, LARGEST), 0
    for room in range(most + 1):
        rules = [
            Rule(policy, quorum, room, 0, veto)
            for policy in POLICIES
            for quorum in {None, 2, room, room + 1} - {0}
            for veto in {-1, 0, room - 1}
        ]
        for length in range(room + 1):
            for choices in product(CHOICES, repeat=length):
                proposals = (REJECTS[(n + len(choices)) % len(REJECTS)] for n in range(length))
                ballots = (
                    said if choice == "reject" else (choice, None)
                    for choice, said in zip(choices, proposals, strict=True)
                )
                cast = [(n, n, ballot) for n, ballot in enumerate(ballots)]
                for rule in rules:
                    agree(rule, cast)
                tried += len(rules)
    print(f"{tried:,} sequences of votes tried")


def test_random_sequences_of_votes_agree_with_the_oracle() -> None:
    """R-34, F10: also out of turn, for no seat, twice, and in the seat of another."""
    dice = chance("outcomes")
    for _ in range(size(20_000, 1_000_000)):
        agree(_rule(dice), [_cast(dice) for _ in range(dice.randrange(9))])


def _rule(dice: Random) -> Rule:
    room = dice.randrange(LARGEST + 1)
    quorum = dice.choice((None, None, dice.randint(1, LARGEST + 1)))
    return Rule(dice.choice(POLICIES), quorum, room, dice.randrange(-1, LARGEST), dice.randrange(-3, LARGEST))


def _cast(dice: Random) -> Cast:
    voter = dice.randrange(LARGEST + 2)
    seat = voter if dice.random() < 0.8 else dice.randrange(LARGEST + 2)
    return voter, seat, dice.choice(BALLOTS)
