"""The places of a process by names instead of numbers, and where they stand in an overlay and in a plain file.

By names the place of an approver is `("gates", "G2", "approvers", 1)`, whichever phase has the gate; that of an
expression `("gates", "G2", "criteria", "risks", "expression")`, of a row `("authority", "change", 0)` or
`("tolerances", "stage time")`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.overlay import Overlay
from lifecycle.process.unsound import Loc

_THINGS = ("roles", "phases", "tailoring")
_KEY = "[key]"


def _numbered(definition: ProcessDefinition) -> Iterator[tuple[Loc, Loc]]:
    """Every thing of a process: its place by names, and by numbers."""
    for field in _THINGS:
        for n, thing in enumerate(getattr(definition, field)):
            yield (field, thing.id), (field, n)
    for n, phase in enumerate(definition.phases):
        for m, item in enumerate(phase.deliverables):
            yield ("deliverables", item.id), ("phases", n, "deliverables", m)
        for m, gate in enumerate(phase.gates):
            yield ("gates", gate.id), ("phases", n, "gates", m)
            for k, criterion in enumerate(gate.criteria):
                place: Loc = ("phases", n, "gates", m, "criteria", k)
                yield ("gates", gate.id, "criteria", criterion.id), place
    seen: dict[str, int] = {}
    for n, row in enumerate(definition.authority):
        seen[row.decision] = seen.get(row.decision, -1) + 1
        yield ("authority", row.decision, seen[row.decision]), ("authority", n)
    for n, tolerance in enumerate(definition.tolerances):
        yield ("tolerances", tolerance.name), ("tolerances", n)


def named(definition: ProcessDefinition, loc: Loc) -> Loc:
    """A place of a process by names."""
    return _moved(loc, {number: name for name, number in _numbered(definition)})


def located(definition: ProcessDefinition, place: Loc) -> Loc:
    """A place by names as the process's own file has it."""
    return _moved(place, dict(_numbered(definition)))


def _moved(loc: Loc, places: Mapping[Loc, Loc]) -> Loc:
    """A place whose longest known beginning is written the other way."""
    begin = next((loc[:n] for n in range(len(loc), 0, -1) if loc[:n] in places), None)
    return (*places[begin], *loc[len(begin) :]) if begin else loc


def in_overlay(base: ProcessDefinition, overlay: Overlay, place: Loc) -> Loc | None:
    """Where an overlay on this base says what stands at a place by names; None when it says nothing about it."""
    said = overlay.said
    field, *way = place
    if field == "authority" and way:
        own = [n for n, row in enumerate(overlay.authority) if row.decision == way[0]]
        return ("authority", own[int(way[1])], *way[2:]) if own else None
    if field == "tolerances" and way:
        own = [n for n, tolerance in enumerate(overlay.tolerances) if tolerance.name == way[0]]
        return ("tolerances", own[0], *way[1:]) if own else None
    if field == "separate" and way:
        number = int(way[0]) - len(base.separate)
        return ("separate", number, *way[1:]) if number >= 0 else None
    if _says(said, place):
        return place
    if len(way) > 1 and (added := _added(base, said, place)):
        return added
    if gone := _left_out(base, overlay, place):
        return gone
    is_new = way and place[:2] not in dict(_numbered(base)) and _says(said, place[:2])
    return (*place[:2], _KEY) if is_new else None


def _says(said: Mapping[str, Any], place: Loc) -> bool:
    """Whether there is something at a place."""
    value: Any = said
    for part in place[:-1] if place[-1] == _KEY else place:
        there = part in value if isinstance(value, Mapping) else isinstance(part, int) and part < len(value)
        if not there:
            return False
        value = value[part]
    return True


def _added(base: ProcessDefinition, said: Mapping[str, Any], place: Loc) -> Loc | None:
    """The place of an approver, veto or acceptance criterion that was added to those there were."""
    whole = place[:-1] if isinstance(place[-1], int) else place
    added: Loc = (*whole[:-1], f"add_{whole[-1]}")
    if not _says(said, added):
        return None
    before = len(_value(base.model_dump(), (*located(base, whole[:-1]), whole[-1])) or ())
    number = int(place[-1]) - before if whole != place else None
    return added if number is None else (*added, number) if number >= 0 else None


def _value(plain: Any, place: Loc) -> Any:
    """What is at a place; None when there is no such place."""
    for part in place:
        there = part in plain if isinstance(plain, Mapping) else isinstance(part, int)
        plain = plain[part] if there else None
    return plain


def _left_out(base: ProcessDefinition, overlay: Overlay, place: Loc) -> Loc | None:
    """The place where a thing is left out, or with it its gate, or its phase."""
    field, *names = place
    number = located(base, place[:2])
    homes = [(field, names[0])] if names else []
    if names[1:2] == ["criteria"] and len(names) > len(("gate", "criteria")):
        homes.insert(0, ("criteria", f"{names[0]}/{names[2]}"))
    if number[0] == "phases" and len(number) > len(("phases", 0)):
        homes.append(("phases", base.phases[int(number[1])].id))
    for kind, name in homes:
        gone = getattr(overlay.leave_out, str(kind), ())
        if name in gone:
            return ("leave_out", kind, gone.index(name))
    return None
