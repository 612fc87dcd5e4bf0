"""A broken process file is told with its exact places, and all of them at once where several meet."""

from pathlib import Path

import pytest

from lifecycle.library import read_process
from tests.library.broken import OUTLINE, Broken
from tests.library.broken_gates import WITHIN
from tests.library.files import AFTERWARDS, TEMPLATES, problems, small

BROKEN = (*OUTLINE, *WITHIN)


def told(tmp_path: Path, content: str) -> list[str]:
    found = problems(lambda path: read_process(path, TEMPLATES), tmp_path / "process.yaml", content)
    return [f"{line}:{column} {message}" for line, column, message in found]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.what)
def test_a_broken_process_is_told_with_its_place_and_nothing_else_is(tmp_path: Path, broken: Broken) -> None:
    assert told(tmp_path, small(*broken.changes)) == [*broken.told]


def test_there_are_more_than_sixty_ways() -> None:
    assert len({broken.what for broken in BROKEN}) == len(BROKEN) > 60


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_places_are_the_same_whatever_ends_the_lines(tmp_path: Path, line_end: str) -> None:
    for broken in BROKEN[::7]:
        assert told(tmp_path, small(*broken.changes).replace("\n", line_end)) == [*broken.told]


def test_several_broken_things_are_told_in_one_go(tmp_path: Path) -> None:
    """One change each in ten places: fields, names, gates, criteria, RASCI, all told in the file's order."""
    content = small(
        ("purpose: To show", "purpos: To show"),
        ("duties: Runs it.", "duties: Runs it, pay: 3"),
        ("title: Work\n", "title: Work\n    title: Works\n"),
        ("        owner: pm\n", "        owner: pmo\n        rasci: {pm: Q}\n"),
        ("thing.md.j2", "thingy.md.j2"),
        (
            "approvers: [sponsor]",
            "approvers: [sponser]\n        rounds: 21\n        waiver_by: pm\n        policy: most",
        ),
        ("risks.high == 0", "risks.hihg == 0"),
        ("            owner: pm\n", "            owner: pn\n"),
    )
    assert told(tmp_path, content + AFTERWARDS) == [
        "1:1 'purpose' is missing",
        "4:1 'purpos' is not known here; did you mean 'purpose'?",
        "7:55 'pay' is not known here; known are id, title, duties, mandatory",
        "12:5 'title' stands here twice (first on line 11); keep one",
        "17:16 there is no role 'pmo'; did you mean 'pm'?",
        "18:21 'pm' must be 'R', 'A', 'S', 'C' or 'I', not 'Q'",
        "20:19 there is no template 'thingy.md.j2' below templates/documents; did you mean 'thing.md.j2'?",
        "25:21 there is no role 'sponser'; did you mean 'sponsor'?",
        "26:17 'rounds' must be 20 or less, not '21'",
        "27:20 'pm' submits the gate and may waive nothing of it; name another role",
        "28:17 'policy' must be 'all', 'any' or 'in_order' or 'at_least:', not 'most'",
        "32:25 there is no fact 'risks.hihg'; did you mean 'risks.high'? (`phasegate process facts` lists them)",
        "33:20 there is no role 'pn'; the roles are pm, sponsor",
        "40:5 phase 'party' is never reached: it stands after the closing phase; move it before",
    ]
