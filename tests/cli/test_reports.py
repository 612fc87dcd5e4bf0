"""Reports from the command line."""

import json

import pytest

from lifecycle.actions import deadlines, reporting
from lifecycle.process.definition import ReportDefinition
from tests.builders import definition
from tests.cli.terminal import Terminal


@pytest.mark.parametrize("words", [("status", "app"), ("gate", "app", "G1")])
def test_a_report_is_written_in_the_formats_asked_for(submitted: Terminal, words: tuple[str, ...]) -> None:
    out = submitted.folder / "reports" / "new"
    said = submitted.does("report", *words, "--format", "json", "--format", "html", "--out", out)
    written = sorted(out.iterdir())
    assert [file.suffix for file in written] == [".html", ".json"]
    assert all(f"- {file}" in said for file in written)
    assert json.loads(written[1].read_text())["head"]["project"] == "app"


def test_without_a_format_all_are_written(submitted: Terminal) -> None:
    out = submitted.folder / "out"
    files = submitted.json("report", "status", "app", "--out", out)["files"]
    assert sorted(file.rpartition(".")[2] for file in files) == ["html", "json", "md", "pdf"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "nowhere"), 4),
        (("gate", "app", "G9"), 4),
        (("gate", "app", "G3"), 4),
        (("closure", "app"), 1),
        (("status", "app", "--format", "docx"), 2),
        (("gate", "app"), 2),
    ],
)
def test_a_report_that_cannot_be_is_not_written(submitted: Terminal, words: tuple[str, ...], code: int) -> None:
    said = submitted("report", *words, "--out", submitted.folder / "out")
    assert (said.code, said.out) == (code, ""), said
    assert not (submitted.folder / "out").exists()


def test_a_place_that_is_a_file_is_said(submitted: Terminal) -> None:
    said = submitted("report", "status", "app", "--format", "json", "--out", submitted.file("out", ""))
    assert said.code == 2
    assert "out" in said.err


def test_reports_are_listed_with_those_to_come(terminal: Terminal) -> None:
    plan = ReportDefinition(id="weekly", title="Weekly", by="manager", to=("sponsor", "customer"), every_days=7)
    terminal.file("config/processes/small.yaml", definition(reports=(plan,)).model_dump_json(exclude_none=True))
    terminal.start()
    said = terminal.does("report", "list", "app")
    assert "No report of app was filed yet." in said
    assert "2026-01-12" in said
    terminal.file("clock", "2026-01-12T09:00:00+00:00")
    work = terminal.work
    deadlines.pass_time(work)
    reporting.issue_due_reports(work, "app")
    work.database.close()
    assert "sam and cora" in terminal.does("report", "list", "app")
    found = terminal.json("report", "list", "app")
    assert found["filed"][0]["to"] == ["sam", "cora"]
    assert found["coming"][0]["due"] == "2026-01-19"
    assert "every 7 days" in terminal.does("process", "show", "small")


def test_a_project_without_a_report_plan_has_none_to_come(started: Terminal) -> None:
    assert started.json("report", "list", "app") == {"filed": [], "coming": []}
