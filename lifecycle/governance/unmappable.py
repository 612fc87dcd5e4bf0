"""What stands in the way of a project's move to another version of its process: all of it at once, in sentences."""

from collections.abc import Iterator

from lifecycle.governance.move import Move
from lifecycle.governance.roster import dead_gates
from lifecycle.governance.staffing import dead_ends
from lifecycle.history import Record
from lifecycle.history.gates import CriterionWaived
from lifecycle.history.renaming import ASKED_BY_THE_ENGINE, in_new_names
from lifecycle.process import soundness
from lifecycle.process.definition import GateDefinition, ProcessDefinition
from lifecycle.progress import CloseProject, OnHold, next_step

STEPS = ("phase", "gate")
"""Phases and gates give records their ids out of one stock of names."""


def refusals(move: Move, returned: tuple[Record, ...] = ()) -> tuple[str, ...]:
    """Everything because of which a project cannot move; empty when it can.

    `returned` are the reviews that would go back to their submitters. What follows from the move as a whole is
    looked at only when each single thing has its place.
    """
    if ended := _ended(move):
        return (ended,)
    single = (
        *_process(move),
        *_without_counterpart(move),
        *_elsewhere(move),
        *_left_behind(move),
        *_reused(move),
        *_waived(move),
        *_baseline(move),
        *_rounds(move),
    )
    whole = () if single else _as_a_whole(move, returned)
    staffing = _staffing(move) if single else ()
    return tuple(dict.fromkeys((*single, *staffing, *whole)))


def _ended(move: Move) -> str | None:
    history = move.history
    title = history.charter.title
    if history.closed:
        return f"{title} was closed on {history.closed.at.date()}; what is closed stays as it is."
    if history.stopped:
        return f"{title} was stopped on {history.stopped.at.date()} and is wound up by the rules that it had."
    if isinstance(next_step(history), CloseProject):
        return f"{title} has passed its last gate and is closed by the rules that it had."
    return None


def _process(move: Move) -> Iterator[str]:
    """The process as a whole: its level, its soundness for this project, and that there is anything to change."""
    now, then = move.history.definition, move.target
    if now.level != then.level:
        yield f"A {now.level} cannot follow a process for a {then.level}. Name another one."
    if now == move.definition:
        yield f"{move.history.charter.title} follows these very rules already; there is nothing to move."
    for text in unsound(then):
        yield f"With the charter's stages and products the new version makes no sense: {text}."


def unsound(definition: ProcessDefinition) -> Iterator[str]:
    """What makes no sense in a project's copy. Products have their places in it, so several stages may receive them."""
    templates = {item.template for item in definition.deliverables if item.template}
    phases = tuple(phase.model_copy(update={"products": False}) for phase in definition.phases)
    yield from (one.message for one in soundness.problems(definition.model_copy(update={"phases": phases}), templates))


def _without_counterpart(move: Move) -> Iterator[str]:
    """Whatever something has happened to is there afterwards."""
    for (kind, name), what in move.lived.items():
        if (kind, move.called(kind, name)) not in move.after:
            yield (
                f"{kind.capitalize()} {name} has no counterpart, and {what}. "
                f"Say what becomes of it in a mapping: {kind}s: {{{name}: NEW}}."
            )


def _elsewhere(move: Move) -> Iterator[str]:
    """Gates stay in their phases, side phases beside theirs, and phases in their order, once they have begun."""
    for kind, name in move.lived:
        before, after = (there.get((kind, move.called(kind, name))) for there in (move.before, move.after))
        if before is None or after is None:
            continue
        if kind == "gate" and before.home != after.home:
            yield f"Gate {name} would end {after.home} instead of {before.home}; a gate stays with its phase."
        beside = [getattr(one.value, "beside", None) for one in (before, after)]
        if kind == "phase" and beside[0] != beside[1]:
            words = [f"runs beside {one}" if one else "stands in the sequence" for one in beside]
            yield f"Phase {name} {words[0]} and would be one that {words[1]}; it has begun and stays where it is."
    order = [phase.id for phase in move.definition.main_phases]
    way = [phase for phase in (*move.place.done, move.place.current) if phase in order]
    if way != sorted(way, key=order.index):
        wanted = ", ".join(sorted(way, key=order.index))
        yield f"The phases came in the order {', '.join(map(str, way))}, and the new version wants {wanted}."


