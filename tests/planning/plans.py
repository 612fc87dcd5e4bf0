"""Short ways to write plans with every kind of link, and to read schedules."""

import re
from datetime import date
from typing import Any

from lifecycle.history.plan import Activity, Link, Plan, Schedule
from tests.builders import activity

MONDAY = date(2026, 1, 5)
LINK = re.compile(r"(?P<predecessor>\w+)(?: (?P<type>FS|SS|FF|SF)(?P<lag>[+-]\d+)?)?")


def link(text: str) -> Link:
    """`A`, `A SS`, `A FF-2`."""
    found = LINK.fullmatch(text)
    assert found, text
    return Link.model_validate({**found.groupdict("FS"), "lag": int(found["lag"] or 0)})


def work(id: str, duration: int, *links: str, **changes: Any) -> Activity:
    return activity(id, duration, **changes).model_copy(update={"links": tuple(map(link, links))})


def plan(*activities: Activity) -> Plan:
    return Plan(activities=activities)


def dates(schedule: Schedule) -> dict[str, tuple[str, str]]:
    """Month and day of every start and finish."""
    return {one.activity: (f"{one.start:%m-%d}", f"{one.finish:%m-%d}") for one in schedule.activities}


def floats(schedule: Schedule) -> dict[str, int]:
    return {one.activity: one.total_float for one in schedule.activities}


def critical(schedule: Schedule) -> list[str]:
    return [one.activity for one in schedule.activities if one.critical]


TEXTBOOK = (
    work("A", 2),
    work("B", 3),
    work("C", 2, "A"),
    work("D", 4, "A", "B"),
    work("E", 4, "C"),
    work("F", 3, "C"),
    work("G", 5, "D", "E"),
    work("H", 2, "F", "G"),
)
"""Milwaukee Paper, worked by hand in Heizer and Render, Operations Management: 15 periods along A-C-E-G-H."""
