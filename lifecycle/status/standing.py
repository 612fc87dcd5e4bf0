"""The whole picture of a project on one day."""

from collections.abc import Collection, Mapping
from datetime import date

from lifecycle.control.changes import open_changes
from lifecycle.control.registers import open_issues, open_risks
from lifecycle.control.tolerances import open_exceptions
from lifecycle.history import History
from lifecycle.progress import next_step
from lifecycle.status.outlook import outlook
from lifecycle.status.picture import ProjectStatus
from lifecycle.status.strip import deliverables, gates, phases
from lifecycle.status.waiting import awaited


def status(
    history: History,
    today: date,
    unmet: Collection[str] = (),
    not_before: Mapping[str, date] | None = None,
) -> ProjectStatus:
    """Compose the picture from planning, control and governance.

    `unmet` names open dependencies on other projects that hold back the next phase, `not_before` the
    dates that other projects impose on activities (see `lifecycle.program`).
    """
    step, ahead = next_step(history, unmet), outlook(history, not_before)
    return ProjectStatus(
        project=history.project,
        title=history.charter.title,
        as_of=today,
        state=step.word,
        phase=history.phase.phase if history.phase else None,
        program=history.started.program,
        constraints=history.constraints,
        tailored=history.rules.tailored,
        baseline=history.baseline.number if history.baseline else None,
        schedule=ahead.schedule,
        forecast=ahead.forecast,
        forecast_finish=ahead.finish,
        days_late=ahead.days_late,
        value=ahead.value,
        forecast_cost=ahead.cost,
        activities=len(ahead.activities),
        activities_done=len(ahead.done),
        phases=phases(history),
        gates=gates(history, step),
        deliverables=deliverables(history),
        open_conditions=tuple(record.id for record in history.open_conditions),
        condition_names=tuple(record.name for record in history.open_conditions),
        open_exceptions=tuple(record.id for record in open_exceptions(history)),
        open_changes=tuple(record.id for record in open_changes(history)),
        open_risks=tuple(record.id for record in open_risks(history)),
        open_issues=tuple(record.id for record in open_issues(history)),
        awaited=awaited(history, step, today),
    )
