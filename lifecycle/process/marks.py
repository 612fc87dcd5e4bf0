"""Do marks and tailoring rules make sense? What is mandatory is asked of everybody, and no rule spares anybody it."""

from collections.abc import Iterator

from lifecycle.process import asking
from lifecycle.process.definition import PhaseDefinition, ProcessDefinition, TailoringDefinition
from lifecycle.process.expression import asking_for
from lifecycle.process.facts import FACTS, suggestion
from lifecycle.process.tailoring import Thing, things
from lifecycle.process.unsound import Loc, Unsound

_LATER = frozenset(fact.name for fact in FACTS.values() if not fact.charter)
"""Facts that nobody can know when a project starts."""


def problems(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Say which marks contradict others, and what is wrong with each tailoring rule."""
    for n, phase in enumerate(definition.phases):
        yield from _contradictions(("phases", n), phase)
    known, seen = things(definition), set[str]()
    last = {phase.gates[-1].id for phase in definition.phases if phase.gates}
    for n, rule in enumerate(definition.tailoring):
        if rule.id in seen:
            message = f"tailoring rule '{rule.id}' stands here a second time; give each rule a name of its own"
            yield Unsound(("tailoring", n, "id"), message)
        seen.add(rule.id)
        yield from _rule(("tailoring", n), rule, known)
        for m, name in enumerate(rule.leave_out):
            if name in last and not known[name].mandatory:
                message = f"'{name}' is the last gate of its phase, which would never end without it"
                yield Unsound(("tailoring", n, "leave_out", m), f"{message}; keep it")


def _contradictions(loc: Loc, phase: PhaseDefinition) -> Iterator[Unsound]:
    for n, item in enumerate(phase.deliverables):
        if item.mandatory and item.optional:
            message = f"'{item.id}' is marked mandatory and cannot be optional; leave one of the two out"
            yield Unsound((*loc, "deliverables", n, "optional"), message)
    for n, gate in enumerate(phase.gates):
        for m, one in enumerate(gate.criteria):
            if one.mandatory and one.advisory:
                message = f"'{one.id}' is marked mandatory and cannot be advisory; leave one of the two out"
                yield Unsound((*loc, "gates", n, "criteria", m, "advisory"), message)


def _rule(loc: Loc, rule: TailoringDefinition, known: dict[str, Thing]) -> Iterator[Unsound]:
    """A rule asks what a charter can answer, and is about things that are there and may be left out."""
    wrong = tuple(asking.compiled((*loc, "when"), rule.when))
    yield from wrong
    for line, column, fact in () if wrong else asking_for(rule.when, _LATER):
        message = f"'{fact}' is not known when a project starts; ask what a charter answers"
        yield Unsound((*loc, "when"), f"{message} (`phasegate process facts` says which)", line, column)
    if not rule.leave_out and not rule.make_optional:
        yield Unsound(loc, f"rule '{rule.id}' spares nobody anything; write `leave_out` or `make_optional`")
    for field in ("leave_out", "make_optional"):
        for n, name in enumerate(getattr(rule, field)):
            yield from _spared((*loc, field, n), name, known, field)


def _spared(place: Loc, name: str, known: dict[str, Thing], field: str) -> Iterator[Unsound]:
    if name not in known:
        hint = suggestion(name, known) or "; name a deliverable, a gate, or a criterion as G2/first-risks"
        yield Unsound(place, f"there is nothing called '{name}' in this process{hint}")
    elif known[name].mandatory:
        yield Unsound(
            place, f"{known[name].kind} '{name}' is mandatory, and no tailoring spares anybody of it; keep it"
        )
    elif known[name].kind == "gate" and field == "make_optional":
        yield Unsound(place, f"gate '{name}' cannot be optional; write it under `leave_out`, or keep it")
