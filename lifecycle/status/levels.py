"""How stages and work packages stand against their tolerances, and the whole project where its process says more.

A stage is the phase that is open; its work is that on its deliverables, and on those of the phases beside it. A work
package is an activity of the baseline on which somebody has reported. What has no baseline has no tolerance.
"""

from collections.abc import Iterator, Mapping, Sequence
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
from lifecycle.process.definition import Level, ToleranceDefinition

ZERO = Decimal(0)


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
    """A measure of a part with the tolerance in force: what was granted last, else the process's own.

    None for work that was never to cost anything, or of which there is none.
    """
    sizes = {"time": _time, "cost": _cost}
    if row.measure in sizes and not part.activities:
        return None
    approved, forecast = sizes[row.measure](part, figures) if row.measure in sizes else _counted(history, row, part)
    share = row.measure == "cost"
    if share and not approved:
        return None
    tolerance = (approved * row.amount / 100).quantize(CENT, ROUND_HALF_UP) if share else row.amount
    plain = Reading(
        measure=row.measure,
        approved=approved,
        forecast=forecast,
        tolerance=tolerance,
        said=tolerances.in_words(row),
        currency=figures.baseline.constraints.cost.currency,
        subject=part.subject,
        name=part.name,
        by="baseline",
    )
    allowed = history.allowed(part.subject, row.measure)
    return plain if allowed is None else plain.tolerating(allowed)


def _time(part: _Part, figures: _Figures) -> tuple[Decimal, Decimal]:
    """When the work of a part ends, by the baseline and by the forecast, as ordinals."""
    own = {one.id for one in part.activities}
    ends = (max(line.finish for line in dated.activities if line.activity in own)
            for dated in (figures.baseline.schedule, figures.forecast))  # fmt: skip
    approved, forecast = (Decimal(end.toordinal()) for end in ends)
    return approved, forecast


def _cost(part: _Part, figures: _Figures) -> tuple[Decimal, Decimal]:
    """What the work of a part costs, by the baseline and by its own earned value."""
    known = [(one.cost, line) for one in part.activities if (line := figures.progress.get(one.id))]
    bac = sum((one.cost for one in part.activities), ZERO)
    ev = sum((earned(cost, line) for cost, line in known), ZERO).quantize(CENT, ROUND_HALF_UP)
    return bac, expected_cost(bac, ev, sum((line.actual_cost for _, line in known), ZERO))


def _counted(history: History, row: ToleranceDefinition, part: _Part) -> tuple[Decimal, Decimal]:
    if row.measure == "risk":
        return ZERO, Decimal(max((exposure(one.risk) for one in open_risks(history)), default=0))
    return ZERO, Decimal(_sent_back(history, part.subject.phase))


def _sent_back(history: History, phase: str | None) -> int:
    """How many versions were sent back and not accepted since, of what a stage owes or the whole project does."""
    counts: dict[str, int] = {}
    for judged in history.all(DeliverableJudged):
        counts[judged.deliverable] = 0 if judged.accepted else counts.get(judged.deliverable, 0) + 1
    homes = history.definition.homes
    return sum(count for item, count in counts.items() if phase in (None, homes.get(item)))
