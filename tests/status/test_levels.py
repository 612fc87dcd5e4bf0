"""How stages and work packages stand: their own work by the baseline, by the forecast, and what is tolerated."""

from datetime import date
from decimal import Decimal

from lifecycle.control.readings import Reading
from lifecycle.control.tolerances import escalated, exceptions, open_exceptions
from lifecycle.history import SYSTEM, History
from lifecycle.history.charter import RiskEntry
from lifecycle.history.control import ExceptionDecided, ExceptionEnded, RiskRaised, Subject, ToleranceGranted
from lifecycle.history.plan import ProgressLine
from lifecycle.process.definition import (
    AuthorityDefinition,
    Level,
    Measure,
    RoleDefinition,
    ToleranceDefinition,
)
from lifecycle.status import facts, status
from lifecycle.status.colour import colour
from lifecycle.status.exceptional import who_may_decide
from lifecycle.status.levels import below
from lifecycle.status.outlook import outlook
from tests.builders import (
    START,
    activity,
    closed,
    day,
    decided,
    definition,
    judged,
    opened,
    planned,
    progressed,
    started,
    stopped,
    submitted,
)

STATUS = date(2026, 1, 16)
STAGE, PACKAGE = Subject(phase="execution"), Subject(activity="A1")


def row(level: Level, measure: Measure, amount: int, asks: str | None = None) -> ToleranceDefinition:
    return ToleranceDefinition(level=level, measure=measure, amount=Decimal(amount), asks=asks)


ROWS = (
    row("stage", "time", 7, "customer"),
    row("stage", "cost", 10),
    row("stage", "quality", 1),
    row("work-package", "time", 2),
    row("work-package", "cost", 20),
    row("project", "risk", 9, "architect"),
)


def running(*rows: ToleranceDefinition) -> History:
    """Two pieces of the app of ten days and 1,000 EUR each, and a party that belongs to no stage; A1 has begun."""
    history = planned(
        started(process=definition(tolerances=rows or ROWS)),
        activity("A1", 10, deliverable="app"),
        activity("A2", 10, "A1", deliverable="quality-log"),
        activity("P", 1, "A2", cost=Decimal(50)),
    )
    return opened(history, "execution")


def reported(history: History, remaining: int, cost: int = 500, percent: int = 50) -> History:
    """What A1 still needs after two weeks of work, and what it has cost."""
    line = ProgressLine(
        activity="A1",
        percent=percent,
        actual_start=date(2026, 1, 5),
        actual_cost=Decimal(cost),
        remaining=remaining,
    )
    return progressed(history, STATUS, line)


def read(history: History) -> dict[tuple[Subject, Measure], Reading]:
    return {one.key: one for one in below(history, outlook(history).forecast)}


def noticed(history: History) -> History:
    ahead = outlook(history)
    found = exceptions(
        history,
        STATUS,
        forecast_finish=ahead.finish,
        eac=ahead.cost,
        below=below(history, ahead.forecast),
        now=START,
        by=SYSTEM,
    )
    return history.and_then(*found)


def raised(history: History) -> list[tuple[str, str]]:
    return [(one.subject.level, one.measure) for one in open_exceptions(history)]


def test_a_stage_is_read_by_the_work_on_its_deliverables_and_on_those_beside_it() -> None:
    reading = read(reported(running(), 0))[STAGE, "time"]
    assert reading.in_text(reading.approved) == "2026-01-30"
    assert reading.in_text(reading.forecast) == "2026-01-30"
    assert reading.in_text(reading.limit) == "2026-02-06"
    assert (reading.name, reading.said) == ("Stage Execution", "7 days")


def test_a_work_package_is_read_once_somebody_has_reported_on_it() -> None:
    assert {subject for subject, _ in read(running())} == {STAGE, Subject()}
    assert {subject for subject, _ in read(reported(running(), 0))} == {STAGE, PACKAGE, Subject()}


def test_a_forecast_on_the_limit_is_no_breach_and_a_day_beyond_is_one_in_words() -> None:
    tight = [row("work-package", "time", days) for days in (3, 2)]
    on, beyond = (read(reported(running(one), 1))[PACKAGE, "time"] for one in tight)
    assert on.breach is None
    assert beyond.breach == (
        "2026-01-19",
        "2026-01-18",
        "Work package A1 Work A1: the forecast finish 2026-01-19 is 1 day beyond the limit 2026-01-18 "
        "(baseline 2026-01-16 plus 2 days).",
    )


def test_cost_is_expected_by_the_earned_value_of_the_work_itself() -> None:
    found = read(reported(running(), 0, cost=800))
    assert (found[PACKAGE, "cost"].forecast, found[STAGE, "cost"].forecast) == (Decimal(1600), Decimal(3200))
    breach = found[STAGE, "cost"].breach
    assert breach is not None
    assert breach.limit == "2200.00 EUR"
    assert breach.text.endswith("1000.00 EUR beyond the limit 2200.00 EUR (baseline 2000 plus 10 %).")


def test_work_that_was_to_cost_nothing_has_no_percentage_to_stray_by() -> None:
    free = planned(started(process=definition(tolerances=ROWS)), activity("A1", 10, deliverable="app", cost=Decimal(0)))
    assert (PACKAGE, "cost") not in read(reported(opened(free, "execution"), 0))


def test_a_stage_without_work_in_the_plan_has_no_time_and_no_cost() -> None:
    history = opened(planned(started(process=definition(tolerances=ROWS)), activity("P", 1)), "execution")
    assert [measure for subject, measure in read(history) if subject == STAGE] == ["quality"]


