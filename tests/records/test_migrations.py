"""The layout of the tables: the same whether it was made at once or migrated to, and protected either way."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from lifecycle.errors import RecordsOutdated
from lifecycle.records import migrations, schema
from lifecycle.records.database import WRITING, Database
from tests.builders import START, started
from tests.records.layouts import NEWEST, back_at_first, further_on, layout, triggers


@pytest.fixture
def migrated(url: str) -> Iterator[Connection]:
    """A database made by the migrations alone, its transaction still open."""
    database = Database(url)
    with database.begin(WRITING, bare=True) as connection:
        migrations.upgrade(connection)
        yield connection
    database.close()


def test_migrations_make_what_a_new_database_gets_at_once(migrated: Connection) -> None:
    before = layout(migrated)
    assert schema.revision_of(migrated) == schema.REVISION
    for table in (*schema.own_tables(), schema.version):
        migrated.exec_driver_sql(f'DROP TABLE "{table.name}"')
    schema.create(migrated)
    assert layout(migrated) == before
    assert schema.revision_of(migrated) == schema.REVISION


def test_a_database_can_be_brought_back_into_the_layout_of_the_first_revision(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the tests of upgrades begin with what an older program really left."""
    first = tmp_path / "first"
    first.mkdir()
    shutil.copy(migrations.FOLDERS[0] / "revision_0001.py", first)
    database = Database(url)
    with database.begin(WRITING, bare=True) as connection:
        with monkeypatch.context() as patched:
            patched.setattr(migrations, "FOLDERS", [first])
            migrations.upgrade(connection)
        made = layout(connection)
        migrations.upgrade(connection)
        assert layout(connection) != made
        back_at_first(connection)
        assert layout(connection) == made
    database.close()


def test_there_is_one_newest_revision_and_it_is_the_programs_own() -> None:
    known = migrations.after(None)
    assert known is not None
    assert known[-1] == schema.REVISION
    assert migrations.after(schema.REVISION) == ()
    assert migrations.after("9999") is None


def test_walls_stand_after_every_revision(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing("sam", START) as store:
        store.append(*started().records)
    with database.begin(WRITING) as connection:
        before = triggers(connection)
    protect, seen = schema.protect, []

    def watched(connection: Connection) -> None:
        protect(connection)
        seen.append((schema.revision_of(connection), triggers(connection)))

    further_on(monkeypatch)
    monkeypatch.setattr(schema, "protect", watched)
    with database.begin(WRITING, bare=True) as connection:
        migrations.upgrade(connection)
    assert [found for _, found in seen] == [before, before]
    for table in ("record", "journal"):
        with pytest.raises(Exception, match="append-only"), database.bare.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET project = 'x'"))


def test_records_of_an_older_layout_are_not_touched_before_they_are_upgraded(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.epoch == 1
    further_on(monkeypatch)
    later = Database(url)
    for _ in range(2):
        with pytest.raises(RecordsOutdated, match=r"layout 0002 of an older .* phasegate db upgrade"):
            _ = later.engine
    later.close()


def test_records_of_a_newer_version_are_refused(database: Database, url: str) -> None:
    with database.begin(WRITING) as connection:
        connection.execute(schema.version.update().values(version_num=NEWEST))
    again = Database(url)
    with pytest.raises(RecordsOutdated, match=r"newer version of Phasegate .layout 0004; this one knows 0002"):
        _ = again.engine
    again.close()


def test_records_that_never_had_a_layout_are_refused(database: Database, url: str) -> None:
    with database.begin(WRITING) as connection:
        schema.version.drop(connection)
    again = Database(url)
    with pytest.raises(RecordsOutdated, match="before the first release"):
        _ = again.engine
    again.close()


def test_the_revisions_are_part_of_the_package() -> None:
    assert migrations.FOLDERS[0].is_relative_to(Path(migrations.__file__).parent)
    there = sorted(file.name for file in migrations.FOLDERS[0].glob("*.py"))
    assert there == ["revision_0001.py", "revision_0002.py"]
