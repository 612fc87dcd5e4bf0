"""Backups and what becomes of them: what is lost is said, and nothing is written before that is accepted."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, backups, gates
from lifecycle.actions.backups import MANIFEST, RECORDS
from lifecycle.actions.restoring import restore
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.errors import BadInput, Conflict, RecordsDamaged, RecordsHeld, RecordsOutdated, RecordsReplaced
from lifecycle.history.gates import GateDecided
from lifecycle.records import copies, migrations, outbox, schema
from lifecycle.records.database import WRITING
from lifecycle.records.store import Store
from lifecycle.value import digest
from tests.actions.test_audit import without_walls
from tests.records.layouts import further_on, laid_open
from tests.workspaces import hand_in, history, vote, workspace


def decide(work: Workspace) -> None:
    for person in ("sam", "cora"):
        vote(work, "G1", person)


def elsewhere(folder: Path) -> Workspace:
    """A new machine."""
    folder.mkdir()
    return workspace(folder)


def checkpoint(work: Workspace, entries: int, head: str) -> Path:
    """A note about so many entries, as it lies beside the data folder."""
    place, instance = work.checkpoints, work.database.instance
    place.public(instance) or place.new_key(instance)
    place.write(instance, entries, head, work.now())
    return place.folder / "checkpoints.txt"


def head(work: Workspace) -> tuple[int, str]:
    with work.look() as store:
        return store.head()


# Backup


def test_a_backup_holds_the_records_and_their_files_but_no_signing_key(submitted: Workspace, tmp_path: Path) -> None:
    """R-72: it is verified where it lies."""
    checkpoint(submitted, *head(submitted))
    (submitted.files.data / "drafts").mkdir(exist_ok=True)
    (submitted.files.data / "drafts" / "link").symlink_to("/etc/hostname")
    made = backups.make(submitted, tmp_path / "saved")
    assert made.fault is None
    assert (made.manifest.journal.entries, made.manifest.journal.head) == head(submitted)
    found = {str(file.relative_to(tmp_path / "saved")) for file in (tmp_path / "saved").rglob("*") if file.is_file()}
    assert found == {MANIFEST, *made.manifest.files}
    assert {RECORDS, "checkpoints/checkpoints.txt", "checkpoints/public-keys.txt"} <= found
    assert {name.split("/")[0] for name in found} == {MANIFEST, RECORDS, "checkpoints", "evidence"}
    key = submitted.checkpoints.key.read_text()
    assert all(key not in (tmp_path / "saved" / name).read_text(errors="replace") for name in found)


def test_a_backup_never_takes_the_place_of_something(submitted: Workspace, saved: Path) -> None:
    with pytest.raises(BadInput, match="is there already and stays"):
        backups.make(submitted, saved)


def test_what_is_not_there_cannot_be_backed_up(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to back up"):
        backups.make(workspace(tmp_path), tmp_path / "saved")


def test_a_backup_that_fails_leaves_nothing(
    submitted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(backups, "head_of", fail)
    with pytest.raises(ZeroDivisionError):
        backups.make(submitted, tmp_path / "deep" / "saved")
    assert [*(tmp_path / "deep").iterdir()] == []


def test_a_backup_of_a_changed_record_says_so(submitted: Workspace, tmp_path: Path) -> None:
    with submitted.database.engine.begin() as connection:
        for wall in without_walls(connection.dialect.name):
            connection.exec_driver_sql(wall)
        if submitted.database.file is not None:
            laid_open(connection.connection.driver_connection)
        connection.exec_driver_sql("UPDATE record SET body = replace(body, 'paula', 'erik') WHERE kind = 'review'")
    fault = backups.make(submitted, tmp_path / "saved").fault
    assert fault is not None
    assert "'app:G1:1' was changed" in fault.message


def test_a_backup_of_changed_evidence_says_so(submitted: Workspace, tmp_path: Path) -> None:
    evidence = next(file for file in (submitted.files.data / "evidence").rglob("*") if file.is_file())
    evidence.write_text("something else")
    made = backups.make(submitted, tmp_path / "saved")
    assert made.fault is not None
    assert "the evidence of 'app:plan:v1' is missing or was changed" in made.fault.message


def test_a_backup_without_any_of_its_evidence_says_so(submitted: Workspace, tmp_path: Path) -> None:
    shutil.rmtree(submitted.files.data / "evidence")
    (submitted.files.data / "evidence").mkdir()
    made = backups.make(submitted, tmp_path / "saved")
    assert made.fault is not None
    assert "the evidence of 'app:plan:v1' is missing" in made.fault.message


def test_a_backup_holds_what_was_handed_in_while_it_began(
    submitted: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-72: the records are copied first, and then every file that they speak of."""

    def copy(*given: Any) -> None:
        hand_in(submitted, "plan", "erik", text="the second version")
        monkeypatch.undo()
        copies.copy(*given)

    monkeypatch.setattr(copies, "copy", copy)
    made = backups.make(submitted, tmp_path / "saved")
    assert made.fault is None
    assert f"evidence/{digest(b'the second version')[:2]}/{digest(b'the second version')}" in made.manifest.files


