from typing import Any

import pytest

from lifecycle.history import History
from lifecycle.program import ProgramStatus
from lifecycle.reports.dependencies import impact_line
from lifecycle.reports.program import ProgramReport, program_report
from tests.reports.builders import program, running
from tests.reports.story import at

NOW = at(4, 24)


@pytest.fixture(scope="module")
def told() -> tuple[History, ProgramStatus]:
    return program()


@pytest.fixture(scope="module")
def report(told: tuple[History, ProgramStatus]) -> ProgramReport:
    return program_report(*told, NOW)


def test_it_tells_the_vision_and_who_serves_which_objective(report: ProgramReport) -> None:
    assert report.vision.text == "Customers do all their business with us digitally."
    assert [(line.text, line.projects) for line in report.objectives] == [
        ("backend pays off", ("Order backend",)),
        ("website pays off", ("Web shop relaunch",)),
        ("app pays off", ("Mobile app",)),
    ]


def test_it_is_as_bad_as_its_worst_running_project(report: ProgramReport) -> None:
    assert [project.colour for project in report.projects] == ["amber", "amber", "red"]
    assert (report.colour, report.word) == ("red", "Off track")


def test_a_failed_child_is_a_line_and_the_others_go_on(report: ProgramReport) -> None:
    assert [(line.project, line.text) for line in report.failures] == [
        ("Mobile app", "the plan file could not be read")
    ]
    assert len(report.projects) == 3


def test_a_project_row_has_dates_money_and_gates(report: ProgramReport) -> None:
    website = report.projects[1]
    assert (website.approved.value, website.forecast and website.forecast.value) == ("2026-06-22", "2026-05-25")
    assert (website.budget.value, website.forecast_cost and website.forecast_cost.value) == ("252000", "270000.00")
    assert [gate.words for gate in website.gates] == ["go", "preparing", "to come"]
    assert report.projects[2].actual_cost is None


def test_a_delay_is_told_with_its_effect_on_the_project_that_waits(report: ProgramReport) -> None:
    first = report.impacts[0]
    assert (first.before, first.after, first.milestone) == (
        "Order backend",
        "Web shop relaunch",
        "Build shop and payment",
    )
    assert first.slip.endswith("late")
    assert first.effect.startswith("finish moves by +")
    assert "3 milestones moving another project" in report.summary


def test_the_picture_runs_from_predecessors_to_successors(report: ProgramReport) -> None:
    drawn = report.map
    assert drawn is not None
    assert [(node.project, node.column) for node in drawn.nodes] == [("backend", 0), ("website", 1), ("app", 2)]
    assert [(edge.label, edge.colour, edge.around) for edge in drawn.edges] == [
        ("D1", "red", False),
        ("D2", "red", True),
        ("D3", "red", False),
    ]
    assert drawn.caption.startswith("Dependencies: website waits for backend (D1)")


def test_gates_that_wait_and_decisions_needed_name_people(report: ProgramReport) -> None:
    (gate,) = report.waiting
    assert (gate.project, gate.waiting, gate.overdue) == ("Order backend", "23 days", True)
    assert gate.persons == "Anna Berg, Cora Díaz and Ada Okafor"
    assert {line.person for line in report.decisions} == {"Anna Berg", "Cora Díaz", "Ada Okafor"}
    assert all(line.overdue for line in report.decisions)


def test_money_is_added_up_by_currency(report: ProgramReport) -> None:
    (total,) = report.totals
    assert (total.currency, total.budget.value, total.actual.value) == ("EUR", "732000", "160500.00")


def test_risks_and_benefits_come_along(report: ProgramReport) -> None:
    assert {risk.project for risk in report.risks} == {"Order backend", "Web shop relaunch", "Mobile app"}
    assert [benefit.id for benefit in report.benefits] == ["revenue"]


def test_a_calm_program_says_so(told: tuple[History, ProgramStatus]) -> None:
    history, status = told
    calm = status.model_copy(
        update={
            "projects": tuple(
                project.model_copy(
                    update={"rag": "green", "days_late": None, "state": "closed", "forecast_finish": None}
                )
                for project in status.projects
            ),
            "impacts": (),
            "decisions": (),
            "waiting": (status.waiting[0].model_copy(update={"persons": ()}),),
            "objectives": (status.objectives[0].model_copy(update={"rag": None}),),
        }
    )
    made = program_report(history, calm, NOW)
    assert made.summary == "3 projects, 3 of them ended, none late, no project moved by another and 0 decisions needed."
    assert (made.word, made.objectives[0].word, made.waiting[0].persons) == ("On track", "Not set", "nobody")
    assert [(project.word, project.late, project.forecast) for project in made.projects] == [("Closed", "–", None)] * 3
    assert made.map is not None
    assert {edge.colour for edge in made.map.edges} == {"grey"}


def test_without_dependencies_there_is_no_picture(told: tuple[History, ProgramStatus]) -> None:
    history, status = told
    alone = status.model_copy(update={"projects": status.projects[:1], "decisions": (), "risks": (), "waiting": ()})
    assert program_report(history, alone.model_copy(update={"objectives": ()}), NOW).map is None
    assert program_report(running(), alone.model_copy(update={"objectives": ()}), NOW).map is None


@pytest.mark.parametrize(
    ("changes", "words", "colour"),
    [
        ({"effect": 0, "slack_used": 3}, "none; 3 days of slack used", "amber"),
        ({"effect": 0, "slack_used": 0, "slip": 0}, "none", "green"),
        ({"effect": None}, "none any more: the project is closed", "amber"),
        ({"effect": None, "expected": None, "slip": None}, "cannot be met as planned", "red"),
    ],
)
def test_every_effect_has_its_words_and_colour(
    told: tuple[History, ProgramStatus], changes: dict[str, Any], words: str, colour: str
) -> None:
    line = impact_line(told[1].impacts[0].model_copy(update=changes), {})
    assert (line.effect, line.colour, line.before) == (words, colour, "backend")
