"""A project as a page of text: the phase strip, its gates, time and money, and who is waited for."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lifecycle.cli import advice, words

if TYPE_CHECKING:
    from pathlib import Path

    from lifecycle.actions.processes import Followed
    from lifecycle.actions.views import Why
    from lifecycle.history.work import Spared
    from lifecycle.status import GateStatus, PhaseStatus, ProjectStatus

PHASE_MARKS = {"passed": "●", "open": "◐", "to come": "○", "skipped": "⊘"}
HERE = ("preparing", "awaiting decision", "on hold", "recycled", "killed")
"""States of a gate that the strip writes out."""

SENTENCES = {
    "open phase": "{project} has nothing to wait for: the engine opens its next phase.",
    "awaiting predecessor": "{project} cannot open its next phase before other projects are further.",
    "preparing": "{project} is preparing {gate}.",
    "awaiting decision": "{project} awaits the decision at {gate}.",
    "on hold": "{project} is on hold at {gate}.",
    "closing early": "{project} was stopped and is being wound up, to be closed early.",
    "closing": "{project} has passed its last gate: the engine closes it.",
}
"""What each state means."""

WINDING_UP = {
    "lesson": "lesson add {project} --text TEXT --recommendation TEXT",
    "deliverable": "project submit-deliverable {project} {deliverable}",
    "release": "project release {project}",
}
"""The command for each thing that a stopped project still owes."""


def page(status: "ProjectStatus", process: "Followed", drafts: "Path") -> str:
    """Everything about a project on one day; `drafts` is where its drafts lie."""
    head = f"{status.project}: {words.line(status.title)}, as of {words.day(status.as_of)}"
    belongs = f", in the program {status.program}" if status.program else ""
    where = f" in {status.phase}" if status.phase and advice.stays(status.state) else ""
    state = f"State: {words.state(status.state)}{where}{belongs}"
    return words.paragraphs(
        f"{head}\n{state}\n{followed(process)}",
        drawn(status),
        words.table(("phase", "state", "opened", "gate", "state", "decided", "title"), _rows(status)),
        words.fields(dict(_figures(status))),
        _tailoring(status),
        _deliverables(status, drafts),
        _awaited(status),
    )


STANDING = {
    "draft": "which is a draft",
    "reviewed": "which is reviewed, not published",
    "published": "as published",
    "retired": "which is retired by now",
    None: "which is not a published version",
}
"""What a version's state means for a project that follows it."""


def followed(process: "Followed") -> str:
    """The process a project follows, and whether new ones would start with another version."""
    standing = f", {STANDING[process.state]}" if process.standard else ""
    newer = f"; new projects start with {process.newest}" if process.newest not in (None, process.version) else ""
    moved = f", moved {words.joined(process.moved)}" if process.moved else ""
    return f"Process: {process.process} {words.line(process.version)}{standing}{moved}{newer}"


def drawn(status: "ProjectStatus") -> str:
    """The strip: phases in their order, each with its gates behind it, a filled diamond for one that is passed."""
    return " ─ ".join(_drawn_phase(phase, status) for phase in status.phases if phase.beside is None)


def _drawn_phase(phase: "PhaseStatus", status: "ProjectStatus") -> str:
    again = f" ({phase.attempt})" if phase.attempt > 1 else ""
    gates = [_drawn_gate(gate) for gate in status.gates if gate.phase == phase.phase]
    return " ".join([f"{PHASE_MARKS[phase.state]} {phase.phase}{again}", *gates])


def _drawn_gate(gate: "GateStatus") -> str:
    mark = "◆" if gate.state == "passed" else "◇"
    return f"{mark} {gate.gate}" + (f" {gate.state}" if gate.state in HERE else "")


def _rows(status: "ProjectStatus") -> Iterator[tuple[object, ...]]:
    """A row for each gate; the phase stands only beside its first one."""
    for phase in status.phases:
        state = f"{phase.state}, attempt {phase.attempt}" if phase.attempt > 1 else phase.state
        name = f"{phase.phase} (beside {phase.beside})" if phase.beside else phase.phase
        front: tuple[object, ...] = (name, state, words.day(phase.opened))
        gates = [gate for gate in status.gates if gate.phase == phase.phase]
        for gate in gates:
            yield (*front, gate.gate, _gate_state(gate), words.day(gate.decided), gate.title)
            front = (" ", " ", " ")
        if not gates:
            yield (*front, "", "", "", phase.title)


def _gate_state(gate: "GateStatus") -> str:
    """The state, with the outcome that let the project through and the round where it is not the first."""
    outcome = f": {gate.outcome.replace('_', ' ')}" if gate.outcome and gate.state == "passed" else ""
    again = f" (round {gate.round})" if gate.round > 1 else ""
    return f"{gate.state}{outcome}{again}"


