"""Records of an older version are brought up to date: after a backup, alone, all or nothing."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from lifecycle.actions import audit, backups, views
from lifecycle.actions.deadlines import pass_time
from lifecycle.actions.upgrading import Upgraded, upgrade
from lifecycle.actions.workspace import Workspace, system_clock
from lifecycle.errors import Conflict, RecordsOutdated, RecordsReplaced
from lifecycle.records import days, migrations, outbox, schema
from lifecycle.records.database import WRITING, Database
from lifecycle.records.listing import Horizon
from tests.postgres import wait_for_a_waiter
from tests.records.layouts import back_at_first, further_on
from tests.workspaces import on, vote, workspace


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
    assert (done.before, done.after, done.revisions) == ("0002", "0004", ("0003", "0004"))
    assert done.backup is not None
    kept = backups.read(Path(done.backup))
    assert (kept.revision, kept.journal.entries) == ("0002", before)
    with submitted.look() as store:
        *_, first, second = store.entries()
    assert [(entry.action, entry.note, entry.actor) for entry in (first, second)] == [
        ("database.upgraded", "0003", "ada"),
        ("database.upgraded", "0004", "ada"),
    ]
    assert audit.verify(submitted).fault is None
    for person in ("sam", "cora"):
        vote(submitted, "G1", person)
    with submitted.look() as store:
        assert store.history("app").review("G1") is not None
    assert upgrade(submitted, "ada").revisions == ()


def test_what_time_brings_is_known_after_an_upgrade_and_comes(submitted: Workspace) -> None:
    """R-74: the first layout did not say it. A gate that was open then becomes overdue."""
    with submitted.database.begin(WRITING) as connection:
        before = [*connection.execute(text("SELECT * FROM awaited ORDER BY person"))]
        back_at_first(connection)
    submitted.database.close()
    assert upgrade(submitted, "ada").revisions == ("0002",)
    with submitted.look() as store:
        assert [*store.connection.execute(text("SELECT * FROM awaited ORDER BY person"))] == before
        assert days.horizon(store.connection, "app") == Horizon(day=date(2026, 1, 5), due=date(2026, 1, 11), hold=None)
    assert audit.verify(submitted).fault is None
    on(submitted, date(2026, 1, 11))
    pass_time(submitted)
    assert {item.text for item in views.inbox(submitted, None)} == {
        "Decide G1 Gate G1, round 1 (overdue since 2026-01-10)"
    }


def test_nobody_may_be_at_work_during_an_upgrade(submitted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with submitted.database.writing("phasegate", submitted.now()) as store:
        outbox.take_lease(store.connection, "dispatch", "somebody", system_clock() + timedelta(days=1))
    submitted.database.close()
    further_on(monkeypatch)
    with pytest.raises(Conflict, match="Somebody is at work on these records"):
        upgrade(submitted, "ada")
    with submitted.database.begin(WRITING, bare=True) as connection:
        assert schema.revision_of(connection) == "0002"


def test_of_two_upgrades_at_once_one_does_it(submitted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-74: the other one waits, finds it done, and journals nothing."""
    with submitted.database.begin(WRITING) as connection:
        back_at_first(connection)
    submitted.database.close()
    other = Workspace.open(submitted.files.data, submitted.library, submitted.clock, submitted.database.url)
    others, asked = ThreadPoolExecutor(1), backups.require_nobody_at_work
    waiting: list[Future[Upgraded]] = []

    def beside(database: Database) -> None:
        asked(database)
        if not waiting:
            waiting.append(others.submit(upgrade, other, "ben"))
            if database.file is None:
                wait_for_a_waiter(database.bare)

    monkeypatch.setattr(backups, "require_nobody_at_work", beside)
    done = upgrade(submitted, "ada")
    assert (done.before, done.revisions) == ("0001", ("0002",))
    [late] = [future.result(60) for future in waiting]
    assert (late.before, late.revisions) == ("0002", ())
    other.database.close()
    with submitted.look() as store:
        assert [entry.actor for entry in store.entries() if entry.action == "database.upgraded"] == ["ada"]
    assert audit.verify(submitted).fault is None


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
        connection.execute(schema.version.update().values(version_num="0004"))
    submitted.database.close()
    with pytest.raises(RecordsOutdated, match="newer version"):
        upgrade(submitted, "ada")


def test_who_opened_the_records_before_an_upgrade_cannot_write_into_them(
    submitted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert submitted.database.epoch == 1
    with submitted.database.begin(WRITING) as connection:
        connection.execute(schema.version.update().values(version_num="0003"))
    with pytest.raises(RecordsReplaced, match="restored or upgraded meanwhile"):
        vote(submitted, "G1", "sam")
    with pytest.raises(RecordsOutdated, match="newer version"):
        vote(submitted, "G1", "sam")
