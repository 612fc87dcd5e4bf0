"""A delay in one project, and what it does to the others. 5 January 2026 is a Monday."""

from datetime import date
from decimal import Decimal

from lifecycle.history import History
from lifecycle.history.charter import Dependency, ProgramCharter
from lifecycle.history.plan import ProgressLine
from lifecycle.program import Impact, impact, not_before
from tests.builders import (
    activity,
    charter,
    closed,
    decided,
    finished,
    opened,
    planned,
    program_charter,
    progressed,
    started,
    stopped,
)


def needs(*dependencies: Dependency) -> ProgramCharter:
    return program_charter(*dependencies, projects=("backend", "app", "shop"))


def link(before: str, after: str, lag: int = 0, id: str = "D1") -> Dependency:
    return Dependency(id=id, text="The interface", before=before, after=after, lag=lag)


def backend() -> History:
    """Ten working days to the interface, which is there on Friday 16 January."""
    history = opened(started(charter("backend")))
    return planned(history, activity("B1", 10), activity("B2", 0, "B1", name="Interface ready"))


def late_backend(percent: float = 10) -> History:
    """On Friday 16 January only a tenth is done: nine working days are left, to Thursday 29 January."""
    return progressed(backend(), date(2026, 1, 16), running("B1", percent))


def app(*, slack: int = 0) -> History:
    """Ten days of its own and some slack, then ten days with the interface, from Monday 19 January on."""
    first = date(2026, 1, 19)
    history = opened(started(charter("app")))
    return planned(
        history,
        activity("A1", 10),
        activity("A2", 10, "A1", name="Connect accounts"),
        activity("A3", 10 + slack),
        activity("A4", 0, "A2", "A3"),
        not_before={"A2": first},
    )


def running(name: str, percent: float) -> ProgressLine:
    return ProgressLine(activity=name, percent=percent, actual_start=date(2026, 1, 5), actual_cost=Decimal(100))


def done(name: str, finish: date) -> ProgressLine:
    return ProgressLine(
        activity=name,
        percent=100,
        actual_start=date(2026, 1, 5),
        actual_finish=finish,
        actual_cost=Decimal(1000),
    )


FEEDS = link("backend/B2", "app/A2")


def one(charter_: ProgramCharter, **members: History) -> Impact:
    (found,) = impact(charter_, members)
    return found


def test_without_progress_the_plan_s_dates_hold() -> None:
    members = {"backend": backend(), "app": app()}
    assert not_before(needs(FEEDS), members, "app") == {"A2": date(2026, 1, 19)}
    assert not_before(needs(FEEDS), members, "backend") == {}


def test_a_forecast_milestone_imposes_the_next_working_day() -> None:
    members = {"backend": late_backend(), "app": app()}
    assert not_before(needs(FEEDS), members, "app") == {"A2": date(2026, 1, 30)}


def test_a_lag_counts_in_working_days() -> None:
    members = {"backend": backend(), "app": app()}
    assert not_before(needs(link("backend/B2", "app/A2", lag=5)), members, "app") == {"A2": date(2026, 1, 26)}


def test_of_several_dependencies_the_latest_counts() -> None:
    twice = needs(FEEDS, link("backend/B2", "app/A2", lag=2, id="D2"), link("backend/B1", "app/A2", id="D3"))
    assert not_before(twice, {"backend": backend(), "app": app()}, "app") == {"A2": date(2026, 1, 21)}


def test_gates_missing_projects_and_missing_plans_impose_no_date() -> None:
    gate = link("backend/G2", "app/execution")
    assert not_before(needs(gate, FEEDS), {"app": app()}, "app") == {}
    assert not_before(needs(FEEDS), {"backend": opened(started(charter("backend"))), "app": app()}, "app") == {}
    assert impact(needs(gate, FEEDS), {"app": app()}) == ()
    assert impact(needs(gate), {"backend": backend(), "app": app()}) == ()


def test_a_milestone_on_time_moves_nothing() -> None:
    found = one(needs(FEEDS), backend=backend(), app=app())
    assert (found.planned, found.expected, found.slip) == (date(2026, 1, 16), date(2026, 1, 16), 0)
    assert (found.needed_by, found.slack_used, found.effect) == (date(2026, 1, 16), 0, 0)
    assert found.sentence == (
        "D1: 'Interface ready' of backend comes on 2026-01-16, as planned; app needs it by 2026-01-16 for "
        "'Connect accounts'. The finish of app does not move."
    )


