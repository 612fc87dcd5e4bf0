"""Earned value: what was planned, done and spent by a status date, and what follows for the end.

Names and formulas are those of PMI's Practice Standard for Earned Value Management and of the EVMS
standard (EIA-748): PV, EV and AC; variances, indices and the estimates at completion.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from lifecycle.history.control import BaselineSet
from lifecycle.history.plan import ProgressLine, ScheduledActivity
from lifecycle.value import Value

CENT, HUNDREDTH, FOUR_PLACES = Decimal("0.01"), Decimal("0.01"), Decimal("0.0001")
ZERO = Decimal(0)


class EarnedValue(Value):
    """Earned value at a status date. Money to the cent, indices to four places, shares in percent.

    What the formulas leave undefined (a division by zero) is None.
    """

    status_date: date
    bac: Decimal
    pv: Decimal
    ev: Decimal
    ac: Decimal
    cv: Decimal
    sv: Decimal
    cpi: Decimal | None
    spi: Decimal | None
    eac: Decimal | None
    etc: Decimal | None
    vac: Decimal | None
    tcpi: Decimal | None
    percent_complete: Decimal | None
    percent_spent: Decimal | None


class WorkingDays(Protocol):
    """A calendar that can count."""

    def count(self, first: date, last: date) -> int:
        """How many working days lie between two dates, both included."""


def measure(
    baseline: BaselineSet, progress: Mapping[str, ProgressLine], status_date: date, calendar: WorkingDays
) -> EarnedValue:
    """Hold progress against the baseline on the evening of a status date.

    BAC is the baseline plan's cost. PV spreads an activity's cost evenly over its planned working days,
    a milestone's falls due on its day. EV is percent complete times cost. AC counts whatever was spent,
    on work that a later baseline dropped as well.
    """
    cost = {activity.id: activity.cost for activity in baseline.plan.activities}
    planned = baseline.schedule.activities
    pv = sum((cost[one.activity] * _planned_share(one, status_date, calendar) for one in planned), ZERO)
    ev = sum((earned(cost[line.activity], line) for line in progress.values() if line.activity in cost), ZERO)
    ac = sum((line.actual_cost for line in progress.values()), ZERO)
    return earned_value(status_date, _money(sum(cost.values(), ZERO)), _money(pv), _money(ev), _money(ac))


def earned_value(status_date: date, bac: Decimal, pv: Decimal, ev: Decimal, ac: Decimal) -> EarnedValue:
    """All that follows from the four basic amounts.

    CV = EV - AC, SV = EV - PV, CPI = EV / AC, SPI = EV / PV, EAC = BAC / CPI, ETC = EAC - AC,
    VAC = BAC - EAC, TCPI (to BAC) = (BAC - EV) / (BAC - AC), percent complete = EV / BAC and percent
    spent = AC / BAC, both times 100.
    """
    eac = _eac(bac, ev, ac)
    return EarnedValue(
        status_date=status_date,
        bac=bac,
        pv=pv,
        ev=ev,
        ac=ac,
        cv=ev - ac,
        sv=ev - pv,
        cpi=_ratio(ev, ac),
        spi=_ratio(ev, pv),
        eac=eac,
        etc=None if eac is None else eac - ac,
        vac=None if eac is None else bac - eac,
        tcpi=_ratio(bac - ev, bac - ac),
        percent_complete=_ratio(100 * ev, bac, HUNDREDTH),
        percent_spent=_ratio(100 * ac, bac, HUNDREDTH),
    )


def cost_forecast(value: EarnedValue) -> Decimal:
    """The cost to expect at the end: EAC, or AC + (BAC - EV) as long as there is no CPI to go by."""
    return expected_cost(value.bac, value.ev, value.ac)


def expected_cost(bac: Decimal, ev: Decimal, ac: Decimal) -> Decimal:
    """The same for some of the work by its own amounts."""
    eac = _eac(bac, ev, ac)
    return ac + bac - ev if eac is None else eac


def earned(cost: Decimal, line: ProgressLine) -> Decimal:
    """The earned value of an activity: percent complete times its cost."""
    return cost * Decimal(str(line.percent)) / 100


def _eac(bac: Decimal, ev: Decimal, ac: Decimal) -> Decimal | None:
    """BAC / CPI as BAC * AC / EV: nothing is lost by rounding the index first."""
    return _ratio(bac * ac, ev, CENT) if ac else None


def _planned_share(planned: ScheduledActivity, status_date: date, calendar: WorkingDays) -> Decimal:
    """How much of an activity should be done by the evening of the status date, from 0 to 1."""
    if status_date >= planned.finish:
        return Decimal(1)
    if status_date < planned.start:
        return ZERO
    days = calendar.count(planned.start, planned.finish)
    return Decimal(calendar.count(planned.start, status_date)) / max(1, days)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _ratio(part: Decimal, whole: Decimal, places: Decimal = FOUR_PLACES) -> Decimal | None:
    return (part / whole).quantize(places, ROUND_HALF_UP) if whole else None
