"""Process files: whatever is wrong is told with its line and column, everything at once, in under a second."""

from pathlib import Path
from time import process_time

import pytest

from lifecycle.library import read_process
from lifecycle.process.definition import ProcessDefinition
from tests.library.files import AFTERWARDS, CIRCLE, SMALL, TEMPLATES, places, problems, small


def read(path: Path) -> ProcessDefinition:
    return read_process(path, TEMPLATES)


def told(tmp_path: Path, content: str | bytes) -> list[tuple[int, int, str]]:
    return problems(read, tmp_path / "process.yaml", content)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "process.yaml"
    path.write_text(SMALL)

    assert [gate.id for gate in read(path).gates] == ["G1", "G2"]


ALIASES = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        pytest.param(small(("by: sponsor", "by: sponsr")), 17, 26,
                     "there is no role 'sponsr'; did you mean 'sponsor'?", id="unknown role"),
        pytest.param(SMALL + AFTERWARDS, 35, 5, "phase 'party' is never reached", id="unreachable phase"),
        pytest.param(small(("approvers: [sponsor]", "approvers: [pm]")), 23, 20,
                     "nobody may decide gate 'G1'", id="gate nobody may decide"),
        pytest.param(small(("title: Work\n", "title: Work\n    title: Works\n")), 12, 5,
                     "'title' stands here twice (first on line 11); keep one", id="duplicate key"),
        pytest.param(small(("risks.high == 0", "1 < 2 && risks.hihg == 0")), 27, 34,
                     "there is no fact 'risks.hihg'; did you mean 'risks.high'?", id="bad expression"),
        pytest.param(SMALL + CIRCLE, 35, 55, "cycle: watch -> guard -> watch", id="cycle"),
        pytest.param(small(("approvers: [sponsor]", "approvers: [sponsor]\n        rounds: three")), 24, 17,
                     "'rounds' must be a whole number, not 'three'", id="wrong type"),
        pytest.param(small(("thing.md.j2", "thnig.md.j2")), 18, 19,
                     "there is no template 'thnig.md.j2' below templates/documents", id="missing template"),
        pytest.param(ALIASES, 1, 4, "anchors (&) are not read", id="alias bomb"),
        pytest.param("[" * 1_000_000, 1, 1, "the file is larger than 256 KiB", id="1 MB of nesting"),
        pytest.param("[" * 9_000, 1, 33, "nested more than 32 levels deep", id="deep nesting"),
    ],
)  # fmt: skip
def test_a_broken_file_is_told_with_its_place(
    tmp_path: Path, content: str, line: int, column: int, message: str
) -> None:
    began = process_time()
    first, *_ = told(tmp_path, content)

    assert first[:2] == (line, column)
    assert first[2].startswith(message)
    assert process_time() - began < 1


