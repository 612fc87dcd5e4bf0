"""The things of a process that have a name, and which of them only changed it between two versions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from lifecycle.process.definition import DeliverableDefinition, ProcessDefinition
from lifecycle.value import Value

Kind = Literal["role", "report", "phase", "deliverable", "step", "gate", "criterion", "tailoring"]
Names = Mapping[tuple[str, str], str]
"""The new name of what had another one, by kind and old name."""


class Item(NamedTuple):
    """A thing of a process that has a name, with what belongs to it: the phase of a gate, the gate of a criterion."""

    kind: Kind
    name: str
    home: str
    value: Value


def items(definition: ProcessDefinition) -> Iterator[Item]:
    """Every thing with a name, in the order of the file."""
    for role in definition.roles:
        yield Item("role", role.id, "", role)
    for report in definition.reports:
        yield Item("report", report.id, "", report)
    for phase in definition.phases:
        yield Item("phase", phase.id, "", phase)
        for item in phase.deliverables:
            yield Item("deliverable", item.id, phase.id, item)
        for step in phase.steps:
            yield Item("step", step.id, phase.id, step)
        for gate in phase.gates:
            yield Item("gate", gate.id, phase.id, gate)
            for criterion in gate.criteria:
                yield Item("criterion", f"{gate.id}/{criterion.id}", gate.id, criterion)
    for rule in definition.tailoring:
        yield Item("tailoring", rule.id, "", rule)


def of_kind(definition: ProcessDefinition, kind: str) -> dict[str, Item]:
    """The things of a kind by their names."""
    return {item.name: item for item in items(definition) if item.kind == kind}


def renamed(old: ProcessDefinition, new: ProcessDefinition) -> dict[tuple[str, str], str]:
    """The new name of each thing that only changed its name; small things first, since larger ones name them."""
    names: dict[tuple[str, str], str] = {}
    for kind in ("role", "criterion", "gate", "deliverable", "step", "phase", "report", "tailoring"):
        before, after = of_kind(with_new_names(old, names), kind), of_kind(new, kind)
        gone = [item for name, item in before.items() if name not in after]
        come = [item for name, item in after.items() if name not in before]
        for item in gone:
            twin = next((other for other in come if _nameless(item) == _nameless(other)), None)
            if twin:
                come.remove(twin)
                names[kind, item.name] = twin.name
    return names


def _nameless(item: Item) -> dict[str, Any]:
    """All of a thing but its name. In a phase, deliverables name its gates, which are told apart by their place."""
    return item.value.model_dump(exclude={"id"}) | ({"home": item.home} if item.kind == "criterion" else {})


def with_new_names(old: ProcessDefinition, names: Names) -> ProcessDefinition:
    """The old process in the names of the new one, so that a renamed thing is not a change of all that name it."""
    if not names:
        return old
    plain = old.model_dump()

    def name(kind: str, known: Any) -> Any:
        return names.get((kind, known), known)

    for role in plain["roles"]:
        role["id"] = name("role", role["id"])
    plain["manager"] = name("role", plain["manager"])
    for row in plain["authority"]:
        row["roles"] = [name("role", role) for role in row["roles"]]
    for row in plain["tolerances"]:
        row["asks"] = name("role", row["asks"])
    plain["separate"] = [[name("role", role) for role in apart] for apart in plain["separate"]]
    for report in plain["reports"]:
        report |= {"id": name("report", report["id"]), "by": name("role", report["by"])}
        report["to"] = [name("role", role) for role in report["to"]]
        report["during"] = [name("phase", phase) for phase in report["during"]]
    for rule in plain["tailoring"]:
        rule["id"] = name("tailoring", rule["id"])
        for field in ("leave_out", "make_optional"):
            rule[field] = [_thing(thing, name) for thing in rule[field]]
    for phase in plain["phases"]:
        for item in phase["deliverables"]:
            _rename_deliverable(item, name)
        for step in phase["steps"]:
            step |= {"id": name("step", step["id"]), "gate": name("gate", step["gate"])}
            step["owner"] = name("role", step["owner"])
        for gate in phase["gates"]:
            _rename_gate(gate, name)
        phase |= {"id": name("phase", phase["id"]), "beside": name("phase", phase["beside"])}
    return ProcessDefinition.model_validate(plain)


def deliverable_with_new_names(item: DeliverableDefinition, names: Names) -> DeliverableDefinition:
    """A deliverable in the names of the new process, those of its owner, its acceptor and its gate included."""
    plain = item.model_dump()
    _rename_deliverable(plain, lambda kind, known: names.get((kind, known), known))
    return DeliverableDefinition.model_validate(plain)


def _thing(thing: str, name: Callable[[str, Any], Any]) -> str:
    """The new name of what a tailoring rule is about: a criterion with its gate, a gate, or a deliverable."""
    if "/" in thing:
        gate, _, criterion = str(name("criterion", thing)).partition("/")
        return f"{name('gate', gate)}/{criterion}"
    return str(name("deliverable", name("gate", thing)))


def _rename_deliverable(item: dict[str, Any], name: Callable[[str, Any], Any]) -> None:
    item["id"], item["gate"] = name("deliverable", item["id"]), name("gate", item["gate"])
    item["owner"] = name("role", item["owner"])
    item["acceptance"]["by"] = name("role", item["acceptance"]["by"])
    item["rasci"] = {name("role", role): letter for role, letter in item["rasci"].items()}


def _rename_gate(gate: dict[str, Any], name: Callable[[str, Any], Any]) -> None:
    for criterion in gate["criteria"]:
        criterion["id"] = name("criterion", f"{gate['id']}/{criterion['id']}").rpartition("/")[2]
        criterion["owner"] = name("role", criterion["owner"])
    gate["id"] = name("gate", gate["id"])
    for field in ("approvers", "veto"):
        gate[field] = [name("role", role) for role in gate[field]]
    for field in ("chair", "waiver_by"):
        gate[field] = name("role", gate[field])
    for level in gate["escalation"]:
        level["to"] = name("role", level["to"])
