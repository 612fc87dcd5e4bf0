"""Does a process make sense? Every phase reachable, no dead end, every gate decidable, every name known."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, dropwhile, pairwise

from lifecycle.process import asking, automation, marks, report_plan, tolerances
from lifecycle.process.definition import DeliverableDefinition, GateDefinition, PhaseDefinition, ProcessDefinition
from lifecycle.process.facts import suggestion
from lifecycle.process.unsound import Loc, Unsound

__all__ = ["Loc", "Unsound", "problems"]

PHASES = 200
GATES = 50
STAGES = frozenset(str(number) for number in range(1, 51))
"""The numbers that stages may have."""
LONGEST_NAME = 64
LONGEST_STEM = LONGEST_NAME - len("-50")
PAIR = 2
RESERVED = frozenset(
    "baseline change delegation erased erasure exception follow-on issue lesson override plan process progress "
    "release report report-due risk staffing success tolerance".split()
)
"""Names that the ids of other records begin with: `website:plan:1` is a plan, and must not be a phase."""


Numbered = tuple[Loc, PhaseDefinition]
Phases = Sequence[Numbered]


def problems(definition: ProcessDefinition, templates: Collection[str]) -> tuple[Unsound, ...]:
    """Say everything that makes no sense in a process; `templates` are the names below templates/documents."""
    phases: Phases = [(("phases", n), phase) for n, phase in enumerate(definition.phases)]
    too_many = tuple(_limits(phases))
    if too_many:
        return too_many
    checks = (
        _duplicates(definition, phases),
        _names_of_records(phases),
        _stages(phases),
        _unknown_roles(definition, phases),
        _beside(definition, phases),
        _sequence(phases),
        _gates(definition, phases),
        _separate(definition),
        *(_deadlines(loc, gate) for loc, gate in _gates_of(phases)),
        _deliverables(definition, phases, templates),
        report_plan.problems(definition),
        tolerances.problems(definition),
        asking.problems(definition),
        marks.problems(definition),
        automation.problems(definition),
    )
    return tuple(chain.from_iterable(checks))


def _limits(phases: Phases) -> Iterator[Unsound]:
    if len(phases) > PHASES:
        yield Unsound(("phases",), f"a process has at most {PHASES} phases, this one {len(phases)}; split it")
    for loc, phase in phases:
        if len(phase.gates) > GATES:
            yield Unsound((*loc, "gates"), f"a phase has at most {GATES} gates; split '{phase.id}' into several phases")


def _gates_of(phases: Phases) -> Iterator[tuple[Loc, GateDefinition]]:
    for loc, phase in phases:
        for n, gate in enumerate(phase.gates):
            yield (*loc, "gates", n), gate


def _deliverables_of(phases: Phases) -> Iterator[tuple[Loc, PhaseDefinition, DeliverableDefinition]]:
    for loc, phase in phases:
        for n, item in enumerate(phase.deliverables):
            yield (*loc, "deliverables", n), phase, item


def _duplicates(definition: ProcessDefinition, phases: Phases) -> Iterator[Unsound]:
    """Ids are unique in the whole process, since records carry them without their phase."""
    roles = [(("roles", n, "id"), role.id) for n, role in enumerate(definition.roles)]
    yield from _twice("role", roles)
    yield from _twice("phase", [((*loc, "id"), phase.id) for loc, phase in phases])
    yield from _twice("gate", [((*loc, "id"), gate.id) for loc, gate in _gates_of(phases)])
    yield from _twice("deliverable", [((*loc, "id"), item.id) for loc, _, item in _deliverables_of(phases)])
    for loc, gate in _gates_of(phases):
        named = [((*loc, "criteria", n, "id"), criterion.id) for n, criterion in enumerate(gate.criteria)]
        yield from _twice("criterion", named)
        yield from _twice("approver", [((*loc, "approvers", n), role) for n, role in enumerate(gate.approvers)])
        yield from _twice("veto", [((*loc, "veto", n), role) for n, role in enumerate(gate.veto)])
        yield from _twice("reminder", [((*loc, "remind_days", n), str(d)) for n, d in enumerate(gate.remind_days)])


def _twice(kind: str, named: Iterable[tuple[Loc, str]]) -> Iterator[Unsound]:
    seen: set[str] = set()
    for loc, name in named:
        if name in seen:
            yield Unsound(loc, f"{kind} '{name}' stands here a second time; give each {kind} a name of its own")
        seen.add(name)


def _names_of_records(phases: Phases) -> Iterator[Unsound]:
    """Phases and gates give records their ids, so their names may not be those of other records."""
    names = {phase.id for _, phase in phases}
    for loc, name in [*((loc, p.id) for loc, p in phases), *((loc, g.id) for loc, g in _gates_of(phases))]:
        if name in RESERVED:
            yield Unsound((*loc, "id"), f"'{name}' is a word of the engine's own; choose another name, e.g. '{name}s'")
    for loc, gate in _gates_of(phases):
        if gate.id in names:
            yield Unsound((*loc, "id"), f"gate '{gate.id}' is called like a phase; give it a name of its own")


def _stages(phases: Phases) -> Iterator[Unsound]:
    """Numbering the stages of a repeating phase gives no name twice, and none that is too long for a record."""
    repeating = {phase.id for _, phase in phases if phase.repeat}
    numbered = [(loc, p) for loc, p in phases if p.repeat or p.beside in repeating]
    single = [(loc, p) for loc, p in phases if not p.repeat and p.beside not in repeating]
    for names in (_steps, _items):
        stems = {name for _, name in names(numbered)}
        for loc, name in names(numbered):
            if len(name) > LONGEST_STEM:
                longest = f"its stages' names are up to three characters longer, and a name has {LONGEST_NAME} at most"
                yield Unsound(loc, f"this repeats: {longest}; shorten it to {LONGEST_STEM}")
        for loc, name in names(single):
            stem, _, number = name.rpartition("-")
            if stem in stems and number in STAGES:
                yield Unsound(loc, f"'{name}' is what a stage of '{stem}' will be called; choose another name")


def _steps(phases: Phases) -> list[tuple[Loc, str]]:
    """Phases and gates, which share the names of their records."""
    own = [((*loc, "id"), phase.id) for loc, phase in phases]
    return own + [((*loc, "id"), gate.id) for loc, gate in _gates_of(phases)]


def _items(phases: Phases) -> list[tuple[Loc, str]]:
    return [((*loc, "id"), item.id) for loc, _, item in _deliverables_of(phases)]


def _unknown_roles(definition: ProcessDefinition, phases: Phases) -> Iterator[Unsound]:
    roles = {role.id for role in definition.roles}
    for loc, role in chain(_roles_named(definition), *map(_roles_in, phases)):
        if role not in roles:
            hint = suggestion(role, roles) or f"; the roles are {', '.join(sorted(roles))}"
            yield Unsound(loc, f"there is no role '{role}'{hint}")


def _roles_named(definition: ProcessDefinition) -> Iterator[tuple[Loc, str]]:
    yield ("manager",), definition.manager
    for n, row in enumerate(definition.authority):
        for m, role in enumerate(row.roles):
            yield ("authority", n, "roles", m), role
    for n, apart in enumerate(definition.separate):
        for m, role in enumerate(apart):
            yield ("separate", n, m), role


def _roles_in(numbered: Numbered) -> Iterator[tuple[Loc, str]]:
    """Every place in a phase that names a role."""
    for loc, _, item in _deliverables_of([numbered]):
        yield (*loc, "owner"), item.owner
        yield (*loc, "acceptance", "by"), item.acceptance.by
        for role in item.rasci:
            yield (*loc, "rasci", role, "[key]"), role
    for loc, gate in _gates_of([numbered]):
        for n, role in enumerate(gate.approvers):
            yield (*loc, "approvers", n), role
        if gate.waiver_by:
            yield (*loc, "waiver_by"), gate.waiver_by
        for n, level in enumerate(gate.escalation):
            yield (*loc, "escalation", n, "to"), level.to
        for n, criterion in enumerate(gate.criteria):
            yield (*loc, "criteria", n, "owner"), criterion.owner


def _beside(definition: ProcessDefinition, phases: Phases) -> Iterator[Unsound]:
    """A phase runs beside a main phase, ends with it, and therefore has no gate of its own."""
    beside = {phase.id: phase.beside for phase in definition.phases if phase.beside}
    known = {phase.id for phase in definition.phases}
    circles: set[frozenset[str]] = set()
    for loc, phase in phases:
        if phase.beside is None:
            continue
        if phase.gates:
            yield Unsound(
                (*loc, "gates"), f"'{phase.id}' runs beside '{phase.beside}' and ends with it; move its gates there"
            )
        if phase.repeat:
            yield Unsound((*loc, "repeat"), f"'{phase.id}' repeats whenever '{phase.beside}' does; leave `repeat` out")
        circle = _circle(phase.id, beside)
        if phase.beside not in known:
            yield Unsound((*loc, "beside"), f"there is no phase '{phase.beside}'{suggestion(phase.beside, known)}")
        elif circle and frozenset(circle) not in circles:
            circles.add(frozenset(circle))
            yield Unsound((*loc, "beside"), f"cycle: {' -> '.join(circle)}; one of these must be a phase with gates")
        elif phase.beside in beside and not circle:
            yield Unsound((*loc, "beside"), f"'{phase.beside}' runs beside another phase itself; name that one")


def _circle(start: str, beside: Mapping[str, str]) -> tuple[str, ...]:
    """The way from a phase along `beside` back to itself; empty when it does not come back."""
    way = [start]
    while (following := beside.get(way[-1])) and following not in way:
        way.append(following)
    return (*way, start) if following == start else ()


def _sequence(phases: Phases) -> Iterator[Unsound]:
    """Every main phase ends at a gate, and the last one, and only that, is the closing phase."""
    main = [(loc, phase) for loc, phase in phases if phase.beside is None]
    for loc, phase in main:
        if not phase.gates:
            yield Unsound(
                loc, f"phase '{phase.id}' never ends: it has no gate; give it one, or let it run `beside` another"
            )
    yield from _closing(phases, main)
    receivers = [loc for loc, phase in phases if phase.products]
    for loc in receivers[1:]:
        yield Unsound((*loc, "products"), "only one phase can receive the charter's products; leave it out here")


def _closing(phases: Phases, main: Phases) -> Iterator[Unsound]:
    closing = [(loc, phase) for loc, phase in phases if phase.closing]
    if not closing:
        yield Unsound(("phases",), "no phase closes the project; write `closing: true` in the last one")
        return
    for loc, phase in closing:
        if phase.beside or phase.repeat:
            yield Unsound(
                (*loc, "closing"), f"'{phase.id}' cannot be the closing phase: it repeats or runs beside another"
            )
    for loc, _ in closing[1:]:
        yield Unsound((*loc, "closing"), "there is only one closing phase; leave it out here")
    after = dropwhile(lambda numbered: not numbered[1].closing, main)
    for loc, phase in after:
        if not phase.closing:
            yield Unsound(
                loc, f"phase '{phase.id}' is never reached: it stands after the closing phase; move it before"
            )


def _gates(definition: ProcessDefinition, phases: Phases) -> Iterator[Unsound]:
    """A gate has somebody who may decide it: who submits it, the project's manager, may not vote."""
    for loc, gate in _gates_of(phases):
        if set(gate.approvers) == {definition.manager}:
            why = f"nobody may decide gate '{gate.id}': '{definition.manager}' submits it and may not vote"
            yield Unsound((*loc, "approvers"), f"{why}; add another role")
        if gate.waiver_by == definition.manager:
            why = f"'{definition.manager}' submits the gate and may waive nothing of it"
            yield Unsound((*loc, "waiver_by"), f"{why}; name another role")
        if gate.chair and gate.chair not in gate.approvers:
            allowed = ", ".join(gate.approvers)
            yield Unsound(
                (*loc, "chair"), f"chair '{gate.chair}' is not an approver of the gate; name one of: {allowed}"
            )
        for n, role in enumerate(gate.veto):
            if role not in gate.approvers:
                yield Unsound(
                    (*loc, "veto", n),
                    f"'{role}' has a veto and is not an approver of the gate; name one of: {', '.join(gate.approvers)}",
                )


