"""The engine's own verbs: each does its work once, and only when it is the engine's turn."""

from pathlib import Path

import pytest

from lifecycle.actions import gates, phases, projects, settling, views
from lifecycle.actions.workspace import Workspace
from lifecycle.governance.voting import Ballot
from lifecycle.history import SYSTEM
from lifecycle.history.gates import Proposal, ReviewRequested
from lifecycle.history.work import DocumentDrafted, PhaseOpened
from lifecycle.progress import OpenPhase
from lifecycle.value import digest
from tests import builders
from tests.workspaces import (
    carry_on,
    charter_file,
    copied,
    hand_in,
    history,
    pass_first_gate,
    pass_second_gate,
    vote,
    workspace,
)

TEMPLATE = "common/business-case.md.j2"


@pytest.fixture
def drafting(tmp_path: Path) -> Workspace:
    """A project whose plan is drafted from a template; its control keeps a drafted log beside the execution."""
    plan = builders.deliverable("plan", "manager", "sponsor", template=TEMPLATE)
    log = builders.deliverable("quality-log", "engineer", "architect", optional=True, template=TEMPLATE)
    control = builders.phase("control", beside="execution", deliverables=(log,))
    process = builders.definition(
        builders.planning(deliverables=(plan,)), builders.execution(), control, builders.wind_up()
    )
    work = workspace(tmp_path, process)
    projects.start_project(work, charter_file(tmp_path), "sam")
    return work


def submitted(work: Workspace) -> None:
    """The first gate waits for its decision."""
    carry_on(work)
    hand_in(work, "plan", "erik")
    gates.submit_gate(work, "app", "G1", "paula")


def decided(work: Workspace) -> None:
    """The first gate is passed, and no run has heard of it."""
    submitted(work)
    vote(work, "G1", "sam")
    vote(work, "G1", "cora")


def test_a_phase_is_opened_once(drafting: Workspace) -> None:
    assert phases.open_phase(drafting, "app", "planning", 1)
    before = views.journal_of(drafting, None)
    assert not phases.open_phase(drafting, "app", "planning", 1)
    assert not phases.open_phase(drafting, "app", "execution", 1)
    assert views.journal_of(drafting, None) == before


def test_an_outcome_opens_the_next_phase_in_its_own_transaction(drafting: Workspace) -> None:
    """Nobody waits for a run to go on."""
    decided(drafting)
    written = views.journal_of(drafting, "app")[-5:]
    assert [entry.action for entry in written] == ["vote", "outcome", "baseline", "phase", "phase"]
    assert {entry.actor for entry in written} == {"cora"}
    assert {entry.on_behalf_of for entry in written[-2:]} == {SYSTEM}
    assert not phases.open_phase(drafting, "app", "execution", 1)


@pytest.mark.parametrize(
    ("proposal", "opened"),
    [("hold", ("planning", 1, False)), ("recycle", ("planning", 2, False)), ("kill", ("closing", 1, True))],
)
def test_what_an_outcome_opens_follows_from_it(
    drafting: Workspace, proposal: Proposal, opened: tuple[str, int, bool]
) -> None:
    submitted(drafting)
    ballot = Ballot(gate="G1", by="sam", choice="reject", reason="Not yet.", proposal=proposal)
    gates.decide_gate(drafting, "app", ballot)
    newest = history(drafting).all(PhaseOpened)[-1]
    assert (newest.phase, newest.attempt, newest.premature) == opened


def test_a_phase_that_an_earlier_version_left_to_its_run_is_opened_by_it(
    drafting: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "beginning", lambda *_: ())
    decided(drafting)
    assert phases.current_step(drafting, "app") == OpenPhase(phase="execution", attempt=1)
    assert phases.open_phase(drafting, "app", "execution", 1)


def test_a_phase_brings_those_beside_it_along(executing: Workspace) -> None:
    opened = [(record.phase, record.attempt) for record in history(executing).all(PhaseOpened)]
    assert opened == [("planning", 1), ("execution", 1), ("control", 1)]


def test_documents_are_drafted_once_and_lie_where_their_author_finds_them(drafting: Workspace) -> None:
    carry_on(drafting)
    assert [item.id for _, item in phases.undrafted(drafting, "app", "planning", 1)] == ["plan"]
    assert phases.draft_documents(drafting, "app", "planning", 1) == 1
    (draft,) = history(drafting).all(DocumentDrafted)
    place = drafting.files.draft("app", draft.file)
    assert (draft.file, digest(place.read_bytes())) == ("planning-1/plan.md", draft.sha256)
    assert phases.undrafted(drafting, "app", "planning", 1) == ()
    assert phases.draft_documents(drafting, "app", "planning", 1) == 0
    assert history(drafting).all(DocumentDrafted) == (draft,)


