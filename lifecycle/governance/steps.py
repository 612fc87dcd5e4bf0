"""Automated steps: which are due, who may have one run again, and what they say about their gate."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from lifecycle.errors import NotFound, TransitionNotAllowed
from lifecycle.governance.people import present
from lifecycle.history import SYSTEM, History, utc
from lifecycle.history.gates import Fact, Finding
from lifecycle.history.steps import StepFinished, StepRequested
from lifecycle.history.work import DeliverableSubmitted, PhaseOpened
from lifecycle.process.definition import PhaseDefinition, StepDefinition
from lifecycle.process.facts import PASSED
from lifecycle.process.steps import fact_name
from lifecycle.progress import passed
from lifecycle.value import digest

WAITING = {"opening": "it has not run yet", "hand-in": "it has not run on what is handed in now"}


class Due(NamedTuple):
    """A run of a step that the engine has to carry out: its attempt of the phase, the gate, the number of the run."""

    phase: str
    attempt: int
    gate: str
    step: StepDefinition
    run: int


def due(history: History) -> tuple[Due, ...]:
    """The runs to be carried out now: first runs of what follows the opening, and those that were asked for."""
    return tuple(
        run
        for run in _open(history)
        if history.has(_request(history, run, SYSTEM, history.newest.at).id)
        or (run.step.after == "opening" and run.run == 1)
    )


def called_for(history: History, now: datetime) -> tuple[StepRequested, ...]:
    """The runs that the papers call for: all that the gate needs is in, and no run has seen it as it is now."""
    found = []
    for run in _open(history):
        asked = _request(history, run, SYSTEM, now)
        if run.step.after == "hand-in" and not history.has(asked.id) and _complete(history, run.gate):
            before = _result(history, run.phase, run.attempt, run.step.id)
            if before is None or before.evidence != evidence(history, run.gate):
                found.append(asked)
    return tuple(found)


def request(history: History, step: str, by: str, now: datetime) -> StepRequested:
    """Have a step of an open phase run again, by anybody in the project; what was asked for stays asked for once.

    Raises NotFound, NotAuthorised (strangers) or TransitionNotAllowed (phase not open, gate passed).
    """
    known = {one.id for phase in history.definition.phases for one in phase.steps}
    if step not in known:
        raise NotFound("automated step", step, known)
    present(history, by)
    run = next((run for run in _open(history) if run.step.id == step), None)
    if run is None:
        raise TransitionNotAllowed(f"'{step}' does not run now: its phase is not open, or its gate was passed.")
    asked = _request(history, run, by, now)
    earlier = (one for one in history.all(StepRequested) if one.id == asked.id)
    return next(earlier, asked)


def documents(history: History, gate: str) -> tuple[DeliverableSubmitted, ...]:
    """What was handed in for a gate, the newest version of each."""
    versions = (history.version(item.id) for item in history.definition.deliverables_for(gate))
    return tuple(version for version in versions if version)


def evidence(history: History, gate: str) -> str:
    """The digest of what was handed in for a gate."""
    return digest({one.deliverable: [one.version, one.sha256] for one in documents(history, gate)})


def finding(history: History, phase: PhaseDefinition, step: StepDefinition) -> Finding:
    """What a step says about its gate: it has passed in this attempt of its phase, or whose it is to see to it."""
    result = newest(history, step.id, phase.id)
    return Finding(
        criterion=f"step.{step.id}",
        text=f"{step.title} has passed",
        result="met" if result and result.passed else "not met",
        owner=step.owner,
        advisory=step.advisory,
        detail=result.text if result else WAITING[step.after],
        read={"run": result.run if result else None, **(result.facts if result else {})},
    )


def newest(history: History, step: str, phase: str | None = None) -> StepFinished | None:
    """The result of a step in the current attempt of its phase; of the stage that was opened last, if none is named.

    None as long as it has not run, or not on what is handed in now.
    """
    homes = {one.id for one in history.definition.phases if any(item.id == step for item in one.steps)}
    wanted = {phase} if phase else homes
    opened = next((one for one in reversed(history.all(PhaseOpened)) if one.phase in wanted), None)
    result = _result(history, opened.phase, opened.attempt, step) if opened else None
    return None if result is None or _outdated(history, result) else result


def facts(history: History) -> dict[str, Fact]:
    """The figures of all steps by their names for criteria; None for what the newest run did not say."""
    found: dict[str, Fact] = {}
    for step in {step.id: step for phase in history.definition.phases for step in phase.steps}.values():
        result = newest(history, step.id)
        found[fact_name(step.id, PASSED)] = result.passed if result else None
        found |= {fact_name(step.id, name): result.facts.get(name) if result else None for name in step.facts}
    return found


def _open(history: History) -> Iterator[Due]:
    """The next run of each step that may run now: in the open phase and those beside it, before its gate is passed."""
    opened = history.phase
    if opened is None or opened.premature or history.closed or history.stopped:
        return
    main = history.definition.phase(opened.phase)
    for gate in main.gates:
        if not passed(history, gate.id, opened.attempt):
            for phase, step in history.definition.steps_for(gate.id):
                before = _result(history, phase.id, opened.attempt, step.id)
                yield Due(phase.id, opened.attempt, gate.id, step, before.run + 1 if before else 1)


def _result(history: History, phase: str, attempt: int, step: str) -> StepFinished | None:
    return history.last(StepFinished, phase=phase, attempt=attempt, step=step)


def _outdated(history: History, result: StepFinished) -> bool:
    """Whether papers have changed that a result is about, and that its gate has not been decided on."""
    runs = (run for run in _open(history) if (run.phase, run.step.id) == (result.phase, result.step))
    return any(run.step.after == "hand-in" and result.evidence != evidence(history, run.gate) for run in runs)


def _complete(history: History, gate: str) -> bool:
    """Whether all that a gate cannot do without was handed in."""
    items = history.definition.deliverables_for(gate)
    return all(history.version(item.id) for item in items if not item.optional)


def _request(history: History, run: Due, by: str, now: datetime) -> StepRequested:
    return StepRequested(
        project=history.project,
        at=utc(now),
        by=by,
        phase=run.phase,
        attempt=run.attempt,
        step=run.step.id,
        run=run.run,
    )
