# ruff: noqa: E501
"""Ways to say tolerances that make no sense, in a process and in an overlay, each told with its exact place."""

from pathlib import Path

import pytest

from lifecycle.library import read_process
from tests.library.broken import Broken
from tests.library.files import TEMPLATES, problems, small
from tests.library.test_broken_overlays import HEAD, told, written


def rows(*said: str) -> str:
    """The small process with these tolerances, from line 6 on."""
    lines = "".join(f"  - {{{row}}}\n" for row in said)
    return small(("manager: pm\n", f"manager: pm\ntolerances:\n{lines}"))


STAGE = "level: stage, measure: time, amount: 5"
BROKEN = (
    ("a level nobody knows", (STAGE.replace("stage", "team"),), "7:13 'level' must be 'project', 'stage' or 'work-package', not 'team'"),
    ("a measure nobody knows", (STAGE.replace("time", "joy"),), "7:29 'measure' must be 'time', 'cost', 'quality' or 'risk', not 'joy'"),
    ("less than nothing", (STAGE.replace("5", "-1"),), "7:43 'amount' must be 0 or more, not '-1'"),
    ("no amount", ("level: stage, measure: time",), "7:5 'amount' is missing"),
    ("half a day", (STAGE.replace("5", "2.5"),), "7:43 'amount' must be a whole number of days, not '2.5'"),
    ("a role nobody has", (f"{STAGE}, asks: boss",), "7:52 there is no role 'boss'; the roles are pm, sponsor"),
    ("the same twice", (STAGE, STAGE), "8:29 the tolerance 'stage time' stands here a second time; say each measure once at each level"),
    ("what the charter says", ("level: project, measure: cost, amount: 5",), "7:31 the cost tolerance of a project stands in its charter; leave it out here"),
    ("what nobody measures", ("level: work-package, measure: risk, amount: 5",), "7:36 nothing on record measures the risk of a work-package; there are time and cost"),
    ("a part that may stray further than the whole", (STAGE, "level: work-package, measure: time, amount: 6"), "8:50 a work-package may stray further than the stage that it is part of; write 5 or less"),
    ("a stage that may stray further than the project", ("level: stage, measure: quality, amount: 4", "level: project, measure: quality, amount: 3"), "7:46 a stage may stray further than the project that it is part of; write 3 or less"),
)  # fmt: skip
MANDATORY = rows(f"{STAGE}, asks: sponsor, mandatory: true", "level: stage, measure: cost, amount: 8")
LOOSER = (
    Broken(
        "more days",
        (("", "level: stage, measure: time, amount: 6, asks: sponsor, mandatory: true"),),
        ("5:43 the tolerance 'stage time' is mandatory in 'small': it is 5; write 5 or less",),
    ),
    Broken(
        "somebody else is asked",
        (("", "level: stage, measure: time, amount: 5, asks: pm, mandatory: true"),),
        ("5:52 the tolerance 'stage time' is mandatory in 'small': sponsor is asked; keep that",),
    ),
    Broken(
        "the mark taken away",
        (("", "level: stage, measure: time, amount: 4, asks: sponsor"),),
        ("5:5 the tolerance 'stage time' is mandatory in 'small' and stays so; write `mandatory: true`",),
    ),
    Broken(
        "a part that may stray further than the whole in the base",
        (("", "level: work-package, measure: time, amount: 9"),),
        ("5:50 a work-package may stray further than the stage that it is part of; write 5 or less",),
    ),
)


@pytest.mark.parametrize(("said", "place"), [pytest.param(*one[1:], id=one[0]) for one in BROKEN])
def test_a_tolerance_that_makes_no_sense_is_told_with_its_place(
    tmp_path: Path, said: tuple[str, ...], place: str
) -> None:
    found = problems(lambda path: read_process(path, TEMPLATES), tmp_path / "process.yaml", rows(*said))
    assert [f"{line}:{column} {message}" for line, column, message in found] == [place]


@pytest.mark.parametrize("broken", LOOSER, ids=lambda broken: broken.what)
def test_a_mandatory_tolerance_is_never_loosened(tmp_path: Path, broken: Broken) -> None:
    text = f"{HEAD}tolerances:\n  - {{{broken.changes[0][1]}}}\n"
    assert told(written(tmp_path, text, MANDATORY)) == [*broken.told]


def test_an_overlay_makes_tolerances_smaller_adds_some_and_changes_those_without_a_mark(tmp_path: Path) -> None:
    said = ("level: stage, measure: cost, amount: 20", "level: work-package, measure: time, amount: 2")
    own = (f"{STAGE.replace('5', '3')}, asks: sponsor, mandatory: true", *said)
    text = HEAD + "tolerances:\n" + "".join(f"  - {{{row}}}\n" for row in own)
    ours = read_process(written(tmp_path, text, MANDATORY), TEMPLATES)
    assert [(row.name, int(row.amount)) for row in ours.tolerances] == [
        ("stage time", 3),
        ("stage cost", 20),
        ("work-package time", 2),
    ]


def test_a_role_that_is_asked_is_not_left_out_and_the_place_is_the_bases(tmp_path: Path) -> None:
    roles = "leave_out: {roles: [sponsor]}\nroles: {boss: {title: B, duties: B.}}\n"
    assert "small.yaml 7:52 there is no role 'sponsor'; the roles are boss, pm" in told(
        written(tmp_path, HEAD + roles, MANDATORY)
    )