def test_two_that_are_kept_aside_in_one_second_do_not_disturb_each_other(submitted: Workspace) -> None:
    assert len({backups.keep_aside(submitted, "before-something").folder for _ in range(3)}) == 3


# Restore


def test_what_is_known_to_be_in_the_backup_is_restored_at_once(submitted: Workspace, saved: Path) -> None:
    lived = history(submitted).records
    next(file for file in (submitted.files.data / "evidence").rglob("*") if file.is_file()).write_text("spoilt")
    done = restore(submitted, saved, "ada")
    assert (done.held, done.loss, done.epoch) == (False, None, 2)
    assert history(submitted).records == lived
    assert audit.verify(submitted).fault is None
    decide(submitted)
    assert backups.verified(submitted, submitted.database, submitted.files.data) is None


def test_a_loss_is_named_and_the_records_are_only_read_until_it_is_accepted(submitted: Workspace, saved: Path) -> None:
    """R-73: a restore that loses decisions is visible, accepted by somebody, and a new epoch."""
    before = head(submitted)
    decide(submitted)
    lost = head(submitted)
    done = restore(submitted, saved, "ada")
    assert (done.held, done.epoch) == (True, 1)
    assert done.loss is not None
    assert (done.loss.entries, done.loss.known.entries) == (lost[0] - before[0], lost[0])
    assert {"app:G1:1:vote:sam", "app:G1:1:vote:cora", "app:G1:1:outcome"} <= {*done.loss.decisions}
    assert head(submitted) == before
    with pytest.raises(RecordsHeld, match=r"--accept-loss"):
        vote(submitted, "G1", "sam")
    assert head(submitted) == before
    accepted = restore(submitted, saved, "ada", accept_loss=True)
    assert (accepted.held, accepted.epoch, accepted.kept) == (False, 2, None)
    assert accepted.loss is not None
    assert accepted.loss.entries == done.loss.entries
    with submitted.look() as store:
        *_, entry = store.entries()
    assert (entry.action, entry.actor) == ("restore.performed", "ada")
    said = json.loads(str(entry.note))
    assert (said["known"]["entries"], said["known"]["head"]) == lost
    assert (said["restored"]["entries"], said["restored"]["head"]) == before
    decide(submitted)
    assert audit.verify(submitted).fault is None


def test_what_was_there_before_is_kept_and_can_be_brought_back(submitted: Workspace, saved: Path) -> None:
    decide(submitted)
    lived = history(submitted).records
    done = restore(submitted, saved, "ada")
    assert done.kept is not None
    back = restore(submitted, Path(done.kept), "ada")
    assert (back.held, back.loss, back.epoch) == (False, None, 2)
    assert history(submitted).records == lived


