"""The plain process that an overlay on another one means."""

from collections.abc import Iterator, Mapping
from typing import Any

from lifecycle.process.definition import (
    CriterionDefinition,
    DeliverableDefinition,
    GateDefinition,
    PhaseDefinition,
    ProcessDefinition,
    RoleDefinition,
    TailoringDefinition,
)
from lifecycle.process.facts import suggestion
from lifecycle.process.leaving import Names, without
from lifecycle.process.overlay import KINDS, LeftOut, Overlay, Plain
from lifecycle.process.renaming import of_kind
from lifecycle.process.unsound import Loc, Unsound
from lifecycle.value import Value


def overlaid(base: ProcessDefinition, overlay: Overlay) -> tuple[ProcessDefinition, tuple[Unsound, ...]]:
    """The plain process that an overlay on a sound base means, and what could not be done (places in the overlay).

    What could not be done is left as it was, so that the rest can be proved.
    """
    gone = overlay.leave_out
    found = tuple(_unknown(base, gone))
    if found:
        return base, found
    merging = _Merging(without(base, Names(**dict(gone))), overlay)
    return merging.merged()


def _unknown(base: ProcessDefinition, gone: LeftOut) -> Iterator[Unsound]:
    """What is left out and was never there, and kinds of which nothing would be left."""
    for field, kind in KINDS.items():
        known, names = of_kind(base, kind), getattr(gone, field)
        for n, name in enumerate(names):
            if name not in known:
                hint = suggestion(name, known) or "; leave it out here"
                yield Unsound(("leave_out", field, n), f"there is no {kind} '{name}' in '{base.process}'{hint}")
        if field in ("roles", "phases") and known and known.keys() <= {*names}:
            yield Unsound(("leave_out", field), f"no {kind} would be left; keep some")


