"""Exports in other hands: what was touched is named by us and by the script alike; a witness remembers what it saw."""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.actions import export, registers
from lifecycle.actions.export import JOURNAL, MANIFEST, RECORDS, SCRIPT, Unreadable
from lifecycle.actions.witness import witness
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.records import verify_export
from lifecycle.records.checkpoints import Place
from lifecycle.value import digest

NOTES, KEYS = verify_export.NOTES, verify_export.KEYS
Touch = Callable[[Path], None]


@pytest.fixture
def folder(submitted: Workspace, tmp_path: Path) -> Path:
    """An export whose journal ends with an entry that no checkpoint is needed for."""
    place = tmp_path / "export"
    export.export(submitted, place)
    return place


def cut(name: str, lines: int) -> Touch:
    """Take the last lines of a file away."""

    def touch(folder: Path) -> None:
        kept = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)[:-lines]
        (folder / name).write_text("".join(kept), encoding="utf-8")

    return touch


def unvouched(folder: Path) -> None:
    """Take the checkpoints away, and the last entry with its record."""
    (folder / NOTES).write_text("")
    while json.loads((folder / JOURNAL).read_text(encoding="utf-8").splitlines()[-1])["digest"] is None:
        cut(JOURNAL, 1)(folder)
    cut(JOURNAL, 1)(folder)
    cut(RECORDS, 1)(folder)


def spoilt(folder: Path) -> None:
    """Write a line that is none into the journal."""
    lines = (folder / JOURNAL).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / JOURNAL).write_text("".join([lines[0], "nothing\n", *lines[2:]]), encoding="utf-8")


def added(folder: Path) -> None:
    """Give the export one more public key that the journal names, twice."""
    keys = (folder / KEYS).read_text(encoding="utf-8")
    (folder / KEYS).write_text(keys * 2, encoding="utf-8")


@pytest.mark.parametrize(
    ("touch", "verdict", "code", "said"),
    [
        (unvouched, "truncated", 4, "entries were written"),
        (spoilt, "tampered", 3, "entry 2 was changed after it was written"),
        (cut(RECORDS, 1), "tampered", 3, "is missing or moved"),
        (added, "tampered", 3, "public-keys.txt is not the file that was exported"),
    ],
)
def test_what_was_touched_is_found_by_us_and_by_the_script(
    folder: Path, touch: Touch, verdict: str, code: int, said: str
) -> None:
    """R-50: both give the same verdict."""
    touch(folder)
    found = export.verify(folder)
    assert (found.verdict, found.fault is not None and said in found.fault.message) == (verdict, True)
    with pytest.raises(SystemExit) as stopped:
        verify_export.verify(folder)
    assert stopped.value.code == code


def test_an_export_without_a_checkpoint_is_nothing_to_somebody_with_a_key(folder: Path) -> None:
    """R-48, R-50: who trusts a key wants what it signed; by us and by the script alike."""
    [key] = (folder / KEYS).read_text(encoding="utf-8").splitlines()
    assert export.verify(folder, [key]).verdict == "whole"
    said = verify_export.verify(folder, key)
    size = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["entries"]
    assert f"checkpoints vouch for {size} of them" in said
    (folder / NOTES).write_text("")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][NOTES] = digest(b"")
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert export.verify(folder).vouched == 0
    assert "checkpoints vouch for 0 of them" in verify_export.verify(folder)
    found = export.verify(folder, [key])
    assert (found.verdict, found.fault and "no checkpoint" in found.fault.message) == ("forged", True)
    with pytest.raises(SystemExit) as stopped:
        verify_export.verify(folder, key)
    assert stopped.value.code == 5


def test_a_checkpoint_by_another_key_than_the_trusted_one_is_forged(folder: Path, tmp_path: Path) -> None:
    """R-48: whatever keys lie in the export."""
    instance = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["instance"]
    other = Place.at(tmp_path / "other").new_key(instance)
    assert export.verify(folder, [other]).verdict == "forged"
    with pytest.raises(SystemExit) as stopped:
        verify_export.verify(folder, other)
    assert stopped.value.code == 5


def test_what_is_no_export_cannot_be_read(folder: Path) -> None:
    (folder / MANIFEST).write_text("[]")
    with pytest.raises(Unreadable, match="no export that can be read"):
        export.verify(folder)


def test_a_folder_that_holds_something_is_not_written_to(submitted: Workspace, folder: Path) -> None:
    with pytest.raises(BadInput, match="holds something already"):
        export.export(submitted, folder)


def test_the_script_by_itself_says_that_all_is_well_or_that_it_cannot_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = str(verify_export.__file__)
    assert (folder / SCRIPT).read_bytes() == Path(script).read_bytes()
    monkeypatch.setattr(sys, "argv", [script, str(folder)])
    runpy.run_path(script, run_name="__main__")
    assert capsys.readouterr().out.startswith("whole: ")
    (folder / MANIFEST).write_text("[]")
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(script, run_name="__main__")
    assert (stopped.value.code, "no export that can be read" in capsys.readouterr().err) == (6, True)


def test_the_script_without_its_library_says_what_it_did_not_check(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(SystemExit) as stopped:
        verify_export.verify(folder)
    assert (stopped.value.code, "SIGNATURES WERE NOT CHECKED" in capsys.readouterr().err) == (6, True)


def test_a_witness_goes_on_from_what_it_saw_and_refuses_another_past(submitted: Workspace, tmp_path: Path) -> None:
    state, first, second = tmp_path / "witness.json", tmp_path / "first", tmp_path / "second"
    export.export(submitted, first)
    seen = witness(submitted, state, first)
    registers.record_lesson(submitted, "app", "Ask.", recommendation="Ask early.", by="erik")
    export.export(submitted, second)
    assert witness(submitted, state, second).entries > seen.entries
    remembered = state.read_text()
    for past in (first, spoiled(second)):
        assert witness(submitted, state, past).verdict == "truncated"
    assert state.read_text() == remembered


def spoiled(folder: Path) -> Path:
    """The last entry is none any more."""
    text = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(text[:-20] + b"x" * 20)
    return folder


def test_a_witness_that_sees_the_new_part_for_the_first_time_finds_what_is_wrong_with_it(
    submitted: Workspace, tmp_path: Path
) -> None:
    export.export(submitted, tmp_path / "export")
    found = witness(submitted, tmp_path / "witness.json", spoiled(tmp_path / "export"))
    assert (found.verdict, (tmp_path / "witness.json").exists()) == ("tampered", False)


def test_what_is_no_memory_of_a_witness_is_not_taken_for_one(submitted: Workspace, tmp_path: Path) -> None:
    (tmp_path / "witness.json").write_text("{}")
    with pytest.raises(Unreadable, match="is not what a witness remembers"):
        witness(submitted, tmp_path / "witness.json")
