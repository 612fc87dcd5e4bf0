"""Projects carried on by real flows: a process with documents, the people's part, and what to count afterwards."""

import asyncio
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import select

from flows.dispatch import LEASE, Dispatcher
from flows.server import EmbeddedServer, client_settings, one_client
from lifecycle.actions import audit, gates, phases, programs, projects, reporting
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.history.charter import Charter, Dependency
from lifecycle.history.closing import ReportIssued
from lifecycle.history.work import DocumentDrafted
from lifecycle.library import Library, shipped
from lifecycle.process.definition import ProcessDefinition
from lifecycle.records import outbox
from lifecycle.records.tables import AnswerRow, EntryRow, LeaseRow, MessageRow, RecordRow
from lifecycle.value import digest
from tests import builders, workspaces
from tests.builders import deliverable
from tests.workspaces import hand_in, history, vote

TEMPLATE = "small/paper.md.j2"
ROWS: tuple[Any, ...] = (RecordRow, EntryRow, MessageRow, AnswerRow)
TABLES: Mapping[str, Any] = {row.__tablename__: row.__table__ for row in ROWS}
_local = build_opener(ProxyHandler({}))


def papers(*names: str) -> tuple[Any, ...]:
    """Optional documents of the manager, drafted from a template."""
    return tuple(deliverable(name, "manager", "sponsor", template=TEMPLATE, optional=True) for name in names)


def process() -> ProcessDefinition:
    """The small process, with documents to draft in each phase."""
    planning, execution, last = builders.planning(), builders.execution(), builders.wind_up()
    return builders.definition(
        planning.model_copy(update={"deliverables": planning.deliverables + papers("brief", "register")}),
        execution.model_copy(update={"deliverables": execution.deliverables + papers("work-log")}),
        builders.phase("control", beside="execution", deliverables=papers("quality-log")),
        last.model_copy(update={"deliverables": last.deliverables + papers("lessons")}),
    )


def workspace(folder: Path, clock: Callable[[], Any] | None = None) -> Workspace:
    """A workspace with that process and templates of its own."""
    shutil.copytree(shipped("templates"), folder / "templates")
    paper = folder / "templates" / "documents" / TEMPLATE
    paper.parent.mkdir()
    paper.write_text("# {{ document.title }}\n")
    coordination = builders.definition(process="coordination", level="program")
    return workspaces.workspace(folder, process(), coordination, clock=clock)


def start_program(work: Workspace, folder: Path, *dependencies: Dependency, projects: tuple[str, ...]) -> None:
    """Start the program `digital` with these projects, all on the small process."""
    for name in projects:
        workspaces.charter_file(folder, builders.charter(name, plan="plan.csv"))
    charter = builders.program_charter(*dependencies, projects=projects, process="coordination", plan="plan.csv")
    programs.start_program(work, workspaces.charter_file(folder, charter), "sam")


def start(work: Workspace, folder: Path, *names: str) -> None:
    """Start projects of these names."""
    for name in names:
        charter: Charter = builders.charter(name, plan="plan.csv")
        projects.start_project(work, workspaces.charter_file(folder, charter), "sam")


def submit(work: Workspace, gate: str, project: str = "app") -> None:
    """Do the work of a gate's phase and submit the gate; the engine submits G3 by itself."""
    if gate == "G1":
        hand_in(work, "plan", "erik", project=project)
    if gate == "G2":
        hand_in(work, "app", "erik", project=project)
        projects.judge_deliverable(work, project, deliverable="app", by="cora")
        hand_in(work, "test-report", "erik", project=project)
    if gate == "G3":
        projects.hand_over(work, project, "app", to="cora", by="paula")
        hand_in(work, "final-report", "paula", project=project)
    else:
        gates.submit_gate(work, project, gate, "paula")


def decide(work: Workspace, gate: str, project: str = "app", proposal: str | None = None) -> None:
    """Let a gate's approvers vote until there is an outcome: go, or what the first of them proposes."""
    choice = {"choice": "reject", "proposal": proposal} if proposal else {}
    for person in {"G1": ("sam", "cora"), "G2": ("sam", "ada"), "G3": ("sam",)}[gate]:
        if vote(work, gate, person, project, **choice).outcome:
            return