def test_another_restore_does_not_forget_what_an_earlier_one_lost(submitted: Workspace, saved: Path) -> None:
    decide(submitted)
    lost = head(submitted)[0]
    restore(submitted, saved, "ada")
    backups.make(submitted, saved.with_name("of the held"))
    again = restore(submitted, saved.with_name("of the held"), "ada")
    assert again.held
    assert again.loss is not None
    assert (again.loss.told_by, again.loss.known.entries) == ("an earlier restore", lost)


def test_a_loss_can_be_accepted_at_once_and_closes_the_checkpoints_of_what_is_lost(
    submitted: Workspace, saved: Path
) -> None:
    decide(submitted)
    notes = checkpoint(submitted, *head(submitted))
    done = restore(submitted, saved, "ada", accept_loss=True)
    assert (done.held, done.epoch) == (False, 2)
    assert not notes.exists()
    assert notes.with_name("checkpoints.before-epoch-2.txt").exists()
    third = restore(submitted, saved, "ada", accept_loss=True)
    assert third.epoch == 3


def test_a_new_machine_learns_from_checkpoints_what_is_missing(
    submitted: Workspace, saved: Path, tmp_path: Path
) -> None:
    decide(submitted)
    lost = head(submitted)
    new = elsewhere(tmp_path / "new")
    assert restore(new, saved, "ada").loss is None
    checkpoint(new, *lost)
    newer = elsewhere(tmp_path / "newer")
    newer.checkpoints.folder.mkdir()
    (newer.checkpoints.folder / "checkpoints.txt").write_bytes(
        (new.checkpoints.folder / "checkpoints.txt").read_bytes()
    )
    done = restore(newer, saved, "ada")
    assert done.held
    assert done.loss is not None
    assert (done.loss.told_by, done.loss.known.head) == ("a checkpoint", lost[1])


def test_checkpoints_of_others_say_nothing(submitted: Workspace, saved: Path, tmp_path: Path) -> None:
    new = elsewhere(tmp_path / "new")
    notes = new.checkpoints.folder
    notes.mkdir()
    (notes / "checkpoints.txt").write_text(f"phasegate/other\n900\n{'A' * 43}=\n2026-01-05T09:00:00Z\n")
    assert restore(new, saved, "ada").loss is None


def test_damaged_records_are_kept_aside_as_they_are(submitted: Workspace, saved: Path, tmp_path: Path) -> None:
    """R-77: and without a checkpoint nobody can tell what was in them."""
    vouched, new = head(submitted), elsewhere(tmp_path / "new")
    restore(new, saved, "ada")
    file = new.files.data / "phasegate.db"
    for known in (False, True):
        if known:
            checkpoint(new, *vouched)
        new.database.close()
        file.write_text("A letter. " * 900)
        done = restore(new, saved, "ada")
        assert Path(str(done.kept)).read_text().startswith("A letter.")
        if known:
            assert done.loss is None
        else:
            assert done.loss is not None
            assert (done.held, done.loss.entries, done.loss.known.entries) == (True, None, vouched[0])


