"""The picture of a whole program."""

from datetime import date
from decimal import Decimal
from typing import Any

from lifecycle.history import History
from lifecycle.history.charter import Benefit, CostLimit, Dependency, RiskEntry
from lifecycle.history.control import RiskRaised
from lifecycle.program import ProgramStatus, ProjectSummary, consolidate, impact, objective_of, summary
from lifecycle.status import status
from tests.builders import (
    START,
    activity,
    charter,
    constraints,
    day,
    decided,
    finished,
    opened,
    planned,
    prepared,
    program_charter,
    requested,
    started,
)

TODAY = date(2026, 2, 2)
NAMES = ("backend", "app", "shop")
LINK = Dependency(id="D1", text="The interface", before="backend/B1", after="app/A1")


def benefit(id: str, due: date) -> Benefit:
    return Benefit(
        id=id, text="More", measure="count", baseline="0", target="1", owner="sponsor", due=due, monetary=True
    )


def program(**changes: Any) -> History:
    return opened(started(program_charter(LINK, projects=NAMES, **changes)))


def project(name: str, **changes: Any) -> History:
    return opened(started(charter(name, **changes), program="digital"))


def summed(history: History, **changes: Any) -> ProjectSummary:
    served = objective_of(program_charter(projects=NAMES), history.project)
    return summary(history, status(history, TODAY).model_copy(update=changes), served)


def picture(
    *members: ProjectSummary, of: History | None = None, failures: dict[str, str] | None = None
) -> ProgramStatus:
    return consolidate(of or program(), members, (), TODAY, failures or {})


def test_the_program_has_a_state_and_gates_of_its_own() -> None:
    found = picture()
    assert (found.program, found.title, found.as_of) == ("digital", "Digital", TODAY)
    assert found.own.state == "preparing"
    assert [gate.gate for gate in found.own.gates] == ["G1", "G2", "G3"]


def test_money_adds_up_and_unknown_forecasts_count_with_their_budget() -> None:
    """R-21: the whole is the sum of the projects as one look saw them."""
    known = summed(project("backend"), forecast_cost=Decimal(120_000)).model_copy(
        update={"actual_cost": Decimal(30_000)}
    )
    (totals,) = picture(known, summed(project("app"))).totals
    assert [totals.budget, totals.actual, totals.forecast] == list(map(Decimal, (200_000, 30_000, 220_000)))
    free = summed(project("shop"), forecast_cost=Decimal(0))
    assert picture(free).totals[0].forecast == 0


def test_currencies_are_never_added_up() -> None:
    dollars = constraints(cost=CostLimit(budget=Decimal(5000), currency="USD"))
    totals = picture(summed(project("app")), summed(project("shop", constraints=dollars))).totals
    assert [(line.currency, line.budget) for line in totals] == [
        ("EUR", Decimal(100_000)),
        ("USD", Decimal(5000)),
    ]
    assert picture().totals == ()


def test_projects_are_counted_by_colour() -> None:
    found = picture(
        summed(project("app")), summed(project("backend"), days_late=3), summed(project("shop"), days_late=4)
    )
    assert found.colours == {"red": 0, "amber": 2, "green": 1}


def test_an_objective_shows_its_projects_and_the_worst_of_their_colours() -> None:
    found = picture(summed(project("app")), summed(project("backend"), days_late=3))
    assert [(line.objective, line.projects, line.rag) for line in found.objectives] == [
        ("backend-objective", ("backend",), "amber"),
        ("app-objective", ("app",), "green"),
        ("shop-objective", (), None),
    ]


def test_a_project_without_a_program_has_no_objectives() -> None:
    assert picture(of=project("app")).objectives == ()


def test_gates_that_wait_longest_come_first_the_program_s_own_among_them() -> None:
    late = requested(prepared(project("app"), "G1"), "G1", now=day(2))
    later = requested(prepared(project("backend"), "G1"), "G1", now=day(9))
    own = requested(prepared(program(), "G1"), "G1", now=day(5))
    found = picture(summed(later), summed(late), of=own)
    assert [gate.project for gate in found.waiting] == ["app", "digital", "backend"]


def test_decisions_come_by_due_date_and_undated_ones_last() -> None:
    due = requested(prepared(project("app"), "G1"), "G1", now=day(2))
    found = picture(summed(decided(project("backend"), "G1", "hold")), summed(due))
    assert [(one.project, one.due is None) for one in found.decisions] == [
        ("app", False),
        ("app", False),
        ("backend", True),
        ("backend", True),
    ]


def test_the_highest_risks_of_all_projects_come_first() -> None:
    def risky(name: str, *impacts: int) -> ProjectSummary:
        history = project(name)
        for number, level in enumerate(impacts, start=1):
            risk = RiskEntry(title=f"R{number}", category="cost", probability=3, impact=level, owner="sponsor")
            history = history.and_then(RiskRaised(project=name, at=START, by="paula", number=number, risk=risk))
        return summed(history)

    found = picture(risky("app", 1, 5, 2), risky("backend", 4), risky("shop", *([1] * 9)))
    assert [(risk.project, risk.score) for risk in found.risks][:3] == [
        ("app", 15),
        ("backend", 12),
        ("app", 6),
    ]
    assert len(found.risks) == 10


def test_benefits_come_by_due_date() -> None:
    register = (benefit("late", date(2028, 1, 1)), benefit("early", date(2027, 1, 1)))
    assert [one.id for one in picture(of=program(benefits=register)).benefits] == ["early", "late"]


def test_a_child_run_that_failed_becomes_a_line_and_reddens_its_project() -> None:
    failures = {"app": "The disk is full.", "ghost": "Never came up."}
    found = picture(summed(project("app")), summed(project("shop"), days_late=2), failures=failures)
    assert [(line.project, line.text) for line in found.failures] == [
        ("app", "The disk is full."),
        ("ghost", "Never came up."),
    ]
    assert (found.projects[0].rag, found.projects[0].reason) == (
        "red",
        "its last run failed: The disk is full.",
    )
    assert found.projects[1].rag == "amber"
    assert found.colours == {"red": 1, "amber": 1, "green": 0}


def test_a_failed_run_keeps_what_else_is_wrong() -> None:
    found = picture(summed(project("app"), days_late=2), failures={"app": "Broken."})
    assert found.projects[0].reason == "its last run failed: Broken.; 2 days late, inside the tolerance of 10"


def test_impacts_are_part_of_the_picture() -> None:
    members = {
        "backend": planned(project("backend"), activity("B1", 10)),
        "app": planned(project("app"), activity("A1", 10)),
    }
    charter_ = program_charter(LINK, projects=NAMES)
    impacts = impact(charter_, members)
    found = consolidate(program(), (), impacts, TODAY, {})
    assert [one.dependency for one in found.impacts] == ["D1"]


def test_a_program_of_finished_projects_is_green_and_waits_for_nobody() -> None:
    found = picture(summed(finished(charter("app"))))
    assert (found.projects[0].rag, found.waiting) == ("green", ())
