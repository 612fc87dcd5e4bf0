"""Where a project stands in another version of its process, and what of that version lies behind it."""

from collections.abc import Collection, Iterator
from typing import NamedTuple, Self

from lifecycle.history import History
from lifecycle.history.work import PhaseOpened
from lifecycle.process import leaving
from lifecycle.process.definition import GateDefinition, PhaseDefinition, ProcessDefinition
from lifecycle.process.renaming import Names
from lifecycle.progress import OpenPhase, next_step, passed


class Place(NamedTuple):
    """How far a project is, in the names of the other version.

    `done` are the main phases that are over, `current` is the one whose gates are asked now, `passed` the gates
    that are not asked again.
    """

    done: tuple[str, ...]
    current: str | None
    passed: frozenset[str]

    @classmethod
    def of(cls, history: History, names: Names) -> Self:
        """Where a project stands, by its own records."""
        phases = tuple(dict.fromkeys(o.phase for o in history.all(PhaseOpened) if _is_main(history, o.phase)))
        step, current = next_step(history), history.phase
        if current is None:
            return cls((), None, frozenset())
        over = isinstance(step, OpenPhase) and step.phase != current.phase
        again = isinstance(step, OpenPhase) and not over
        done = phases if over else tuple(phase for phase in phases if phase != current.phase)
        gates = [gate for phase in done for gate in history.definition.phase(phase).gates]
        if not over and not again:
            own = history.definition.phase(current.phase).gates
            gates += [gate for gate in own if passed(history, gate.id, current.attempt)]
        return cls(
            tuple(names.get(("phase", phase), phase) for phase in done),
            None if over else names.get(("phase", current.phase), current.phase),
            frozenset(names.get(("gate", gate.id), gate.id) for gate in gates),
        )

    def left_behind(self, definition: ProcessDefinition) -> Iterator[PhaseDefinition | GateDefinition]:
        """The main phases and gates of the other version that should have come before where the project is."""
        order = [phase.id for phase in definition.main_phases]
        reached = [order.index(phase) for phase in (*self.done, self.current) if phase in order]
        for phase in definition.main_phases[: max(reached, default=-1) + 1]:
            if phase.id in self.done:
                yield from (gate for gate in phase.gates if gate.id not in self.passed)
            elif phase.id == self.current:
                over = [n for n, gate in enumerate(phase.gates) if gate.id in self.passed]
                yield from (g for g in phase.gates[: max(over, default=0)] if g.id not in self.passed)
            else:
                yield phase


def without(
    definition: ProcessDefinition, names: Collection[str], place: Place, known: Collection[str]
) -> ProcessDefinition:
    """A project's copy without what it is not asked about any more: these phases and gates.

    What such a gate asked for, the next one of its phase asks for. Documents and side phases that are new in phases
    that are over go without saying; `known` are the deliverables and side phases that the project has already.
    """
    phases = {phase.id for phase in definition.phases if _goes(phase, names, place, known)}
    over = [phase for phase in definition.phases if (phase.beside or phase.id) in place.done]
    items = {item.id for phase in over for item in phase.deliverables if item.id not in known}
    return leaving.without(definition, leaving.Names(phases=phases, gates=names, deliverables=items))


def _goes(phase: PhaseDefinition, names: Collection[str], place: Place, known: Collection[str]) -> bool:
    return phase.id in names or phase.beside in names or (phase.beside in place.done and phase.id not in known)


def _is_main(history: History, phase: str) -> bool:
    return any(one.id == phase for one in history.definition.main_phases)
