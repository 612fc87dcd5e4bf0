"""What a move to another version does to each thing of a process, one sentence each."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lifecycle.governance.move import Key, Move
from lifecycle.history.gates import ReviewRequested
from lifecycle.history.migration import Fate, PlanLine
from lifecycle.process.comparison import Difference, differences
from lifecycle.process.definition import DeliverableDefinition, GateDefinition, PhaseDefinition
from lifecycle.process.renaming import Item, items
from lifecycle.progress import OnHold, gate_at, next_step

TOLD_OF_A_PROCESS = ("manager", "separate")
"""Fields of a process that change what people may do; the others are how it calls itself."""
RULES = {"authority": "Who may decide a {}", "tolerance": "The tolerance of {}"}
"""Rules for the whole project that a version may change, and what they are called."""
TOLD = ("phase", "gate", "criterion", "deliverable", "step", "role", "report")
"""The kinds of things in the order in which they are told."""


def lines(move: Move, returned: Mapping[str, tuple[str, ...]]) -> Iterator[PlanLine]:
    """Everything with what becomes of it, group by group; `returned` says by record id why reviews go back."""
    changed = _changed(move)
    for kind in TOLD:
        for key, item in move.after.items():
            if key[0] == kind and (key in move.before or kind != "criterion" or ("gate", item.home) in move.before):
                yield _line(move, key, item, changed.get(key, ()))
        for key, item in move.before.items():
            if key[0] == kind and key not in move.after and not _must_stay(move, key) and not _went_along(move, item):
                yield PlanLine(kind=item.kind, name=item.name, fate="dropped", text=_dropped(move, item))
        yield from _not_asked(move, kind)
    yield from _rules(move)
    yield from _open(move, returned)


def told(found: Iterable[Difference]) -> tuple[str, ...]:
    """Differences in sentences that say what they are about."""
    return tuple(f"{one.kind.capitalize()} {one.name}: {one.text}" for one in found)


def around(move: Move, gate: str) -> Iterator[Difference]:
    """What changes about one gate: its rules, its criteria, and what it decides on."""
    sides = (move.old, move.definition)
    own = {
        "gate": {gate},
        "criterion": {f"{gate}/{one.id}" for side in sides for one in side.gate(gate).criteria},
        "deliverable": {item.id for side in sides for item in side.deliverables_for(gate)},
        "step": {step.id for side in sides for step in side.steps_for(gate)},
    }
    yield from (one for one in differences(*sides) if one.name in own.get(one.kind, ()))


def _changed(move: Move) -> dict[Key, tuple[str, ...]]:
    found: dict[Key, tuple[str, ...]] = {}
    for one in differences(move.old, move.definition):
        if one.change in ("changed", "moved"):
            found[one.kind, one.name] = (*found.get((one.kind, one.name), ()), one.text)
    return found


def _line(move: Move, key: Key, item: Item, texts: tuple[str, ...]) -> PlanLine:
    kind, name = key
    passed = kind == "gate" and name in move.place.passed
    said = "; ".join(texts) + (" (it was passed by the rules of then)" if texts and passed else "")
    fate: Fate
    if key not in move.before:
        fate, text = "added", _added(move, item)
    elif former := move.former.get(key):
        fate, text = "renamed", f"{kind.capitalize()} {former} is called {_own(name)} from now on"
        text += f"; {said}" if said else ""
    elif said:
        fate, text = "changed", f"{kind.capitalize()} {name}: {said}"
    else:
        fate, text = "kept", f"{kind.capitalize()} {name} stays as it is"
    return PlanLine(kind=item.kind, name=name, fate=fate, text=f"{text}.")


def _own(name: str) -> str:
    return name.rpartition("/")[2]


def _added(move: Move, item: Item) -> str:
    """When something new will be met."""
    value: Any = item.value
    what = f"{item.kind.capitalize()} {item.name} ({getattr(value, 'title', None) or value.text})"
    if isinstance(value, GateDefinition):
        return f"{what} will be asked {_when(move, item.name)}"
    if isinstance(value, PhaseDefinition):
        return f"{what} runs beside {value.beside}" if value.beside else f"{what} comes {_after(move, item.name)}"
    if isinstance(value, DeliverableDefinition):
        return f"{what} {'may be' if value.optional else 'has to be'} handed in for {_needed_at(move, item)}"
    if item.kind == "criterion":
        return f"{what} is asked at {item.home}"
    if item.kind == "step":
        return f"{what} runs by itself for {_needed_at(move, item)}"
    if item.kind == "report":
        return f"{what} is written by itself from now on"
    holders = move.charter.holders(item.name)
    return f"{what} is held by {', '.join(one.name for one in holders) or 'nobody yet'}"


def _when(move: Move, gate: str) -> str:
    order = [one.id for one in move.definition.gates]
    following = order[order.index(gate) + 1 :]
    return f"before {following[0]}" if following else "last"


def _after(move: Move, phase: str) -> str:
    order = [one.id for one in move.definition.main_phases]
    position = order.index(phase)
    return f"after {order[position - 1]}" if position else "first"


def _needed_at(move: Move, item: Item) -> str:
    phase = move.definition.phase(item.home)
    return getattr(item.value, "gate", None) or move.definition.phase(phase.beside or phase.id).gates[-1].id


def _must_stay(move: Move, key: Key) -> bool:
    """Whether something has happened to it; then its loss is a refusal and no line of the plan."""
    return any((kind, move.called(kind, name)) == key for kind, name in move.lived)


def _went_along(move: Move, item: Item) -> bool:
    """A criterion goes with its gate."""
    return item.kind == "criterion" and ("gate", item.home) not in move.after


def _dropped(move: Move, item: Item) -> str:
    """Why it may go."""
    value: Any = item.value
    what = f"{item.kind.capitalize()} {item.name} ({getattr(value, 'title', None) or value.text})"
    if item.kind == "role":
        holders = [one.name for one in move.charter.holders(item.name)]
        held = f"{', '.join(holders)} held it, which means nothing any more" if holders else "nobody holds it"
        return f"{what} is dropped; {held}."
    why = {
        "phase": "it has not begun",
        "gate": "nothing has happened at it",
        "criterion": "it is not asked any more",
        "deliverable": "nothing of it was handed in"
        + (", and it is optional" if getattr(value, "optional", 0) else ""),
        "step": "what it found stays on record",
        "report": "what was written stays on record",
    }
    return f"{what} is dropped: {why[item.kind]}."


def _not_asked(move: Move, kind: str) -> Iterator[PlanLine]:
    """What the new version has and this project is not asked about any more."""
    for item in items(move.target):
        if item.kind == kind and kind != "criterion" and (item.kind, item.name) not in move.after:
            what = f"{kind.capitalize()} {item.name} ({getattr(item.value, 'title', '')})"
            text = f"{what} is not asked for: the project is past it."
            yield PlanLine(kind=item.kind, name=item.name, fate="not asked", text=text)


def _rules(move: Move) -> Iterator[PlanLine]:
    """Who leads, who may decide what, how far forecasts may stray, and which tailoring rules are no more."""
    known = {rule.rule for rule in move.wish.tailored}
    for rule in move.history.rules.tailored:
        if rule.rule not in known:
            text = f"Tailoring rule {rule.rule} is no more; what it spared is asked for where it lies ahead."
            yield PlanLine(kind="tailoring", name=rule.rule, fate="dropped", text=text)
    for one in differences(move.old, move.definition):
        if one.kind in RULES or (one.kind == "process" and one.field in TOLD_OF_A_PROCESS):
            what = RULES.get(one.kind, "The process").format(one.name)
            yield PlanLine(kind="rule", name=one.name, fate="changed", text=f"{what}: {one.text}.")


def _open(move: Move, returned: Mapping[str, tuple[str, ...]]) -> Iterator[PlanLine]:
    """What is open: reviews, a hold, conditions."""
    history = move.history
    for review in history.open_reviews:
        yield _review(move, review, returned.get(review.id))
    step = next_step(history)
    if isinstance(step, OnHold):
        gate_ = move.called("gate", step.gate)
        text = f"The project stays on hold at {gate_}; whoever approves there resumes it."
        yield PlanLine(kind="review", name=gate_, fate="goes on", text=text)
    for condition in history.open_conditions:
        text = f"Condition {condition.name} stays open and holds back the decision at the next gate."
        yield PlanLine(kind="condition", name=condition.name, fate="goes on", text=text)


def _review(move: Move, review: ReviewRequested, why: tuple[str, ...] | None) -> PlanLine:
    gate = move.called("gate", review.gate)
    what = f"The review of {gate}, round {review.round},"
    if why is None:
        return PlanLine(kind="review", name=gate, fate="goes on", text=f"{what} goes on: its rules do not change.")
    votes = move.history.votes(review)
    given = ", ".join(f"{vote.choice.replace('_', ' ')} by {move.charter.name_of(vote.by)}" for vote in votes)
    text = f"{what} goes back to its submitter. Dismissed: {given or 'nothing, nobody has voted'}. {' '.join(why)}"
    return PlanLine(kind="review", name=gate, fate="returned", text=text)


def reasons(move: Move, review: ReviewRequested, first: str | None) -> tuple[str, ...]:
    """Why an open review cannot go on; empty when it can. `first` is the gate that the project would be at."""
    gate = move.called("gate", review.gate)
    if ("gate", gate) not in move.after:
        return ()
    sides = (move.old, move.definition)
    limits = [[row for row in side.authority if row.decision == "gate"] for side in sides]
    rules = [(side.gate(gate), side.deliverables_for(gate), side.steps_for(gate)) for side in sides]
    if first not in (gate, None):
        return (f"{first} is asked before it.",)
    if rules[0] != rules[1]:
        return tuple(f"{text}." for text in told(around(move, gate)))
    return ("Who may decide on how much at a gate has changed.",) if limits[0] != limits[1] else ()


def gate_afterwards(move: Move) -> str | None:
    """The gate that the project would be at; None when its phase has no counterpart."""
    if move.place.current is None or ("phase", move.place.current) not in move.after:
        return None
    return gate_at(next_step(move.carried_out()))
