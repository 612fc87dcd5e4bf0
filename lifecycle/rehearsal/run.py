"""One project on a simulated clock, from its start to its closure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from lifecycle.errors import BadInput
from lifecycle.history.gates import Outcome
from lifecycle.process.definition import ProcessDefinition
from lifecycle.rehearsal.assumptions import Assumptions
from lifecycle.rehearsal.moves import OUTCOMES
from lifecycle.rehearsal.voting import Ballots, Voted
from lifecycle.rehearsal.walk import ENDS, State, Walk

REVIEWS = 10_000
"""A run with more reviews than that is not going to end."""


class Decided(NamedTuple):
    """A review in a run: the gate, the day on which it was submitted, and how it was voted on."""

    gate: str
    day: float
    voted: Voted


@dataclass
class Run:
    """What happened in one run; all times in calendar days."""

    end: str = ""
    days: float = 0
    work: float = 0
    waiting: float = 0
    held: float = 0
    reviews: list[Decided] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The way this run took, told by what was not simply a go: `G1 recycle, G3 hold; closed`."""
        turns = [f"{r.gate} {r.voted.outcome.replace('_', ' ')}" for r in self.reviews if r.voted.outcome != "go"]
        return f"{', '.join(turns) or 'straight through'}; {self.end}"


class Clockwork:
    """A process that can be run again and again."""

    def __init__(self, definition: ProcessDefinition, walked: Walk, assumptions: Assumptions) -> None:
        """Take the expanded definition with all its states."""
        self.walk, self.assumptions = walked, assumptions
        self._stretch = {
            phase.id: assumptions.work(phase) / max(1, len(phase.gates)) for phase in definition.main_phases
        }
        self._all = {phase.id: assumptions.work(phase) for phase in definition.main_phases}
        self._ballots: dict[str, Ballots] = {}
        self._turns: Mapping[str, Callable[[State, Run, Random], State]] = {
            "preparing": self._prepare,
            "awaiting decision": self._decide,
            "on hold": self._hold,
            "closing early": self._wind_up,
        }

    def run(self, dice: Random) -> Run:
        """One run; BadInput when the chances keep it from ever ending."""
        run, state = Run(), self.walk.first
        while state.word not in ENDS:
            turn = self._turns.get(state.word)
            state = turn(state, run, dice) if turn else self._only_way(state)
        run.end = state.word
        run.days = run.work + run.waiting + run.held
        return run

    def _only_way(self, state: State) -> State:
        return next(iter(self.walk.ways[state].values()))

    def _prepare(self, state: State, run: Run, _: Random) -> State:
        """The work before a gate; after a hold there is none left."""
        last = run.reviews[-1] if run.reviews else None
        if last is None or (last.gate, last.voted.outcome) != (state.gate, "hold"):
            run.work += self._stretch[state.phase] * (1 if state.attempt == 1 else self.assumptions.rework)
        return self._only_way(state)

    def _wind_up(self, state: State, run: Run, _: Random) -> State:
        run.work += self._all[state.phase]
        return self._only_way(state)

    def _hold(self, state: State, run: Run, dice: Random) -> State:
        run.held += self.assumptions.spread(self.assumptions.hold_days, dice)
        return self._only_way(state)

    def _decide(self, state: State, run: Run, dice: Random) -> State:
        ways: dict[Outcome, State] = {
            outcome: self.walk.ways[state][outcome] for outcome in OUTCOMES if outcome in self.walk.ways[state]
        }
        voted = self._box(state.gate).held(self.assumptions.drawn(ways, dice), self.assumptions, dice)
        run.reviews.append(Decided(state.gate, run.work + run.waiting + run.held, voted))
        run.waiting += voted.days
        if len(run.reviews) > REVIEWS:
            raise BadInput(f"{state.gate} is reviewed more than {REVIEWS} times; give go or kill a greater chance.")
        return ways[voted.outcome]

    def _box(self, gate: str) -> Ballots:
        """The ballots of a gate; for each outcome in the first state that allows it."""
        if gate not in self._ballots:
            waiting = [state for state in self.walk.ways if (state.word, state.gate) == ("awaiting decision", gate)]
            found = {
                outcome: next(self.walk.histories[state] for state in waiting if outcome in self.walk.ways[state])
                for outcome in OUTCOMES
                if any(outcome in self.walk.ways[state] for state in waiting)
            }
            self._ballots[gate] = Ballots(gate, found)
        return self._ballots[gate]
