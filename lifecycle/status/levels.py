"""How stages and work packages stand against their tolerances, and the whole project where its process says more.

A stage is the phase that is open; its work is that on its deliverables, and on those of the phases beside it. A work
package is an activity of the baseline on which somebody has reported. What has no baseline has no tolerance.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from lifecycle.control.earned_value import CENT, earned, expected_cost
from lifecycle.control.readings import Reading
from lifecycle.control.registers import exposure, open_risks
from lifecycle.history import History
from lifecycle.history.control import PROJECT, BaselineSet, Subject
from lifecycle.history.plan import Activity, ProgressLine, Schedule
from lifecycle.history.work import DeliverableJudged
from lifecycle.planning.forecast import progress_so_far
from lifecycle.process import tolerances
from lifecycle.process.definition import Level, Measure, ToleranceDefinition

ZERO = Decimal(0)
Sizes = tuple[Decimal, Decimal] | None
"""What is approved, and what is forecast."""


class _Part(NamedTuple):
    """A part of the project with its work, and what people call it."""

    subject: Subject
    name: str
    activities: Sequence[Activity] = ()


class _Figures(NamedTuple):
    """What the work is held to, what is expected of it, and how far it is."""

    baseline: BaselineSet
    forecast: Schedule
    progress: Mapping[str, ProgressLine]


def below(history: History, forecast: Schedule | None) -> tuple[Reading, ...]:
    """What the process's own tolerances are about, as it stands by this forecast."""
    baseline, rows = history.baseline, history.definition.tolerances
    if not rows or baseline is None or forecast is None or history.stopped or history.closed:
        return ()
    figures = _Figures(baseline, forecast, progress_so_far(history))
    parts: dict[Level, list[_Part]] = {row.level: [*_parts(history, row.level, figures)] for row in rows}
    found = (_reading(history, row, part, figures) for row in rows for part in parts[row.level])
    return tuple(one for one in found if one)


def _parts(history: History, level: Level, figures: _Figures) -> Iterator[_Part]:
    activities = figures.baseline.plan.activities
    if level == "work-package":
        for one in activities:
            if one.id in figures.progress:
                yield _Part(Subject(activity=one.id), f"Work package {one.id} {one.name}", (one,))
    elif level == "project":
        yield _Part(PROJECT, "", activities)
    elif history.phase:
        phase, homes = history.definition.phase(history.phase.phase), history.definition.homes
        own = tuple(one for one in activities if one.deliverable and homes.get(one.deliverable) == phase.id)
        yield _Part(Subject(phase=phase.id), f"Stage {phase.title}", own)


def _reading(history: History, row: ToleranceDefinition, part: _Part, figures: _Figures) -> Reading | None:
    """A measure of a part with the tolerance in force: what was granted last, else the process's own."""
    sizes = SIZES[row.measure](history, part, figures)
    if sizes is None:
        return None
    approved, forecast = sizes
    share = (approved * row.amount / 100).quantize(CENT, ROUND_HALF_UP)
    plain = Reading(
        measure=row.measure,
        approved=approved,
        forecast=forecast,
        tolerance=share if row.measure == "cost" else row.amount,
        said=tolerances.in_words(row),
        currency=figures.baseline.constraints.cost.currency,
        subject=part.subject,
        name=part.name,
        by="baseline",
    )
    allowed = history.allowed(part.subject, row.measure)
    return plain if allowed is None else plain.tolerating(allowed)


def _time(_: History, part: _Part, figures: _Figures) -> Sizes:
    """When the work of a part ends, as ordinals; None where there is none."""
    own = {one.id for one in part.activities}
    if not own:
        return None
    dated = (figures.baseline.schedule.activities, figures.forecast.activities)
    approved, forecast = (max(line.finish for line in lines if line.activity in own) for lines in dated)
    return Decimal(approved.toordinal()), Decimal(forecast.toordinal())


def _cost(_: History, part: _Part, figures: _Figures) -> Sizes:
    """What the work of a part costs, by its own earned value; None where it was never to cost anything."""
    known = [(one.cost, line) for one in part.activities if (line := figures.progress.get(one.id))]
    bac = sum((one.cost for one in part.activities), ZERO)
    ev = sum((earned(cost, line) for cost, line in known), ZERO).quantize(CENT, ROUND_HALF_UP)
    return (bac, expected_cost(bac, ev, sum((line.actual_cost for _, line in known), ZERO))) if bac else None


def _quality(history: History, part: _Part, _: _Figures) -> Sizes:
    """How many versions were sent back and not accepted since, of what a stage owes or the whole project does."""
    counts: dict[str, int] = {}
    for judged in history.all(DeliverableJudged):
        counts[judged.deliverable] = 0 if judged.accepted else counts.get(judged.deliverable, 0) + 1
    homes, phase = history.definition.homes, part.subject.phase
    return ZERO, Decimal(sum(count for item, count in counts.items() if phase in (None, homes.get(item))))


def _risk(history: History, _: _Part, __: _Figures) -> Sizes:
    """What the gravest open risk weighs."""
    return ZERO, Decimal(max((exposure(one.risk) for one in open_risks(history)), default=0))


SIZES: Mapping[Measure, Callable[[History, _Part, _Figures], Sizes]] = {
    "time": _time,
    "cost": _cost,
    "quality": _quality,
    "risk": _risk,
}
"""What is approved and what is forecast, by the measure."""
