"""What projects need of each other: checked at the start, asked before a phase begins."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from lifecycle.governance.readiness import attempt_of
from lifecycle.history import History
from lifecycle.history.charter import Dependency, ProgramCharter
from lifecycle.history.plan import Plan
from lifecycle.process.definition import ProcessDefinition
from lifecycle.progress import CloseProject, OpenPhase, Step, next_step, passed


class End(NamedTuple):
    """One end of a dependency: a project, and its activity, gate or phase."""

    project: str
    item: str


def ends(dependency: Dependency) -> tuple[End, End]:
    """What comes before and what comes after."""
    (first, item), (second, other) = dependency.before.split("/"), dependency.after.split("/")
    return End(first, item), End(second, other)


def unmet_dependencies(
    charter: ProgramCharter, members: Mapping[str, History], project: str, phase: str
) -> tuple[str, ...]:
    """The gates of other projects that a phase still waits for, as sentences.

    A predecessor that has not started, was stopped or closed early keeps its successors waiting, and says so.
    """
    found = (_unmet(dependency, members, End(project, phase)) for dependency in charter.dependencies)
    return tuple(sentence for sentence in found if sentence)


def step_of(charter: ProgramCharter, members: Mapping[str, History], project: str) -> Step:
    """What comes next in a member project, the gates it waits for considered."""
    step = next_step(members[project])
    if isinstance(step, OpenPhase) and not step.premature and step.attempt == 1:
        return next_step(members[project], unmet_dependencies(charter, members, project, step.phase))
    return step


def ready(charter: ProgramCharter, members: Mapping[str, History]) -> tuple[str, ...]:
    """The member projects in which it is the engine's turn: a phase to open, a passed project to close."""
    steps = {project: step_of(charter, members, project) for project in members}
    return tuple(project for project, step in steps.items() if isinstance(step, OpenPhase | CloseProject))


def in_order(charter: ProgramCharter, projects: Iterable[str]) -> tuple[str, ...]:
    """The projects, predecessors first; CycleError when they wait for each other in a circle."""
    known = list(projects)
    graph: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(known, ()))
    for before, after in map(ends, charter.dependencies):
        if before.project != after.project and {before.project, after.project} <= set(known):
            graph.add(after.project, before.project)
    return tuple(graph.static_order())


def dependency_problems(
    charter: ProgramCharter, definitions: Mapping[str, ProcessDefinition], plans: Mapping[str, Plan]
) -> tuple[str, ...]:
    """What is wrong with a program's dependencies, in sentences: names nobody knows, circles.

    `definitions` are the expanded processes of the member projects, `plans` the plans of those that have one.
    """
    return (
        *(text for one in charter.dependencies for text in _unknown(one, definitions, plans)),
        *_circles(charter, definitions),
    )


def _unmet(dependency: Dependency, members: Mapping[str, History], waiting: End) -> str | None:
    before, after = ends(dependency)
    if after != waiting:
        return None
    state = _missing(members.get(before.project), before.item)
    return f"{dependency.id}: {before.project} {state} ({dependency.text})" if state else None


def _missing(history: History | None, gate: str) -> str | None:
    """Why a gate was not passed, as the end of a sentence; None when it was, or is no gate."""
    if history is None:
        return f"has not started, so {gate} is not passed"
    if gate not in {known.id for known in history.definition.gates}:
        return None
    if passed(history, gate, attempt_of(history, gate)):
        return None
    if history.stopped:
        return f"{'was closed early' if history.closed else 'was stopped'} and will not pass {gate}"
    return f"has not passed {gate}"


def _unknown(
    dependency: Dependency, definitions: Mapping[str, ProcessDefinition], plans: Mapping[str, Plan]
) -> Iterator[str]:
    strangers = [end for end in ends(dependency) if end.project not in definitions]
    for end in strangers:
        yield f"{dependency.id}: there is no project '{end.project}' in this program."
    if not strangers:
        yield from _mismatch(dependency, definitions, plans)


def _mismatch(
    dependency: Dependency, definitions: Mapping[str, ProcessDefinition], plans: Mapping[str, Plan]
) -> Iterator[str]:
    """A milestone feeds an activity, a gate opens a phase; nothing else is a dependency."""
    before, after = ends(dependency)
    if before.project == after.project:
        yield f"{dependency.id}: {before.project} cannot depend on itself; put the link into its plan."
    gates = {gate.id for gate in definitions[before.project].gates}
    phases = {phase.id for phase in definitions[after.project].main_phases}
    if before.item in gates:
        if after.item not in phases:
            opens = f"that gate {before.item} could open"
            yield f"{dependency.id}: {after.project} has no phase '{after.item}' {opens}."
        return
    if before.item not in _activities(plans, before.project):
        yield f"{dependency.id}: {before.project} has no gate and no activity '{before.item}'."
    if after.item not in _activities(plans, after.project):
        yield f"{dependency.id}: {after.project} has no activity '{after.item}' in its plan."


def _activities(plans: Mapping[str, Plan], project: str) -> set[str]:
    return {activity.id for activity in plans[project].activities} if project in plans else set()


def _circles(charter: ProgramCharter, projects: Iterable[str]) -> Iterator[str]:
    try:
        in_order(charter, projects)
    except CycleError as error:
        way = " -> ".join(error.args[1])
        yield f"Projects wait for each other in a circle: {way}. Take one of these dependencies out."
