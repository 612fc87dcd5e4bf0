"""Charters: of a project, or of a program when they name projects."""

from pathlib import Path

from lifecycle.history.charter import Charter, ProgramCharter
from lifecycle.library import read_charter
from tests.library.files import problems

CHARTER = """\
project: app
title: App
process: small
goal: An app.
need: Customers ask for it.
success_criteria:
  - {id: used, text: It is used., measure: 1000 users}
constraints:
  time: {start: 2026-01-05, finish: 2026-06-30}
  cost: {budget: 1000}
  scope: {statement: An app.}
people:
  - {id: paula, name: Paula, roles: [pm]}
"""
PROGRAM = """\
objectives:
  - {id: growth, text: More customers.}
projects:
  - {project: app, charter: app.yaml, objective: growth}
"""


def told(tmp_path: Path, content: str) -> list[tuple[int, int, str]]:
    return problems(read_charter, tmp_path / "charter.yaml", content)


def test_a_charter_is_a_projects_or_a_programs(tmp_path: Path) -> None:
    project, program = tmp_path / "app.yaml", tmp_path / "program.yaml"
    project.write_text(CHARTER)
    program.write_text(CHARTER + PROGRAM)

    assert type(read_charter(project)) is Charter
    assert type(read_charter(program)) is ProgramCharter


def test_dates_amounts_and_names_that_are_wrong_are_told(tmp_path: Path) -> None:
    content = (
        CHARTER.replace("finish: 2026-06-30", "finish: 30.06.2026")
        .replace("budget: 1000", "budget: -1, currency: euro")
        .replace("[pm]", "[project manager]")
    )

    assert told(tmp_path, content) == [
        (9, 37, "'finish' must be a date, written 2026-01-31, not '30.06.2026'"),
        (10, 18, "'budget' must be 0 or more, not '-1'"),
        (10, 32, "'currency' must be three capitals like EUR, not 'euro'"),
        (
            13,
            38,
            "'roles' must be letters, digits, '.', '_' or '-', a letter or digit first, not 'project manager'",
        ),
    ]


def test_an_end_before_the_start_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, CHARTER.replace("2026-06-30", "2025-06-30")) == [
        (9, 9, "the finish 2025-06-30 must lie after the start 2026-01-05")
    ]


def test_amounts_have_two_decimal_places_at_most(tmp_path: Path) -> None:
    assert told(tmp_path, CHARTER.replace("budget: 1000", "budget: 1.005")) == [
        (10, 18, "'budget' must be a number with at most 2 decimal places, not '1.005'")
    ]


def test_nobody_stands_in_a_charter_twice(tmp_path: Path) -> None:
    assert told(tmp_path, CHARTER + "  - {id: paula, name: Paul, roles: [pm]}\n") == [
        (14, 10, "'paula' stands in 'people' a second time; give each an id of its own")
    ]


def test_a_doubled_name_is_told_even_when_all_else_is_right(tmp_path: Path) -> None:
    assert told(tmp_path, CHARTER + "goal: Another.\n") == [
        (14, 1, "'goal' stands here twice (first on line 4); keep one")
    ]


def test_a_programs_dependency_says_project_and_milestone(tmp_path: Path) -> None:
    dependency = "dependencies:\n  - {id: d, text: d, before: backend, after: app/A1}\n"
    ((_, _, message),) = told(tmp_path, CHARTER + PROGRAM + dependency)

    assert message == "'before' must be written like project/milestone, not 'backend'"
