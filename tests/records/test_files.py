"""Files: evidence by digest, drafts that people may edit."""

from pathlib import Path

import pytest

from lifecycle.errors import NotFound
from lifecycle.records.files import Files
from lifecycle.value import digest


def test_evidence_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    files = Files(tmp_path)
    name = files.keep(b"the plan")
    assert (name, files.keep(b"the plan"), files.evidence(name)) == (digest(b"the plan"), name, b"the plan")
    assert len([file for file in (tmp_path / "evidence").rglob("*") if file.is_file()]) == 1


def test_unknown_evidence_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Files(tmp_path).evidence("0" * 64)


def test_a_draft_that_somebody_edited_stays(tmp_path: Path) -> None:
    files = Files(tmp_path)
    place = files.draft("app", "planning-1/plan.md")
    files.write_draft(place, "draft")
    place.write_text("edited")
    files.write_draft(place, "draft")
    assert place.read_text() == "edited"
