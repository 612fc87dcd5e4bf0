"""Plans and progress: tables that people keep in a spreadsheet, with all that can be wrong in them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lifecycle.history.plan import Link, Plan, ProgressLine
from lifecycle.library import read_plan, read_progress
from tests.library.files import places, problems

PLAN = """\
id,name,wbs,duration,predecessors,owner,cost,deliverable
A1,"Draw, then ask",1.1,5,,designer,1000.50,
A2,Build,1.2,10,A1,developer,2000,app

STAFF,Hire,1.3,3,A1SS+2; A2 FF -1,manager,0,
M1,Ready,1.4,0,STAFF;A2SF,manager,0,
"""
PROGRESS = """\
status_date,activity,percent,actual_start,actual_finish,actual_cost,remaining
2026-02-06,A2,40,2026-01-12,,800,6
2026-01-09,A1,100,2026-01-05,2026-01-09,1000.50,
2026-02-06,STAFF,0,,,0,
"""


def plan(tmp_path: Path, text: str, name: str = "plan.csv") -> Plan:
    path = tmp_path / name
    path.write_text(text)
    return read_plan(path)


def wrong_plan(tmp_path: Path, *lines: str, header: str = PLAN.partition("\n")[0]) -> list[tuple[int, int, str]]:
    return problems(read_plan, tmp_path / "plan.csv", "\n".join([header, *lines]))


def wrong_progress(tmp_path: Path, *lines: str) -> list[tuple[int, int, str]]:
    return problems(read_progress, tmp_path / "week.csv", "\n".join([PROGRESS.partition("\n")[0], *lines]))


def test_a_plan_is_read_with_its_links(tmp_path: Path) -> None:
    first, build, hire, ready = plan(tmp_path, PLAN).activities

    assert (first.name, first.cost, first.links) == ("Draw, then ask", Decimal("1000.50"), ())
    assert (build.duration, build.deliverable, build.links) == (10, "app", (Link(predecessor="A1"),))
    assert hire.links == (Link(predecessor="A1", type="SS", lag=2), Link(predecessor="A2", type="FF", lag=-1))
    assert ready.links == (Link(predecessor="STAFF"), Link(predecessor="A2", type="SF"))
    assert ready.milestone


def test_a_spreadsheet_that_writes_semicolons_is_read_as_well(tmp_path: Path) -> None:
    header, first = "id;name;wbs;duration;predecessors;owner;cost;", "A1;Draw;1;5;;x;10;"
    second = 'A2;Ask;2;5;"A1; A1SS";x;10;'
    text = f"\ufeff{header}\r\n{first}\r\n{second}\r\n"

    assert len(plan(tmp_path, text).activities[1].links) == 2


def test_an_activitys_name_may_look_like_a_lag(tmp_path: Path) -> None:
    first, second = "A-1,Draw,1,5,,designer,10,", "A-2,Ask,2,5,A-1-3,designer,10,"
    text = "\n".join([PLAN.partition("\n")[0], first, second])

    assert plan(tmp_path, text).activities[1].links == (Link(predecessor="A-1", lag=-3),)


def test_a_plan_in_yaml_is_read(tmp_path: Path) -> None:
    text = "activities:\n  - {id: A1, name: Draw, wbs: '1', duration: 5, owner: designer, cost: 10}\n"

    assert plan(tmp_path, text, "plan.yaml").activities[0].duration == 5
    doubled = text + text.partition("\n")[2]
    ((line, column, message),) = problems(read_plan, tmp_path / "plan.yml", doubled)
    assert (line, column) == (3, 10)
    assert message == "'A1' stands in 'activities' a second time; give each an id of its own"


def test_an_empty_plan_is_refused(tmp_path: Path) -> None:
    assert wrong_plan(tmp_path) == [(1, 1, "the plan has no activities; write one on each line below the first")]
    assert problems(read_plan, tmp_path / "plan.yaml", "activities: []") == [
        (1, 13, "'activities' is empty; fill it in")
    ]
    ((line, column, message),) = problems(read_plan, tmp_path / "plan.csv", "")
    assert (line, column) == (1, 1)
    assert message.startswith("the file is empty; the first line must name the columns: id,name,wbs,duration,")


def test_everything_wrong_in_a_plan_is_told_at_once(tmp_path: Path) -> None:
    found = wrong_plan(
        tmp_path,
        "A1,Draw,1,five,,designer,10,",
        "A 2,Ask,2,5,,designer,-10,",
        "A1,Again,3,5,A9; A3SS+2,designer,10,",
        "A3,,4,5,A3,designer,10,",
        "A4,Late,5,5,A1+5000,designer,1.234,",
        "A5,Draw, then ask,5,5,,designer,1,",
    )

    assert found == [
        (2, 11, "'duration' must be a whole number, not 'five'"),
        (3, 1, "'id' must be letters, digits, '.', '_' or '-', a letter or digit first, not 'A 2'"),
        (3, 23, "'cost' must be 0 or more, not '-10'"),
        (4, 1, "'A1' stands here twice (first on line 2); keep one"),
        (4, 14, "there is no activity 'A9' to wait for; write activities like A1; A2SS+2; A3FF-1"),
        (5, 4, "'name' is empty; fill it in"),
        (5, 9, "'A3' waits for itself; remove it"),
        (6, 13, "the lag in 'A1+5000' must be -1000 to 1000 working days"),
        (6, 30, "'cost' must be a number with at most 2 decimal places, not '1.234'"),
        (7, 35, "9 cells, but 8 columns; put a text with a comma in double quotes"),
    ]


def test_a_predecessor_that_cannot_be_read_is_told_with_the_way_to_write_it(tmp_path: Path) -> None:
    ((_, _, message),) = wrong_plan(tmp_path, "A1,Draw,1,5,after everything\u00e9,designer,10,")

    assert message == (
        "there is no activity 'after everything\u00e9' to wait for; write activities like A1; A2SS+2; A3FF-1"
    )


def test_the_columns_of_a_plan_have_their_names(tmp_path: Path) -> None:
    columns = "id, name, wbs, duration, predecessors, owner, cost, deliverable"

    assert wrong_plan(tmp_path, header="id,name,wbs,duraton,predecessors,owner,cost,cost,colour") == [
        (
            1,
            1,
            f"column 'duration' is missing; the first line must name the columns: {columns.replace(', ', ',')}",
        ),
        (1, 13, "column 'duraton' is not known; did you mean 'duration'?"),
        (1, 45, "column 'cost' stands here twice; keep one"),
        (1, 50, f"column 'colour' is not known; known are {columns}"),
    ]


def test_a_column_too_many_is_told_beside_what_is_in_the_rows(tmp_path: Path) -> None:
    found = wrong_plan(tmp_path, "A1,Draw,1,5,,,10,,red", header=PLAN.partition("\n")[0] + ",colour")

    assert [item[:2] for item in found] == [(1, 58), (2, 14)]


def test_an_open_quote_is_told(tmp_path: Path) -> None:
    ((line, column, message),) = wrong_plan(tmp_path, "A1,Draw,1,5,,designer,10,", '"A2,Ask,2,5,,designer,10,')

    assert (line, column) == (3, 1)
    assert message.startswith("a quote is not closed")


def test_a_row_is_told_by_the_line_it_begins_on(tmp_path: Path) -> None:
    ((line, _, _),) = wrong_plan(tmp_path, 'A1,"Draw\nand ask",1,5,,designer,10,', "A2,Ask,2,x,,designer,10,")

    assert line == 4


def test_a_table_of_bearable_length_is_wanted(tmp_path: Path) -> None:
    assert wrong_plan(tmp_path, *["A1,Draw,1,5,,designer,10,"] * 10_000) == [
        (10_001, 1, "the table has more than 10000 lines; split it")
    ]


def test_a_table_of_bearable_width_is_wanted(tmp_path: Path) -> None:
    """A first line of thousands of names took seconds."""
    ((line, column, message),) = wrong_plan(tmp_path, header=",".join(f"column {number}" for number in range(257)))

    assert (line, column) == (1, 1)
    assert message.startswith(
        "the first line has 257 columns, more than 256; the first line must name the columns: id,"
    )


def test_progress_is_read_by_status_date_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text(PROGRESS)
    january, february = read_progress(path)

    assert january == (
        date(2026, 1, 9),
        (
            ProgressLine(
                activity="A1",
                percent=100,
                actual_start=date(2026, 1, 5),
                actual_finish=date(2026, 1, 9),
                actual_cost=Decimal("1000.50"),
            ),
        ),
    )
    assert [line.activity for line in february[1]] == ["A2", "STAFF"]
    assert february[1][0].remaining == 6


def test_everything_wrong_in_progress_is_told_at_once(tmp_path: Path) -> None:
    found = wrong_progress(
        tmp_path,
        "9.1.2026,A1,10,,,0,",
        "2026-01-09,A1,101,1700000000,,-5,",
        "2026-01-09,A1,10,2026-13-01,,0,x",
        "2026-01-09,A2,10,2026-01-10,,0,",
        "2026-01-09,A3,10,2026-01-08,2026-01-07,0,",
        ",A3,10,,,,",
    )

    assert found == [
        (2, 1, "'status_date' must be a date, written 2026-01-31, not '9.1.2026'"),
        (3, 15, "'percent' must be 100 or less, not '101'"),
        (3, 19, "'actual_start' must be a date, written 2026-01-31, not '1700000000'"),
        (3, 31, "'actual_cost' must be 0 or more, not '-5'"),
        (4, 12, "'2026-01-09 A1' stands here twice (first on line 3); keep one"),
        (4, 18, "'actual_start' must be a date, written 2026-01-31, not '2026-13-01'"),
        (4, 32, "'remaining' must be a whole number, not 'x'"),
        (5, 18, "'actual_start' 2026-01-10 lies after the status date 2026-01-09; progress tells of the past"),
        (6, 29, "'actual_finish' 2026-01-07 lies before the start 2026-01-08"),
        (7, 1, "'status_date' is empty; fill it in"),
        (7, 10, "'actual_cost' is empty; fill it in"),
    ]


@pytest.mark.parametrize("lines", [(), (",,,,,,", "")])
def test_progress_of_nothing_is_refused(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert places(wrong_progress(tmp_path, *lines)) == [(1, 1)]
