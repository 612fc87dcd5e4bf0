"""Standard processes through the actions, on both engines: published once, kept exactly, followed by new projects."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from lifecycle.actions import audit, erasure, export, processes, programs, projects, views
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import (
    BadInput,
    Conflict,
    DefinitionError,
    LifecycleError,
    NeverChanges,
    NotAuthorised,
    NotFound,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.history.editions import ProcessPublished, content_of
from lifecycle.library import Library
from lifecycle.process.definition import AtLeast, ProcessDefinition
from lifecycle.records.files import Files
from tests import postgres
from tests.builders import START, charter, definition, execution, gate, planning, program_charter, wind_up
from tests.workspaces import Clock, carry_on, charter_file, copied, history, workspace

NAME = charter().people[0].name


@pytest.fixture
def work(tmp_path: Path, database_server: str | None) -> Iterator[Workspace]:
    """An organisation with the small process, where nothing has happened yet."""
    url = postgres.new(database_server) if database_server else None
    work = workspace(tmp_path, url=url)
    yield work
    work.database.close()
    if url:
        postgres.drop(url)


def file_of(work: Workspace, process: ProcessDefinition | None = None, name: str = "small.yaml") -> Path:
    """The file of a process, as its author changed it last."""
    place = work.library.config / "processes" / name
    if process:
        place.write_text(process.model_dump_json(exclude_none=True, indent=1))
    return place


def published(work: Workspace, by: str = "anna", **changes: Any) -> ProcessDefinition:
    process = definition(**changes)
    processes.publish_file(work, file_of(work, process), by)
    return process


def organised(work: Workspace, publishing: str, people: tuple[str, ...] = ("anna", "vera")) -> None:
    listed = json.dumps([{"id": one, "name": one.title()} for one in people])
    (work.library.config / "organisation.yaml").write_text(f"people: {listed}\npublishing: {publishing}\n")


def kinds(work: Workspace) -> list[str]:
    with work.look() as store:
        return [row.kind for row in store.rows()]


def begun(work: Workspace, **changes: Any) -> None:
    projects.start_project(work, charter_file(work.library.config.parent, charter(**changes)), "sam")


def test_a_process_is_published_on_record_and_the_record_verifies(work: Workspace) -> None:
    process = published(work)
    assert kinds(work) == ["process-draft", "process-publication"]
    edition = processes.edition_named(work, "small@1")
    assert (edition.state, edition.draft.definition) == ("published", process)
    assert edition.published is not None
    assert edition.published.digest == content_of(process)
    assert processes.published_processes(work) == {"small": edition}
    found = audit.verify(work)
    assert (found.fault, found.vouched) == (None, 3)  # a checkpoint follows at once; one entry is for its key
    assert views.project_list(work) == ()


def test_publishing_a_file_again_writes_nothing(work: Workspace) -> None:
    published(work)
    edition, again = processes.publish_file(work, file_of(work), "vera")
    assert (again, edition.state) == (None, "published")
    assert len(kinds(work)) == 2


def test_other_content_under_a_published_version_is_refused_and_journaled(work: Workspace) -> None:
    published(work)
    with pytest.raises(NeverChanges, match="title: Small process -> Other"):
        processes.publish_file(work, file_of(work, definition(title="Other")), "anna")
    last = views.journal_of(work, "process/small")[-1]
    assert (last.action, last.actor, last.note) == ("refused draft process", "anna", "never_changes")
    assert len(kinds(work)) == 2


def test_a_draft_is_reviewed_and_published_by_its_name(work: Workspace) -> None:
    processes.draft_process(work, file_of(work), "anna")
    processes.review_process(work, "small", "1", "It is fine.", "vera")
    edition, done = processes.publish_process(work, "small", None, "vera")
    assert (edition.state, done and done.by) == ("reviewed", "vera")
    assert processes.versions_of(work, "small").current is not None


def test_with_four_eyes_one_person_leaves_a_draft_and_a_second_one_publishes(work: Workspace) -> None:
    """R-40: a PMO that publishes a process cannot publish it alone; the attempt is journaled."""
    organised(work, "{four_eyes: true}")
    for _ in range(2):
        with pytest.raises(SeparationOfDuties, match="phasegate process publish small --version 1 --as PERSON"):
            processes.publish_file(work, file_of(work), "anna")
    assert kinds(work) == ["process-draft"]
    refused = [entry for entry in views.journal_of(work, "process/small") if entry.action == "refused publish process"]
    assert [(entry.actor, entry.note) for entry in refused] == [("anna", "separation_of_duties")] * 2
    processes.publish_file(work, file_of(work), "vera")
    edition = processes.edition_named(work, "small@1")
    assert (edition.draft.by, edition.published and edition.published.by) == ("anna", "vera")


def test_drafts_stand_in_the_inbox_of_whoever_may_publish_them(work: Workspace) -> None:
    organised(work, "{four_eyes: true, publishers: [anna, vera]}")
    processes.draft_process(work, file_of(work), "anna")
    assert [(item.person, item.project, item.what, item.subject) for item in views.inbox(work, None)] == [
        ("vera", "process/small", "publish", "1")
    ]
    assert views.inbox(work, "anna") == ()
    processes.publish_process(work, "small", "1", "vera")
    assert views.inbox(work, "vera") == ()


def test_only_publishers_publish(work: Workspace) -> None:
    organised(work, "{publishers: [vera]}")
    with pytest.raises(NotAuthorised, match="Those who may: vera"):
        processes.publish_file(work, file_of(work), "anna")
    with pytest.raises(NotAuthorised):
        processes.retire_process(work, *_published_by(work, "vera"), "Slow.", "anna")


def _published_by(work: Workspace, by: str) -> tuple[str, str]:
    processes.publish_process(work, "small", "1", by)
    return "small", "1"


def test_two_who_publish_at_once_publish_once(work: Workspace) -> None:
    """Whoever comes second finds it published; had both written, the record's key would have let only one through."""
    processes.draft_process(work, file_of(work), "anna")
    together, answers = Barrier(2), list[ProcessPublished | None]()

    def publish(person: str) -> None:
        together.wait()
        answers.append(processes.publish_process(work, "small", "1", person)[1])

    threads = [Thread(target=publish, args=(person,)) for person in ("anna", "vera")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer is None for answer in answers) == [False, True]
    (done,) = [answer for answer in answers if answer]
    with pytest.raises(Conflict, match="process/small:1:published"), work.writing("vera", START) as store:
        store.append(done)
    assert audit.verify(work).fault is None


