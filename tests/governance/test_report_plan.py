"""The report plan: when reports come round, and which are still to be written."""

from datetime import date
from typing import Any

from lifecycle.governance.report_plan import come_round, periods, unwritten
from lifecycle.history import SYSTEM, History
from lifecycle.history.closing import ReportIssued
from lifecycle.process.definition import ReportDefinition
from lifecycle.process.expansion import expand
from tests.builders import (
    START,
    day,
    decided,
    definition,
    execution,
    finished,
    opened,
    phase,
    planning,
    started,
    stopped,
    wind_up,
)


def report(id: str = "highlight", **changes: Any) -> ReportDefinition:
    return ReportDefinition(**({"id": id, "title": "Highlights", "by": "manager", "to": ("sponsor",)} | changes))


def begun(*reports: ReportDefinition, **control: Any) -> History:
    """The planning is open; beside the execution runs a control on its own cadence."""
    beside = phase("control", **({"beside": "execution", "cadence_days": 14} | control))
    return opened(started(process=definition(planning(), execution(), beside, wind_up(), reports=reports)))


def executing(history: History, number: int = 10) -> History:
    """The execution begins on the n-th day."""
    later = opened(decided(history, "G1"), "execution").records[-2:]
    return decided(history, "G1").and_then(*(one.model_copy(update={"at": day(number)}) for one in later))


def due(history: History, number: int) -> list[str]:
    return [record.subject for record in come_round(history, day(number))]


def noted(history: History, number: int) -> History:
    return history.and_then(*come_round(history, day(number)))


def written(history: History, subject: str) -> History:
    issued: dict[str, Any] = {"project": history.project, "at": START, "by": SYSTEM, "report": "status", "files": {}}
    return history.and_then(ReportIssued(subject=subject, **issued))


def test_a_report_comes_round_after_so_many_days_and_is_noted_once() -> None:
    history = begun(report(every_days=7))
    assert due(history, 6) == []
    assert due(history, 7) == ["highlight-2026-01-12"]
    assert due(noted(history, 7), 13) == []
    assert due(noted(history, 7), 14) == ["highlight-2026-01-19"]


def test_after_a_silence_only_the_newest_period_is_noted() -> None:
    assert due(begun(report(every_days=7)), 30) == ["highlight-2026-02-02"]


def test_of_several_that_were_noted_only_the_newest_is_written_and_that_once() -> None:
    history = noted(noted(begun(report(every_days=7)), 7), 14)
    ((plan, newest),) = unwritten(history)
    assert (plan.id, newest.subject) == ("highlight", "highlight-2026-01-19")
    assert unwritten(written(history, newest.subject)) == ()


def test_a_report_goes_with_its_phases_on_their_cadence() -> None:
    history = begun(report(during=("control",)))
    assert due(history, 100) == []
    assert periods(history, day(100).date()) == ()
    history = executing(history)
    assert due(history, 23) == []
    assert due(history, 24) == ["highlight-2026-01-29"]
    (period,) = periods(history, day(24).date())
    assert period.following == date(2026, 2, 12)
    assert due(opened(decided(history, "G2"), "closing"), 60) == []


def test_a_period_that_ended_before_the_next_stage_began_is_not_made_up_for() -> None:
    stage = execution(repeat="as often as needed", products=False, deliverables=())
    beside = phase("control", beside="execution", cadence_days=14)
    process = expand(
        definition(planning(), stage, beside, wind_up(), reports=(report(during=("control",)),)), {"execution": 2}
    )
    assert process.reports[0].during == ("control-1", "control-2")
    history = opened(decided(started(process=process), "G1"), "execution-1")
    second = opened(decided(history, "G2-1"), "execution-2").records[-2:]
    history = decided(history, "G2-1").and_then(*(one.model_copy(update={"at": day(20)}) for one in second))
    assert due(history, 21) == []
    assert due(history, 28) == ["highlight-2026-02-02"]


def test_nothing_comes_round_once_the_project_has_ended() -> None:
    assert due(stopped(begun(report(every_days=7))), 30) == []
    assert unwritten(finished()) == ()
