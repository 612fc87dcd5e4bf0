"""Reports: filed once with their digests, and again only when there is news."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, programs, projects, reporting, views
from lifecycle.actions.deadlines import pass_time
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, LeaseLost, NotFound, TransitionNotAllowed
from lifecycle.history.closing import ReportIssued
from lifecycle.process.definition import ReportDefinition
from lifecycle.records import outbox
from lifecycle.rendering.reports import FORMATS, render_report
from lifecycle.value import digest
from tests import builders
from tests.workspaces import carry_on, charter_file, copied, hand_in, history, on, workspace


def filed(work: Workspace, project: str) -> list[str]:
    return [report.id for report in history(work, project).all(ReportIssued)]


@pytest.fixture
def program(tmp_path: Path) -> Workspace:
    """The program `digital` of the app alone has begun."""
    work = workspace(tmp_path)
    charter_file(tmp_path)
    programs.start_program(work, charter_file(tmp_path, builders.program_charter(projects=("app",))), "sam")
    return work


# Closure


def test_the_closure_report_is_filed_once_and_its_digests_are_those_of_the_files(
    closed: Workspace, tmp_path: Path
) -> None:
    work = copied(closed, tmp_path)
    names = reporting.issue_closure_report(work, "app")
    assert names == sorted(f"app-closure.{form}" for form in FORMATS)
    folder = work.files.reports("app")
    written = {name: digest((folder / name).read_bytes()) for name in names}
    (report,) = history(work).all(ReportIssued)
    assert (report.id, report.files) == ("app:report:closure:final", written)
    on(work, date(2026, 9, 1))
    assert reporting.issue_closure_report(work, "app") == names
    assert history(work).all(ReportIssued) == (report,)
    assert {name: digest((folder / name).read_bytes()) for name in names} == written


def test_of_two_runs_at_once_one_files_the_report(
    closed: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = copied(closed, tmp_path)
    others = iter(["another run"])

    def overtaken(*given: Any) -> dict[str, str]:
        for _ in others:
            reporting.issue_closure_report(work, "app")
        return render_report(*given)

    monkeypatch.setattr(reporting, "render_report", overtaken)
    assert len(reporting.issue_closure_report(work, "app")) == len(FORMATS)
    assert filed(work, "app") == ["app:report:closure:final"]


def test_a_runner_that_woke_up_too_late_leaves_the_report_of_its_successor_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-14: it slept between its look at the records and the files; what it saw is not true any more."""
    weekly = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor",), every_days=7)
    work = workspace(tmp_path, builders.definition(reports=(weekly,)))
    projects.start_project(work, charter_file(tmp_path), "sam")
    carry_on(work)
    on(work, date(2026, 1, 13))
    pass_time(work)
    first = leased(work, "first")
    others = iter(["its successor"])

    def asleep(*given: Any) -> dict[str, str]:
        for name in others:
            hand_in(work, "plan", "erik")
            on(work, date(2026, 1, 14))
            reporting.issue_due_reports(leased(work, name), "app")
        return render_report(*given)

    monkeypatch.setattr(reporting, "render_report", asleep)
    with pytest.raises(LeaseLost):
        reporting.issue_due_reports(first, "app")
    assert len(filed(work, "app")) == 1
    assert audit.verify(work).fault is None
    assert [folder.name for folder in (work.files.data / "reports").iterdir()] == ["app"]


def leased(work: Workspace, owner: str) -> Workspace:
    """The workspace of a runner that takes the lease over."""
    with work.database.writing(owner, work.now()) as store:
        token = outbox.take_lease(store.connection, "dispatch", owner, work.now(), seconds=15)
    assert token is not None
    return work.fenced(outbox.Lease("dispatch", owner, token))


def test_there_is_no_closure_report_before_the_closure(started: Workspace) -> None:
    with pytest.raises(TransitionNotAllowed, match="not closed yet"):
        reporting.issue_closure_report(started, "app")
    assert not started.files.reports("app").exists()


# Program


def test_a_program_report_is_filed_only_when_it_has_news(program: Workspace) -> None:
    assert len(reporting.issue_program_report(program, "digital", {})) == len(FORMATS)
    assert reporting.issue_program_report(program, "digital", {}) == []
    on(program, date(2026, 1, 6))
    assert reporting.issue_program_report(program, "digital", {}) == []
    carry_on(program, "app")
    assert reporting.issue_program_report(program, "digital", {})
    assert filed(program, "digital") == ["digital:report:program:2026-01-05", "digital:report:program:2026-01-06"]


def test_two_reports_of_one_day_get_numbers_and_stay_both(program: Workspace) -> None:
    reporting.issue_program_report(program, "digital", {})
    broke = {"app": "the template is missing"}
    second = reporting.issue_program_report(program, "digital", broke)
    assert reporting.issue_program_report(program, "digital", broke) == []
    third = reporting.issue_program_report(program, "digital", {})
    assert [name for names in (second, third) for name in names if name.endswith(".md")] == [
        "digital-program-2026-01-05-2.md",
        "digital-program-2026-01-05-3.md",
    ]
    assert len(list(program.files.reports("digital").glob("*.md"))) == len(filed(program, "digital")) == 3


def test_a_project_has_no_program_report(program: Workspace) -> None:
    with pytest.raises(NotFound, match="no program 'app'"):
        reporting.issue_program_report(program, "app", {})


# On demand


def test_reports_on_demand_are_written_and_not_filed(submitted: Workspace, tmp_path: Path) -> None:
    before = views.journal_of(submitted, None)
    made = [
        *reporting.make_report(submitted, "status", subject="app", gate=None, formats=["md"], out=tmp_path / "out"),
        *reporting.make_report(submitted, "gate", subject="app", gate="G1", formats=["json"], out=tmp_path / "out"),
    ]
    assert [place.name for place in made] == ["app-status-2026-01-05.md", "app-gate-G1-1.json"]
    assert all(place.stat().st_size for place in made)
    assert views.journal_of(submitted, None) == before


def test_without_a_format_a_report_comes_in_all(closed: Workspace, tmp_path: Path) -> None:
    made = reporting.make_report(closed, "closure", subject="app", gate=None, formats=(), out=tmp_path)
    assert {place.suffix for place in made} == {f".{form}" for form in FORMATS}


def test_a_gate_report_is_about_a_gate_with_a_review(started: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Say which gate"):
        reporting.make_report(started, "gate", subject="app", gate=None, formats=["md"], out=tmp_path / "out")
    with pytest.raises(NotFound):
        reporting.make_report(started, "gate", subject="app", gate="G1", formats=["md"], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_phase_strip_is_a_table(executing: Workspace) -> None:
    lines = reporting.phase_strip(executing, "app").splitlines()
    assert lines[0] == "**App**: preparing"
    assert "| Planning | passed | G1 passed |" in lines
    assert "| Execution | open | G2 preparing |" in lines


def test_what_a_report_says_is_what_the_records_say(started: Workspace, tmp_path: Path) -> None:
    hand_in(started, "plan", "erik")
    projects.stop_project(started, "app", "No longer wanted.", "sam")
    (place,) = reporting.make_report(started, "status", subject="app", gate=None, formats=["md"], out=tmp_path / "out")
    assert "App" in place.read_text()
    assert history(started).project in place.read_text()