def test_damage_that_shows_only_while_it_is_kept_aside_is_damage(
    submitted: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecordsDamaged("records.db", "a page is gone")

    monkeypatch.setattr(backups, "keep_aside", fail)
    if submitted.database.file is None:  # a server's files are the server's
        with pytest.raises(RecordsDamaged, match="a page is gone"):
            restore(submitted, saved, "ada")
    else:
        assert ".damaged-" in str(restore(submitted, saved, "ada").kept)


def test_nothing_is_restored_under_a_runner(submitted: Workspace, saved: Path) -> None:
    with submitted.database.writing("phasegate", submitted.now()) as store:
        _lease(store)
    with pytest.raises(Conflict, match="Somebody is at work"):
        restore(submitted, saved, "ada")


def _lease(store: Store) -> None:
    outbox.take_lease(store.connection, "dispatch", "somebody", system_clock(), seconds=3600)


def test_who_opened_the_records_before_a_restore_is_refused_once_and_goes_on(submitted: Workspace, saved: Path) -> None:
    """A server that stays up tells nothing of what was lost, and writes nothing that was meant for it."""
    other = Workspace.open(submitted.files.data, submitted.library, submitted.clock, submitted.database.url)
    decide(other)
    assert history(other).last(GateDecided)
    restore(submitted, saved, "ada", accept_loss=True)
    assert not history(other).last(GateDecided)
    with pytest.raises(RecordsReplaced, match="restored or upgraded meanwhile"):
        gates.withdraw_gate(other, "app", "G1", "paula")
    assert history(other).open_reviews
    gates.withdraw_gate(other, "app", "G1", "paula")
    assert not history(other).open_reviews
    assert (other.database.epoch, audit.verify(other).fault) == (2, None)
    other.database.close()


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    submitted: Workspace, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = head(submitted)[0]
    submitted.database.close()
    further_on(monkeypatch)
    done = restore(submitted, saved, "ada")
    assert (done.loss, done.journal.entries) == (None, entries + 3)
    if submitted.database.file is not None:
        decide(submitted)
    assert backups.read(saved).revision == "0002"


def test_a_backup_of_a_newer_version_is_refused(submitted: Workspace, saved: Path) -> None:
    with submitted.database.begin(WRITING) as connection:
        connection.execute(schema.version.update().values(version_num="0004"))
    submitted.database.close()
    backups.make(submitted, saved.with_name("newer"))
    with pytest.raises(RecordsOutdated, match="newer version"):
        restore(submitted, saved.with_name("newer"), "ada")
    assert migrations.after("0004") is None


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / RECORDS).write_text("x"), "not what was backed up"),
        (lambda folder: (folder / RECORDS).unlink(), "missing from the backup"),
        (lambda folder: (folder / MANIFEST).write_text("{}"), "not the list of a backup's files"),
        (lambda folder: _listed(folder, {}), "does not name records.db"),
        (lambda folder: _listed(folder, {"../secret": "0" * 64}), "missing from the backup"),
    ],
    ids=["changed", "gone", "no list", "nothing", "outside"],
)
def test_a_spoilt_backup_is_refused(submitted: Workspace, saved: Path, spoil: object, message: str) -> None:
    before = head(submitted)
    (saved.parent / "secret").write_text("x")
    spoil(saved)  # type: ignore[operator]
    with pytest.raises(RecordsDamaged, match=message):
        restore(submitted, saved, "ada")
    assert head(submitted) == before


def _listed(folder: Path, files: dict[str, str]) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"files": files}))


def test_a_forged_record_in_a_backup_is_refused(submitted: Workspace, saved: Path) -> None:
    with sqlite3.connect(saved / RECORDS) as database:
        database.execute("DROP TRIGGER record_update_refused")
        laid_open(database)
        database.execute("UPDATE record SET body = replace(body, 'paula', 'erik') WHERE kind = 'review'")
    database.close()
    manifest = json.loads((saved / MANIFEST).read_text())
    manifest["files"][RECORDS] = digest((saved / RECORDS).read_bytes())
    (saved / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(RecordsDamaged, match="'app:G1:1' was changed"):
        restore(submitted, saved, "ada")


def test_a_folder_that_is_no_backup_is_refused(submitted: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"is no backup: there is no manifest\.json"):
        restore(submitted, tmp_path / "nothing", "ada")


def test_an_empty_place_takes_a_backup(submitted: Workspace, saved: Path, tmp_path: Path) -> None:
    new = elsewhere(tmp_path / "new")
    (new.files.data / "phasegate.db").touch()
    assert restore(new, saved, "ada").kept is None
    assert history(new).records == history(submitted).records
