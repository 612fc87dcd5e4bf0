"""Prefect's pages put right: runs that a dead runner left under way are ended there. No project is moved by it."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Crashed

from flows.labels import RUNNER, subject_of
from flows.phase import phase_flow
from flows.program import program_coordination
from flows.project import planned_reports, project_lifecycle
from lifecycle.actions.workspace import Workspace
from lifecycle.history import SYSTEM
from lifecycle.records.days import ENDED
from lifecycle.records.listing import Listing
from lifecycle.records.outbox import Lease

FLOWS = [flow.name for flow in (program_coordination, project_lifecycle, planned_reports, phase_flow)]
UNDER_WAY = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING]
PAGE = 200
GONE = "The runner that carried this on is gone. The project goes on in another run; nothing was done twice."
NOBODYS = "No open project here needs this run."


async def end_left_runs(
    work: Workspace, lease: Lease, in_hand: Callable[[], Collection[str]], seen: Collection[UUID] = ()
) -> frozenset[UUID]:
    """End the runs of this installation that nobody carries on; return those to be looked at once more.

    Runs of an earlier holder of the lease are ended at once: crashed, or cancelled when their project is unknown
    or has ended, which is journaled. A run of the present holder is ended when it was out of hand at the last look
    too (`seen`). Runs of other installations, and runs that somebody else made, are never touched.
    """
    work = work.fenced(lease)
    before = set(in_hand())
    runs = await _under_way()
    with work.look() as store:
        projects, mine = {line.id: line for line in store.listings()}, runner_of(work)
    held = before | set(in_hand())
    again = set()
    for run in runs:
        installation, _, token = subject_of(run.tags, RUNNER).rpartition("-")
        project = projects.get(subject_of(run.tags, "project") or subject_of(run.tags, "program"))
        if installation != mine.rpartition("-")[0] or int(token) > lease.token:
            continue
        if int(token) == lease.token and (_root(project) in held or run.id not in seen):
            again.add(run.id)
            continue
        await _end(work, run, project)
    return frozenset(again)


def runner_of(work: Workspace) -> str:
    """What the runs of this workspace are marked with: the installation, and the token of its lease."""
    return f"{work.database.instance[:8]}-{work.lease.token if work.lease else 0}"


async def _under_way() -> list[FlowRun]:
    states = FlowRunFilterState(type=FlowRunFilterStateType(any_=UNDER_WAY))
    found: list[FlowRun] = []
    async with get_client() as client:
        while True:
            page = await client.read_flow_runs(
                flow_filter=FlowFilter(name=FlowFilterName(any_=FLOWS)),
                flow_run_filter=FlowRunFilter(state=states),
                limit=PAGE,
                offset=len(found),
            )
            found += page
            if len(page) < PAGE:
                return found


async def _end(work: Workspace, run: FlowRun, project: Listing | None) -> None:
    orphan = project is None or project.state in ENDED
    async with get_client() as client:
        state: State[Any] = Cancelled(message=NOBODYS) if orphan else Crashed(message=GONE)
        await client.set_flow_run_state(run.id, state, force=True)
    if orphan:
        with work.writing(SYSTEM) as store:
            store.note("orphan_run", project.id if project else "", subject=str(run.id))


def _root(project: Listing | None) -> str | None:
    return (project.program or project.id) if project else None
