"""A person's name is erased by two people, and then it is nowhere, while the chain still verifies."""

from pathlib import Path

import pytest

from lifecycle.actions import audit, export, registers, reporting
from lifecycle.actions.erasure import erase_person
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, NotFound, SeparationOfDuties, TransitionNotAllowed
from tests.builders import charter
from tests.workspaces import copied, history

NAME = next(person.name for person in charter().people if person.id == "erik")


def holding(folder: Path) -> list[str]:
    return [str(file) for file in sorted(folder.rglob("*")) if file.is_file() and NAME.encode() in file.read_bytes()]


@pytest.fixture
def ended(closed: Workspace, tmp_path: Path) -> Workspace:
    """The closed project with its report filed."""
    work = copied(closed, tmp_path)
    reporting.issue_closure_report(work, "app")
    return work


def test_an_erased_name_is_nowhere_and_the_chain_verifies(ended: Workspace, tmp_path: Path) -> None:
    """R-52: not in the database, its log, filed reports, later reports, or exports."""
    draft = ended.files.draft("app", "planning-1/plan.md")
    ended.files.write_draft(draft, f"# Plan by {NAME}\n")
    assert holding(ended.files.data)
    assert erase_person(ended, "erik", "Asked for it.", "sam").state == "requested"
    done = erase_person(ended, "erik", "Asked for it.", "cora")
    assert (done.state, done.swept, done.still_in) == ("erased", True, ())
    assert "app-closure.pdf" in done.reports
    export.export(ended, tmp_path / "export")
    reporting.make_report(ended, "closure", subject="app", gate=None, formats=["json", "md"], out=tmp_path / "later")
    for folder in (ended.files.data, tmp_path / "export", tmp_path / "later"):
        assert holding(folder) == []
    assert "erased on 2026-" in (tmp_path / "later" / "app-closure.md").read_text()
    assert draft.read_text() == f"# Plan by erased on {ended.today()}\n"
    assert history(ended).charter.name_of("erik") == f"erased on {ended.today()}"
    found = audit.verify(ended)
    assert (found.verdict, found.fault) == ("whole", None)
    assert erase_person(ended, "erik", "Once more.", "ada").state == "erased"


def test_nobody_erases_alone_or_themselves(ended: Workspace) -> None:
    with pytest.raises(SeparationOfDuties, match="own name"):
        erase_person(ended, "erik", "Mine.", "erik")
    erase_person(ended, "erik", "Asked for it.", "sam")
    with pytest.raises(SeparationOfDuties, match="Somebody else"):
        erase_person(ended, "erik", "Asked for it.", "sam")
    with pytest.raises(BadInput, match="reason"):
        erase_person(ended, "erik", f"{NAME} asked.", "cora")
    with pytest.raises(NotFound):
        erase_person(ended, "nobody", "Asked for it.", "cora")


def test_who_is_bound_in_an_open_project_is_not_erased(started: Workspace) -> None:
    with pytest.raises(TransitionNotAllowed, match="bound in app"):
        erase_person(started, "erik", "Asked for it.", "sam")


def test_a_name_in_a_text_is_not_in_the_body_and_comes_back_when_read(started: Workspace) -> None:
    registers.record_lesson(started, "app", f"Ask {NAME} first.", recommendation="Ask.", by="sam")
    with started.look() as store:
        assert all(NAME not in row.body for row in store.rows())
        assert store.history("app").records[-1].model_dump()["text"] == f"Ask {NAME} first."
