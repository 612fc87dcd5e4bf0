"""Schedules agree with networks worked by hand and with a longest-path oracle."""

from datetime import date, timedelta

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.errors import BadInput
from lifecycle.history.plan import Activity, Link, LinkType
from lifecycle.planning.calendar import MONDAY_TO_FRIDAY, WorkingCalendar
from lifecycle.planning.network import imposed, nodes_of, schedule, sequenced
from lifecycle.planning.passes import Position, positions
from tests.planning.plans import MONDAY, TEXTBOOK, critical, dates, floats, plan, work


def placed(*activities: Activity, floors: dict[str, int] | None = None) -> dict[str, Position]:
    """Start points and floats in whole periods from 0."""
    in_order = sequenced(plan(*activities))
    found = positions(nodes_of(in_order, 0, floors or {}))
    return {activity.id: position for activity, position in zip(in_order, found, strict=True)}


# By hand


def test_the_textbook_network_takes_15_days_along_its_critical_path() -> None:
    found = schedule(plan(*TEXTBOOK), MONDAY)
    assert (found.start, found.finish) == (MONDAY, date(2026, 1, 23))
    assert critical(found) == ["A", "C", "E", "G", "H"]
    assert floats(found) == {"A": 0, "B": 1, "C": 0, "D": 1, "E": 0, "F": 6, "G": 0, "H": 0}
    assert dates(found)["D"] == ("01-08", "01-13")
    assert dates(found)["G"] == ("01-15", "01-21")


@pytest.mark.parametrize(
    ("link", "start"),
    [
        ("A", 5),
        ("A FS+2", 7),
        ("A FS-3", 2),
        ("A FS-9", 0),  # never before the project
        ("A SS", 0),
        ("A SS+4", 4),
        ("A FF", 2),
        ("A FF+1", 3),
        ("A FF-4", 0),
        ("A SF", 0),
        ("A SF+7", 4),
    ],
)
def test_each_link_type_holds_the_end_that_it_names(link: str, start: int) -> None:
    assert placed(work("A", 5), work("B", 3, link))["B"].start == start


def test_floats_of_all_link_types_worked_by_hand() -> None:
    found = placed(
        work("A", 5),  # 0-5
        work("B", 4, "A SS+2"),  # 2-6
        work("C", 3, "A FF+2"),  # 4-7
        work("D", 2, "B SF+6"),  # finishes at 8 or later: 6-8
        work("E", 1, "C"),  # 7-8
        work("F", 1, "A"),  # 5-6, may be 7-8
    )
    assert {name: one.start for name, one in found.items()} == {
        "A": 0,
        "B": 2,
        "C": 4,
        "D": 6,
        "E": 7,
        "F": 5,
    }
    assert {name: one.total_float for name, one in found.items()} == {
        "A": 0,
        "B": 0,  # D's finish hangs on B's start
        "C": 0,
        "D": 0,
        "E": 0,
        "F": 2,
    }


def test_an_early_finisher_may_slip_to_the_end_of_the_project_and_no_further() -> None:
    found = placed(work("long", 10), work("short", 3))
    assert found["short"] == Position(start=0, total_float=7, evening=True)


def test_a_start_on_a_saturday_means_the_monday_after() -> None:
    found = schedule(plan(work("A", 1)), date(2026, 1, 3))
    assert (found.start, dates(found)["A"]) == (MONDAY, ("01-05", "01-05"))


def test_work_goes_around_weekends_and_holidays() -> None:
    calendar = WorkingCalendar(holidays=frozenset({date(2026, 1, 6)}))
    found = schedule(plan(work("A", 4), work("B", 2, "A")), MONDAY, calendar)
    assert dates(found) == {"A": ("01-05", "01-09"), "B": ("01-12", "01-13")}


def test_nothing_starts_before_the_date_that_another_project_imposes() -> None:
    imposed_on = {"B": date(2026, 1, 14), "A": date(2025, 6, 1), "unknown": MONDAY}
    found = schedule(plan(work("A", 2), work("B", 1, "A")), MONDAY, not_before=imposed_on)
    assert dates(found) == {"A": ("01-05", "01-06"), "B": ("01-14", "01-14")}
    assert floats(found) == {"A": 5, "B": 0}


def test_imposed_dates_can_be_read_off_a_schedule() -> None:
    drawn = plan(work("A", 2), work("M", 0, "A"), work("B", 1, "M"), work("C", 1, "B"))
    found = schedule(drawn, MONDAY, not_before={"B": date(2026, 1, 14)})
    assert imposed(drawn, found, MONDAY_TO_FRIDAY) == {"B": date(2026, 1, 14)}


def test_activities_keep_the_order_of_the_plan() -> None:
    found = schedule(plan(work("B", 1, "A"), work("A", 1)), MONDAY)
    assert [one.activity for one in found.activities] == ["B", "A"]


def test_a_plan_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(BadInput, match="9999"):
        schedule(plan(work("A", 5000)), date(9990, 1, 1))


# Milestones