def carry_on(work: Workspace, api_url: str) -> list[str]:
    """Let the dispatcher deliver until nothing waits; how the runs that took up the messages ended."""
    known = {row.id for row in table(work, "outbox") if row.delivered}
    with client_settings(api_url):
        asyncio.run(drain(work))
    news = [row for row in table(work, "outbox") if row.delivered and row.id not in known]
    return [str(run_named(api_url, run)["state_name"]) for run in dict.fromkeys(row.flow_run for row in news)]


def carry_on_without_flows(work: Workspace) -> None:
    """What the flows have to do, done straight through the actions: the yardstick for runs that were disturbed."""
    with work.look() as store:
        names = store.projects()
    for name in names:
        workspaces.carry_on(work, name)
        opened = history(work, name).phase
        if opened:
            phases.draft_documents(work, name, opened.phase, opened.attempt)
        if history(work, name).closed:
            reporting.issue_closure_report(work, name)


async def drain(work: Workspace, owner: str = "test") -> None:
    """Deliver until nothing waits."""
    dispatcher = Dispatcher(work, owner)
    async with one_client():
        while await dispatcher.deliver():
            pass


def reopened(folder: Path) -> Workspace:
    """The workspace of a folder, as another process opens it."""
    return Workspace.open(folder / "data", Library.find(folder), workspaces.Clock())


def run_named(api_url: str, run: str) -> dict[str, Any]:
    """A flow run as the server has it."""
    with _local.open(f"{api_url}/flow_runs/{run}", timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def table(work: Workspace, name: str) -> list[Any]:
    """All rows of a table, oldest first where they are numbered."""
    rows = TABLES[name]
    order = [rows.c.seq] if "seq" in rows.c else rows.primary_key
    with work.look() as store:
        return list(store.connection.execute(select(rows).order_by(*order)))


class Trace(NamedTuple):
    """What must neither be doubled nor lost."""

    records: list[tuple[str, str]]
    journal: list[tuple[str, str, str, str | None]]
    messages: list[str]
    files: dict[str, str]


def trace(work: Workspace) -> Trace:
    """Everything that a workspace holds about projects, in an order of its own; files with their digests.

    Records count with what they say once names are filled in: what hides the names is chance.
    A kill in the middle of writing may leave a hidden `.part` behind, a file or a folder, which nobody reads.
    """
    folders = [work.files.data / name for name in ("drafts", "evidence", "reports")]
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    files = [path for path in found if ".part" not in (path.suffix, path.parent.suffix)]
    with work.look() as store:
        said = {row.id: digest(store.private.revealed(row.body).encode()) for row in store.rows()}
    return Trace(
        sorted((row.id, row.kind) for row in table(work, "record")),
        sorted(
            (row.actor, row.action, row.object, said.get(row.object)) for row in table(work, "journal") if row.project
        ),
        sorted(row.id for row in table(work, "outbox")),
        {str(path.relative_to(work.files.data)): digest(path.read_bytes()) for path in files},
    )


def assert_whole(work: Workspace) -> None:
    """The journal verifies, every message was delivered, and files are what the records say they are."""
    assert audit.verify(work).fault is None
    assert [row.id for row in table(work, "outbox") if not row.delivered] == []
    files = trace(work).files
    with work.look() as store:
        histories = [store.glance(project) for project in store.projects()]
    for one in histories:
        for draft in one.all(DocumentDrafted):
            assert files[f"drafts/{one.project}/{draft.file}"] == draft.sha256
        for report in one.all(ReportIssued):
            for name, sha256 in report.files.items():
                assert files[f"reports/{one.project}/{name}"] == sha256


def give_migrated_database(folder: Path, server: EmbeddedServer) -> None:
    """Let the folder's own Prefect server find a database with all tables, which saves it seconds."""
    home = folder / "data" / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    source, copy = sqlite3.connect(server.home / "prefect.db"), sqlite3.connect(home / "prefect.db")
    with closing(source), closing(copy):
        source.backup(copy)


def let_lease_run_out(work: Workspace) -> None:
    """What 15 seconds do to the lease of a runner that was killed."""
    leases = LeaseRow.__table__  # type: ignore[attr-defined]
    with work.database.writing("test", work.now()) as store:
        for row in store.connection.execute(select(leases)).all():
            outbox.release_lease(store.connection, LEASE, row.owner, system_clock())


def wait_until(fulfilled: Callable[[], bool], what: str, seconds: float = 90.0) -> None:
    """Look again and again; fail when it does not happen."""
    deadline = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has buried yet has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:  # it ended meanwhile, or this machine has no /proc
        return Path("/proc/self/stat").exists()
