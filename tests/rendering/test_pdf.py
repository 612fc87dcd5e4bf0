import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from lifecycle.errors import DefinitionError
from lifecycle.rendering.pdf import render_pdf

MADE = datetime(2026, 7, 13, 9, tzinfo=UTC)
FRAME = '#set document(title: "T")\n#set text(lang: "en")\n#let report = json(bytes(sys.inputs.report))\n= Title\n'


def pdf(folder: Path, text: str, **report: Any) -> bytes:
    template = folder / "t.typ"
    template.write_text(FRAME + text, "utf-8")
    return render_pdf(template, report, MADE)


def words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def problem(folder: Path, text: str, **report: Any) -> tuple[str, int, str]:
    with pytest.raises(DefinitionError) as failed:
        pdf(folder, text, **report)
    (found,) = failed.value.problems
    return Path(found.file).name, found.line, found.message


def test_what_a_user_wrote_is_never_markup(tmp_path: Path) -> None:
    evil = '#panic("no") *bold* _it_ $x$ `code` = head <label> @ref // comment'
    assert evil in words(pdf(tmp_path, "#report.title", title=evil)).replace("\n", " ")


def test_it_is_archivable_accessible_and_dated_by_the_report(tmp_path: Path) -> None:
    reader = PdfReader(io.BytesIO(pdf(tmp_path, "Text")))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == MADE
    catalog: Any = reader.trailer["/Root"]
    assert {"/StructTreeRoot", "/Metadata", "/Lang"} <= set(catalog)
    metadata = catalog["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2" in metadata
    assert "<pdfuaid:part>1" in metadata


def test_letters_that_no_font_has_do_not_stop_a_report(tmp_path: Path) -> None:
    content = pdf(tmp_path, "#report.title", title="\U0001e900 and text")
    assert "and text" in words(content)


def test_a_fault_in_a_template_has_its_place(tmp_path: Path) -> None:
    assert problem(tmp_path, "\n#report.gone") == ("t.typ", 6, 'dictionary does not contain key "gone"')


def test_a_fault_in_a_shared_template_names_that_one(tmp_path: Path) -> None:
    (tmp_path / "_part.typ").write_text("\n#let broken = nothing\n")
    assert problem(tmp_path, '#import "_part.typ": *')[:2] == ("_part.typ", 2)


def test_a_missing_template_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="there is no such template"):
        render_pdf(tmp_path / "gone.typ", {}, MADE)


def test_a_template_fetches_nothing_and_reads_nothing_else(tmp_path: Path) -> None:
    name, line, message = problem(tmp_path, '#import "@preview/cetz:0.2.0"')
    assert (name, line) == ("t.typ", 5)
    assert "not allowed" in message
    (tmp_path.parent / "secret.txt").write_text("secret")
    assert problem(tmp_path, '#read("../secret.txt")')[1] == 5
    assert "file not found" in problem(tmp_path, '#read("/etc/passwd")')[2]


def test_a_fault_without_a_place_still_names_its_template(tmp_path: Path) -> None:
    class Failure:
        diagnostic = "error: out of luck"
        message = "out of luck"

    from lifecycle.rendering import pdf as module

    found = module._problem(tmp_path / "t.typ", Failure())
    assert (Path(found.file).name, found.line, found.message) == ("t.typ", 0, "out of luck")
