"""Reports from the command line."""

import json

import pytest

from tests.cli.terminal import Terminal


@pytest.mark.parametrize("words", [("status", "app"), ("gate", "app", "G1")])
def test_a_report_is_written_in_the_formats_asked_for(submitted: Terminal, words: tuple[str, ...]) -> None:
    out = submitted.folder / "reports" / "new"
    said = submitted.does("report", *words, "--format", "json", "--format", "html", "--out", out)
    written = sorted(out.iterdir())
    assert [file.suffix for file in written] == [".html", ".json"]
    assert all(f"- {file}" in said for file in written)
    assert json.loads(written[1].read_text())["head"]["project"] == "app"


def test_without_a_format_all_are_written(submitted: Terminal) -> None:
    out = submitted.folder / "out"
    files = submitted.json("report", "status", "app", "--out", out)["files"]
    assert sorted(file.rpartition(".")[2] for file in files) == ["html", "json", "md", "pdf"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "nowhere"), 4),
        (("gate", "app", "G9"), 4),
        (("gate", "app", "G3"), 4),
        (("closure", "app"), 1),
        (("status", "app", "--format", "docx"), 2),
        (("gate", "app"), 2),
    ],
)
def test_a_report_that_cannot_be_is_not_written(submitted: Terminal, words: tuple[str, ...], code: int) -> None:
    said = submitted("report", *words, "--out", submitted.folder / "out")
    assert (said.code, said.out) == (code, ""), said
    assert not (submitted.folder / "out").exists()


def test_a_place_that_is_a_file_is_said(submitted: Terminal) -> None:
    said = submitted("report", "status", "app", "--format", "json", "--out", submitted.file("out", ""))
    assert said.code == 2
    assert "out" in said.err
