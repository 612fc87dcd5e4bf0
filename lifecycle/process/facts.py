"""What a criterion may ask about: the facts of a project, each with its type, its unit and its meaning."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, NamedTuple

Fact = bool | int | float | str | None
"""The value of a fact; None when it is not known."""

FactType = Literal["bool", "int", "number"]


class FactDefinition(NamedTuple):
    """One fact that the expressions of criteria may read."""

    name: str
    type: FactType
    unit: str
    meaning: str
    charter: bool = False
    """Whether a charter answers it, so that tailoring rules may ask for it."""


_ALL = (
    FactDefinition("project.attempt", "int", "count", "the current attempt of the phase; 1 unless it was recycled"),
    FactDefinition("project.days_late", "number", "calendar days", "forecast finish minus approved finish"),
    FactDefinition("project.time_tolerance_days", "int", "calendar days", "how late the project may finish", True),
    FactDefinition("project.duration_days", "int", "calendar days", "approved finish minus approved start", True),
    FactDefinition(
        "project.highest_risk", "int", "1 to 25", "gravest open risk, probability times impact; 0: none", True
    ),
    FactDefinition("project.budget", "number", "currency", "the approved budget", True),
    FactDefinition("project.forecast_cost", "number", "currency", "the estimate at completion (EAC)"),
    FactDefinition("project.cost_limit", "number", "currency", "the approved budget plus its tolerance", True),
    FactDefinition("project.cpi", "number", "ratio", "cost performance index: earned value / actual cost"),
    FactDefinition("project.spi", "number", "ratio", "schedule performance index: earned value / planned value"),
    FactDefinition("project.percent_complete", "number", "percent", "earned value in percent of the budget, 0 to 100"),
    FactDefinition("project.percent_spent", "number", "percent", "actual cost in percent of the budget"),
    FactDefinition("plan.activities", "int", "count", "activities in the newest plan"),
    FactDefinition("plan.submitted", "bool", "yes or no", "a plan was handed in"),
    FactDefinition("plan.finish_within_limit", "bool", "yes or no", "the plan ends by the approved finish + tolerance"),
    FactDefinition("plan.cost_within_budget", "bool", "yes or no", "the plan costs no more than the approved budget"),
    FactDefinition("plan.baselined", "bool", "yes or no", "a plan was frozen as the baseline"),
    FactDefinition("plan.unassigned", "int", "count", "activities whose owner role is held by nobody"),
    FactDefinition("deliverables.required", "int", "count", "deliverables this phase has to produce"),
    FactDefinition("deliverables.missing", "int", "count", "required deliverables not yet handed in"),
    FactDefinition("deliverables.accepted", "int", "count", "required deliverables that were accepted"),
    FactDefinition("deliverables.unaccepted", "int", "count", "required deliverables that were not yet accepted"),
    FactDefinition("products.total", "int", "count", "deliverables for the customer", True),
    FactDefinition("products.accepted", "int", "count", "deliverables for the customer that were accepted"),
    FactDefinition("products.handed_over", "int", "count", "deliverables for the customer that were handed over"),
    FactDefinition("risks.open", "int", "count", "risks that are open", True),
    FactDefinition("risks.high", "int", "count", "open risks whose probability times impact is 15 or more", True),
    FactDefinition("risks.high_without_response", "int", "count", "high risks that have no response", True),
    FactDefinition("issues.open", "int", "count", "issues that are open"),
    FactDefinition("issues.high", "int", "count", "open issues of high severity"),
    FactDefinition("changes.undecided", "int", "count", "change requests that wait for a decision"),
    FactDefinition("exceptions.open", "int", "count", "exceptions of the project and its stages that are not over"),
    FactDefinition("exceptions.unsettled", "int", "count", "those undecided, or without their exception plan"),
    FactDefinition("exceptions.stage_open", "int", "count", "exceptions of stages that are not over"),
    FactDefinition("exceptions.work_packages_open", "int", "count", "exceptions of work packages that are not over"),
    FactDefinition("conditions.open", "int", "count", "conditions of earlier gates, neither cleared nor waived"),
    FactDefinition("lessons.recorded", "int", "count", "lessons recorded"),
    FactDefinition("success.criteria", "int", "count", "success criteria in the charter", True),
    FactDefinition("success.judged", "int", "count", "success criteria that have a verdict"),
    FactDefinition("success.met", "int", "count", "success criteria judged as met"),
    FactDefinition("people.total", "int", "count", "people in the project", True),
    FactDefinition("people.released", "int", "count", "people released from the project"),
    FactDefinition("activities.total", "int", "count", "activities in the plan that is followed"),
    FactDefinition("activities.done", "int", "count", "activities that are complete"),
    FactDefinition("milestones.done", "int", "count", "milestones that were reached"),
    FactDefinition("program.projects", "int", "count", "projects of the program; known in a program only", True),
    FactDefinition("program.projects_closed", "int", "count", "projects of the program that were closed"),
    FactDefinition("program.projects_red", "int", "count", "projects of the program that stand at red"),
)

FACTS: dict[str, FactDefinition] = {fact.name: fact for fact in _ALL}


@lru_cache(maxsize=4096)
def _close(name: str, known: frozenset[str]) -> str | None:
    close = get_close_matches(name, sorted(known), n=1)
    return close[0] if close else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """Write `; did you mean 'x'?` when a known name is close to this one, else nothing."""
    close = _close(name, frozenset(known))
    return f"; did you mean '{close}'?" if close else ""