def test_a_milestone_lies_on_the_last_day_of_the_work_before_it() -> None:
    found = schedule(plan(work("A", 5), work("M", 0, "A"), work("B", 1, "M")), MONDAY)
    assert dates(found) == {"A": ("01-05", "01-09"), "M": ("01-09", "01-09"), "B": ("01-12", "01-12")}
    assert critical(found) == ["A", "M", "B"]


def test_a_milestone_that_waits_for_nothing_lies_on_the_start_day_and_delays_nothing() -> None:
    found = schedule(plan(work("M", 0), work("A", 1, "M")), MONDAY)
    assert dates(found) == {"M": ("01-05", "01-05"), "A": ("01-05", "01-05")}


def test_a_milestone_at_the_end_ends_the_project_on_that_day() -> None:
    assert schedule(plan(work("A", 5), work("M", 0, "A")), MONDAY).finish == date(2026, 1, 9)


def test_milestones_in_a_row_share_their_day() -> None:
    evenings = schedule(plan(work("A", 5), work("M", 0, "A"), work("N", 0, "M")), MONDAY)
    assert dates(evenings)["N"] == ("01-09", "01-09")
    mornings = schedule(plan(work("M", 0), work("N", 0, "M")), MONDAY, not_before={"M": date(2026, 1, 7)})
    assert dates(mornings) == {"M": ("01-07", "01-07"), "N": ("01-07", "01-07")}


def test_a_milestone_held_by_a_start_or_a_date_lies_on_that_day() -> None:
    found = schedule(
        plan(work("A", 2), work("B", 3, "A"), work("M", 0, "A", "B SS"), work("N", 0, "A")),
        MONDAY,
        not_before={"N": date(2026, 1, 14)},
    )
    assert dates(found)["M"] == ("01-07", "01-07")
    assert dates(found)["N"] == ("01-14", "01-14")


def test_a_lag_puts_a_milestone_that_many_days_after_the_work() -> None:
    found = schedule(plan(work("A", 2), work("M", 0, "A FS+2")), MONDAY)
    assert dates(found)["M"] == ("01-08", "01-08")


# Against an oracle


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Activity], dict[str, int]]:
    """Activities in a shuffled order, linked without circles, and floors for some of them."""
    size = draw(st.integers(1, 9))
    types: list[LinkType] = ["FS", "SS", "FF", "SF"]
    activities = []
    for number in range(size):
        before = draw(st.lists(st.integers(0, number - 1), max_size=3)) if number else []
        links = [
            Link(predecessor=f"A{one}", type=draw(st.sampled_from(types)), lag=draw(st.integers(-4, 4)))
            for one in before
        ]
        one = work(f"A{number}", draw(st.integers(0, 6)))
        activities.append(one.model_copy(update={"links": tuple(links)}))
    floors = draw(st.dictionaries(st.sampled_from([one.id for one in activities]), st.integers(0, 9), max_size=2))
    return draw(st.permutations(activities)), floors


def oracle(activities: list[Activity], floors: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Early start and float by longest paths between the ends of activities, with networkx."""
    graph = nx.DiGraph()

    def edge(before: str, after: str, length: int) -> None:
        known = graph.get_edge_data(before, after, {"weight": 0})["weight"]
        weight = min(known, -length) if graph.has_edge(before, after) else -length
        graph.add_edge(before, after, weight=weight)

    for one in activities:
        edge("begin", f"{one.id} S", floors.get(one.id, 0))
        edge(f"{one.id} S", f"{one.id} F", one.duration)
        edge(f"{one.id} F", f"{one.id} S", -one.duration)
        edge(f"{one.id} F", "end", 0)
        for link in one.links:
            edge(f"{link.predecessor} {link.type[0]}", f"{one.id} {link.type[1]}", link.lag)
    early = nx.single_source_bellman_ford_path_length(graph, "begin")
    to_end = nx.single_source_bellman_ford_path_length(graph.reverse(), "end")
    return {
        one.id: (-early[f"{one.id} S"], -early["end"] + to_end[f"{one.id} S"] + early[f"{one.id} S"])
        for one in activities
    }


@given(networks())
@settings(max_examples=150, deadline=None)
def test_starts_and_floats_are_those_of_the_longest_paths(
    network: tuple[list[Activity], dict[str, int]],
) -> None:
    activities, floors = network
    found = placed(*activities, floors=floors)
    assert {name: (one.start, one.total_float) for name, one in found.items()} == oracle(activities, floors)
    assert min(one.total_float for one in found.values()) >= 0


@given(networks())
@settings(max_examples=60, deadline=None)
def test_dates_keep_every_promise_of_the_plan(network: tuple[list[Activity], dict[str, int]]) -> None:
    activities, floors = network
    not_before = {name: MONDAY + timedelta(days=days) for name, days in floors.items()}
    found = schedule(plan(*activities), MONDAY, not_before=not_before)
    for activity in activities:
        one = found.of(activity.id)
        assert found.start <= one.start <= one.finish <= found.finish
        assert one.start >= not_before.get(activity.id, MONDAY)
        assert MONDAY_TO_FRIDAY.count(one.start, one.finish) == max(1, activity.duration)
        assert one.critical == (one.total_float == 0)
