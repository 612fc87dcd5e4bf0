"""The votes of a simulated review: who votes when, and the moment at which the engine says what they add up to."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import NamedTuple

from lifecycle.errors import RuleViolation
from lifecycle.history import History
from lifecycle.history.gates import Outcome, Seat
from lifecycle.rehearsal.assumptions import Assumptions
from lifecycle.rehearsal.moves import review_of, seats, voted


class Voted(NamedTuple):
    """A settled review: the outcome, after how many days, and the votes with their days, the settling one last."""

    outcome: Outcome
    days: float
    votes: tuple[tuple[Seat, float], ...]


class Ballots:
    """All ways in which approvers of one mind can vote at a gate, each asked of the engine once.

    It matters who has voted, not in which order, as long as nothing is settled and all want the same.
    """

    def __init__(self, gate: str, histories: Mapping[Outcome, History]) -> None:
        """Take for each outcome that can be wanted a history in which the gate waits for its first vote."""
        self.gate = gate
        self._after: dict[tuple[Outcome, frozenset[str]], History | None] = {
            (wanted, frozenset()): history for wanted, history in histories.items()
        }
        history = next(iter(histories.values()))
        self.asked = history.definition.gate(gate)
        self.seats = seats(history, gate)

    def held(self, wanted: Outcome, assumptions: Assumptions, dice: Random) -> Voted:
        """One review in which the approvers want this outcome."""
        so_far: frozenset[str] = frozenset()
        votes: list[tuple[Seat, float]] = []
        for seat, days in self._in_time(assumptions, dice):
            after = self._with(wanted, so_far, seat.person)
            if after is None:
                continue
            so_far |= {seat.person}
            votes.append((seat, days))
            if decided := after.outcome(review_of(after, self.gate)):
                return Voted(decided.outcome, days, tuple(votes))
        raise RuleViolation(f"{self.gate} stays undecided although everybody voted.")

    def _in_time(self, assumptions: Assumptions, dice: Random) -> Iterator[tuple[Seat, float]]:
        """The seats with the day on which each votes, in the order of these days."""
        waits = [assumptions.wait(self.asked, dice) for _ in self.seats]
        if self.asked.policy == "in_order":
            waits = [sum(waits[: n + 1]) for n in range(len(waits))]
        yield from sorted(zip(self.seats, waits, strict=True), key=lambda vote: vote[1])

    def _with(self, wanted: Outcome, so_far: frozenset[str], person: str) -> History | None:
        """The history after one more vote; None when the engine does not let that person vote now."""
        key = wanted, so_far | {person}
        if key not in self._after:
            before = self._after[wanted, so_far]
            assert before is not None  # noqa: S101 - only votes that were let are among those so far
            try:
                self._after[key] = voted(before, self.gate, person, wanted)
            except RuleViolation:
                self._after[key] = None
        return self._after[key]