def test_a_late_milestone_moves_the_successor_s_finish() -> None:
    found = one(needs(FEEDS), backend=late_backend(), app=app())
    assert (found.expected, found.slip) == (date(2026, 1, 29), 13)
    assert found.effect == 13  # from Friday 30 January to Thursday 12 February
    assert "13 days later than planned" in found.sentence
    assert "The finish of app becomes 13 days later." in found.sentence


def test_the_longer_other_work_takes_the_less_a_delay_moves() -> None:
    found = one(needs(FEEDS), backend=late_backend(), app=app(slack=19))
    assert (found.slip, found.effect) == (13, 0)


def test_slack_before_the_successor_s_work_is_used_up_first() -> None:
    history = opened(started(charter("app")))
    relaxed = planned(history, activity("A1", 15), activity("A2", 5, "A1", name="Connect accounts"))
    found = one(needs(FEEDS), backend=late_backend(), app=relaxed)
    assert (found.needed_by, found.slack_used) == (date(2026, 1, 23), 7)
    assert found.effect == 6  # from Friday 30 January to Thursday 5 February
    assert "7 days of slack are used up" in found.sentence


def test_an_early_milestone_uses_no_slack() -> None:
    early = progressed(backend(), date(2026, 1, 13), done("B1", date(2026, 1, 13)), done("B2", date(2026, 1, 13)))
    found = one(needs(FEEDS), backend=early, app=app())
    assert (found.slip, found.slack_used) == (-3, 0)
    assert "3 days earlier than planned" in found.sentence


def test_a_lag_and_a_milestone_that_waits_shift_the_day_it_is_needed() -> None:
    assert one(needs(link("backend/B2", "app/A2", lag=3)), backend=backend(), app=app()).needed_by == date(2026, 1, 13)
    assert one(needs(link("backend/B2", "app/A4")), backend=backend(), app=app()).needed_by == date(2026, 1, 30)


def test_a_delay_runs_through_a_chain_of_projects() -> None:
    shop = planned(opened(started(charter("shop"))), activity("S1", 5), not_before={"S1": date(2026, 2, 2)})
    chain = needs(FEEDS, link("app/A4", "shop/S1", id="D2"))
    members = {"shop": shop, "app": app(), "backend": late_backend()}
    first, second = impact(chain, members)
    assert (first.dependency, second.dependency) == ("D1", "D2")
    assert (second.predecessor, second.planned, second.expected) == (
        "app",
        date(2026, 1, 30),
        date(2026, 2, 12),
    )
    assert second.effect == 13  # from Friday 13 to Thursday 19 February instead of Friday 6
    assert not_before(chain, members, "shop") == {"S1": date(2026, 2, 13)}


def test_a_milestone_of_a_stopped_project_will_not_come() -> None:
    found = one(needs(FEEDS), backend=stopped(late_backend()), app=app())
    assert (found.expected, found.slip, found.effect, found.slack_used) == (None, None, None, 0)
    assert "will not come, because its project was stopped; app needs it by 2026-01-16" in found.sentence
    assert not_before(needs(FEEDS), {"backend": stopped(late_backend()), "app": app()}, "app") == {}


def test_a_milestone_reached_before_the_stop_still_counts() -> None:
    reached = progressed(backend(), date(2026, 1, 16), done("B1", date(2026, 1, 14)), done("B2", date(2026, 1, 14)))
    assert one(needs(FEEDS), backend=stopped(reached), app=app()).expected == date(2026, 1, 14)


def test_a_stopped_successor_needs_nothing_any_more() -> None:
    assert impact(needs(FEEDS), {"backend": late_backend(), "app": stopped(app())}) == ()


def test_work_that_has_begun_waits_no_longer() -> None:
    begun = ProgressLine(
        activity="A2", percent=10, actual_start=date(2026, 1, 15), actual_cost=Decimal(10), remaining=9
    )
    history = progressed(app(), date(2026, 1, 16), done("A1", date(2026, 1, 14)), running("A3", 90), begun)
    found = one(needs(FEEDS), backend=late_backend(), app=history)
    assert found.effect == 0
    assert found.sentence.endswith("The finish of app does not move, that work has begun.")


def test_a_closed_successor_keeps_its_line_without_an_effect() -> None:
    history = app()
    for gate in ("G1", "G2", "G3"):
        history = decided(history, gate)
    found = one(needs(FEEDS), backend=late_backend(), app=closed(history))
    assert (found.slip, found.effect) == (13, None)
    assert found.sentence.endswith("app is closed.")
    assert impact(needs(FEEDS), {"backend": finished(charter("backend")), "app": app()}) == ()
