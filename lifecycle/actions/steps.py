"""The verbs of automated steps: run one that is due, record what it found, let one run again, list them."""

from collections.abc import Mapping
from typing import Any

from lifecycle.actions.settling import facts_of
from lifecycle.actions.workspace import Workspace
from lifecycle.automation.children import Answer, Call, Paper
from lifecycle.automation.children import run as run_child
from lifecycle.errors import LifecycleError
from lifecycle.governance import steps
from lifecycle.governance.steps import DueStep, Findings
from lifecycle.history import SYSTEM, History
from lifecycle.history.gates import Fact
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.history.work import DeliverableSubmitted
from lifecycle.process.definition import StepDefinition
from lifecycle.value import Value


class StepBroke(LifecycleError):
    """A step gave no answer; it is tried again."""


class StepView(Value):
    """An automated step of a project with its newest result: `met`, `not met`, or `unknown` with the reason."""

    step: str
    title: str
    phase: str
    gate: str
    runs: str
    owner: str
    advisory: bool
    result: str
    detail: str
    run: int


def due(work: Workspace, project: str) -> tuple[DueStep, ...]:
    """The steps that are to run now."""
    with work.look() as store:
        return steps.due(store.history(project))


def run(work: Workspace, project: str, one: DueStep) -> Answer:
    """Run a step in a child process, if the organisation allows its function; nothing is recorded."""
    entry = one.step.run
    if not work.library.organisation.allows(entry):
        why = f"the organisation does not allow '{entry}'; add its module to steps: allowed in organisation.yaml"
        return Answer(passed=False, text=why)
    with work.look() as store:
        history, facts = store.history(project), facts_of(store, project)
    papers = tuple(_paper(work, history, *which) for which in one.documents.items())
    given = _given(history, one, facts)
    return run_child(Call(entry, given, papers, one.step.timeout_seconds, work.library.config / "steps"))


def finish_step(work: Workspace, project: str, one: DueStep, answer: Answer) -> bool:
    """Record what a run found, once, and not in a project that has ended or moved on; whether it passed."""
    found = Findings(answer.passed, answer.text, dict(answer.facts))
    with work.change("finish step", project, SYSTEM) as store:
        history = store.history(project)
        record = steps.finished(history, one, found, store.now)
        if not history.closed and steps.known(history, one) and not history.has(record.id):
            store.append(record)
    return answer.passed


def request_step(work: Workspace, project: str, step: str, by: str) -> StepRequested:
    """Let a step run again, by anybody in the project."""
    with work.change("request step", project, by) as store:
        asked = steps.request(store.history(project), step, by, store.now)
        store.append(asked)
    return asked


def step_list(work: Workspace, project: str) -> tuple[StepView, ...]:
    """Every automated step of a project with its newest result, in the order of its gates."""
    with work.look() as store:
        history = store.history(project)
    return tuple(
        _view(history, gate.id, step)
        for gate in history.definition.gates
        for step in history.definition.steps_for(gate.id)
    )


def _view(history: History, gate: str, step: StepDefinition) -> StepView:
    found = steps.finding(history, gate, step)
    last = history.last(StepFinished, step=step.id)
    return StepView(
        step=step.id,
        title=step.title,
        phase=history.definition.phase_of_gate(gate).id,
        gate=gate,
        runs=step.run,
        owner=step.owner,
        advisory=step.advisory,
        result=found.result,
        detail=found.detail,
        run=last.run if last else 0,
    )


def _paper(work: Workspace, history: History, deliverable: str, version: int) -> Paper:
    found = history.last(DeliverableSubmitted, deliverable=deliverable, version=version)
    assert found is not None  # noqa: S101 - a due step names versions that are on record
    about = {"deliverable": deliverable, "version": version, "sha256": found.sha256}
    return Paper(work.files.evidence_place(found.sha256), found.file, about)


def _given(history: History, one: DueStep, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """What a step is told: plain data, with which any Python function can do something."""
    return {
        "project": {"id": history.project, "title": history.charter.title, "process": history.definition.process},
        "phase": one.phase,
        "attempt": one.attempt,
        "gate": one.gate,
        "step": one.step.id,
        "run": one.run,
        "facts": dict(facts),
        "parameters": dict(one.step.parameters),
    }
