"""Files: evidence by digest, drafts that people may edit."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.errors import NotFound
from lifecycle.records.files import Files, write_whole
from lifecycle.rendering import reports
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


def write_report(place: Path, content: bytes) -> None:
    reports._write(place.parent, place.name, content)


@pytest.mark.parametrize("write", [write_whole, write_report])
def test_a_file_that_finds_no_room_leaves_the_old_one_and_nothing_beside_it(
    write: Callable[[Path, bytes], None], tmp_path: Path
) -> None:
    """R-76: what failed must not fill the disk further."""
    place = tmp_path / "report.md"
    write(place, b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write(place, b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"report.md": b"old"}
