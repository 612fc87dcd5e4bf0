"""What changed between two versions of a process, in the words of the process and not in lines."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from lifecycle.process import tolerances
from lifecycle.process.definition import (
    AtLeast,
    PhaseDefinition,
    ProcessDefinition,
    TableDefinition,
    ToleranceDefinition,
)
from lifecycle.process.renaming import Item, Names, items, of_kind, renamed, with_new_names
from lifecycle.process.tables import in_words
from lifecycle.value import Value, days

Change = Literal["added", "removed", "renamed", "moved", "changed"]


class Difference(NamedTuple):
    """One thing that changed: which thing, what happened to it, and for a change the field with both values in words.

    `kind` and `name` say the thing as the new version calls it: `gate`, `G2`; `text` is the whole in words.
    """

    kind: str
    name: str
    change: Change
    field: str
    old: str
    new: str
    text: str


_PARTS: Mapping[str, tuple[str, ...]] = {
    "process": ("roles", "phases", "reports", "authority", "tolerances", "tailoring"),
    "phase": ("id", "deliverables", "steps", "gates"),
    "gate": ("id", "criteria"),
}
"""Fields that are things of their own and told as such; everywhere else only the name."""

_DAYS = frozenset(("due_days", "hold_days", "after_days", "every_days", "cadence_days"))
_WORDS = {
    "due_days": "due",
    "remind_days": "reminder before the due date",
    "hold_days": "automatic hold after the due date",
    "request": "who submits it",
    "rounds": "rounds at most",
    "by": "accepted by",
    "run": "runs",
    "timeout_seconds": "seconds at most",
    "documents": "reads the documents",
    "criteria": "acceptance criteria",
}


def differences(old: ProcessDefinition, new: ProcessDefinition) -> tuple[Difference, ...]:
    """Say what changed, in the order of the new process: head, roles, phases, tailoring, authority, tolerances.

    Things are the same when their names are. A name that is gone and a new one are taken for a renamed thing when all
    else of it is the same.
    """
    names = renamed(old, new)
    before = with_new_names(old, names)
    found = [*_fields("process", new.process, before, new)]
    for kind in ("role", "phase"):
        found += _things(kind, before, new, names)
        if kind == "phase":
            found += _moved(before, new)
    for kind in ("gate", "criterion", "deliverable", "step", "report", "tailoring"):
        found += _things(kind, before, new, names)
    found += [*_authority(before, new), *_tolerances(before, new)]
    return tuple(sorted(found, key=_order(before, new)))


def _things(kind: str, old: ProcessDefinition, new: ProcessDefinition, names: Names) -> Iterator[Difference]:
    """Added, removed, renamed and changed things of a kind; the parts of what came or went are not told again."""
    before, after = of_kind(old, kind), of_kind(new, kind)
    left, come = _homes(old), _homes(new)
    former = {to: name for (what, name), to in names.items() if what == kind}
    for name, item in before.items():
        if name not in after and not _went_with(item, left, come):
            yield Difference(kind, name, "removed", "", "", "", f"removed{_title(item)}{_where(item)}")
    for name, item in after.items():
        if name in former:
            was = former[name].rpartition("/")[2]
            yield Difference(kind, name, "renamed", "", was, _own(name), f"renamed from '{was}'")
        if name in before:
            if item.home != before[name].home:
                places = before[name].home, item.home
                yield Difference(kind, name, "moved", "", *places, f"moved from {places[0]} to {places[1]}")
            yield from _fields(kind, name, before[name].value, item.value)
        elif not _went_with(item, come, left):
            yield Difference(kind, name, "added", "", "", "", f"added{_title(item)}{_where(item)}")


def _homes(definition: ProcessDefinition) -> dict[str, Item]:
    """Whatever other things can belong to, by name: phases and gates."""
    return {item.name: item for item in items(definition) if item.kind in ("phase", "gate")}


def _went_with(item: Item, there: Mapping[str, Item], other: Mapping[str, Item]) -> bool:
    """Whether the phase or gate that a thing belongs to came or went as a whole."""
    home = item.home
    while home in there and home in other:
        home = there[home].home
    return bool(home)


def _own(name: str) -> str:
    return name.rpartition("/")[2]


def _title(item: Item) -> str:
    title = getattr(item.value, "title", None) or getattr(item.value, "text", "")
    return f": {title}" if title else ""


def _where(item: Item) -> str:
    return f" ({item.home})" if item.kind in ("gate", "deliverable", "step") else ""


def _moved(old: ProcessDefinition, new: ProcessDefinition) -> Iterator[Difference]:
    """Phases that stand elsewhere in the sequence; one that only gave way to another has not moved."""
    after = [phase.id for phase in new.phases if phase.id in {p.id for p in old.phases}]
    before = [phase.id for phase in old.phases if phase.id in after]
    for name in _out_of_order(before, after):
        place = _neighbour(new.phases, name)
        yield Difference("phase", name, "moved", "", _neighbour(old.phases, name), place, f"moved: now {place}")


def _neighbour(phases: Sequence[PhaseDefinition], name: str) -> str:
    position = [phase.id for phase in phases].index(name)
    return f"after {phases[position - 1].id}" if position else "first"


def _out_of_order(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The fewest names that had to move: all that are not in a longest common sequence."""
    best: dict[str, list[str]] = {}
    for n, name in enumerate(after):
        fitting = [best[other] for other in after[:n] if before.index(other) < before.index(name)]
        best[name] = [*max(fitting, key=len, default=[]), name]
    kept = max(best.values(), key=len, default=[])
    return [name for name in after if name not in kept]


