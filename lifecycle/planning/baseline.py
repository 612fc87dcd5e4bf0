"""What a project is held to: set by a gate, moved by an approved change, and by nothing else."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from lifecycle.errors import TransitionNotAllowed
from lifecycle.history import History
from lifecycle.history.charter import Constraints
from lifecycle.history.control import BaselineSet, ChangeAssessed, ChangeDecided
from lifecycle.history.gates import GateDecided
from lifecycle.history.plan import Plan, Schedule
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from lifecycle.planning.network import imposed, schedule
from lifecycle.value import days as in_words


def of_gate(history: History, decided: GateDecided) -> BaselineSet | None:
    """The baseline that a passed gate sets: the plan drawn up last and the limits in force.

    None when the gate sets none or was not passed; the one it set before when asked again.
    TransitionNotAllowed without a plan.
    """
    if not history.definition.gate(decided.gate).baseline or decided.outcome not in ("go", "conditional_go"):
        return None
    current = history.current_plan
    if current is None:
        raise TransitionNotAllowed(
            f"{decided.gate} sets the baseline, and {history.project} has no plan. Import one first."
        )
    return _baseline(history, decided, current.plan, current.schedule, history.constraints)


def of_change(
    history: History,
    decided: ChangeDecided,
    calendar: WorkingCalendar = MONDAY_TO_FRIDAY,
    not_before: Mapping[str, date] | None = None,
) -> BaselineSet | None:
    """The baseline that a decided change sets: finish and budget moved by what was granted.

    The plan is the one of the change's newest assessment, the baseline's own when the assessment has none.
    Work that the change adds does not start before the day of the decision. None for a rejected change;
    the one it set before when asked again. TransitionNotAllowed without a baseline to move.
    """
    if decided.verdict == "reject":
        return None
    current = history.baseline
    if current is None:
        raise TransitionNotAllowed(f"Change {decided.number} has no baseline to move.")
    limits = moved(current.constraints, decided)
    assessed = history.last(ChangeAssessed, number=decided.number)
    plan = assessed.plan if assessed and assessed.plan else current.plan
    if plan == current.plan:
        return _baseline(history, decided, plan, current.schedule, limits)
    return _baseline(history, decided, plan, _replanned(current, plan, decided.at.date(), calendar, not_before), limits)


def unfitting(history: History, assessed: ChangeAssessed, cost: Decimal, days: int) -> str | None:
    """Why the plan of a change asks for more than it is granted, in money and calendar days; None when it does not.

    What the baseline's own plan exceeds already is not counted against it.
    """
    current, plan = history.baseline, assessed.plan
    if current is None or plan is None:
        return None
    budget, finish = current.constraints.cost.budget, current.constraints.time.finish
    dated = _replanned(current, plan, assessed.at.date(), MONDAY_TO_FRIDAY)
    dearer = _costs(plan) - max(budget, _costs(current.plan)) - cost
    later = (dated.finish - max(finish, current.schedule.finish)).days - days
    if dearer <= 0 and later <= 0:
        return None
    each = [f"costs {dearer} more"] if dearer > 0 else []
    if later > 0:
        each.append(f"ends {in_words(later)} later")
    return f"The plan of change {assessed.number} {' and '.join(each)} than what it would be granted."


def moved(constraints: Constraints, decided: ChangeDecided) -> Constraints:
    """The limits after a change: the finish later by calendar days, the budget higher by money granted."""
    time, cost = constraints.time, constraints.cost
    later = time.model_copy(update={"finish": time.finish + timedelta(days=decided.days)})
    dearer = cost.model_copy(update={"budget": cost.budget + decided.cost})
    return constraints.model_copy(update={"time": later, "cost": dearer})


def _replanned(
    current: BaselineSet,
    plan: Plan,
    day: date,
    calendar: WorkingCalendar,
    not_before: Mapping[str, date] | None = None,
) -> Schedule:
    """The dates of a changed plan: what held the baseline back still does; new work starts on that day or later."""
    floors = imposed(current.plan, current.schedule, calendar) | dict(not_before or {})
    for name in _ids(plan) - _ids(current.plan):
        floors[name] = max(day, floors.get(name, date.min))
    return schedule(plan, current.schedule.start, calendar, floors)


def _costs(plan: Plan) -> Decimal:
    return sum((activity.cost for activity in plan.activities), Decimal(0))


def _ids(plan: Plan) -> set[str]:
    return {activity.id for activity in plan.activities}


def _baseline(
    history: History,
    decided: GateDecided | ChangeDecided,
    plan: Plan,
    dated: Schedule,
    limits: Constraints,
) -> BaselineSet:
    """The baseline set by this decision; the record that is there already when it was set before."""
    existing = history.last(BaselineSet, source=decided.id)
    return existing or BaselineSet(
        project=history.project,
        at=decided.at,
        by=decided.by,
        number=history.next_number(BaselineSet),
        plan=plan,
        schedule=dated,
        constraints=limits,
        source=decided.id,
    )
