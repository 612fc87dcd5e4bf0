"""Reports of the plan, written by real flows: once per period, whoever looks first, in a run that does nothing else."""

import multiprocessing
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.server import EmbeddedServer, flow_runs
from flows.upkeep import runner_of
from lifecycle.actions import deadlines, gates, projects, reporting
from lifecycle.actions.workspace import Workspace
from lifecycle.history.closing import ReportIssued
from lifecycle.process.definition import ReportDefinition
from tests import workspaces
from tests.builders import definition
from tests.flows import doomed
from tests.flows.carrying import assert_whole, carry_on, let_lease_run_out, start_program, table
from tests.workspaces import charter_file, hand_in, history, on

pytestmark = pytest.mark.flows

WEEKLY = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor",), every_days=7)


@pytest.fixture
def work(server: EmbeddedServer, tmp_path: Path) -> Iterator[Workspace]:
    """A project that is carried on already, with a report every seven days from 5 January."""
    work = workspaces.workspace(tmp_path, definition(reports=(WEEKLY,)))
    projects.start_project(work, charter_file(tmp_path), "sam")
    carry_on(work, server.api_url)
    yield work
    work.database.close()


def test_a_report_comes_round_and_is_written_once(server: EmbeddedServer, work: Workspace) -> None:
    for day in (13, 21):
        on(work, date(2026, 1, day))
        deadlines.pass_time(work)
    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    deadlines.pass_time(work)
    assert carry_on(work, server.api_url) == []
    assert [(one.subject, one.to) for one in history(work).all(ReportIssued)] == [("weekly-2026-01-19", ("sam",))]
    assert_whole(work)


def test_a_report_that_alone_has_come_round_is_a_run_of_its_project_with_one_task(
    server: EmbeddedServer, work: Workspace
) -> None:
    on(work, date(2026, 1, 13))
    deadlines.pass_time(work)
    carry_on(work, server.api_url)
    (run,) = runs_since(work, server, "app:report-due:")
    assert (run["flow"], run["name"], run["parent"]) == ("planned-reports", "app · planned reports", None)
    assert run["tasks"] == [{"name": "reports of app", "state": "Completed"}]
    assert run["tags"] == ["project:app", f"runner:{runner_of(work)}"]


def test_a_report_that_comes_round_with_other_news_is_written_in_their_run(
    server: EmbeddedServer, work: Workspace
) -> None:
    on(work, date(2026, 1, 13))
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    (run,) = runs_since(work, server, "app:report-due:")
    assert (run["flow"], run["name"]) == ("project-lifecycle", "app")
    assert [task["name"] for task in run["tasks"]] == ["reports of app", "phase strip of app"]
    assert run in runs_since(work, server, "app:G1:1")
    assert [one.subject for one in history(work).all(ReportIssued)] == ["weekly-2026-01-12"]


def test_in_a_program_each_project_has_a_run_for_its_reports_of_a_day(server: EmbeddedServer, tmp_path: Path) -> None:
    """Several reports of a project are one run, and their messages say which run took them up."""
    daily = WEEKLY.model_copy(update={"id": "daily", "every_days": 1})
    coordination = definition(process="coordination", level="program")
    work = workspaces.workspace(tmp_path, definition(reports=(WEEKLY, daily)), coordination)
    start_program(work, tmp_path, projects=("app", "backend"))
    carry_on(work, server.api_url)
    on(work, date(2026, 1, 13))
    deadlines.pass_time(work)
    carry_on(work, server.api_url)
    for name in ("app", "backend"):
        (run,) = runs_since(work, server, f"{name}:report-due:")
        assert (run["flow"], run["parent"]) == ("planned-reports", None)
        assert {f"project:{name}", "program:digital"} < set(run["tags"])
        issued = [one.subject for one in history(work, name).all(ReportIssued)]
        assert sorted(issued) == ["daily-2026-01-13", "weekly-2026-01-12"]
    assert_whole(work)
    work.database.close()


def test_a_report_that_breaks_is_tried_again_and_holds_up_no_other_project(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordination = definition(process="coordination", level="program")
    work = workspaces.workspace(tmp_path, definition(reports=(WEEKLY,)), coordination)
    start_program(work, tmp_path, projects=("app", "backend"))
    carry_on(work, server.api_url)
    on(work, date(2026, 1, 13))
    deadlines.pass_time(work)
    write = reporting.issue_due_reports

    def no_ink(work: Workspace, project: str) -> list[str]:
        if project == "app":
            raise RuntimeError("no ink")
        return write(work, project)

    monkeypatch.setattr(reporting, "issue_due_reports", no_ink)
    carry_on(work, server.api_url)
    waiting = [row for row in table(work, "outbox") if not row.delivered]
    assert [(row.project, row.attempts) for row in waiting] == [("app", 1)]
    assert "no ink" in waiting[0].last_error
    assert len(history(work, "backend").all(ReportIssued)) == 1
    monkeypatch.undo()
    carry_on(work, server.api_url)
    assert len(history(work, "app").all(ReportIssued)) == 1
    assert_whole(work)
    work.database.close()


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("flows.dispatch:planned_reports", "before"),
        ("lifecycle.actions.reporting:render_report", "after"),
        ("lifecycle.actions.reporting:issue_due_reports", "after"),
        ("lifecycle.records.outbox:delivered", "before"),
    ],
)
def test_a_runner_killed_over_a_report_leaves_one_that_is_written_once(
    place: str, when: str, server: EmbeddedServer, work: Workspace, tmp_path: Path
) -> None:
    on(work, date(2026, 1, 13))
    deadlines.pass_time(work)
    asked = (tmp_path, server.api_url, place, when)
    runner = multiprocessing.get_context("forkserver").Process(target=doomed.deliver_until_death, args=asked)
    runner.start()
    runner.join(60)
    assert runner.exitcode == -signal.SIGKILL, "the point was not reached"
    let_lease_run_out(work)
    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    assert [one.subject for one in history(work).all(ReportIssued)] == ["weekly-2026-01-12"]
    assert_whole(work)


def runs_since(work: Workspace, server: EmbeddedServer, message: str) -> list[dict[str, Any]]:
    """The flow runs that took up messages whose id begins so."""
    ids = {row.flow_run for row in table(work, "outbox") if row.id.startswith(message)}
    return [run for run in flow_runs(server.api_url) if run["id"] in ids]
