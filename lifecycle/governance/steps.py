"""Automated steps: which are to run now, who may let one run again, and what a gate makes of their results."""

from datetime import datetime
from typing import Literal, NamedTuple

from lifecycle.errors import NotFound, TransitionNotAllowed
from lifecycle.governance.people import present
from lifecycle.history import SYSTEM, History, utc
from lifecycle.history.gates import CriterionWaived, Fact, Finding
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import StepDefinition
from lifecycle.progress import passed
from lifecycle.value import Value


class DueStep(Value):
    """A run of a step that is to come: the attempt of the phase it belongs to, its number, and what it reads."""

    phase: str
    attempt: int
    gate: str
    run: int
    step: StepDefinition
    documents: dict[str, int]


class Findings(NamedTuple):
    """What a step found: the verdict, in words, and as facts."""

    passed: bool
    text: str
    facts: dict[str, Fact]


def due(history: History) -> tuple[DueStep, ...]:
    """The steps that are to run now, in the order of the file: not run in this attempt, or to be run again.

    Steps of gates that were passed are over, and a project that was stopped or closed has none.
    """
    return tuple(one for one in _ahead(history) if _is_due(history, one))


def called_for(history: History, now: datetime) -> tuple[StepRequested, ...]:
    """The requests of the engine for steps that have not read the newest documents, each once."""
    return tuple(
        _request(history, one, SYSTEM, now)
        for one in due(history)
        if one.step.documents and not _requested(history, one)
    )


def request(history: History, step: str, by: str, now: datetime) -> StepRequested:
    """Ask that a step of the current phase run again; anybody in the project may.

    Raises NotFound, NotAuthorised, or TransitionNotAllowed when it is not its time, or when it will run anyway.
    """
    definition = step_of(history, step)
    present(history, by)
    found = next((one for one in _ahead(history) if one.step.id == step), None)
    if found is None:
        raise TransitionNotAllowed(f"'{definition.title}' has no gate ahead of it in the current phase.")
    if _is_due(history, found):
        raise TransitionNotAllowed(f"'{definition.title}' is about to run already (run {found.run}).")
    if definition.documents and not found.documents:
        raise TransitionNotAllowed(
            f"'{definition.title}' reads documents, and none was submitted for {found.gate} yet."
        )
    return _request(history, found, by, now)


def known(history: History, one: DueStep) -> bool:
    """Whether a step is still one of the project's; it may have moved to another version of its process meanwhile."""
    phases = (phase for phase in history.definition.phases if one.phase in (phase.id, phase.beside))
    return any(step.id == one.step.id for phase in phases for step in phase.steps)


def finished(history: History, one: DueStep, found: Findings, now: datetime) -> StepFinished:
    """The record of a run that came to its end."""
    return StepFinished(
        project=history.project,
        at=utc(now),
        by=SYSTEM,
        phase=one.phase,
        attempt=one.attempt,
        step=one.step.id,
        run=one.run,
        documents=one.documents,
        **found._asdict(),
    )


def finding(history: History, gate: str, step: StepDefinition) -> Finding:
    """What a gate makes of a step: met by its newest result, as long as that is about the newest documents."""
    opened = history.last(PhaseOpened, phase=history.definition.phase_of_gate(gate).id)
    attempt = opened.attempt if opened else 1
    last = _last(history, attempt, step.id)
    result, detail = _judged(last, _documents(history, gate, step))
    if last is None and step.documents and not _documents(history, gate, step):
        result, detail = _unread(history, gate)
    return Finding(
        criterion=f"step.{step.id}",
        text=f"{step.title} passes",
        result=result,
        owner=step.owner,
        advisory=step.advisory,
        detail=detail,
        read=last.facts | {"run": last.run} if last else {"run": None},
    )


def waived(history: History, gate: str, found: Finding) -> bool:
    """Whether a finding was let go in the current attempt."""
    opened = history.phase
    return bool(opened and history.last(CriterionWaived, gate=gate, attempt=opened.attempt, criterion=found.criterion))


def step_of(history: History, name: str) -> StepDefinition:
    """Return the step of that name; NotFound with those there are."""
    known = {step.id: step for phase in history.definition.phases for step in phase.steps}
    if name not in known:
        raise NotFound("automated step", name, known)
    return known[name]


Judged = tuple[Literal["met", "not met", "unknown"], str]


def _judged(last: StepFinished | None, documents: dict[str, int]) -> Judged:
    if last is None:
        return "unknown", "it has not run yet"
    if last.documents != documents:
        return "unknown", "it has not read the newest documents yet"
    return ("met", last.text) if last.passed else ("not met", f"failed: {last.text}")


def _unread(history: History, gate: str) -> Judged:
    """A step that has nothing to read yet: nothing is wrong where its gate, once tailored, needs no document."""
    if all(item.optional for item in history.definition.deliverables_for(gate)):
        return "met", "there is nothing that it has to read"
    return "unknown", "it waits for a first document"


def _ahead(history: History) -> tuple[DueStep, ...]:
    """The next run of every step whose gate lies ahead in the current phase."""
    opened = history.phase
    if opened is None or opened.premature or history.stopped or history.closed:
        return ()
    gates = [gate.id for gate in history.definition.phase(opened.phase).gates]
    return tuple(
        DueStep(
            phase=opened.phase,
            attempt=opened.attempt,
            gate=gate,
            run=last.run + 1 if (last := _last(history, opened.attempt, step.id)) else 1,
            step=step,
            documents=_documents(history, gate, step),
        )
        for gate in gates
        if not passed(history, gate, opened.attempt)
        for step in history.definition.steps_for(gate)
    )


def _is_due(history: History, one: DueStep) -> bool:
    last = _last(history, one.attempt, one.step.id)
    if _requested(history, one):
        return True
    if one.step.documents:
        return bool(one.documents) and (last is None or last.documents != one.documents)
    return last is None


def _documents(history: History, gate: str, step: StepDefinition) -> dict[str, int]:
    """The newest versions of what was submitted for the gate, where the step reads them."""
    items = history.definition.deliverables_for(gate) if step.documents else ()
    return {item.id: version.version for item in items if (version := history.version(item.id))}


def _last(history: History, attempt: int, step: str) -> StepFinished | None:
    return history.last(StepFinished, attempt=attempt, step=step)


def _requested(history: History, one: DueStep) -> bool:
    return history.last(StepRequested, attempt=one.attempt, step=one.step.id, run=one.run) is not None


def _request(history: History, one: DueStep, by: str, now: datetime) -> StepRequested:
    return StepRequested(
        project=history.project,
        at=utc(now),
        by=by,
        phase=one.phase,
        attempt=one.attempt,
        step=one.step.id,
        run=one.run,
    )
