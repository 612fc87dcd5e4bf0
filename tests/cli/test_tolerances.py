"""Tolerances on the command line: those in force, those granted, and exceptions with their level and subject."""

from decimal import Decimal

import pytest

from lifecycle.process.definition import AuthorityDefinition, ToleranceDefinition
from tests.builders import definition
from tests.cli.terminal import Terminal

PLAN = "id,name,wbs,duration,predecessors,owner,cost,deliverable\nA1,Build,1,20,,engineer,60000,app\n"


@pytest.fixture
def late(terminal: Terminal) -> Terminal:
    """The app's only work package, and with it the stage, is later than tolerated."""
    process = definition(
        authority=(
            *definition().authority,
            AuthorityDefinition(decision="exception", roles=("sponsor",)),
        ),
        tolerances=(
            ToleranceDefinition(level="work-package", measure="time", amount=Decimal(3)),
            ToleranceDefinition(level="stage", measure="time", amount=Decimal(10), asks="customer", mandatory=True),
            ToleranceDefinition(level="project", measure="risk", amount=Decimal(16)),
        ),
    )
    terminal.file("plan.csv", PLAN)
    terminal.run_late(process, remaining=40)
    return terminal


def test_exceptions_are_listed_with_their_level_and_subject(late: Terminal) -> None:
    found = late.json("exception", "list", "app")
    assert [(one["level"], one["subject"], one["measure"], one["state"]) for one in found] == [
        ("work-package", "A1", "time", "open"),
        ("stage", "execution", "time", "open"),
    ]
    assert "work-package" in late.does("exception", "list", "app")


def test_each_level_asks_its_own_people(late: Terminal) -> None:
    assert "Decide exception 1: Work package A1 Build: the forecast finish" in late.does("inbox", by="paula")
    assert "Decide exception 2: Stage Execution: the forecast finish" in late.does("inbox", by="cora")
    decide = ("exception", "decide", "app", 1, "--choice", "more-tolerance", "--days", 60, "--reason", "It rained.")
    refused = late(*decide, by="cora")
    assert (refused.code, "Those who may: Paula P." in refused.err) == (1, True)
    late.does(*decide, by="paula")
    assert [one["state"] for one in late.json("exception", "list", "app")] == ["over", "open"]


def test_tolerances_in_force_are_listed_and_granted(late: Terminal) -> None:
    stage = {one["level"]: one for one in late.json("tolerance", "list", "app")}["stage"]
    assert (stage["subject"], stage["tolerance"], stage["limit"], stage["exceeded"]) == (
        "execution",
        "10 days",
        "2026-02-09",
        True,
    )
    late.does("tolerance", "grant", "app", "--stage", "execution", "--days", 60, "--reason", "It rained.", by="cora")
    stage = {one["level"]: one for one in late.json("tolerance", "list", "app")}["stage"]
    assert (stage["tolerance"], stage["limit"], stage["exceeded"]) == ("60 days", "2026-03-31", False)
    assert [one["state"] for one in late.json("exception", "list", "app")] == ["open", "over"]
    assert "60 days" in late.does("tolerance", "list", "app")


def test_what_was_granted_ahead_is_listed_without_a_forecast(late: Terminal) -> None:
    before = late.json("tolerance", "list", "app")
    for days in (30, 20):
        late.does("tolerance", "grant", "app", "--stage", "closing", "--days", days, "--reason", "Holidays.", by="cora")
    *same, ahead = late.json("tolerance", "list", "app")
    assert same == before
    assert (ahead["level"], ahead["subject"], ahead["measure"]) == ("stage", "closing", "time")
    assert (ahead["tolerance"], ahead["forecast"], ahead["limit"], ahead["exceeded"]) == ("20 days", None, None, False)
    row = next(line for line in late.does("tolerance", "list", "app").splitlines() if " closing " in line)
    assert row.split()[:8] == ["stage", "closing", "time", "-", "-", "20", "days", "-"]


@pytest.mark.parametrize(
    ("words", "by", "code", "text"),
    [
        (("--days", 3), "cora", 2, "Say one stage or one work package"),
        (("--stage", "execution", "--days", -3), "cora", 2, "0 or more"),
        (("--stage", "execution", "--cost", 3), "cora", 2, "no tolerance of cost for a stage"),
        (("--stage", "nothing", "--days", 3), "cora", 4, "nothing"),
        (("--work-package", "A1", "--days", 3), "cora", 1, "Those who may: Paula P."),
    ],
)
def test_a_grant_that_cannot_be_is_refused(
    late: Terminal, words: tuple[object, ...], by: str, code: int, text: str
) -> None:
    said = late("tolerance", "grant", "app", "--reason", "R", *words, by=by)
    assert (said.code, text in said.err) == (code, True), said


def test_a_project_without_a_plan_has_no_tolerance_to_show(terminal: Terminal) -> None:
    terminal.file("config/processes/small.yaml", definition().model_dump_json(exclude_none=True))
    terminal.file("app.yaml", (terminal.folder / "app.yaml").read_text().replace('"plan": "plan.csv",', ""))
    terminal.start()
    assert "app has no plan yet" in terminal.does("tolerance", "list", "app")


def test_a_process_shows_its_tolerances_in_words(late: Terminal) -> None:
    shown = " ".join(late.does("process", "show", "small").split())
    assert "stage time 10 days customer" in shown
    assert "project risk 16 of 25 by the authority table" in shown
    page = late.does("process", "show", "small", "--format", "md")
    assert "| work-package | time | 3 days | manager |" in page


def test_reports_tell_level_and_subject_of_an_exception(late: Terminal) -> None:
    late.does("report", "status", "app", "--out", late.folder / "out")
    files = {file.suffix: file for file in (late.folder / "out").rglob("*") if file.is_file()}
    assert "<td>stage execution</td>" in files[".html"].read_text(encoding="utf-8")
    assert "| work package A1 |" in files[".md"].read_text(encoding="utf-8")
    assert '"level": "stage"' in files[".json"].read_text(encoding="utf-8")
