"""The same life on both engines leaves the same rows."""

import itertools
import secrets
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from lifecycle.actions import audit, gates, moving, projects
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import NotAuthorised
from lifecycle.records.checkpoints import Place
from tests import postgres
from tests.workspaces import (
    carry_on,
    charter_file,
    hand_in,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    vote,
    workspace,
)


def lived(folder: Path, url: str | None) -> Workspace:
    """A whole small project, with a refusal, a withdrawal, a rejection, and an answer that is asked for twice."""
    folder.mkdir()
    work = workspace(folder, url=url)
    # one key signs the checkpoints of both
    work = replace(work, checkpoints=Place.at(folder / "checkpoints", folder.parent / "signing-key"))
    projects.start_project(work, charter_file(folder), "sam")
    carry_on(work)
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")
    with pytest.raises(NotAuthorised):
        gates.withdraw_gate(work, "app", "G1", "erik")
    gates.withdraw_gate(work, "app", "G1", "paula")
    gates.submit_gate(work, "app", "G1", "paula")
    for _ in range(2):
        vote(work, "G1", "sam", key="k", choice="reject", proposal="recycle")
    carry_on(work)
    pass_first_gate(work)
    pass_second_gate(work)
    pass_last_gate(work)
    assert audit.verify(work).fault is None
    return work


@pytest.mark.postgres
@postgres.HERE
def test_one_life_on_both_engines_gives_the_same_dump(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-10: the clock stands, and chance gives the same numbers twice."""
    dumps = []
    for name, url in (("sqlite", None), ("postgresql", postgres.new(postgresql))):
        numbers = itertools.count(1)
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=1))
        monkeypatch.setattr(secrets, "token_hex", lambda size, numbers=numbers: f"{next(numbers):0{2 * size}x}")
        work = lived(tmp_path / name, url)
        dumps.append(moving.written_out(work))
        work.database.close()
    (here, first), (there, second) = dumps
    assert here == there
    assert first == second
    assert len(here) > 50
