"""Reports of the plan, written by real flows: once per period, whoever looks first."""

from datetime import date
from pathlib import Path

import pytest

from flows.server import EmbeddedServer
from lifecycle.actions import deadlines, projects
from lifecycle.history.closing import ReportIssued
from lifecycle.process.definition import ReportDefinition
from tests import workspaces
from tests.builders import definition
from tests.flows.carrying import assert_whole, carry_on
from tests.workspaces import charter_file, history, on

pytestmark = pytest.mark.flows


def test_a_report_comes_round_and_is_written_once(server: EmbeddedServer, tmp_path: Path) -> None:
    weekly = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor",), every_days=7)
    work = workspaces.workspace(tmp_path, definition(reports=(weekly,)))
    projects.start_project(work, charter_file(tmp_path), "sam")
    carry_on(work, server.api_url)
    for day in (13, 21):
        on(work, date(2026, 1, day))
        deadlines.pass_time(work)
    assert carry_on(work, server.api_url) == ["AwaitingDecision"]
    deadlines.pass_time(work)
    assert carry_on(work, server.api_url) == []
    assert [(one.subject, one.to) for one in history(work).all(ReportIssued)] == [("weekly-2026-01-19", ("sam",))]
    assert_whole(work)
    work.database.close()