def test_all_problems_of_a_file_are_told_at_once_in_its_order(tmp_path: Path) -> None:
    content = small(
        ("title: Sponsor", "title: 3"),
        ("title: Work\n", "title: Work\n    title: Works\n"),
        ("by: sponsor", "by: nobody"),
        ("approvers: [sponsor]", "approvers: sponsor\n        policy: {at_leest: 2}"),
        ("risks.high == 0", "risks.hihg == 0 && project.cpy > 1"),
        ("closing: true", "closing: true\n    qourum: 3"),
    )

    assert told(tmp_path, content + CIRCLE) == [
        (8, 26, "'title' must be text, not '3'; put it in quotes"),
        (12, 5, "'title' stands here twice (first on line 11); keep one"),
        (18, 26, "there is no role 'nobody'; the roles are pm, sponsor"),
        (24, 20, "'approvers' must be a list (lines that begin with '- '), not 'sponsor'"),
        (25, 17, "'at_least' is missing"),
        (25, 18, "'at_leest' is not known here; did you mean 'at_least'?"),
        (29, 25, "there is no fact 'risks.hihg'; did you mean 'risks.high'? (`phasegate process facts` lists them)"),
        (29, 44, "there is no fact 'project.cpy'; did you mean 'project.cpi'? (`phasegate process facts` lists them)"),
        (35, 5, "'qourum' is not known here; known are id, title, purpose, deliverables, steps, gates, beside, "
                "cadence_days, products, repeat, closing"),
        (38, 55, "cycle: watch -> guard -> watch; one of these must be a phase with gates"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("expression: 'risks.high > 1 || x == 1'", 27, 44),
        ("expression: '\"it''s\" == \"\" && x'", 27, 43),
        ('expression: "plan.submitted != \\"no\\" && x"', 27, 41),
        ("expression:   '  x == 1'", 27, 30),
        ("expression: >-\n              risks.high > 1\n              || x == 1", 29, 18),
        ("expression: |  # two lines\n\n              risks.high > 1 ||\n                x == 1", 30, 17),
        ("expression: risks.high > 1\n              || x == 1", 28, 18),
        ("expression: |\n              risks.high >\n", 28, 27),
        ('expression: "\\x70lan.submitted && x"', 27, 47),
    ],
)
def test_an_expressions_problem_points_into_the_file_however_it_is_written(
    tmp_path: Path, written: str, line: int, column: int
) -> None:
    first, *_ = told(tmp_path, small(("expression: risks.high == 0", written)))

    assert first[:2] == (line, column)


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("process: small\n", "", (1, 1), "'process' is missing"),
        ("process: small", "process: a b", (1, 10), "'process' must be letters, digits, '.'"),
        ("title: Small", "title:", (3, 7), "'title' is empty; fill it in"),
        ("title: Small", 'title: ""', (3, 8), "'title' is empty; fill it in"),
        ("title: Small", "title: [a]", (3, 8), "'title' must be text, not a list"),
        ("title: Small", f"title: {'x' * 4001}", (3, 8), "'title' must be at most 4000 characters long, not 'xxx"),
        ("closing: true", "closing: perhaps", (32, 14), "'closing' must be true or false, not 'perhaps'"),
        ("[sponsor]", "[]", (23, 20), "'approvers' is empty; fill it in"),
        ("[sponsor]", "[true]", (23, 21), "'approvers' must be text, not 'true'; put it in quotes"),
        ("[sponsor]", "[sponsor]\n        policy: most", (24, 17), "'policy' must be 'all', 'any' or 'in_order'"),
        ("[sponsor]", "[sponsor]\n        due_days: 0", (24, 19), "'due_days' must be 1 or more, not '0'"),
        ("[sponsor]", "[sponsor]\n        due_days: 1e3", (24, 19), "'due_days' must be 365 or less, not '1000.0'"),
        ("acceptance: {by: sponsor}", "acceptance: sponsor", (17, 21), "'acceptance' must be a mapping (lines of"),
        ("        acceptance: {by: sponsor}\n", "", (14, 9), "'acceptance' is missing"),
        ("owner: pm", "owner: pm\n        rasci: {pm: X}", (17, 21), "'pm' must be 'R', 'A', 'S', 'C' or 'I', not 'X'"),
        ("owner: pm", 'owner: pm\n        rasci: {"a b": R}', (17, 17), "'a b' must be letters"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_told_in_plain_words(
    tmp_path: Path, old: str, new: str, place: tuple[int, int], message: str
) -> None:
    first, *more = told(tmp_path, small((old, new)))

    assert first[:2] == place
    assert first[2].startswith(message)
    assert more == []


@pytest.mark.parametrize("content", ["hello", "- a\n- b", "~", "3"])
def test_a_file_that_is_no_mapping_is_told(tmp_path: Path, content: str) -> None:
    assert places(told(tmp_path, content)) == [(1, 1)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: work", "id: [work]"),
        ("phases:\n", "phases:\n  - hello\n"),
        ("[sponsor]", "[sponsor]\n        criteria: [x]\n        policy: {at_least: x}"),
    ],
)
def test_where_too_little_is_left_only_what_is_broken_is_told(tmp_path: Path, old: str, new: str) -> None:
    content = small(("by: sponsor", "by: nobody"), (old, new), ("        criteria:\n", "        criterias:\n"))

    assert not any("no role" in message for _, _, message in told(tmp_path, content))


def test_of_very_many_problems_the_first_are_told(tmp_path: Path) -> None:
    roles = "".join(f"  - {{id: r{n}, title: R, duties: R, colour: red}}\n" for n in range(120))
    found = told(tmp_path, small(("phases:\n", f"{roles}phases:\n")))

    assert len(found) == 101
    assert found[-1][2] == "and 20 more from here on; mend those above first"
