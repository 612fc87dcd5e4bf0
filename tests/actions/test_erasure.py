"""A person's name is erased by two people, and then it is nowhere, while the chain still verifies."""

import json
from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, export, people, projects, registers, reporting
from lifecycle.actions.erasure import Erasure, erase_person
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, NotFound, SeparationOfDuties, TransitionNotAllowed
from lifecycle.history.charter import Member
from lifecycle.records.database import KNOWN
from tests.builders import PEOPLE, charter
from tests.workspaces import (
    carry_on,
    charter_file,
    copied,
    history,
    pass_first_gate,
    pass_last_gate,
    pass_second_gate,
    workspace,
)

NAME = next(person.name for person in charter().people if person.id == "erik")


def holding(folder: Path) -> list[str]:
    return [str(file) for file in sorted(folder.rglob("*")) if file.is_file() and NAME.encode() in file.read_bytes()]


def called(**names: str) -> tuple[Member, ...]:
    """The people of the builders, some under another name."""
    return tuple(one.model_copy(update={"name": names.get(one.id, one.name)}) for one in PEOPLE)


def live_through(work: Workspace, project: str = "app", **charter_fields: Any) -> Workspace:
    """A project from its start to its closure."""
    file = charter_file(work.files.data.parent, charter(project, plan="plan.csv", **charter_fields))
    projects.start_project(work, file, "sam")
    for go_on in (carry_on, pass_first_gate, pass_second_gate, pass_last_gate):
        go_on(work, project)
    return work


def erase(work: Workspace, person: str = "erik") -> Erasure:
    erase_person(work, person, "Asked for it.", "sam")
    return erase_person(work, person, "Asked for it.", "cora")


def reread(work: Workspace) -> Workspace:
    """The records as another process finds them, and nothing wrong with them."""
    KNOWN.clear()
    found = audit.verify(work)
    assert (found.verdict, found.fault) == ("whole", None)
    return work


def fails(*_given: object) -> None:
    raise OSError("The disk is full.")


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


def without(value: Any, *names: str) -> Any:
    """Plain data without the fields of these names."""
    if isinstance(value, dict):
        return {name: without(item, *names) for name, item in value.items() if name not in names}
    return [without(item, *names) for item in value] if isinstance(value, list) else value


def test_a_report_that_an_earlier_version_filed_loses_the_name_too(ended: Workspace) -> None:
    """R-52: it says less of reviews than reports of today."""
    place = ended.files.reports("app") / "app-closure.json"
    said = json.loads(place.read_text())
    assert without(said, "asked") != said
    place.write_text(json.dumps(without(said, "asked", "overdue")))
    assert "app-closure.json" in erase(ended).reports
    assert holding(ended.files.data) == []


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


def test_a_full_text_with_an_erased_name_can_still_be_read(tmp_path: Path) -> None:
    """What stands there instead is longer than the name, and the text was as long as a text may be."""
    need = f"{NAME} wrote it down. " + "x" * 4000
    work = live_through(workspace(tmp_path), need=need[:4000])
    erase(work)
    assert len(history(reread(work)).charter.need) > 4000


def test_a_name_in_a_title_leaves_the_list_of_projects_too(tmp_path: Path) -> None:
    """R-52: what follows from the records is worked out from records without the name."""
    work = live_through(workspace(tmp_path), title="Succession of Erik Engel", people=called(erik="Erik Engel"))
    erase(work)
    with reread(work).look() as store:
        assert [line.title for line in store.listings()] == [f"Succession of erased on {work.today()}"]


def test_other_names_stay_what_they_are_in_reports_and_drafts(tmp_path: Path) -> None:
    """Longer names that hold the erased one as a part of theirs are names of others."""
    names = {"paula": "Mary Ann Lee", "sam": "Ann Lee-Berg", "erik": "Ann Lee"}
    work = live_through(workspace(tmp_path), people=called(**names), goal="Ann Lee, Mary Ann Lee and Ann Lee-Berg")
    reporting.issue_closure_report(work, "app")
    draft = work.files.draft("app", "planning-1/plan.md")
    work.files.write_draft(draft, "Ann Lee, Mary Ann Lee\n")
    erase(work)
    gone = f"erased on {work.today()}"
    report = reread(work).files.reports("app") / "app-closure.json"
    assert json.loads(report.read_text())["goal"]["text"] == f"{gone}, Mary Ann Lee and Ann Lee-Berg"
    assert f"Mary {gone}" not in report.read_text()
    assert draft.read_text() == f"{gone}, Mary Ann Lee\n"


def test_evidence_stays_what_was_handed_in_and_is_named_in_either_spelling(tmp_path: Path) -> None:
    """0015: evidence is bound by its digest; whoever asked learns which files hold the name."""
    work = live_through(workspace(tmp_path), people=called(erik="José Núñez"))
    kept = [work.files.keep(f"By {name}.".encode()) for name in ("José Núñez", "Jose\u0301 Nu\u0301n\u0303ez")]
    other = work.files.draft("app", "planning-1/other.md")
    work.files.write_draft(other, "Nobody is named.\r\n")
    assert sorted(erase(work).still_in) == sorted(str(work.files.evidence_place(sha256)) for sha256 in kept)
    assert other.read_bytes() == b"Nobody is named.\r\n"


