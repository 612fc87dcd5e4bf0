"""Green, amber, red: one light for each dimension, set by a rule and never without its reason in words."""

from datetime import date
from decimal import Decimal
from typing import Literal

from lifecycle.history import History
from lifecycle.history.control import ProgressReported
from lifecycle.planning.forecast import status_date
from lifecycle.reports import words
from lifecycle.reports.registers import HIGH_RISK, RiskLine, changes, risks
from lifecycle.status import ProjectStatus, unreported
from lifecycle.value import Value

Colour = Literal["green", "amber", "red", "grey"]
WORDS: dict[Colour, str] = {
    "green": "On track",
    "amber": "At risk",
    "red": "Off track",
    "grey": "Not set",
}


class Light(Value):
    """How one dimension stands: colour, the word for it, the reason, and the record that the reason rests on."""

    dimension: str
    colour: Colour
    word: str
    reason: str
    record: str


def lights(history: History, status: ProjectStatus) -> tuple[Light, ...]:
    """The overall light, which is the worst of the others, then time, cost, scope and risk."""
    each = (_time(history, status), _cost(history, status), _scope(history, status), _risk(history))
    return (_overall(each), *each)


def _light(dimension: str, colour: Colour, reason: str, record: str) -> Light:
    return Light(dimension=dimension, colour=colour, word=WORDS[colour], reason=reason, record=record)


def _overall(each: tuple[Light, ...]) -> Light:
    order: tuple[Colour, ...] = ("red", "amber", "green", "grey")
    worst = min(each, key=lambda light: order.index(light.colour))
    bad = [light.dimension.lower() for light in each if light.colour == worst.colour]
    unknown = [light.dimension.lower() for light in each if light.colour == "grey"]
    reason = "all dimensions"
    if worst.colour in ("red", "amber"):
        reason = f"{worst.word.lower()} in {words.listed(bad)}"
    elif unknown:
        reason = f"{worst.word.lower()} as far as known; not set: {words.listed(unknown)}"
    return _light("Overall", worst.colour, words.sentence(reason), worst.record)


def _time(history: History, status: ProjectStatus) -> Light:
    record = source(history, "time")
    if status.days_late is None:
        return _light("Time", "grey", "There is no forecast yet.", record)
    tolerance = words.days(status.constraints.time.tolerance_days)
    reason = f"The forecast finish is {words.late(status.days_late)}; tolerance {tolerance}."
    colour = colour_of(status.days_late, status.constraints.time.tolerance_days)
    if colour == "green" and status.forecast_finish and unreported(history, status):
        return _light("Time", "amber", _past(history, status.forecast_finish), record)
    return _light("Time", colour, reason, record)


def _past(history: History, forecast: date) -> str:
    reported = status_date(history)
    since = f"nothing was reported since {words.day(reported)}" if reported else "nothing was reported yet"
    return f"The forecast of {words.day(forecast)} is past; {since}."


def _cost(history: History, status: ProjectStatus) -> Light:
    limits = status.constraints.cost
    record = source(history, "cost")
    if status.forecast_cost is None:
        return _light("Cost", "grey", "There is no forecast yet.", record)
    over = status.forecast_cost - limits.budget
    allowed = limits.budget * limits.tolerance_percent / 100
    reason = (
        f"The forecast is {words.money(status.forecast_cost, limits.currency)} against a budget of"
        f" {words.money(limits.budget, limits.currency)}; tolerance {words.percent(limits.tolerance_percent)}."
    )
    return _light("Cost", colour_of(over, allowed), reason, record)


def colour_of(over: int | Decimal | None, allowed: int | Decimal) -> Colour:
    """Green within the limit, amber within its tolerance, red beyond, grey when nothing is known."""
    if over is None:
        return "grey"
    return "green" if over <= 0 else "amber" if over <= allowed else "red"


def _scope(history: History, status: ProjectStatus) -> Light:
    undecided = [change for change in changes(history) if not change.decided]
    sent_back = [item for item in status.deliverables if item.state == "sent back"]
    if undecided:
        count = words.counted(len(undecided), "change request")
        return _light("Scope", "amber", f"{count} undecided.", undecided[0].record)
    if sent_back:
        titles = words.listed(item.title for item in sent_back)
        return _light("Scope", "amber", f"Sent back: {titles}.", sent_back[0].record or source(history, "scope"))
    return _light("Scope", "green", "No change is undecided and nothing was sent back.", source(history, "scope"))


def _risk(history: History) -> Light:
    high = [risk for risk in risks(history) if risk.open and risk.score >= HIGH_RISK]
    bare = [risk for risk in high if not risk.response]
    if bare:
        return _light("Risk", "red", f"{_named(bare)} without a response.", bare[0].record)
    if high:
        return _light("Risk", "amber", f"{_named(high)}, with a response.", high[0].record)
    return _light("Risk", "green", "No high risk is open.", source(history, "risk"))


def _named(high: list[RiskLine]) -> str:
    return f"{words.counted(len(high), 'high risk')} ({words.listed(risk.title for risk in high)})"


def source(history: History, dimension: Literal["time", "cost", "scope", "risk"]) -> str:
    """The record that the figures of a dimension rest on: the last progress report, baseline or the start."""
    if dimension in ("time", "cost"):
        return last_measured(history)
    return (history.baseline or history.started).id


def last_measured(history: History) -> str:
    """The newest record that figures of time and cost are computed from."""
    return (history.last(ProgressReported) or history.baseline or history.plan or history.started).id