def _deadlines(loc: Loc, gate: GateDefinition) -> Iterator[Unsound]:
    """Reminders come before the due date, the levels of escalation one after the other, the hold last."""
    for n, days in enumerate(gate.remind_days):
        if days > gate.due_days:
            message = f"a reminder {days} days before the due date would come before the submission"
            yield Unsound((*loc, "remind_days", n), f"{message}: the review is due after {gate.due_days}")
    for n, (level, following) in enumerate(pairwise(gate.escalation), start=1):
        if following.after_days <= level.after_days:
            message = f"level {n + 1} of the escalation must come later than level {n}, after {level.after_days} days"
            yield Unsound((*loc, "escalation", n, "after_days"), message)
    last = max((level.after_days for level in gate.escalation), default=0)
    if gate.hold_days is not None and gate.hold_days < last:
        message = f"the review would be on hold before the escalation after {last} days; let it end later"
        yield Unsound((*loc, "hold_days"), message)


def _separate(definition: ProcessDefinition) -> Iterator[Unsound]:
    """Roles kept apart are at least two, each named once."""
    for n, apart in enumerate(definition.separate):
        if len(apart) < PAIR:
            yield Unsound(("separate", n), "it takes two roles to keep apart; name another one, or leave this out")
        yield from _twice("role", [(("separate", n, m), role) for m, role in enumerate(apart)])


def _deliverables(definition: ProcessDefinition, phases: Phases, templates: Collection[str]) -> Iterator[Unsound]:
    """Deliverables name a gate of their phase, a template that exists, and somebody else to accept them."""
    gates = {phase.id: [gate.id for gate in phase.gates] for phase in definition.phases}
    for loc, phase, item in _deliverables_of(phases):
        there = gates.get(phase.beside or phase.id, [])
        if item.gate and item.gate not in there:
            hint = suggestion(item.gate, there) or f"; its gates are {', '.join(there) or 'none'}"
            yield Unsound((*loc, "gate"), f"gate '{item.gate}' does not end phase '{phase.beside or phase.id}'{hint}")
        if item.template and item.template not in templates:
            hint = suggestion(item.template, templates) or "; put the file there or leave `template` out"
            yield Unsound((*loc, "template"), f"there is no template '{item.template}' below templates/documents{hint}")
        if item.acceptance.by == item.owner:
            message = f"'{item.owner}' owns '{item.id}' and cannot accept it too; name another role"
            yield Unsound((*loc, "acceptance", "by"), message)
