"""Records of an older version are brought up to date: after a backup, alone, all or nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from lifecycle.actions import audit, backups
from lifecycle.actions.upgrading import upgrade
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.errors import Conflict, RecordsOutdated
from lifecycle.records import migrations, outbox, schema
from lifecycle.records.database import WRITING
from tests.records.layouts import further_on
from tests.workspaces import vote, workspace


def test_records_in_todays_layout_are_left_alone(submitted: Workspace) -> None:
    done = upgrade(submitted, "ada")
    assert (done.before, done.after, done.revisions, done.backup) == (schema.REVISION, schema.REVISION, (), None)


def test_where_there_is_nothing_nothing_is_made(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    assert upgrade(work, "ada").before is None
    assert not (work.files.data / "phasegate.db").exists()


def test_an_upgrade_keeps_a_backup_and_is_journaled_by_revision(
    submitted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-74: a gate that was open before is decided afterwards."""
    before = audit.verify(submitted).entries
    submitted.database.close()
    further_on(monkeypatch)
    done = upgrade(submitted, "ada")
    assert (done.before, done.after, done.revisions) == ("0001", "0003", ("0002", "0003"))
    assert done.backup is not None
    kept = backups.read(Path(done.backup))
    assert (kept.revision, kept.journal.entries) == ("0001", before)
    with submitted.look() as store:
        *_, first, second = store.entries()
    assert [(entry.action, entry.note, entry.actor) for entry in (first, second)] == [
        ("database.upgraded", "0002", "ada"),
        ("database.upgraded", "0003", "ada"),
    ]
    assert audit.verify(submitted).fault is None
    for person in ("sam", "cora"):
        vote(submitted, "G1", person)
    with submitted.look() as store:
        assert store.history("app").review("G1") is not None
    assert upgrade(submitted, "ada").revisions == ()


def test_nobody_may_be_at_work_during_an_upgrade(submitted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with submitted.database.writing("phasegate", submitted.now()) as store:
        outbox.take_lease(store.connection, "dispatch", "somebody", system_clock() + timedelta(days=1))
    submitted.database.close()
    further_on(monkeypatch)
    with pytest.raises(Conflict, match="Somebody is at work on these records"):
        upgrade(submitted, "ada")
    with submitted.database.begin(WRITING, bare=True) as connection:
        assert schema.revision_of(connection) == "0001"


def test_an_upgrade_that_fails_changes_nothing(submitted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-75: there is no state between the old layout and the new one."""
    before = audit.verify(submitted)
    submitted.database.close()
    with monkeypatch.context() as patched:
        further_on(patched)
        whole = migrations.upgrade

        def broken(connection: object) -> None:
            whole(connection)  # type: ignore[arg-type]
            raise ZeroDivisionError

        patched.setattr(migrations, "upgrade", broken)
        with pytest.raises(ZeroDivisionError):
            upgrade(submitted, "ada")
    submitted.database.close()
    assert audit.verify(submitted) == before


def test_records_of_a_newer_version_cannot_be_upgraded(submitted: Workspace) -> None:
    with submitted.database.begin(WRITING) as connection:
        connection.execute(schema.version.update().values(version_num="0003"))
    submitted.database.close()
    with pytest.raises(RecordsOutdated, match="newer version"):
        upgrade(submitted, "ada")


def test_who_opened_the_records_before_an_upgrade_cannot_write_into_them(
    submitted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert submitted.database.epoch == 1
    with submitted.database.begin(WRITING) as connection:
        connection.execute(schema.version.update().values(version_num="0002"))
    with pytest.raises(Conflict, match="restored or upgraded meanwhile"):
        vote(submitted, "G1", "sam")