class _Merging:
    """One overlay being laid over the plain values of its base."""

    def __init__(self, base: ProcessDefinition, overlay: Overlay) -> None:
        self.base = base
        self.said = overlay.said
        self.plain: Plain = base.model_dump()
        self.found: list[Unsound] = []

    def merged(self) -> tuple[ProcessDefinition, tuple[Unsound, ...]]:
        """Everything laid over; the whole is checked as any process is."""
        for field in ("process", "version", "title", "purpose", "source"):
            self.plain[field] = self.said.get(field, self.plain[field])
        self._list("roles", self.plain["roles"], RoleDefinition)
        self._phases()
        for name, change in self.said.get("gates", {}).items():
            self._gate(name, change)
        for name, change in self.said.get("deliverables", {}).items():
            self._deliverable(name, change)
        self._list("tailoring", self.plain["tailoring"], TailoringDefinition)
        rows = self.said.get("authority", ())
        decisions = {row["decision"] for row in rows}
        self.plain["authority"] = [row for row in self.plain["authority"] if row["decision"] not in decisions]
        self.plain["authority"] += rows
        said = {row["level"] + row["measure"]: row for row in self.said.get("tolerances", ())}
        kept = [said.pop(row["level"] + row["measure"], row) for row in self.plain["tolerances"]]
        self.plain["tolerances"] = [*kept, *said.values()]
        self.plain["separate"] = [*self.plain["separate"], *self.said.get("separate", ())]
        return ProcessDefinition.model_validate(self.plain), tuple(self.found)

    def _list(self, field: str, there: Any, model: type[Value]) -> None:
        self.plain[field] = self._laid((field,), list(there), self.said.get(field, {}), model)

    def _laid(self, way: Loc, there: list[Plain], changes: Mapping[str, Plain], model: type[Value]) -> list[Plain]:
        """A list of things, the known ones changed in their places, the new ones at the end."""
        places = {thing["id"]: n for n, thing in enumerate(there)}
        for name, change in changes.items():
            if name in places:
                there[places[name]] |= change
            elif self._complete((*way, name), change, model, places):
                there.append({"id": name} | change)
        return there

    def _complete(
        self, way: Loc, change: Plain, model: type[Value], known: Mapping[str, Any], *, where: tuple[str, ...] = ()
    ) -> bool:
        """Whether a new thing says all that it needs, and, with one of the fields `where`, its place."""
        needed = [name for name, field in model.model_fields.items() if field.is_required() and name != "id"]
        missing = [f"`{name}`" for name in needed if name not in change]
        if where and not any(name in change for name in where):
            missing.append(" or ".join(f"`{name}`" for name in where))
        if missing:
            kind, name = KINDS[str(way[-2])], str(way[-1])
            message = f"there is no {kind} '{name}' in '{self.base.process}'{suggestion(name, known)}"
            self._tell((*way, "[key]"), f"{message}; a new one needs {', '.join(missing)} as well")
        return not missing

    def _phases(self) -> None:
        phases = self.plain["phases"] = list(self.plain["phases"])
        for name, change in self.said.get("phases", {}).items():
            known = {phase["id"]: n for n, phase in enumerate(phases)}
            after, fields = change.get("after"), {key: value for key, value in change.items() if key != "after"}
            way: Loc = ("phases", name)
            if name in known and after is None:
                phases[known[name]] |= fields
            elif name in known:
                self._stays((*way, "after"), "phase", name)
            elif self._complete(way, change, PhaseDefinition, known, where=("after",)) and self._there(
                (*way, "after"), "phase", after, known
            ):
                phases.insert(known[after] + 1, {"id": name} | fields)

    def _gate(self, name: str, change: Plain) -> None:
        homes = {gate["id"]: phase for phase in self.plain["phases"] for gate in phase.get("gates", ())}
        phases = {phase["id"]: phase for phase in self.plain["phases"]}
        moved = [field for field in ("phase", "after") if field in change]
        if name in homes:
            for field in moved:
                self._stays(("gates", name, field), "gate", name)
            gate: Plain = next(gate for gate in homes[name]["gates"] if gate["id"] == name)
            gate |= self._gate_fields(name, gate, change)
            return
        way: Loc = ("gates", name)
        if not self._complete(way, change, GateDefinition, homes, where=("after", "phase")):
            return
        field = moved[-1]
        known = homes if field == "after" else phases
        if self._there((*way, field), "gate" if field == "after" else "phase", change[field], known):
            home = known[change[field]]
            gates = home["gates"] = list(home.get("gates", ()))
            ids = [gate["id"] for gate in gates]
            place = ids.index(change["after"]) + 1 if field == "after" else len(ids)
            gates.insert(place, {"id": name} | self._gate_fields(name, {}, change))

    def _gate_fields(self, name: str, gate: Plain, change: Plain) -> Plain:
        """The fields of a gate as changed; what is added comes after what is there."""
        own = {"criteria", "phase", "after", "add_approvers", "add_veto"}
        fields = {key: value for key, value in change.items() if key not in own}
        for field in ("approvers", "veto"):
            if f"add_{field}" in change:
                there: list[str] = [*(fields.get(field) or gate.get(field) or ())]
                fields[field] = [*there, *change[f"add_{field}"]]
        way, asked = ("gates", name, "criteria"), list(gate.get("criteria", ()))
        fields["criteria"] = self._laid(way, asked, change.get("criteria", {}), CriterionDefinition)
        return fields

    def _deliverable(self, name: str, change: Plain) -> None:
        phases = {phase["id"]: phase for phase in self.plain["phases"]}
        known = {item["id"]: item for phase in phases.values() for item in phase.get("deliverables", ())}
        own = {key: value for key, value in change.items() if key not in ("acceptance", "phase")}
        way: Loc = ("deliverables", name)
        if name in known and "phase" in change:
            self._stays((*way, "phase"), "deliverable", name)
        elif name in known:
            known[name] |= own
            known[name]["acceptance"] = _accepted(known[name]["acceptance"], change.get("acceptance", {}))
        elif self._complete(way, change, DeliverableDefinition, known, where=("phase",)) and self._there(
            (*way, "phase"), "phase", change["phase"], phases
        ):
            acceptance = _accepted({}, change["acceptance"])
            if "by" not in acceptance:
                self._tell((*way, "acceptance"), "'by' is missing; say which role accepts it")
                return
            home = phases[change["phase"]]
            home["deliverables"] = [*home.get("deliverables", ()), {"id": name, "acceptance": acceptance} | own]

    def _there(self, place: Loc, kind: str, name: str, known: Mapping[str, Any]) -> bool:
        if name not in known:
            hint = suggestion(name, known) or f"; there are {', '.join(known)}"
            self._tell(place, f"there is no {kind} '{name}' in '{self.base.process}'{hint}")
        return name in known

    def _stays(self, place: Loc, kind: str, name: str) -> None:
        self._tell(place, f"{kind} '{name}' has its place in '{self.base.process}' and keeps it; leave this out")

    def _tell(self, place: Loc, message: str) -> None:
        self.found.append(Unsound(place, message))


def _accepted(acceptance: Plain, change: Plain) -> Plain:
    """Who accepts and against what, as changed; what is added comes after what is there."""
    fields = acceptance | {key: value for key, value in change.items() if key != "add_criteria"}
    criteria: list[str] = [*fields.get("criteria", ()), *change.get("add_criteria", ())]
    return fields | {"criteria": criteria}
