"""A phase as a flow: open it, draft its documents, run its steps, ask for the gate's review, read the outcome."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import tasks
from flows.labels import own_tags
from lifecycle.progress import AwaitPredecessor, CloseProject, Ended, OnHold, OpenPhase, Step, gate_at


@flow(name="phase", flow_run_name="{project} · {phase} {attempt}", **tasks.RUN)
@own_tags
async def phase_flow(project: str, phase: str, attempt: int) -> State[Any]:
    """Carry one attempt of a phase as far as it goes without a person."""
    if isinstance(tasks.next_step(project), OpenPhase):
        await tasks.open_phase(project, phase, attempt)
    if tasks.has_documents_to_draft(project, phase, attempt):
        await tasks.draft_documents(project, phase, attempt)
    for due in tasks.steps_due(project):
        await tasks.run_step.with_options(retries=due.step.retries)(project, due)
    if gate := gate_at(tasks.next_step(project)):
        await tasks.request_gate_review(project, gate)
        await tasks.read_gate_outcome(project, gate)
    return state_of(tasks.next_step(project))


def state_of(step: Step) -> State[Any]:
    """How a run ends, by what comes next: waiting, holding and stopping are results, never failures."""
    match step:
        case Ended(word="closed"):
            name = "Closed"
        case Ended():
            name = "Stopped"
        case OnHold():
            name = "OnHold"
        case AwaitPredecessor():
            name = "AwaitingPredecessor"
        case OpenPhase() | CloseProject():
            name = "PhasePassed"
        case _:
            name = "AwaitingDecision"
    return Completed(name=name, message=step.word)