def test_whoever_bears_the_same_name_keeps_it_in_reports_too(tmp_path: Path) -> None:
    """Whom of the two a report means, nobody can tell."""
    work = live_through(workspace(tmp_path), people=called(ada="Anna Berg", erik="Anna Berg"))
    reporting.issue_closure_report(work, "app")
    assert erase(work).reports == ()
    people = history(reread(work)).charter
    assert (people.name_of("ada"), people.name_of("erik")) == ("Anna Berg", f"erased on {work.today()}")
    assert "Anna Berg" in (work.files.reports("app") / "app-closure.json").read_text()


@pytest.mark.parametrize("name", ['Sam "Sunny" Lee', "Back\\slash Lee", "Rhys O'Neil & Sons", "José Núñez"])
def test_a_name_with_unusual_characters_is_nowhere_either(tmp_path: Path, name: str) -> None:
    work = live_through(workspace(tmp_path), people=called(erik=name))
    reporting.issue_closure_report(work, "app")
    assert "app-closure.json" in erase(work).reports
    written = (work.files.reports("app") / "app-closure.json").read_text()
    assert json.dumps(name)[1:-1] not in written
    assert name not in written
    reread(work)


def test_a_name_is_found_however_it_was_typed(tmp_path: Path) -> None:
    """Design 3.2: a letter with its accent is the same in one character or in two."""
    work = live_through(workspace(tmp_path), people=called(erik="Jos\u00e9 N."), goal="What Jose\u0301 N. wants")
    erase(work)
    assert history(reread(work)).charter.goal == f"What erased on {work.today()} wants"


def test_who_joins_under_a_name_that_is_there_has_a_name_of_their_own(executing: Workspace) -> None:
    people.assign_person(executing, "app", Member(id="nina", name=NAME, roles=("engineer",)), "Joins.", "sam")
    for go_on in (pass_second_gate, pass_last_gate):
        go_on(executing)
    erase(executing)
    charter = history(reread(executing)).charter
    assert (charter.name_of("nina"), charter.name_of("erik")) == (NAME, f"erased on {executing.today()}")
    assert erase(executing, "nina").projects == ("app",)
    assert history(reread(executing)).charter.name_of("nina") == f"erased on {executing.today()}"


def test_who_comes_back_under_another_name_loses_both(executing: Workspace) -> None:
    for name in ("Nina Newcomer", "Nina Newcomer", "Nina Married"):
        people.assign_person(executing, "app", Member(id="nina", name=name, roles=("engineer",)), "Joins.", "sam")
        people.remove_person(executing, "app", "nina", "Leaves.", "sam")
    with executing.look() as store:
        assert sorted(str(one.text) for one in store.private.kept("nina")) == ["Nina Married", "Nina Newcomer"]
    for go_on in (pass_second_gate, pass_last_gate):
        go_on(executing)
    assert erase(executing, "nina").projects == ("app",)
    with reread(executing).look() as store:
        assert [one.text for one in store.private.kept("nina")] == [None, None]


def test_who_came_back_after_an_erasure_is_erased_again_and_by_two(ended: Workspace) -> None:
    erase(ended)
    live_through(ended, "web")
    reporting.issue_closure_report(ended, "web")
    with pytest.raises(SeparationOfDuties, match="Somebody else"):
        for _ in range(2):
            erase_person(ended, "erik", "Asked again.", "ada")
    assert NAME in (ended.files.reports("web") / "web-closure.json").read_text()
    done = erase_person(reread(ended), "erik", "Asked again.", "cora")
    assert (done.state, done.projects) == ("erased", ("web",))
    assert holding(reread(ended).files.data) == []


@pytest.mark.parametrize("where", ["lifecycle.records.store.Store.erase", "lifecycle.actions.erasure._put_in_place"])
def test_an_interrupted_erasure_is_finished_by_asking_again(
    ended: Workspace, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Before the commit nothing has changed, the reports neither; after it, only they are left to be replaced."""
    erase_person(ended, "erik", "Asked for it.", "sam")
    with monkeypatch.context() as broken, pytest.raises(OSError, match="full"):
        broken.setattr(where, fails)
        erase_person(ended, "erik", "Asked for it.", "cora")
    if where.endswith("Store.erase"):
        assert NAME in (reread(ended).files.reports("app") / "app-closure.json").read_text()
    assert erase_person(ended, "erik", "Asked for it.", "cora").state == "erased"
    assert holding(reread(ended).files.data) == []


def test_nobody_writes_what_stands_for_a_name(started: Workspace) -> None:
    """A commitment can be read in any export; written into a text, it would be given the name it hides."""
    with started.look() as store:
        [mark] = [one.commitment for one in store.private.kept("erik")]
    for of in (mark, "0" * 64):
        with pytest.raises(BadInput, match="stands for somebody's name"):
            registers.record_lesson(started, "app", f"Who is {{sha256:{of}}}?", recommendation="Ask.", by="sam")
    registers.record_lesson(started, "app", f"The file has {{sha256:abc}} and {mark}.", recommendation="-", by="sam")
    reread(started)
