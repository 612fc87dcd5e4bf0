"""Moving a running project through the actions: on both engines, journaled, once, and told everywhere."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lifecycle.actions import audit, gates, migration, people, phases, processes, projects, views
from lifecycle.actions.identity import create_token
from lifecycle.actions.migration import Destination
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import (
    CannotMigrate,
    DefinitionError,
    EvidenceChanged,
    NotFound,
    NotIdentified,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.history.charter import TailoringChoice
from lifecycle.history.gates import ConditionText
from lifecycle.history.migration import ProjectMigrated
from lifecycle.library import Library
from lifecycle.process.definition import ProcessDefinition, TailoringDefinition
from lifecycle.process.renaming import with_new_names
from lifecycle.records.tokens import Token
from tests.builders import charter, definition, deliverable, execution, gate, person, phase, planning, wind_up
from tests.moves import CONTROL, improved, version
from tests.workspaces import carry_on, charter_file, hand_in, history, pass_first_gate, pass_last_gate, vote, workspace

RENAMED = {("gate", "G2"): "GB", ("phase", "execution"): "build", ("deliverable", "test-report"): "test-summary"}


def written(work: Workspace, new: ProcessDefinition, name: str = "second") -> str:
    """A file with another version of the process."""
    file = work.files.data.parent / f"{name}.yaml"
    file.write_text(new.model_dump_json(exclude_none=True, indent=1))
    return str(file)


def mapping(work: Workspace, text: str) -> Path:
    file = work.files.data.parent / "map.yaml"
    file.write_text(text)
    return file


def to(work: Workspace, new: ProcessDefinition | None = None, map_: str | None = None) -> Destination:
    return Destination(written(work, new or improved()), mapping(work, map_) if map_ else None)


def ask(work: Workspace, new: ProcessDefinition | None = None, map_: str | None = None) -> None:
    migration.request_migration(work, "app", to(work, new, map_), "The audit asks for it.", "paula")


def move(work: Workspace, new: ProcessDefinition | None = None, map_: str | None = None) -> ProjectMigrated:
    ask(work, new, map_)
    return migration.confirm_migration(work, "app", "sam")


def sound(work: Workspace) -> None:
    """Journal, records, list, inboxes and outbox hang together."""
    found = audit.verify(work)
    assert found.fault is None, found.fault


def test_a_dry_run_writes_nothing(executing: Workspace) -> None:
    before = len(history(executing))
    plan = migration.plan_migration(executing, "app", to(executing))
    assert (plan.to_version, plan.refusals, len(plan.of("added"))) == ("small 2", (), 1)
    assert len(history(executing)) == before


def test_a_project_moves_goes_on_by_the_new_rules_and_closes(executing: Workspace) -> None:
    """One more gate and a renamed deliverable, in the middle of execution; the record proves itself afterwards."""
    hand_in(executing, "test-report", "erik")
    done = move(executing)
    assert (done.requested_by, done.by, done.mapping.deliverables) == ("paula", "sam", {"test-report": "test-summary"})
    sound(executing)
    assert [(one.process, one.gate) for one in views.project_list(executing)] == [("small 2", "G2a")]
    hand_in(executing, "app", "erik")
    projects.judge_deliverable(executing, "app", deliverable="app", by="cora")
    gates.submit_gate(executing, "app", "G2a", "paula")
    vote(executing, "G2a", "ada")
    hand_in(executing, "test-summary", "erik", "once more")
    gates.submit_gate(executing, "app", "G2", "paula")
    for approver in ("sam", "ada"):
        vote(executing, "G2", approver)
    carry_on(executing)
    projects.hand_over(executing, "app", "app", to="cora", by="paula")
    pass_last_gate(executing)
    assert history(executing).closed
    assert [one.id for one in history(executing).records if "test-" in one.id] == [
        "app:test-report:v1",
        "app:test-summary:v2",
    ]
    sound(executing)


def test_the_journal_tells_who_asked_and_who_confirmed(executing: Workspace) -> None:
    move(executing)
    told = [(one.action, one.actor, one.object) for one in views.journal_of(executing, "app")][-2:]
    assert told == [
        ("migration-request", "paula", "app:process:1"),
        ("migration", "sam", "app:process:1:migrated"),
    ]


def test_what_cannot_be_mapped_is_refused_and_the_attempt_is_journaled(executing: Workspace) -> None:
    with pytest.raises(CannotMigrate, match="Phase planning has no counterpart"):
        ask(executing, version(execution(), wind_up()))
    refused = [one for one in views.journal_of(executing, "app") if one.action == "refused ask for migration"]
    assert [one.note for one in refused] == ["cannot_migrate"]
    sound(executing)


def test_a_mapping_is_read_with_the_places_of_its_mistakes(executing: Workspace) -> None:
    wrong = "gates:\n  G2: GB\n  G99: G1\nphases: {execution: bild}\n"
    with pytest.raises(DefinitionError) as refused:
        migration.plan_migration(executing, "app", to(executing, with_new_names(version(), RENAMED), wrong))
    assert [(one.line, one.column, one.message) for one in refused.value.problems] == [
        (3, 3, "the project has no gate 'G99'; there are G1, G2, G3"),
        (4, 21, "the new version has no phase 'bild'; did you mean 'build'?"),
    ]
    with pytest.raises(DefinitionError, match="gate"):
        migration.plan_migration(executing, "app", to(executing, None, "gate: {G2: GB}\n"))


def test_a_mapping_names_what_is_called_otherwise(executing: Workspace) -> None:
    new = with_new_names(version(), RENAMED)
    strict = new.gate("GB").model_copy(update={"policy": "all"})
    build = new.phase("build").model_copy(update={"gates": (strict,)})
    phases_ = tuple(build if one.id == "build" else one for one in new.phases)
    other = new.model_copy(update={"phases": phases_})
    assert migration.plan_migration(executing, "app", to(executing, other)).refusals
    done = move(executing, other, "gates: {G2: GB}\nphases: {execution: build}\n")
    assert done.mapping.gates == {"G2": "GB"}
    step = phases.current_step(executing, "app")
    assert (step.word, getattr(step, "phase", ""), getattr(step, "gate", "")) == ("preparing", "build", "GB")
    sound(executing)


def test_a_confirmation_by_the_wrong_person_or_a_second_one_is_refused(executing: Workspace) -> None:
    ask(executing)
    with pytest.raises(SeparationOfDuties):
        migration.confirm_migration(executing, "app", "paula")
    migration.confirm_migration(executing, "app", "sam")
    before = len(history(executing))
    with pytest.raises(TransitionNotAllowed, match="Nobody has asked"):
        migration.confirm_migration(executing, "app", "sam")
    assert len(history(executing)) == before


def test_the_digest_of_the_plan_that_was_read_is_held_against_the_one_that_waits(executing: Workspace) -> None:
    ask(executing)
    asked, confirmers = migration.pending_migration(executing, "app")
    assert confirmers == ("sam",)
    with pytest.raises(EvidenceChanged):
        migration.confirm_migration(executing, "app", "sam", read="0" * 64)
    assert migration.confirm_migration(executing, "app", "sam", read=asked.digest).number == 1


def test_the_request_is_in_the_inbox_until_it_is_withdrawn(executing: Workspace) -> None:
    ask(executing)
    waiting = [one for one in views.inbox(executing, "sam") if one.what == "confirm migration"]
    assert [one.subject for one in waiting] == ["app"]
    sound(executing)
    migration.withdraw_migration(executing, "app", "Not before summer.", "sam")
    assert not [one for one in views.inbox(executing, None) if one.what == "confirm migration"]
    with pytest.raises(TransitionNotAllowed, match="Nobody has asked"):
        migration.pending_migration(executing, "app")
    sound(executing)


def test_an_open_review_goes_back_and_an_automatic_gate_is_submitted_anew(submitted: Workspace) -> None:
    vote(submitted, "G1", "sam")
    own = planning().gates[0].model_copy(update={"request": "automatic", "due_days": 9})
    move(submitted, version(planning(gates=(own,)), execution(), CONTROL, wind_up()))
    past = history(submitted)
    assert past.has("app:G1:1:returned")
    again = past.open_review("G1")
    assert again and (again.round, past.votes(again)) == (2, ())
    sound(submitted)


def test_an_open_review_whose_gate_is_unchanged_goes_on_to_its_outcome(submitted: Workspace) -> None:
    vote(submitted, "G1", "sam")
    move(submitted)
    assert vote(submitted, "G1", "cora").outcome == "go"
    assert history(submitted).baseline is not None
    sound(submitted)


def test_a_renamed_open_gate_goes_on_under_its_new_name(submitted: Workspace) -> None:
    move(submitted, with_new_names(version(), {("gate", "G1"): "GP", ("phase", "planning"): "prepare"}))
    vote(submitted, "GP", "sam")
    with pytest.raises(NotFound, match="There is no gate 'G1'"):
        vote(submitted, "G1", "cora")
    assert vote(submitted, "GP", "cora").vote == "app:GP:1:vote:cora"
    carry_on(submitted)
    assert history(submitted).has("app:execution:1")
    sound(submitted)


def test_new_documents_of_the_current_phase_are_drafted_and_side_phases_opened(executing: Workspace) -> None:
    folder = executing.files.data.parent / "templates" / "documents"
    folder.mkdir(parents=True)
    (folder / "log.md.j2").write_text("# Log\n")
    fresh = Workspace.open(
        executing.files.data, Library.find(executing.files.data.parent), executing.clock, url=url_of(executing)
    )
    log = deliverable("log", "engineer", "architect", template="log.md.j2")
    support = phase("support", beside="execution", deliverables=(log,))
    move(fresh, version(planning(), execution(), CONTROL, support, wind_up()))
    assert history(fresh).has("app:support:1")
    assert phases.draft_documents(fresh, "app", "execution", 1) == 1
    assert phases.draft_documents(fresh, "app", "execution", 1) == 0
    assert history(fresh).has("app:support:1:document:log")
    sound(fresh)
    fresh.database.close()


def url_of(work: Workspace) -> str | None:
    return None if work.database.file else work.database.url


def test_a_run_that_began_before_and_ends_after_does_no_harm(executing: Workspace) -> None:
    move(executing, with_new_names(version(), RENAMED))
    before = len(history(executing))
    assert phases.draft_documents(executing, "app", "execution", 1) == 0
    assert not phases.open_phase(executing, "app", "execution", 1)
    reading = phases.request_review(executing, "app", "G2")
    assert (reading.state, reading.missing) == ("to come", ())
    assert len(history(executing)) == before


def test_the_version_may_be_named_once_it_is_published(executing: Workspace) -> None:
    file = Path(written(executing, improved()))
    processes.draft_process(executing, file, "anna")
    with pytest.raises(TransitionNotAllowed, match=r"small 2 is not published yet\."):
        migration.plan_migration(executing, "app", Destination("2"))
    processes.publish_process(executing, "small", "2", "anna")
    for name in ("2", "small@2"):
        assert migration.plan_migration(executing, "app", Destination(name)).refusals == ()
    migration.request_migration(executing, "app", Destination("2"), "Newer.", "paula")
    processes.retire_process(executing, "small", "2", "Wrong.", "anna")
    with pytest.raises(CannotMigrate, match="small 2 was retired by anna"):
        migration.confirm_migration(executing, "app", "sam")
    with pytest.raises(NotFound):
        migration.plan_migration(executing, "app", Destination("3"))


def test_the_project_says_which_version_it_follows_and_where_it_came_from(executing: Workspace) -> None:
    processes.publish_file(executing, Path(written(executing, improved())), "anna")
    migration.request_migration(executing, "app", Destination("2"), "Newer.", "paula")
    migration.confirm_migration(executing, "app", "sam")
    found = processes.followed(executing, "app")
    assert (found.version, found.state, found.newest) == ("2", "published", "2")
    assert found.moved == ("from small 1 on 2026-01-05",)


def test_tailoring_goes_along_where_the_new_version_has_the_rule(tmp_path: Path) -> None:
    rule = TailoringDefinition(id="small", text="Small", when="project.budget > 0", leave_out=("manual",))
    gone = TailoringDefinition(id="brief", text="Brief", when="project.budget > 0", leave_out=("test-report",))
    work = workspace(tmp_path, definition(tailoring=(rule, gone)))
    chosen = tuple(TailoringChoice(rule=name, reason="We are few.") for name in ("small", "brief"))
    projects.start_project(work, charter_file(tmp_path, charter(plan="plan.csv", tailoring=chosen)), "sam")
    carry_on(work)
    plan = migration.plan_migration(work, "app", to(work, version(tailoring=(rule,))))
    assert [line.text for line in plan.of("added", "dropped")] == [
        "Deliverable test-report (Test report) has to be handed in for G2.",
        "Tailoring rule brief is no more; what it spared is asked for where it lies ahead.",
    ]
    move(work, version(tailoring=(rule,)))
    past = history(work)
    assert [one.rule for one in past.rules.tailored] == ["small"]
    assert "manual" not in {item.id for item in past.definition.deliverables}
    work.database.close()


def test_a_token_for_work_asks_and_does_not_confirm(executing: Workspace) -> None:
    def token(person: str) -> Token:
        return create_token(executing, person, by="root", label="x", scopes=("read", "work"))[0]

    ask(replace(executing, token=token("paula")))
    with pytest.raises(NotIdentified, match="this takes decide"):
        migration.confirm_migration(replace(executing, token=token("sam")), "app", "sam")


def test_conditions_of_a_renamed_gate_are_cleared_by_either_name(submitted: Workspace) -> None:
    given = ConditionText(text="Name a deputy.", owner="erik", due=date(2026, 2, 1))
    vote(submitted, "G1", "sam", choice="approve_with_conditions", conditions=(given,))
    vote(submitted, "G1", "cora")
    carry_on(submitted)
    move(submitted, with_new_names(version(), {("gate", "G1"): "GP"}))
    assert views.project_status(submitted, "app").condition_names == ("GP.1.1",)
    gates.clear_condition(submitted, "app", name="G1.1.1", evidence="Named.", by="sam")
    assert history(submitted).open_conditions == ()
    sound(submitted)


def test_people_change_after_a_move_by_the_new_rules(executing: Workspace) -> None:
    move(executing, with_new_names(version(), {("role", "engineer"): "builder"}))
    people.assign_person(executing, "app", person("zoe", "builder"), "New.", "paula")
    assert [one.roles for one in people.people_of(executing, "app") if one.id in ("erik", "zoe")] == [("builder",)] * 2
    with pytest.raises(NotFound, match="There is no role 'engineer'"):
        people.assign_person(executing, "app", person("max", "engineer"), "New.", "paula")


def test_a_whole_life_is_read_the_same_by_another_process(executing: Workspace) -> None:
    """What a process remembers after a move is what another one reads from the records."""
    move(executing, with_new_names(version(), RENAMED))
    hand_in(executing, "test-summary", "erik")
    with executing.look() as store:
        remembered, read = store.history("app"), store.afresh().history("app")
    assert remembered.records == read.records
    assert [one.id for one in remembered.records] == [one.id for one in read.records]
    assert remembered.phase == read.phase


def test_a_new_gate_behind_the_project_is_left_out_of_its_copy_when_the_mapping_says_so(executing: Workspace) -> None:
    new = version(planning(gates=(gate("GX", "sponsor"), *planning().gates)), execution(), CONTROL, wind_up())
    with pytest.raises(CannotMigrate, match="Gate GX"):
        ask(executing, new)
    move(executing, new, "past: [GX]\n")
    assert [one.id for one in history(executing).definition.gates] == ["G1", "G2", "G3"]
    sound(executing)


def test_a_move_before_the_first_phase(tmp_path: Path) -> None:
    work = workspace(tmp_path)
    projects.start_project(work, charter_file(tmp_path), "sam")
    move(work)
    pass_first_gate(work)
    assert history(work).definition.version == "2"
    work.database.close()
