"""Reports that write themselves: come round with the day, written once, listed with whom they are for."""

from datetime import date
from pathlib import Path

import pytest

from lifecycle.actions import audit, deadlines, projects, reporting
from lifecycle.actions.deadlines import Passed
from lifecycle.actions.workspace import Workspace
from lifecycle.history.closing import ReportIssued
from lifecycle.history.reporting import ReportDue
from lifecycle.process.definition import ReportDefinition
from lifecycle.records import outbox
from lifecycle.rendering.reports import render_report
from tests.builders import definition
from tests.workspaces import carry_on, charter_file, hand_in, history, on, workspace

WEEKLY = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor", "customer"), every_days=7)


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    """The planning of `app` is open since 5 January."""
    begun = workspace(tmp_path, definition(reports=(WEEKLY,)))
    projects.start_project(begun, charter_file(tmp_path), "sam")
    carry_on(begun)
    return begun


def test_the_day_notes_what_has_come_round_and_tells_the_flows(work: Workspace) -> None:
    on(work, date(2026, 1, 12))
    assert deadlines.pass_time(work).records == ("app:report-due:weekly:2026-01-12",)
    assert deadlines.pass_time(work) == Passed()
    with work.look() as store:
        assert outbox.waiting(store.connection)[-1].id == "app:report-due:weekly:2026-01-12"


def test_whoever_does_something_on_a_later_day_meets_the_report_first(work: Workspace) -> None:
    on(work, date(2026, 1, 20))
    hand_in(work, "plan", "erik")
    assert [record.subject for record in history(work).all(ReportDue)] == ["weekly-2026-01-19"]


def test_a_report_is_written_once_and_listed_with_whom_it_is_for(work: Workspace) -> None:
    on(work, date(2026, 1, 12))
    deadlines.pass_time(work)
    assert reporting.reports_due(work, "app")
    written = reporting.issue_due_reports(work, "app")
    assert "app-status-weekly-2026-01-12.html" in written
    assert not reporting.reports_due(work, "app")
    assert reporting.issue_due_reports(work, "app") == []
    page = (work.files.reports("app") / "app-status-weekly-2026-01-12.md").read_text()
    assert page.startswith("# Weekly")

    found = reporting.reports_of(work, "app")
    assert [(one.subject, one.issued, one.to) for one in found.filed] == [
        ("weekly-2026-01-12", date(2026, 1, 12), ("sam", "cora"))
    ]
    assert [(one.title, one.due, one.by) for one in found.coming] == [("Weekly", date(2026, 1, 19), ("paula",))]
    assert audit.verify(work).fault is None


def test_late_reports_are_not_multiplied(work: Workspace) -> None:
    for day in (12, 19, 26):
        on(work, date(2026, 1, day))
        deadlines.pass_time(work)
    on(work, date(2026, 4, 1))
    deadlines.pass_time(work)
    reporting.issue_due_reports(work, "app")
    assert [one.subject for one in history(work).all(ReportIssued)] == ["weekly-2026-03-30"]


def test_who_writes_what_another_runner_has_just_written_adds_nothing(work: Workspace) -> None:
    on(work, date(2026, 1, 12))
    deadlines.pass_time(work)
    real = render_report

    def overtaken(*asked: object) -> object:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reporting, "render_report", real)
            reporting.issue_due_reports(work, "app")
        return real(*asked)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reporting, "render_report", overtaken)
        reporting.issue_due_reports(work, "app")
    assert len(history(work).all(ReportIssued)) == 1