def test_a_draft_somebody_completed_is_what_is_handed_in(drafting: Workspace) -> None:
    carry_on(drafting)
    phases.draft_documents(drafting, "app", "planning", 1)
    (draft,) = history(drafting).all(DocumentDrafted)
    drafting.files.draft("app", draft.file).write_text("The plan.")
    handed_in = projects.submit_deliverable(drafting, "app", deliverable="plan", by="erik")
    assert drafting.files.evidence(handed_in.sha256) == b"The plan."


def test_phases_beside_another_are_drafted_with_it(drafting: Workspace) -> None:
    pass_first_gate(drafting)
    assert phases.draft_documents(drafting, "app", "execution", 1) == 1
    assert history(drafting).has("app:control:1:document:quality-log")


def test_an_early_closing_drafts_only_what_it_needs(tmp_path: Path) -> None:
    items = (
        builders.deliverable("final-report", "manager", "sponsor", premature=True, template=TEMPLATE),
        builders.deliverable("party", "manager", "sponsor", template=TEMPLATE),
    )
    process = builders.definition(builders.planning(), builders.execution(), builders.wind_up(deliverables=items))
    work = workspace(tmp_path, process)
    projects.start_project(work, charter_file(tmp_path), "sam")
    projects.stop_project(work, "app", "No longer wanted.", "sam")
    carry_on(work)
    assert [item.id for _, item in phases.undrafted(work, "app", "closing", 1)] == ["final-report"]


def test_only_an_automatic_gate_is_submitted_by_the_engine_and_only_once_it_is_ready(
    executing: Workspace,
) -> None:
    assert phases.request_review(executing, "app", "G2").missing
    assert phases.request_review(executing, "app", "G3").state == "to come"
    pass_second_gate(executing)
    waiting = phases.request_review(executing, "app", "G3")
    assert (waiting.state, len(waiting.missing)) == ("preparing", 1)
    hand_in(executing, "final-report", "paula")
    assert phases.request_review(executing, "app", "G3").state == "awaiting decision"
    assert phases.request_review(executing, "app", "G3").state == "awaiting decision"
    assert len([review for review in history(executing).all(ReviewRequested) if review.gate == "G3"]) == 1


def test_a_gate_that_people_submit_is_left_to_them(started: Workspace) -> None:
    hand_in(started, "plan", "erik")
    reading = phases.request_review(started, "app", "G1")
    assert (reading.state, reading.missing, history(started).all(ReviewRequested)) == ("preparing", (), ())


def test_a_gate_is_read_from_the_records(submitted: Workspace) -> None:
    assert phases.read_gate(submitted, "app", "G2").state == "to come"
    assert phases.read_gate(submitted, "app", "G1").state == "awaiting decision"
    vote(submitted, "G1", "sam")
    vote(submitted, "G1", "cora")
    assert phases.read_gate(submitted, "app", "G1").state == "go"


def test_the_gate_ahead_is_the_one_a_project_is_at_or_heads_for(submitted: Workspace, closed: Workspace) -> None:
    assert phases.gate_ahead(submitted, "app") == ("G1", 1)
    vote(submitted, "G1", "sam")
    vote(submitted, "G1", "cora")
    assert phases.gate_ahead(submitted, "app") == ("G2", 1)
    carry_on(submitted)
    assert phases.gate_ahead(submitted, "app") == ("G2", 1)
    assert phases.gate_ahead(closed, "app") is None


def test_a_recycled_gate_lies_ahead_once_more(submitted: Workspace) -> None:
    vote(submitted, "G1", "sam", choice="reject", proposal="recycle")
    assert phases.gate_ahead(submitted, "app") == ("G1", 2)


def test_no_gate_lies_ahead_of_a_project_that_was_stopped(submitted: Workspace) -> None:
    projects.stop_project(submitted, "app", "No longer wanted.", "sam")
    assert phases.gate_ahead(submitted, "app") is None


def test_the_last_gate_is_that_of_the_newest_review(started: Workspace) -> None:
    assert phases.last_gate(started, "app") is None
    hand_in(started, "plan", "erik")
    gates.submit_gate(started, "app", "G1", "paula")
    assert phases.last_gate(started, "app") == "G1"


def test_a_project_is_closed_once_and_only_after_its_last_gate(
    executing: Workspace, closed: Workspace, tmp_path: Path
) -> None:
    assert not phases.close_passed_project(executing, "app")
    again = copied(closed, tmp_path / "again")
    before = views.journal_of(again, None)
    assert not phases.close_passed_project(again, "app")
    assert views.journal_of(again, None) == before
