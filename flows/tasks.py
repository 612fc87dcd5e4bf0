"""One Prefect task per engine verb. Only here do flows meet actions; each task is safe to run twice."""

import asyncio
from contextvars import ContextVar
from typing import Any

from prefect import task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from flows.labels import tag_like_its_flow
from lifecycle.actions import phases, programs, reporting, steps
from lifecycle.actions.phases import GateReading
from lifecycle.actions.workspace import Workspace
from lifecycle.governance.steps import DueStep
from lifecycle.progress import Step

RECORDED: dict[str, Any] = {
    "persist_result": False,
    "log_prints": False,
    "cache_policy": NO_CACHE,
    "on_running": [tag_like_its_flow],
}
RUN: dict[str, Any] = {"persist_result": False, "log_prints": False, "validate_parameters": False}
current: ContextVar[Workspace] = ContextVar("workspace")
"""The workspace whose projects the flows of this process carry on."""


def next_step(project: str) -> Step:
    """What comes next in a project."""
    return phases.current_step(current.get(), project)


def last_gate(project: str) -> str | None:
    """The gate whose review was requested last."""
    return phases.last_gate(current.get(), project)


def gate_ahead(project: str) -> dict[str, object]:
    """The gate that a project is at or heads for, and its round; empty when there is none."""
    ahead = phases.gate_ahead(current.get(), project)
    return {"gate": ahead[0], "round": ahead[1]} if ahead else {}


def members_to_advance(program: str) -> tuple[str, ...]:
    """The member projects in which the engine has the next turn."""
    return programs.members_to_advance(current.get(), program)


def has_documents_to_draft(project: str, phase: str, attempt: int) -> bool:
    """Whether an attempt of a phase still lacks documents that it starts with."""
    return bool(phases.undrafted(current.get(), project, phase, attempt))


def has_reports_due(project: str) -> bool:
    """Whether a report of the plan has come round that nobody has written."""
    return reporting.reports_due(current.get(), project)


def steps_due(project: str) -> tuple[DueStep, ...]:
    """The automated steps that are to run now."""
    return steps.due(current.get(), project)


@task(name="open phase", task_run_name="open {phase}, attempt {attempt}", **RECORDED)
async def open_phase(project: str, phase: str, attempt: int) -> bool:
    """Begin an attempt of a phase and of the phases beside it."""
    return phases.open_phase(current.get(), project, phase, attempt)


@task(name="draft documents", task_run_name="draft the documents of {phase}", **RECORDED)
async def draft_documents(project: str, phase: str, attempt: int) -> int:
    """Render the documents that the phase starts with."""
    return phases.draft_documents(current.get(), project, phase, attempt)


@task(name="run step", task_run_name="{due.step.id}, run {due.run}", retry_delay_seconds=1, **RECORDED)
async def run_step(project: str, due: DueStep) -> bool:
    """Run an automated step in a process of its own, and record its result; one that broke is tried again before."""
    answer = await asyncio.to_thread(steps.run, current.get(), project, due)
    context = TaskRunContext.get()
    if answer.broke and context and context.task_run.run_count <= due.step.retries:
        raise steps.StepBroke(answer.text)
    return steps.finish_step(current.get(), project, due, answer)


@task(name="request gate review", task_run_name="request review of {gate}", **RECORDED)
async def request_gate_review(project: str, gate: str) -> GateReading:
    """Ask for the gate's review where the process says so; else say what is missing."""
    return phases.request_review(current.get(), project, gate)


@task(name="read gate outcome", task_run_name="read outcome of {gate}", **RECORDED)
async def read_gate_outcome(project: str, gate: str) -> GateReading:
    """Read the gate's outcome from the records; nothing else counts."""
    return phases.read_gate(current.get(), project, gate)


@task(name="close project", task_run_name="close {project}", **RECORDED)
async def close_project(project: str) -> bool:
    """Close a project that passed its last gate."""
    return phases.close_passed_project(current.get(), project)


@task(name="issue due reports", task_run_name="reports of {project}", **RECORDED)
async def issue_due_reports(project: str) -> list[str]:
    """Write the reports that have come round by the report plan, each once; the files' names."""
    return reporting.issue_due_reports(current.get(), project)


@task(name="issue closure report", task_run_name="closure report of {project}", **RECORDED)
async def issue_closure_report(project: str) -> list[str]:
    """Write the closure report in all formats; the files' names."""
    return reporting.issue_closure_report(current.get(), project)


@task(name="show phase strip", task_run_name="phase strip of {project}", **RECORDED)
async def show_phase_strip(project: str) -> None:
    """Put the phase strip where Prefect's pages show it."""
    strip = reporting.phase_strip(current.get(), project)
    await acreate_markdown_artifact(key=f"phases-{project.lower().replace('.', '-')}", markdown=strip)


@task(name="consolidate", task_run_name="consolidate {program}", **RECORDED)
async def consolidate(program: str, failures: dict[str, str]) -> list[str]:
    """Raise what others' delays call for, and issue the program report when it has news. The files' names."""
    programs.raise_exceptions(current.get(), program)
    return reporting.issue_program_report(current.get(), program, failures)