def test_quality_counts_versions_sent_back_until_the_thing_is_accepted() -> None:
    history = running()
    for expected in (1, 2):
        history = judged(submitted(history, "app", "erik"), "app", "cora", send_back=True, reason="Slow.")
        assert read(history)[STAGE, "quality"].forecast == expected
    assert raised(noticed(history)) == [("stage", "quality")]
    assert noticed(history).newest.text == (  # type: ignore[attr-defined]
        "Stage Execution: versions sent back and not accepted since: 2; the limit is 1."
    )
    accepted = judged(submitted(noticed(history), "app", "erik"), "app", "cora")
    assert raised(noticed(accepted)) == []
    assert noticed(accepted).all(ExceptionEnded)[0].cause == accepted.newest.id


def test_a_grave_risk_is_the_projects_affair_and_asks_the_role_that_is_named() -> None:
    entry = RiskEntry(title="Flood", category="external", probability=2, impact=5, owner="manager")
    history = running().and_then(RiskRaised(project="app", at=START, by="erik", number=1, risk=entry))
    found = noticed(history)
    assert raised(found) == [("project", "risk")]
    assert open_exceptions(found)[0].text == "The gravest open risk weighs 10 of 25; the limit is 9."
    assert who_may_decide(found, open_exceptions(found)[0]) == ("ada",)


def test_each_level_raises_its_own_exception_and_asks_its_own_people() -> None:
    """A work package's is the manager's; one that breaks the stage as well is the board's too."""
    assert raised(noticed(reported(running(), 2))) == [("work-package", "time")]
    history = noticed(reported(running(), 9))
    assert raised(history) == [("stage", "time"), ("work-package", "time")]
    stage, package = open_exceptions(history)
    assert (stage.subject, package.subject) == (STAGE, PACKAGE)
    assert who_may_decide(history, stage) == ("cora",)
    assert who_may_decide(history, package) == ("paula",)
    assert escalated(history) == (stage,)


def test_without_a_role_to_ask_the_authority_table_says_who_by_the_size_of_the_parts_deviation() -> None:
    rows = (
        AuthorityDefinition(decision="exception", roles=("architect",), up_to_cost=Decimal(500), up_to_days=20),
        AuthorityDefinition(decision="exception", roles=("sponsor",)),
    )
    nobodys = row("stage", "time", 7, "auditor")
    role = RoleDefinition(id="auditor", title="Auditor", duties="None yet.")
    process = definition(
        tolerances=(row("stage", "cost", 10), nobodys), authority=rows, roles=(*definition().roles, role)
    )
    history = planned(started(process=process), activity("A1", 10, deliverable="app"))
    for cost, persons in ((700, ("sam", "ada")), (800, ("sam",))):
        found = noticed(reported(opened(history, "execution"), 0, cost=cost))
        assert raised(found) == [("stage", "cost")]
        assert who_may_decide(found, open_exceptions(found)[0]) == persons
    late = noticed(reported(opened(history, "execution"), 8))
    assert [who_may_decide(late, one) for one in open_exceptions(late)] == [("sam", "ada")]
    assert who_may_decide(late, open_exceptions(late)[0], days=21) == ("sam",)


def test_facts_count_the_levels_apart_and_a_work_package_holds_nothing() -> None:
    known = facts(noticed(reported(running(), 2)), STATUS)
    names = ("open", "unsettled", "stage_open", "work_packages_open")
    assert [known[f"exceptions.{name}"] for name in names] == [0, 0, 0, 1]
    known = facts(noticed(reported(running(), 9)), STATUS)
    assert [known[f"exceptions.{name}"] for name in names] == [1, 1, 1, 1]


def test_a_work_packages_exception_makes_amber_and_a_stages_red() -> None:
    for remaining, word in ((2, "amber"), (9, "red")):
        history = noticed(reported(running(), remaining))
        rag, reason = colour(history, status(history, STATUS))
        assert (rag, "exception: " in reason) == (word, True)


def test_an_exception_ends_when_the_forecast_is_back() -> None:
    history = reported(noticed(reported(running(), 9)), 0)
    assert raised(noticed(history)) == []
    assert {one.cause for one in noticed(history).all(ExceptionEnded)} == {"app:progress:2"}


def test_what_was_granted_last_stands_in_place_of_the_processs_tolerance() -> None:
    history = reported(running(), 9)
    granted = ToleranceGranted(
        project="app", at=day(1), by="sam", number=1, phase="execution", days=30, reason="New people."
    )
    assert read(history.and_then(granted))[STAGE, "time"].said == "30 days"
    assert raised(noticed(history.and_then(granted))) == [("work-package", "time")]
    found = noticed(history)
    more = ExceptionDecided(
        project="app", at=day(2), by="cora", number=1, choice="more-tolerance", reason="Yes.", forecast="x", days=20
    )
    after = found.and_then(granted, more)
    assert read(after)[STAGE, "time"].said == "20 days"
    assert after.constraints.time.tolerance_days == 10, "the project's own tolerance is another one"


def test_a_stage_that_is_not_open_has_no_tolerance_any_more() -> None:
    history = noticed(reported(running(), 9))
    after = opened(history, "closing")
    assert raised(noticed(after)) == [("work-package", "time")]
    assert noticed(after).all(ExceptionEnded)[0].cause == "app:closing:1"


def test_nothing_is_read_where_nothing_more_is_expected() -> None:
    ahead = outlook(running()).forecast
    assert below(running(), ahead) != ()
    assert below(stopped(running()), ahead) == ()
    history = running()
    for gate in history.definition.gates:
        history = decided(history, gate.id)
    assert below(closed(history), ahead) == ()
    assert below(started(process=definition(tolerances=ROWS)), ahead) == ()


def test_a_process_has_tolerances_of_the_whole_project_too() -> None:
    assert read(running(row("project", "quality", 0)))[Subject(), "quality"].breach is None
