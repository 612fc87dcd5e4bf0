"""YAML that nobody should hand in: refused in a sentence, at its place, at once."""

from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.errors import BadInput, DefinitionError
from lifecycle.library import read_charter, read_plan, read_process, read_progress
from lifecycle.library.document import Document, read_document
from tests.library.files import SMALL, problems


def value(tmp_path: Path, content: str) -> Any:
    path = tmp_path / "file.yaml"
    path.write_text(content, encoding="utf-8")
    return read_document(path).value


def told(tmp_path: Path, content: str | bytes) -> tuple[int, int, str]:
    return problems(read_document, tmp_path / "file.yaml", content)[0]


def test_words_stay_words_and_numbers_are_numbers(tmp_path: Path) -> None:
    content = (
        "a: no\nb: 12:30\nc: 010\nd: 1.5\ne: ~\nf: True\ng: 2026-01-31\nh: '1'\n1: 0x10\n"
        "j: 99999999999999999999\nk: [1, {x: 2}]"
    )

    assert value(tmp_path, content) == {
        "a": "no",
        "b": "12:30",
        "c": 10,
        "d": 1.5,
        "e": None,
        "f": True,
        "g": "2026-01-31",
        "h": "1",
        "1": "0x10",
        "j": "99999999999999999999",
        "k": [1, {"x": 2}],
    }


def test_line_ends_and_the_mark_that_spreadsheets_write_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n")

    assert read_document(path).value == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (b"", 1, 1, "the file is empty"),
        (b"# nothing\n", 1, 1, "the file is empty"),
        (b"\xff\xfea\x00", 1, 1, "the file is saved as UTF-16 or UTF-32"),
        (b"a: 1\r\nb: \xe9", 2, 4, "this is not UTF-8"),
        (b"a: 1\nb: \x00", 2, 4, "the character U+0000 cannot be read"),
        (b"a: x\nb: &x y", 2, 4, "anchors (&) are not read; leave it out"),
        (b"a: *x", 1, 4, "aliases (*) are not read; write the value out"),
        (b"<<: {a: 1}", 1, 1, "merge keys (<<) are not read"),
        (b"a: !!python/object:os.system x", 1, 4, "tags (!) are not read"),
        (b"a: !x [1]", 1, 4, "tags (!) are not read"),
        (b"*a : 1", 1, 1, "a name must be a single word or text"),
        (b"? [a, b]\n: 1", 1, 3, "a name must be a single word or text"),
        (b'a: "\\e[31m"', 1, 4, "the character U+001B cannot be read; remove its escape"),
        (b'a: "\\ud800"', 1, 4, "the character U+D800 cannot be read; remove its escape"),
        (b'b: 1\na: "\\UFFFFFFFF"', 2, 5, "this escape is no character"),
        (b"a: 1\n---\nb: 2", 2, 1, "a second document begins here"),
        (b"a:\n\t- b", 2, 1, "a tab stands where YAML wants spaces"),
        (b"a: b: c", 1, 5, "a ':' is not expected here"),
        (b"a: 'x\nb: 1", 1, 4, "the quote that opens here is never closed"),
        (b"a: [1, 2", 1, 9, "a ',' or a closing bracket is missing"),
        (b"a:\n  - b\n c: 1", 3, 2, "this does not fit the lines above"),
        (b"%YAML 3.0\n---\na: 1", 1, 1, "this is not YAML: found incompatible YAML document"),
        (b"a: " + b"x" * 10_001, 1, 10_001, "this line is longer than 10000 characters"),
        (b"k: [" + b"a,\n" * 10_001 + b"]", 9999, 1, "the file has more than 10000 values"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, content: bytes, line: int, column: int, message: str
) -> None:
    found = told(tmp_path, content)

    assert found[:2] == (line, column)
    assert found[2].startswith(message)


def test_all_tricks_of_a_file_are_told(tmp_path: Path) -> None:
    found = problems(read_document, tmp_path / "file.yaml", "a: &a 1\nb: *a\nb: 2\n")

    assert [item[:2] for item in found] == [(1, 4), (2, 4), (3, 1)]


MONSTERS = (
    "'" * 9_999,
    "\n" * 262_000,
    "a: |\n" + "  x\n" * 60_000,
    "a: b\n" * 52_000,
    "a: x\n" + "  y\n" * 60_000,
    "- " * 4_999,
)


@pytest.mark.parametrize("content", MONSTERS)
def test_nothing_takes_long(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(content)
    began = process_time()

    with pytest.raises(DefinitionError):
        read_process(path, ())
    assert process_time() - began < 5


def test_a_file_that_is_not_there_or_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        read_document(tmp_path / "nowhere.yaml")
    with pytest.raises(BadInput, match="There is no file"):
        read_document(tmp_path)

    locked = tmp_path / "locked.yaml"
    locked.write_text("a: 1")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInput, match="cannot be read: Permission denied"):
        read_document(locked)


def read_anything(path: Path) -> None:
    for read in (lambda file: read_process(file, ()), read_charter, read_plan, read_progress):
        try:
            read(path)
        except DefinitionError as error:
            assert error.problems
            assert all(problem.line >= 1 and problem.column >= 1 for problem in error.problems)


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300), suffix=st.sampled_from(["yaml", "csv"]))
def test_no_bytes_bring_it_down(tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(content)
    read_anything(path)


PIECES = [
    "- ",
    ": ",
    "\n",
    "? ",
    "|\n",
    "---\n",
    "&a ",
    "*a",
    "!x ",
    "%TAG ! x\n",
    "\\U0011FFFF",
    "1e999",
    "<<",
    "\x85",
    "é",
]
PIECES += list("\"'[{}]>,#@~0\t")


@settings(max_examples=150, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, len(SMALL)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=5))
def test_no_mistyped_process_brings_it_down(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, str]]
) -> None:
    text = SMALL
    for at, gone, come in cuts:
        text = text[:at] + come + text[at + gone :]
    path = tmp_path_factory.getbasetemp() / "mistyped.yaml"
    path.write_text(text, encoding="utf-8")
    read_anything(path)


def test_a_document_knows_the_nearest_place_of_a_loc(tmp_path: Path) -> None:
    document: Document = read_document_of(tmp_path, "a:\n  b: [1, 2]\n")

    assert document.nearest(("a", "Union", "b", 1, "nothing")) == ("a", "b", 1)


def read_document_of(tmp_path: Path, content: str) -> Document:
    path = tmp_path / "file.yaml"
    path.write_text(content)
    return read_document(path)
