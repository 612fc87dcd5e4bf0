"""Every state that a process can be in, and every decision there: questions answered exactly, not by chance."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lifecycle.errors import BadInput
from lifecycle.history import History
from lifecycle.progress import Ended, OpenPhase, gate_at, next_step
from lifecycle.rehearsal.moves import Move, moves

STATES = 20_000
"""So many states are walked at most."""


class State(NamedTuple):
    """Where a project stands, without how often it was held: what may follow is the same each time."""

    word: str
    phase: str = ""
    attempt: int = 0
    gate: str = ""
    premature: bool = False

    def __str__(self) -> str:
        """Say it as people do: `awaiting decision at G1 (planning, attempt 2)`."""
        if not self.phase:
            return self.word
        place = f" at {self.gate}" if self.gate else ""
        attempt = f", attempt {self.attempt}" if self.attempt > 1 else ""
        return f"{self.word}{place} ({self.phase}{attempt})"


@dataclass(frozen=True)
class Walk:
    """The states of a process and where each move leads; `histories` has one way to come to each."""

    first: State
    ways: Mapping[State, Mapping[Move, State]]
    histories: Mapping[State, History] = field(repr=False)

    @property
    def stuck(self) -> tuple[State, ...]:
        """The states, in the order met, from which no decisions lead to closure."""
        before: dict[State, list[State]] = {}
        for state, ways in self.ways.items():
            for following in ways.values():
                before.setdefault(following, []).append(state)
        ends = [state for state in self.ways if state.word in ENDS]
        saved = _reached(ends, before)
        return tuple(state for state in self.ways if state not in saved)

    @property
    def endless(self) -> tuple[State, ...]:
        """The states from which a project could go round for ever; none in a sound process.

        A hold is left out of the ways: it ends only when a person resumes it.
        """
        ways = {state: set(self._without_holds(state).values()) for state in self.ways}
        return tuple(sorted(_cyclic(ways)))

    @property
    def paths(self) -> int:
        """In how many ways a project can come to its end, holds not counted; 0 when it could run for ever."""
        if self.endless:
            return 0
        counted: dict[State, int] = {}
        for state in reversed(_topological({s: [*self._without_holds(s).values()] for s in self.ways})):
            following = self._without_holds(state).values()
            counted[state] = 1 if state.word in ENDS else sum(counted[way] for way in following)
        return counted[self.first]

    def _without_holds(self, state: State) -> dict[Move, State]:
        return {move: way for move, way in self.ways[state].items() if move != "resume"}


ENDS = ("closed", "closed early")


def walk(history: History, states: int = STATES) -> Walk:
    """Go every way from a history on, breadth first; BadInput when the process has more states than that."""
    first = state_of(history)
    histories = {first: history}
    ways: dict[State, dict[Move, State]] = {}
    waiting = deque([first])
    while waiting:
        state = waiting.popleft()
        ways[state] = {}
        for move, after in moves(histories[state]).items():
            following = state_of(after)
            ways[state][move] = following
            if following not in histories:
                histories[following] = after
                waiting.append(following)
        if len(histories) > states:
            raise BadInput(
                f"The process has more than {states} states and is not walked as a whole. Allow fewer rounds."
            )
    return Walk(first, ways, histories)


def state_of(history: History) -> State:
    """The state that a history has come to."""
    step = next_step(history)
    if isinstance(step, Ended):
        return State(step.word)
    premature = step.premature if isinstance(step, OpenPhase) else bool(history.stopped)
    return State(step.word, step.phase, getattr(step, "attempt", 0), gate_at(step) or "", premature)


def _reached(starts: Iterable[State], ways: Mapping[State, Iterable[State]]) -> set[State]:
    seen = set(starts)
    waiting = [*seen]
    while waiting:
        new = [state for state in ways.get(waiting.pop(), ()) if state not in seen]
        seen.update(new)
        waiting.extend(new)
    return seen


def _cyclic(ways: Mapping[State, Iterable[State]]) -> set[State]:
    """What is left when every state is taken away that leads nowhere but to states taken away already."""
    return set(ways) - set(_topological(ways))


def _topological(ways: Mapping[State, Iterable[State]]) -> list[State]:
    """The states with those before them first; those on a way to a circle are left out."""
    before: dict[State, list[State]] = {state: [] for state in ways}
    left = {state: len([*following]) for state, following in ways.items()}
    for state, following in ways.items():
        for way in following:
            before[way].append(state)
    done = [state for state, number in left.items() if number == 0]
    for state in done:
        for earlier in before[state]:
            left[earlier] -= 1
            if left[earlier] == 0:
                done.append(earlier)
    return done[::-1]
