"""Restoring beside others who go on deciding, and with keys that changed: what is lost is named, and no forgery."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, export, restoring, vouching
from lifecycle.actions.losses import records_in_place
from lifecycle.actions.restoring import restore
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import RecordsHeld
from lifecycle.records.checkpoints import KEYS, Place
from tests.actions.test_backups import decide, head
from tests.faults.attacks import script
from tests.workspaces import hand_in, vote


def meanwhile(
    submitted: Workspace, monkeypatch: pytest.MonkeyPatch, step: str, act: Callable[[Workspace], object]
) -> None:
    """Somebody else acts while a restore is about to take this step."""
    real = getattr(restoring, step)

    def after(*given: Any) -> Any:
        other = Workspace.open(submitted.files.data, submitted.library, submitted.clock, submitted.database.url)
        act(other)
        other.database.close()
        return real(*given)

    monkeypatch.setattr(restoring, step, after)


def test_what_is_acknowledged_while_a_restore_gets_ready_is_named_as_lost(
    submitted: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-73: nothing that anybody was told of goes unsaid."""
    meanwhile(submitted, monkeypatch, "_bring_up_to_date", lambda other: vote(other, "G1", "sam"))
    done = restore(submitted, saved, "ada")
    assert done.loss is not None
    assert (done.held, done.loss.decisions) == (True, ("app:G1:1:vote:sam",))


@pytest.mark.parametrize("step", ["loss_of", "_set_aside", "_bring_files"])
def test_nothing_is_acknowledged_while_the_records_are_replaced(
    step: str, submitted: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-73: who decides meanwhile hears that it was not written."""

    def refused(other: Workspace) -> None:
        with pytest.raises(RecordsHeld, match="being restored"):
            vote(other, "G1", "sam")

    meanwhile(submitted, monkeypatch, step, refused)
    assert restore(submitted, saved, "ada").loss is None
    assert vote(submitted, "G1", "sam").outcome is None


def test_a_restore_that_fails_gives_the_records_back(
    submitted: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("no room")

    decide(submitted)
    monkeypatch.setattr(restoring, "_bring_files", fail)
    with pytest.raises(OSError, match="no room"):
        restore(submitted, saved, "ada")
    with submitted.database.writing("sam", submitted.now()) as store:
        store.note("still", "app", subject="app")
    assert submitted.database.standing.held is None
    assert audit.verify(submitted).fault is None


def test_a_restore_that_was_broken_off_is_run_again(
    submitted: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-73: killed in between, the records stay as they are, and held until a restore has ended."""
    decide(submitted)
    lived = head(submitted)
    killed = restoring._nobody_writes(submitted, records_in_place(submitted), "ada")
    killed.__enter__()
    with pytest.raises(RecordsHeld, match="run it again"):
        hand_in(submitted, "plan", "erik")
    assert head(submitted) == lived
    done = restore(submitted, saved, "ada", accept_loss=True)
    assert (done.held, done.epoch) == (False, 2)
    assert done.loss is not None
    assert done.loss.known.entries == lived[0]
    decide(submitted)


@pytest.mark.parametrize("changes", [1, 2])
def test_a_key_that_is_lost_with_what_was_written_after_the_backup_is_no_forgery(
    submitted: Workspace, saved: Path, tmp_path: Path, changes: int
) -> None:
    """R-48, R-73: keys that came into use after the backup are put aside with what they signed."""
    for _ in range(changes):
        vouching.change_key(submitted, "sam")
    restore(submitted, saved, "ada", accept_loss=True)
    assert submitted.checkpoints.keys() == ()
    vouching.change_key(submitted, "sam")
    decide(submitted)
    vouching.write(submitted.database, submitted.checkpoints, submitted.now())
    found = audit.verify(submitted)
    assert (found.verdict, found.vouched) == ("whole", found.entries)
    export.export(submitted, tmp_path / "export")
    assert export.verify(tmp_path / "export").verdict == "whole"
    assert script(tmp_path / "export") == 0


def test_a_public_key_that_signed_nothing_is_no_forgery(submitted: Workspace, tmp_path: Path) -> None:
    """R-48: as earlier versions left one behind after a restore; what it signs would be one."""
    vouching.change_key(submitted, "sam")
    other = Place.at(tmp_path / "other")
    with (submitted.checkpoints.folder / KEYS).open("a") as keys:
        keys.write(other.new_key(submitted.database.instance) + "\n")
    assert audit.verify(submitted).verdict == "whole"
    export.export(submitted, tmp_path / "export")
    assert export.verify(tmp_path / "export").verdict == "whole"
    assert script(tmp_path / "export") == 0