def _fields(kind: str, name: str, old: Value, new: Value) -> Iterator[Difference]:
    """The fields of a thing that are not as they were."""
    for field in type(new).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if field == "acceptance":
            yield from _fields(kind, name, before, after)
        elif before != after and field not in _PARTS.get(kind, ("id",)):
            yield _field(kind, name, field, before, after)


def _field(kind: str, name: str, field: str, before: Any, after: Any) -> Difference:
    word = _WORDS.get(field, field.replace("_", " "))
    if isinstance(before, tuple) and isinstance(after, tuple) and all(isinstance(x, str) for x in (*before, *after)):
        return _set(kind, name, word, before, after)
    if isinstance(before, Mapping):
        return _entries(kind, name, word, before, after)
    old, new = _in_words(field, before), _in_words(field, after)
    return Difference(kind, name, "changed", word, old, new, f"{word}: {old} -> {new}")


def _set(kind: str, name: str, word: str, before: Sequence[str], after: Sequence[str]) -> Difference:
    """A list of names or texts: what came, what went, or that only the order is another."""
    came = [f"added {text}" for text in after if text not in before]
    went = [f"removed {text}" for text in before if text not in after]
    old, new = ", ".join(before) or "none", ", ".join(after) or "none"
    said = ", ".join([*came, *went]) or f"in another order: {new}"
    return Difference(kind, name, "changed", word, old, new, f"{word}: {said}")


def _entries(kind: str, name: str, word: str, before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """Names with a value each: only those whose value is another one."""
    keys = [key for key in dict.fromkeys((*after, *before)) if before.get(key) != after.get(key)]
    old, new = (", ".join(f"{key} {of[key]}" for key in keys if key in of) or "none" for of in (before, after))
    return Difference(kind, name, "changed", word, old, new, f"{word}: {old} -> {new}")


def _in_words(field: str, value: Any) -> str:
    """A value as a person knows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ()):
        return "none"
    if field in _DAYS:
        return days(value)
    if isinstance(value, AtLeast):
        return f"at least {value.at_least}"
    if isinstance(value, TableDefinition):
        return in_words(value)
    if isinstance(value, tuple):
        return ", ".join(map(_level, value))
    return str(value)


def _level(value: Any) -> str:
    """A level of an escalation, roles kept apart, or whatever else stands in a list."""
    if isinstance(value, tuple):
        return " and ".join(value)
    if not hasattr(value, "after_days"):
        return str(value)
    also = " as substitutes" if value.substitutes else ""
    return f"{value.to}{also} after {days(value.after_days)}"


def _authority(old: ProcessDefinition, new: ProcessDefinition) -> Iterator[Difference]:
    """Rows of the authority table have no names: a decision is told with all who may take it."""
    for decision in dict.fromkeys(row.decision for row in (*new.authority, *old.authority)):
        before, after = _who_may(old, decision), _who_may(new, decision)
        if before != after:
            yield Difference("authority", decision, "changed", "", before, after, f"{before} -> {after}")


def _tolerances(old: ProcessDefinition, new: ProcessDefinition) -> Iterator[Difference]:
    before, after = ({row.name: _strays(row) for row in one.tolerances} for one in (old, new))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name, "none"), after.get(name, "none")
        if was != now:
            yield Difference("tolerance", name, "changed", "", was, now, f"{was} -> {now}")


def _strays(row: ToleranceDefinition) -> str:
    asks, mark = f", {row.asks} is asked" if row.asks else "", " (mandatory)" if row.mandatory else ""
    return f"{tolerances.in_words(row)}{asks}{mark}"


def _who_may(definition: ProcessDefinition, decision: str) -> str:
    rows = []
    for row in definition.authority:
        if row.decision == decision:
            cost = f" up to {row.up_to_cost}" if row.up_to_cost is not None else ""
            time = f" up to {days(row.up_to_days)}" if row.up_to_days is not None else ""
            mark = " (mandatory)" if row.mandatory else ""
            rows.append(f"{', '.join(row.roles)}{cost}{' and' if cost and time else ''}{time}{mark}")
    return "; ".join(rows) or "nobody"


def _order(old: ProcessDefinition, new: ProcessDefinition) -> Callable[[Difference], tuple[int, int, int]]:
    """Where a difference is told: in the new file's order, what is gone where it stood."""
    places: dict[tuple[str, str], int] = {}
    for definition in (new, old):
        for n, item in enumerate(items(definition)):
            places.setdefault((item.kind, item.name), n)
    kinds = ("process", "role")

    def order(found: Difference) -> tuple[int, int, int]:
        last = found.kind in ("authority", "tolerance")
        block = kinds.index(found.kind) if found.kind in kinds else 3 if last else 2
        return block, places.get((found.kind, found.name), 0), int(found.change == "removed")

    return order


def grouped(found: Iterable[Difference]) -> dict[str, list[Difference]]:
    """The differences of each thing together, headed `gate G2`."""
    groups: dict[str, list[Difference]] = {}
    for one in found:
        groups.setdefault(f"{one.kind} {one.name}", []).append(one)
    return groups