def test_what_is_not_sound_is_not_drafted_and_its_problems_have_places(work: Workspace) -> None:
    broken = definition(planning(gates=(gate("G1", "nobody"),)), wind_up())
    with pytest.raises(DefinitionError, match=r"small.yaml:\d+:\d+: "):
        processes.publish_file(work, file_of(work, broken), "anna")
    assert kinds(work) == []


def test_a_process_without_a_way_to_closure_is_not_published(work: Workspace) -> None:
    hopeless = definition(planning(gates=(gate("G1", "sponsor", policy=AtLeast(at_least=26)),)), execution(), wind_up())
    with pytest.raises(BadInput, match=r"small 1 cannot be published:\n- .*G1"):
        processes.publish_file(work, file_of(work, hopeless), "anna")
    assert kinds(work) == ["process-draft"]


def with_template(work: Workspace) -> ProcessDefinition:
    """The plan has a template, which extends another one."""
    folder = work.library.config.parent / "templates" / "documents"
    folder.mkdir(parents=True)
    (folder / "base.md.j2").write_text("# {% block body %}{% endblock %}\n")
    (folder / "plan.md.j2").write_text('{% extends "base.md.j2" %}\n')
    first = planning()
    plan = first.deliverables[0].model_copy(update={"template": "plan.md.j2"})
    return definition(first.model_copy(update={"deliverables": (plan,)}), execution(), wind_up())


