"""The verbs of a program: start it with its projects, see who can be carried on, bring states together."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from lifecycle.actions.processes import require_startable
from lifecycle.actions.projects import beginning, require_new
from lifecycle.actions.settling import exceptions_of, program_of, status_of
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.history import SYSTEM, History, Record
from lifecycle.history.charter import ProgramCharter
from lifecycle.history.control import PlanSubmitted
from lifecycle.history.work import ProjectStarted
from lifecycle.planning.network import schedule
from lifecycle.program import (
    ProgramStatus,
    consolidate,
    dependency_problems,
    impact,
    in_order,
    not_before,
    objective_of,
    ready,
    summary,
)
from lifecycle.records.store import Store

Beginnings = Mapping[str, tuple[ProjectStarted, list[Record]]]


def start_program(work: Workspace, charter_file: Path, by: str) -> tuple[ProjectStarted, ...]:
    """Start a program and all its member projects in one go; nothing is started when one of them cannot be."""
    charter = work.library.charter(charter_file)
    if not isinstance(charter, ProgramCharter):
        raise BadInput(f"{charter_file} is a project's charter. Start it with: phasegate project start {charter_file}")
    beginnings = _beginnings(work, charter, charter_file, by)
    _require_sound_dependencies(charter, charter_file, beginnings)
    beginnings = _dated_together(charter, beginnings)
    all_started = tuple(started for started, _ in beginnings.values())
    with work.change("start program", charter.project, by) as store:
        # whoever starts with several processes holds them in one order, so that nobody deadlocks
        for started in sorted(all_started, key=lambda one: one.definition.process):
            require_startable(work, store, started)
        for name, (started, first) in beginnings.items():
            require_new(store.projects(), name)
            store.append(started, *first)
    return all_started


def members_to_advance(work: Workspace, program: str) -> tuple[str, ...]:
    """The projects of a program in which the engine has the next turn, the program itself included."""
    with work.look() as store:
        charter, members = program_of(store, program)
        return ready(charter, {program: store.glance(program), **members})


def program_status(work: Workspace, program: str) -> ProgramStatus:
    """How a program stands today, consolidated from its member projects."""
    with work.look() as store:
        return consolidated(store, program, {})


def consolidated(store: Store, program: str, failures: Mapping[str, str]) -> ProgramStatus:
    """Bring the states of the member projects together; `failures` are runs that broke, with what they said."""
    charter, members = program_of(store, program)
    summaries = [
        summary(history, status_of(store, name), objective_of(charter, name)) for name, history in members.items()
    ]
    return consolidate(store.glance(program), summaries, impact(charter, members), store.now.date(), failures)


def raise_exceptions(work: Workspace, program: str) -> tuple[Record, ...]:
    """Raise, or end, what the forecasts of a program's projects call for since another of them moved.

    One transaction for each project that has news; where nothing is new, nothing is written.
    """
    with work.look() as store:
        _, members = program_of(store, program)
        moved = [name for name in members if exceptions_of(store, name)]
    written: list[Record] = []
    for name in moved:
        with work.change("raise exceptions", name, SYSTEM) as store:
            store.append(*exceptions_of(store, name))
            written += store.written.get(name, ())
    return tuple(written)


def _beginnings(work: Workspace, charter: ProgramCharter, file: Path, by: str) -> Beginnings:
    """The first records of the program and of each member project, by name."""
    found: dict[str, tuple[ProjectStarted, list[Record]]] = {charter.project: beginning(work, charter, file, by)}
    for member in charter.projects:
        place = file.parent / member.charter
        own = work.library.charter(place)
        if isinstance(own, ProgramCharter):
            raise BadInput(f"{place}: a program's projects cannot be programs themselves.")
        if own.project != member.project or own.project in found:
            raise BadInput(
                f"{place}: its project is '{own.project}', but {file} wants '{member.project}' here, each name once."
            )
        found[own.project] = beginning(work, own, place, by, charter.project)
    return found


def _require_sound_dependencies(charter: ProgramCharter, file: Path, beginnings: Beginnings) -> None:
    histories = {name: History([started, *first]) for name, (started, first) in beginnings.items()}
    histories.pop(charter.project)
    definitions = {name: history.definition for name, history in histories.items()}
    plans = {name: history.plan.plan for name, history in histories.items() if history.plan}
    if problems := dependency_problems(charter, definitions, plans):
        raise BadInput(f"{file}: the dependencies do not fit:" + "".join(f"\n- {text}" for text in problems))


def _dated_together(charter: ProgramCharter, beginnings: Beginnings) -> Beginnings:
    """The plans dated once more, predecessors first, so that no activity starts before what it waits for."""
    dated = dict(beginnings)
    members = {name: History([started, *first]) for name, (started, first) in beginnings.items()}
    for name in in_order(charter, (member.project for member in charter.projects)):
        started, first = dated[name]
        others = not_before(charter, members, name)
        dated[name] = (started, [_redated(record, started, others) for record in first])
        members[name] = History([started, *dated[name][1]])
    return dated


def _redated(record: Record, started: ProjectStarted, others: Mapping[str, date]) -> Record:
    if not isinstance(record, PlanSubmitted) or not others:
        return record
    dates = schedule(record.plan, started.charter.constraints.time.start, not_before=others)
    return record.model_copy(update={"schedule": dates})
