"""From one version of a process to another: what is called otherwise, and how the new one looks in one project."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import Field

from lifecycle.process.definition import DeliverableDefinition, Name, ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.facts import suggestion
from lifecycle.process.renaming import Names, deliverable_with_new_names, of_kind, renamed, with_new_names
from lifecycle.process.soundness import STAGES, Loc, Unsound
from lifecycle.value import Value

KINDS: Mapping[str, str] = {
    "roles": "role",
    "phases": "phase",
    "gates": "gate",
    "deliverables": "deliverable",
    "steps": "step",
    "criteria": "criterion",
}
"""The fields of a mapping and the kinds of things that they name."""
CriterionPlace = str
"""A criterion by its gate's and its own name: `G2/scope-agreed`."""


class NameMap(Value):
    """What is called otherwise in another version of a process: the new name by the old one.

    What is not named here keeps its name. A criterion's old name has its gate's in front (`G2/scope-agreed`).
    Reports of the plan need no mapping. `past` names new gates and phases that the project is not asked about any more,
    since it is past them.
    """

    roles: dict[Name, Name] = Field(default_factory=dict)
    phases: dict[Name, Name] = Field(default_factory=dict)
    gates: dict[Name, Name] = Field(default_factory=dict)
    deliverables: dict[Name, Name] = Field(default_factory=dict)
    steps: dict[Name, Name] = Field(default_factory=dict)
    criteria: dict[CriterionPlace, Name] = Field(default_factory=dict)
    past: tuple[Name, ...] = ()

    @property
    def names(self) -> Names:
        """The new names by kind and old name."""
        found = {(kind, old): new for field, kind in KINDS.items() for old, new in getattr(self, field).items()}
        return {key: _criterion(key[1], new) if key[0] == "criterion" else new for key, new in found.items()}

    @classmethod
    def of(cls, names: Names, past: Iterable[str] = ()) -> "NameMap":
        """The mapping that has these names."""
        fields: dict[str, dict[str, str]] = {field: {} for field in KINDS}
        of_kind = {kind: field for field, kind in KINDS.items()}
        for (kind, old), new in names.items():
            fields[of_kind[kind]][old] = new.rpartition("/")[2]
        return cls.model_validate({**fields, "past": tuple(past)})


def _criterion(old: str, new: str) -> str:
    """A criterion's new name behind its gate's old one, as `renaming` has it."""
    return f"{old.rpartition('/')[0]}/{new}"


def target_for(
    old: ProcessDefinition,
    new: ProcessDefinition,
    *,
    wanted: NameMap,
    stages: Mapping[str, int],
    products: Iterable[DeliverableDefinition],
) -> tuple[ProcessDefinition, NameMap]:
    """The new version as one project will follow it, and all that is called otherwise in it.

    `old` is the project's own copy, `stages` and `products` are its charter's. Things that only changed their name
    are found; what is wanted goes first. A name of a repeating phase stands for those of all its stages.
    """
    names = dict(_numbered(wanted, old).names)
    for _ in range(2):  # stages and products carry names that are found the first time
        expanded = _expanded(new, names, stages, products)
        names = _found(old, expanded, _numbered(wanted, old).names)
    return _expanded(new, names, stages, products), NameMap.of(names, wanted.past)


def _expanded(
    new: ProcessDefinition, names: Names, stages: Mapping[str, int], products: Iterable[DeliverableDefinition]
) -> ProcessDefinition:
    return expand(new, renamed_stages(stages, names), [deliverable_with_new_names(item, names) for item in products])


def renamed_stages(stages: Mapping[str, int], names: Names) -> dict[str, int]:
    """How often the repeating phases come, by their new names: a phase is renamed when its first stage is."""
    first = {phase: names.get(("phase", f"{phase}-1")) for phase in stages}
    return {(first[phase] or phase).removesuffix("-1"): number for phase, number in stages.items()}


def _found(old: ProcessDefinition, new: ProcessDefinition, wanted: Names) -> dict[tuple[str, str], str]:
    """What is wanted, and what else only changed its name; all by the old names."""
    gates = {to: name for (kind, name), to in wanted.items() if kind == "gate"}
    found = dict(wanted)
    for (kind, name), to in renamed(with_new_names(old, wanted), new).items():
        if kind not in KINDS.values():
            continue
        gate, _, own = name.rpartition("/")
        found[kind, f"{gates.get(gate, gate)}/{own}" if gate else name] = to
    return found


def _numbered(wanted: NameMap, old: ProcessDefinition) -> NameMap:
    """The mapping with each name of a repeating thing replaced by those of its stages."""
    known = {field: of_kind(old, kind) for field, kind in KINDS.items()}
    fields: dict[str, dict[str, str]] = {}
    for field in KINDS:
        fields[field] = {}
        for name, to in getattr(wanted, field).items():
            there = [n for n in sorted(STAGES, key=int) if f"{name}-{n}" in known[field]]
            repeating = there and name not in known[field]
            fields[field] |= {f"{name}-{n}": f"{to}-{n}" for n in there} if repeating else {name: to}
    return wanted.model_copy(update=fields)


def problems(wanted: NameMap, old: ProcessDefinition, new: ProcessDefinition) -> Iterator[Unsound]:
    """What is wrong with a mapping, with its place in it: unknown names, and two things that would become one.

    `new` is the new version as the project will follow it.
    """
    for field, kind in KINDS.items():
        before, after = of_kind(old, kind), set(_known(new, kind))
        for name, to in getattr(wanted, field).items():
            stages = [n for n in STAGES if f"{name}-{n}" in before]
            if name not in before and not stages:
                yield _stranger((field, name, "[key]"), f"the project has no {kind}", name, before)
            elif to not in after and not all(f"{to}-{n}" in after for n in stages or ("",)):
                yield _stranger((field, name), f"the new version has no {kind}", to, after)
    yield from _merged(wanted, old, new)


def _known(new: ProcessDefinition, kind: str) -> Iterable[str]:
    return (name.rpartition("/")[2] for name in of_kind(new, kind))


def _stranger(loc: Loc, what: str, name: str, known: Iterable[str]) -> Unsound:
    names = sorted(known)
    hint = suggestion(name, names) or f"; there are {', '.join(names) or 'none'}"
    return Unsound(loc, f"{what} '{name}'{hint}")


def _merged(wanted: NameMap, old: ProcessDefinition, new: ProcessDefinition) -> Iterator[Unsound]:
    """No two things become one: what keeps its name keeps it."""
    for field, kind in KINDS.items():
        own, before, after = getattr(wanted, field), of_kind(old, kind), of_kind(new, kind)
        taken = {name: name for name in before if name in after and name not in own}
        for name, to in own.items():
            place = _criterion(name, to) if kind == "criterion" else to
            other = taken.setdefault(place, name) if name in before else name
            if other != name:
                yield Unsound((field, name), f"'{other}' becomes {kind} '{to}' already; two cannot become one")