def afresh(work: Workspace) -> Workspace:
    """The workspace with its library looked for anew."""
    return Workspace.open(work.files.data, Library.find(work.library.config.parent), Clock(), work.database.url)


def test_a_published_version_is_kept_exactly_with_the_templates_it_uses(work: Workspace) -> None:
    file = file_of(work, with_template(work))
    file.write_text(f"# Written by hand\n{file.read_text()}")
    work, before = afresh(work), file.read_text()
    processes.publish_file(work, file, "anna")
    file.unlink()
    assert processes.source_named(work, "small@1") == before
    kept = processes.edition_named(work, "small@1").draft.templates
    assert sorted(kept) == ["base.md.j2", "plan.md.j2"]
    assert work.files.evidence(kept["plan.md.j2"]) == b'{% extends "base.md.j2" %}\n'
    work.database.close()


def test_a_template_that_is_gone_is_found_when_the_draft_is_published(work: Workspace) -> None:
    file = file_of(work, with_template(work))
    work = afresh(work)
    processes.draft_process(work, file, "anna")
    (work.library.config.parent / "templates" / "documents" / "plan.md.j2").unlink()
    with pytest.raises(BadInput, match=r"cannot be published:\n- .*plan.md.j2"):
        processes.publish_process(work, "small", "1", "anna")
    work.database.close()


def test_a_kept_file_that_was_changed_is_found(work: Workspace) -> None:
    published(work)
    source = work.files.evidence_place(processes.edition_named(work, "small@1").draft.source)
    source.write_text("another process")
    fault = audit.verify(work).fault
    assert fault is not None
    assert fault.message == "the file small.yaml of 'process/small:1:draft:1' is missing or was changed"
    assert audit.verify(Workspace(**{**vars(work), "files": Files(work.files.data / "elsewhere")})).fault is None


def test_a_publication_of_something_else_than_the_draft_is_found(work: Workspace) -> None:
    processes.draft_process(work, file_of(work), "anna")
    forged = ProcessPublished(project="process/small", at=START, by="anna", version="1", digest="0" * 64)
    with work.writing("anna", START) as store:
        store.append(forged)
    fault = audit.verify(work).fault
    assert fault is not None
    assert "what was published as small 1 is not what had been drafted" in fault.message


def test_a_new_project_follows_the_published_version_and_says_which_digest_that_is(work: Workspace) -> None:
    process = published(work)
    file_of(work, definition(version="2", title="Not published yet"))
    begun(work)
    started = history(work).started
    assert (started.definition.version, started.standard) == ("1", content_of(process))
    found = processes.followed(work, "app")
    assert (found.process, found.version, found.state, found.newest) == ("small", "1", "published", "1")
    assert audit.verify(work).fault is None


def test_a_project_keeps_its_copy_when_its_version_is_retired_and_goes_on(work: Workspace) -> None:
    published(work)
    begun(work)
    published(work, version="2", title="New")
    processes.retire_process(work, "small", "1", "Too slow.", "anna")
    carry_on(work)
    found = processes.followed(work, "app")
    assert (history(work).definition.version, found.state, found.newest) == ("1", "retired", "2")


def test_a_charter_can_hold_its_project_to_a_version(work: Workspace) -> None:
    published(work)
    published(work, version="2")
    begun(work, version="1")
    assert history(work).definition.version == "1"
    with pytest.raises(NotFound, match=r"no version of small '3'\. Known: 1, 2"):
        begun(work, project="web", version="3")


def test_before_anything_is_published_the_file_is_followed(work: Workspace) -> None:
    begun(work, version="1")
    found = processes.followed(work, "app")
    assert (found.standard, found.state, found.newest) == (content_of(definition()), None, None)


def test_a_retired_version_starts_nothing_new_and_the_attempt_is_journaled(work: Workspace) -> None:
    published(work)
    processes.retire_process(work, "small", "1", "Too slow.", "anna")
    for version in ("1", None):
        with pytest.raises(TransitionNotAllowed, match="starts nothing new"):
            begun(work, version=version)
    assert [entry.note for entry in views.journal_of(work, "app")] == ["transition_not_allowed"] * 2


