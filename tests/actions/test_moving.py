"""Records written out to be compared, and copied from one engine to the other."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lifecycle.actions import audit, moving
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.records import copies
from lifecycle.records.database import Database
from tests import postgres
from tests.workspaces import history, vote


@pytest.fixture(params=postgres.ENGINES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database on either engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return
    url = postgres.new(request.getfixturevalue("postgresql"))
    yield url
    postgres.drop(url)


def test_every_row_is_written_out_once_in_order(submitted: Workspace) -> None:
    lines, sha256 = moving.written_out(submitted)
    rows = [json.loads(line) for line in lines]
    assert [row["table"] for row in rows] == sorted(row["table"] for row in rows)
    records = [row["row"]["id"] for row in rows if row["table"] == "record"]
    assert records == [record.id for record in history(submitted).records]
    assert (moving.written_out(submitted)[1], len(sha256)) == (sha256, 64)


def test_records_move_to_another_database_and_go_on_there(submitted: Workspace, elsewhere: str) -> None:
    moved = moving.move(submitted, elsewhere)
    assert (moved.sha256, moved.rows) == (moving.written_out(submitted)[1], len(moving.written_out(submitted)[0]))
    assert moved.address in (elsewhere, None)
    there = Workspace.open(submitted.files.data, submitted.library, submitted.clock, elsewhere)
    assert history(there).records == history(submitted).records
    for person in ("sam", "cora"):
        vote(there, "G1", person)
    assert audit.verify(there).fault is None
    there.database.close()
    with pytest.raises(BadInput, match=r"records in .* already, and they stay"):
        moving.move(submitted, elsewhere)


def test_what_somebody_wrote_meanwhile_is_noticed(
    submitted: Workspace, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = copies.copy

    def disturbed(source: Database, file: Path) -> None:
        vote(submitted, "G1", "sam")
        whole(source, file)

    monkeypatch.setattr(copies, "copy", disturbed)
    with pytest.raises(BadInput, match="Somebody wrote while the records were copied"):
        moving.move(submitted, elsewhere)