def _left_behind(move: Move) -> Iterator[str]:
    """New gates and phases behind the project are waived by name, or refused; what lies ahead cannot be waived."""
    past = move.mapping.past
    for one in move.place.left_behind(move.target):
        if one.id not in past and (getattr(one, "gates", None) is None or one.id not in _begun(move)):
            what = "Gate" if isinstance(one, GateDefinition) else "Phase"
            yield (
                f"{what} {one.id} ({one.title}) would stand before where the project is. "
                f"If it need not be asked any more, say so in a mapping: past: [{one.id}]."
            )
    for gate in move.target.gates:
        if gate.mandatory and gate.id in move.behind and gate.id in past:
            yield f"Gate {gate.id} ({gate.title}) is mandatory, and the project is past it. Nobody does without it."
    known = {gate.id for gate in move.target.gates} | {phase.id for phase in move.target.phases}
    for name in past:
        if name not in move.behind:
            why = "lies ahead of the project and will be asked" if name in known else "is not in the new version"
            yield f"{name} {why}; take it out of `past`."


def _begun(move: Move) -> set[str]:
    return {move.called(kind, name) for kind, name in move.lived if kind == "phase"}


def _reused(move: Move) -> Iterator[str]:
    """A name that stands in the journal stands for one thing for ever: ids of records are made from it."""
    told: set[tuple[str, str]] = set()
    for record in move.history.records:
        for kind in ("gate", "phase", "deliverable", "step"):
            known = getattr(record, kind, None)
            journaled = _journaled(record, kind)
            if known is None or journaled is None or (kind, journaled) in told:
                continue
            heirs = [(other, journaled) for other in (STEPS if kind in STEPS else (kind,))]
            heir = (kind, move.called(kind, known))
            if any(key in move.after and key != heir for key in heirs):
                told.add((kind, journaled))
                yield (
                    f"'{journaled}' stands in the journal for the {kind} that is called '{heir[1]}' from now on. "
                    "Nothing else can get that name; give the new one another."
                )


def _journaled(record: Record, field: str) -> str | None:
    """The name of a record's gate, phase or deliverable in its id; None where the id is not made from it."""
    parts, place = record.key.split(":"), f"{{{field}}}"
    return record.id.split(":")[parts.index(place)] if place in parts else None


def _waived(move: Move) -> Iterator[str]:
    """A waiver of the current attempt was given for what the criterion asked; it does not carry over to more."""
    current = move.history.phase
    for waiver in move.history.all(CriterionWaived):
        then = in_new_names(waiver, move.names)
        if current is None or then.gate in move.place.passed or waiver.attempt != current.attempt:
            continue
        kind, _, name = then.criterion.partition(".")
        key = (kind, name) if kind in ASKED_BY_THE_ENGINE else ("criterion", f"{then.gate}/{then.criterion}")
        before, after = move.before.get(key), move.after.get(key)
        if before and after and before.value != after.value:
            yield (
                f"Criterion '{waiver.criterion}' of {waiver.gate} was waived for this attempt and would ask something "
                "else. Give the new one another name."
            )


def _baseline(move: Move) -> Iterator[str]:
    """A project without a baseline gets one at a gate that still lies ahead, if its process sets any."""
    before, setting = ([gate.id for gate in one.gates if gate.baseline] for one in (move.old, move.definition))
    if setting and setting != before and move.history.baseline is None and set(setting) <= move.place.passed:
        yield (
            f"The new version freezes the baseline at {', '.join(setting)}, which the project has passed without one. "
            "Let a gate that lies ahead set it."
        )


def _rounds(move: Move) -> Iterator[str]:
    """The current attempt is one that the new version allows."""
    current = move.history.phase
    phase = move.after.get(("phase", move.place.current or ""))
    if current is None or phase is None:
        return
    for gate in getattr(phase.value, "gates", ()):
        if gate.id not in move.place.passed and current.attempt > gate.rounds:
            yield (
                f"{current.phase} is in attempt {current.attempt}, and {gate.id} of the new version allows "
                f"{gate.rounds}. Allow as many at least."
            )


def _staffing(move: Move) -> tuple[str, ...]:
    """What nobody could do, as far as that can be said before everything has its place."""
    gates = {gate.id for gate in move.definition.gates}
    return dead_gates(move.definition, move.charter, move.place.passed & gates)


def _as_a_whole(move: Move, returned: tuple[Record, ...]) -> Iterator[str]:
    """The project as it would be: something can be decided everywhere, and a hold stays one."""
    after = move.carried_out(*returned)
    yield from dead_ends(after)
    step, held = next_step(after), next_step(move.history)
    if isinstance(held, OnHold) and not isinstance(step, OnHold):
        yield (
            f"The project is on hold at {held.gate}, and another gate would come before it. "
            "Have it resumed first, or move the new gate behind it."
        )