def test_where_publishing_is_required_nothing_starts_from_a_file_alone(work: Workspace) -> None:
    organised(work, "{required: true}")
    folder = work.library.config.parent
    with pytest.raises(TransitionNotAllowed, match="published processes only"):
        begun(work)
    charter_file(folder, charter("web"))
    programme = charter_file(folder, program_charter(projects=("web",)))
    with pytest.raises(TransitionNotAllowed, match="published processes only"):
        programs.start_program(work, programme, "sam")
    assert views.project_list(work) == ()
    published(work)
    programs.start_program(work, programme, "sam")
    assert [history(work, name).started.standard for name in ("digital", "web")] == [content_of(definition())] * 2


def test_a_name_means_the_file_and_a_name_with_a_version_what_is_on_record(work: Workspace) -> None:
    """The one place where a reference becomes a process; a draft is found, too, so that it can be looked at."""
    old = published(work)
    new = definition(version="2", title="New")
    file = file_of(work, new)
    assert processes.process_named(work, "small") == new
    assert processes.process_named(work, "small@1") == old
    assert processes.process_named(work, str(file)) == new
    for reference in ("small@9", "large@1"):
        with pytest.raises(NotFound):
            processes.process_named(work, reference)
    at = file.rename(file.with_name("small@home.yaml"))
    assert processes.process_named(work, str(at)) == new


@pytest.mark.parametrize("act", ["show", "why", "history"])
def test_a_process_is_no_project(work: Workspace, act: str) -> None:
    published(work)
    with pytest.raises(NotFound, match="no project 'process/small'"):
        if act == "history":
            history(work, "process/small")
        else:
            (views.project_status if act == "show" else views.why)(work, "process/small")


def test_versions_go_into_exports_and_copies(work: Workspace, tmp_path: Path) -> None:
    published(work)
    export.export(work, tmp_path / "export")
    assert "process/small:1:published" in (tmp_path / "export" / "records.jsonl").read_text()
    assert export.verify(tmp_path / "export").verdict == "whole"
    again = copied(work, tmp_path / "again")
    assert processes.edition_named(again, "small@1").state == "published"
    assert audit.verify(again).fault is None
    again.database.close()


def test_a_name_in_a_finding_is_hidden_shown_and_erased_with_the_person(closed: Workspace, tmp_path: Path) -> None:
    """Whoever writes about a process may name anybody of any project; erased there, the name is gone here too."""
    work = copied(closed, tmp_path)
    process = definition(purpose=f"As {NAME} wanted it.")
    processes.draft_process(work, file_of(work, process), "anna")
    processes.review_process(work, "small", "1", f"Ask {NAME} first.", "vera")
    with work.look() as store:
        assert [row.kind for row in store.rows() if NAME in row.body] == ["process-draft"]
    assert _finding(work) == f"Ask {NAME} first."
    for person in ("sam", "cora"):
        erasure.erase_person(work, charter().people[0].id, "Asked for it.", person)
    assert _finding(work) == f"Ask erased on {work.today()} first."
    assert processes.process_named(work, "small@1") == process, "what is on record never changes"
    assert audit.verify(work).fault is None
    work.database.close()


def _finding(work: Workspace) -> str:
    edition = processes.edition_named(work, "small@1")
    assert edition.review
    return edition.review.finding


def test_every_refusal_of_a_version_is_an_answer_of_ours(work: Workspace) -> None:
    for act in (
        lambda: processes.versions_of(work, "small"),
        lambda: processes.publish_process(work, "small", None, "anna"),
        lambda: processes.review_process(work, "small", "1", "Fine.", "anna"),
        lambda: processes.retire_process(work, "small", "1", "Old.", "anna"),
    ):
        with pytest.raises(LifecycleError, match="There is no draft or version of the process 'small'"):
            act()