def _figures(status: "ProjectStatus") -> Iterator[tuple[str, str]]:
    time, cost = status.constraints.time, status.constraints.cost
    yield "Approved", f"{time.start} to {time.finish}, tolerance {words.days(time.tolerance_days)}"
    if status.forecast_finish:
        yield "Forecast", f"finish {status.forecast_finish}, {words.lateness(status.days_late)}"
    yield "Budget", f"{words.money(cost.budget, cost.currency)}, tolerance {cost.tolerance_percent} %"
    if status.forecast_cost is not None:
        yield "Forecast cost", words.money(status.forecast_cost, cost.currency)
    if status.value:
        value = status.value
        yield "Spent", f"{words.money(value.ac, cost.currency)} for work worth {words.money(value.ev, cost.currency)}"
        indices = f"CPI {words.number(value.cpi)}, SPI {words.number(value.spi)}"
        yield "Progress", f"{words.number(value.percent_complete, 1)} % complete, {indices} on {value.status_date}"
    if status.activities:
        yield "Activities", f"{status.activities_done} of {status.activities} done"
    yield "Baseline", f"number {status.baseline}" if status.baseline else "none yet"
    yield "Open conditions", ", ".join(status.condition_names)
    for name in ("exceptions", "changes", "risks", "issues"):
        yield f"Open {name}", ", ".join(record.rpartition(":")[2] for record in getattr(status, f"open_{name}"))


def _deliverables(status: "ProjectStatus", drafts: "Path") -> str:
    """What the open phases have to produce."""
    current = {phase.phase for phase in status.phases if phase.state == "open"}
    there = [item for item in status.deliverables if item.phase in current]
    rows = ((d.deliverable, d.state, d.version or "", d.owner, "yes" if d.optional else "", d.title) for d in there)
    table = words.table(("deliverable", "state", "version", "owner", "optional", "title"), rows)
    drafted = any(item.state == "draft" for item in there)
    return (f"{table}\nThe drafts lie in {drafts}." if drafted else table) if there else ""


def _tailoring(status: "ProjectStatus") -> str:
    """What the project does without, and why."""
    rows = (
        (one.rule, _names(one.left_out), _names(one.made_optional), words.line(one.reason)) for one in status.tailored
    )
    return words.table(("tailored by", "left out", "optional", "reason"), rows) if status.tailored else ""


def _names(things: "Iterable[Spared]") -> str:
    return ", ".join(thing.name for thing in things)


def _awaited(status: "ProjectStatus") -> str:
    if not status.awaited:
        return "Nobody is waited for."
    return "Waiting for\n" + words.table(
        ("person", "to do", "due"), ((item.person, item.text, words.day(item.due)) for item in status.awaited)
    )


def reasons(found: "Why") -> str:
    """Why a project is where it is."""
    gate = f"{found.gate} ({words.line(found.title)})" if found.gate else ""
    head = SENTENCES.get(found.state, "{project} is {state}.").format(
        project=found.project, state=found.state, gate=gate
    )
    waits = [f"It waits for {words.line(dependency)}." for dependency in found.dependencies]
    return words.paragraphs(
        "\n".join([head, *waits]),
        _gaps(found),
        f"Before it can be closed\n{words.bullets(one.text for one in found.owed)}" if found.owed else "",
        f"Waiting for\n{words.bullets(found.awaited)}" if found.awaited else "",
    )


def _gaps(found: "Why") -> str:
    if not found.gaps:
        return "Nothing is missing for its gate." if found.state == "preparing" else ""
    rows = (
        (gap.criterion, gap.text, gap.result, gap.detail, gap.owner, words.joined(gap.persons)) for gap in found.gaps
    )
    heads = ("missing", "what", "result", "detail", "role", "persons")
    return f"{words.counted(len(found.gaps), 'gap')} before it can be submitted\n" + words.table(heads, rows)


def ways_on(found: "Why") -> tuple[str, ...]:
    """The commands that carry a project on from where it is."""
    project, gate = found.project, found.gate
    if found.state == "preparing":
        return (
            (f"project show {project}", f"gate show {project} {gate}")
            if found.gaps
            else (f"gate submit {project} {gate}",)
        )
    if advice.ended(found.state):
        return (f"report closure {project}",)
    if found.state == "closing early":
        owed = (WINDING_UP[one.what].format(project=project, deliverable=one.deliverable) for one in found.owed)
        return tuple(owed) or (f"project close {project}",)
    engine = ("worker",) if found.state in ("open phase", "closing") else ()
    return (f"gate show {project} {gate}",) if gate else (*engine, f"project show {project}")
