from datetime import date

import pytest

from lifecycle.history import History, control
from lifecycle.history.plan import Link
from lifecycle.history.work import PhaseOpened
from lifecycle.reports.document import document_context
from tests import builders as small
from tests.reports.builders import MAP, planning, told, website
from tests.reports.story import Story, at

TODAY = date(2026, 7, 13)
KEYS = (
    "project process phase document tailoring tolerances exceptions plan risks issues changes lessons decisions"
    " deliverables objectives projects dependencies date"
).split()


def opened(history: History, phase: str) -> PhaseOpened:
    found = history.last(PhaseOpened, phase=phase)
    assert found is not None
    return found


def test_a_document_knows_its_project_its_phase_and_itself() -> None:
    history = website()
    context = document_context(history, opened(history, "execution"), "app", TODAY)
    assert list(context) == KEYS
    project = context["project"]
    assert (project["id"], project["budget"], project["tolerance_percent"]) == ("website", 252000, 10)
    assert project["people"][0] == {
        "id": "eva.lang",
        "name": "Eva Lang",
        "roles": ["manager"],
        "titles": ["Project manager"],
    }
    assert project["products"] == [
        {"id": "app", "title": "App", "owner": "engineer", "criteria": ["complete", "approved wording"]}
    ]
    assert context["phase"] == {
        "id": "execution",
        "title": "Execution",
        "purpose": "To do the execution.",
        "attempt": 1,
    }
    assert (context["document"]["owner_title"], context["document"]["accepted_by"]) == ("Engineer", "customer")


def test_the_plan_is_listed_with_its_dates_and_links() -> None:
    history = website()
    plan = document_context(history, opened(history, "planning"), "plan", TODAY)["plan"]
    assert [(line["id"], line["predecessors"], line["critical"]) for line in plan] == [
        ("W10", "", True),
        ("W20", "W10", True),
        ("W30", "W10", False),
        ("W40", "W20; W30", True),
        ("W90", "W40", True),
    ]
    assert plan[0]["start"] == date(2026, 2, 2)


def test_links_are_written_as_plans_write_them() -> None:
    links = [
        {"predecessor": "A", "type": "SS", "lag": 2},
        {"predecessor": "A", "lag": -1},
        {"predecessor": "A", "type": "FF"},
    ]
    second = small.activity("B", 2).model_copy(update={"links": tuple(Link.model_validate(link) for link in links)})
    history = small.planned(small.opened(small.started()), small.activity("A", 1), second)
    plan = document_context(history, opened(history, "planning"), "plan", TODAY)["plan"]
    assert plan[1]["predecessors"] == "ASS+2; AFS-1; AFF"


def test_the_registers_come_along_in_plain_words() -> None:
    history = website()
    context = document_context(history, opened(history, "closing"), "final-report", TODAY)
    assert context["risks"][0]["state"] == "did not happen"
    assert context["issues"][0]["severity"] == "high"
    assert [(change["state"], change["cost"]) for change in context["changes"]] == [
        ("accepted in modified form", 12000),
        ("rejected", 0),
    ]
    assert context["lessons"] == [
        {
            "number": 1,
            "text": "Test data took six weeks to get.",
            "recommendation": "Order test data when planning begins.",
        }
    ]
    assert [(line["gate"], line["outcome"]) for line in context["decisions"]][2] == ("G2", "Conditional go")
    states = {line["deliverable"]: (line["state"], line["version"]) for line in context["deliverables"]}
    assert states["app"] == ("accepted", 1)
    assert (states["plan"], states["manual"]) == (("submitted", 2), ("missing", 0))


def test_changes_without_assessment_or_decision_and_refused_deliverables_have_their_words() -> None:
    def asked(story: Story) -> None:
        story.deliver(at(2, 1), "plan", "eva.lang", 3, judge="anna.berg", accepted=False)
        for number in (1, 2):
            story.write(control.ChangeRaised, at(2, 1), "eva.lang", number=number, title="T", reason="R")
        sized = {"number": 2, "version": 1, "scope": "S", "cost": 5, "days": 1}
        story.write(control.ChangeAssessed, at(2, 2), "eva.lang", **sized)

    history = told(planning, asked)
    context = document_context(history, opened(history, "planning"), "plan", TODAY)
    assert [(c["state"], c["cost"]) for c in context["changes"]] == [("raised", None), ("assessed", 5)]
    assert next(d for d in context["deliverables"] if d["deliverable"] == "plan")["state"] == "sent back"


def test_a_project_without_a_plan_has_no_plan_lines() -> None:
    history = small.opened(small.started())
    assert document_context(history, opened(history, "planning"), "plan", TODAY)["plan"] == []


def test_a_program_lists_its_objectives_projects_and_dependencies() -> None:
    chartered = small.program_charter(*MAP, projects=("backend", "website", "app"))
    history = small.opened(small.started(chartered))
    context = document_context(history, opened(history, "planning"), "plan", TODAY)
    assert context["projects"][0] == {"project": "backend", "objective": "backend-objective"}
    assert [line["id"] for line in context["dependencies"]] == ["D1", "D2", "D3"]
    assert len(context["objectives"]) == 3


def test_an_unknown_deliverable_is_an_error() -> None:
    history = small.opened(small.started())
    with pytest.raises(KeyError):
        document_context(history, opened(history, "planning"), "nothing", TODAY)
