"""The verbs of automated steps: which are due, carrying one out, asking for another run."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lifecycle.actions.settling import facts_of
from lifecycle.actions.workspace import Workspace
from lifecycle.automation import running
from lifecycle.automation.running import Answered, Limits
from lifecycle.errors import BadInput, StepBroken
from lifecycle.governance import steps
from lifecycle.governance.steps import Due
from lifecycle.history import SYSTEM, History
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.library import Library
from lifecycle.process.definition import ProcessDefinition, StepDefinition
from lifecycle.value import Value


class StepStatus(Value):
    """An automated step of the open phase, or of one that is over, with its newest result."""

    step: str
    title: str
    phase: str
    owner: str
    advisory: bool
    state: str
    run: int = 0
    text: str = ""
    facts: dict[str, Any] = {}


def steps_due(work: Workspace, project: str) -> tuple[Due, ...]:
    """The runs of automated steps that a project waits for."""
    with work.look() as store:
        return steps.due(store.history(project))


def carry_out(work: Workspace, project: str, due: Due, tried: int) -> bool:
    """Run a step and record what it found, once; False when that run is not wanted any more.

    `tried` counts the tries of this run from 1. StepBroken when it broke and may be tried again.
    """
    with work.look() as store:
        history = store.history(project)
        if due not in steps.due(history):
            return False
        given = _given(history, due, facts_of(store, project))
    try:
        answered = _answered(work, history, due, given)
        passed, text, facts = answered.output.passed, answered.output.text, answered.output.facts
        output: str | None = answered.sha256
    except StepBroken as broken:
        if tried <= due.step.retries:
            raise
        passed, text, facts, output = False, f"It could not be carried out: {broken}.", {}, None
    with work.change("record step", project, SYSTEM) as store:
        if due not in steps.due(store.history(project)):
            return False
        store.append(
            StepFinished(
                project=project,
                at=store.now,
                by=SYSTEM,
                phase=due.phase,
                attempt=due.attempt,
                step=due.step.id,
                run=due.run,
                tries=tried,
                passed=passed,
                text=text,
                facts=facts,
                evidence=steps.evidence(history, due.gate),
                output=output,
            )
        )
    return True


def request_step(work: Workspace, project: str, step: str, by: str) -> StepRequested:
    """Have a step run again; while a run is asked for already, that stays the one."""
    with work.change("request step", project, by) as store:
        asked = steps.request(store.history(project), step, by, store.now)
        if not store.history(project).has(asked.id):
            store.append(asked)
    return asked


def steps_of(work: Workspace, project: str) -> tuple[StepStatus, ...]:
    """All automated steps of a project's process with their results."""
    with work.look() as store:
        history = store.history(project)
    waiting = {(run.phase, run.step.id) for run in steps.due(history)}
    return tuple(
        _status(history, phase.id, step, (phase.id, step.id) in waiting)
        for phase in history.definition.phases
        for step in phase.steps
    )


def require_usable(work: Workspace, definition: ProcessDefinition, source: Path) -> None:
    """Refuse with BadInput a process whose steps the organisation does not allow, or that cannot be imported."""
    if problems := tuple(unusable(work.library, (definition,))):
        lines = "".join(f"\n- {problem}" for problem in problems)
        raise BadInput(f"{source}: the project cannot be started:{lines}")


def unusable(library: Library, definitions: Iterable[ProcessDefinition]) -> Iterator[str]:
    """What keeps the steps of processes from running, in sentences; their code is tried in a process of its own."""
    rules = library.organisation.steps
    entries = {step.run for definition in definitions for phase in definition.phases for step in phase.steps}
    for entry in sorted(entry for entry in entries if not rules.allow(entry)):
        yield _not_allowed(entry)
    allowed = sorted(entry for entry in entries if rules.allow(entry))
    for entry, problem in running.unusable(allowed, rules.memory_mb).items() if allowed else ():
        yield f"The step {entry} cannot be imported: {problem}. Install its package beside Phasegate, or mend the name."


def _not_allowed(entry: str) -> str:
    module = entry.partition(":")[0]
    return (
        f"The step {entry} is not allowed by the organisation. Whoever answers for it writes `{module}` into "
        "config/organisation.yaml: steps: {allowed: [...]}"
    )


def _answered(work: Workspace, history: History, due: Due, given: dict[str, Any]) -> Answered:
    """What the step answers, run in a folder of its own on copies of drafts and documents."""
    rules = work.library.organisation.steps
    if not rules.allow(due.step.run):
        raise StepBroken(_not_allowed(due.step.run))
    with TemporaryDirectory(prefix="phasegate-step-") as name:
        folder = Path(name)
        drafts = work.files.draft(history.project, "")
        (shutil.copytree(drafts, folder / "drafts") if drafts.is_dir() else (folder / "drafts").mkdir())
        for document in given["documents"]:
            source = work.files.evidence_place(document["sha256"])
            document["path"] = _copied(source, folder / "documents" / document["deliverable"] / document["file"])
        given["drafts"] = str(folder / "drafts")
        return running.answer(due.step.run, given, Limits(due.step.timeout_seconds, rules.memory_mb), folder)


def _copied(source: Path, place: Path) -> str | None:
    """Where the copy of a document lies; None when its content is kept elsewhere."""
    if not source.exists():
        return None
    place.parent.mkdir(parents=True)
    shutil.copyfile(source, place)
    return str(place)


def _given(history: History, due: Due, facts: dict[str, Any]) -> dict[str, Any]:
    """What a step is told: plain values, without names of persons."""
    titles = {item.id: item.title for item in history.definition.deliverables}
    return {
        "project": history.project,
        "title": history.charter.title,
        "process": f"{history.definition.process} {history.definition.version}",
        "phase": due.phase,
        "attempt": due.attempt,
        "gate": due.gate,
        "step": due.step.id,
        "run": due.run,
        "parameters": due.step.parameters,
        "facts": facts,
        "documents": [
            {
                "deliverable": one.deliverable,
                "title": titles[one.deliverable],
                "version": one.version,
                "file": Path(one.file).name,
                "sha256": one.sha256,
            }
            for one in steps.documents(history, due.gate)
        ],
    }


def _status(history: History, phase: str, step: StepDefinition, waiting: bool) -> StepStatus:
    result = steps.newest(history, step.id, phase)
    state = "to run" if waiting else ("passed" if result.passed else "failed") if result else "to come"
    return StepStatus(
        step=step.id,
        title=step.title,
        phase=phase,
        owner=step.owner,
        advisory=step.advisory,
        state=state,
        run=result.run if result else 0,
        text=result.text if result else "",
        facts=dict(result.facts) if result else {},
    )
