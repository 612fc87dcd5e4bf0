"""A project as a flow: follow the next steps until a person is needed, or to the end."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows import tasks
from flows.labels import about, own_tags
from flows.phase import phase_flow, state_of
from lifecycle.progress import AwaitClosing, AwaitDecision, CloseProject, Ended, OnHold, OpenPhase, PrepareGate, gate_at

WITHIN_A_PHASE = (OpenPhase, PrepareGate, AwaitDecision, OnHold, AwaitClosing)


@flow(name="project-lifecycle", flow_run_name="{project}", **tasks.RUN)
@own_tags
async def project_lifecycle(project: str) -> State[Any]:
    """Carry a project as far as it goes without a person."""
    decided = tasks.last_gate(project)
    step = tasks.next_step(project)
    if decided and gate_at(step) != decided:
        await tasks.read_gate_outcome(project, decided)
    if isinstance(step, WITHIN_A_PHASE):
        with about(project=project, phase=step.phase, **tasks.gate_ahead(project)):
            await phase_flow(project, step.phase, step.attempt)
        step = tasks.next_step(project)
    if isinstance(step, CloseProject):
        await tasks.close_project(project)
        step = tasks.next_step(project)
    if tasks.has_reports_due(project):
        await tasks.issue_due_reports(project)
    if isinstance(step, Ended):
        await tasks.issue_closure_report(project)
    await tasks.show_phase_strip(project)
    return state_of(step)


@flow(name="planned-reports", flow_run_name="{project} · planned reports", **tasks.RUN)
@own_tags
async def planned_reports(project: str) -> State[Any]:
    """Write the reports of a project that have come round, where nothing else has happened in it."""
    if tasks.has_reports_due(project):
        await tasks.issue_due_reports(project)
    return state_of(tasks.next_step(project))
