"""A project in the middle of its execution moves to a version with one more gate and a renamed deliverable."""

from contextlib import closing
from pathlib import Path

import pytest

from flows.server import EmbeddedServer
from lifecycle.actions import gates, projects
from lifecycle.actions.migration import (
    Destination,
    confirm_migration,
    plan_migration,
    request_migration,
)
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import CannotMigrate, DefinitionError, SeparationOfDuties
from lifecycle.history.closing import ReportIssued
from lifecycle.history.work import DocumentDrafted
from lifecycle.process.definition import ProcessDefinition
from tests import builders
from tests.flows import carrying
from tests.flows.carrying import assert_whole, carry_on, decide, start, submit, table
from tests.workspaces import hand_in, history, vote

pytestmark = pytest.mark.flows

PEOPLE = ("sam", "ada")


def second_edition() -> ProcessDefinition:
    """One more gate before G2, the test report under another name, and one more document to draft."""
    first = carrying.process()
    execution = first.phase("execution")
    items = tuple(
        item.model_copy(update={"id": "test-summary"}) if item.id == "test-report" else item
        for item in execution.deliverables
    )
    check = builders.gate("G2a", "architect", "sponsor", policy="any")
    changed = execution.model_copy(
        update={"deliverables": items + carrying.papers("risk-log"), "gates": (check, *execution.gates)}
    )
    phases = tuple(changed if phase.id == "execution" else phase for phase in first.phases)
    return first.model_copy(update={"version": "2", "phases": phases})


def written(folder: Path, definition: ProcessDefinition) -> str:
    file = folder / "second.yaml"
    file.write_text(definition.model_dump_json(exclude_none=True, indent=1))
    return str(file)


def test_a_project_in_execution_moves_on_and_comes_to_its_closure(tmp_path: Path, server: EmbeddedServer) -> None:
    """Planned, refused with a bad mapping, moved by two, carried on by flows to a closure report that tells of it."""
    work = carrying.workspace(tmp_path)
    with closing(work.database):
        start(work, tmp_path, "app")
        carry_on(work, server.api_url)
        submit(work, "G1")
        decide(work, "G1")
        carry_on(work, server.api_url)
        hand_in(work, "test-report", "erik")
        to = Destination(written(tmp_path, second_edition()))

        refuse_bad_mappings(work, tmp_path, to)
        entries = len(table(work, "journal"))
        planned = plan_migration(work, "app", to)
        assert planned.refusals == ()
        assert [line.name for line in planned.of("added")] == ["G2a", "risk-log"]
        assert [line.name for line in planned.of("renamed")] == ["test-summary"]
        assert len(table(work, "journal")) == entries, "a plan writes nothing"

        request_migration(work, "app", to, "Architects look first.", by="paula")
        with pytest.raises(SeparationOfDuties):
            confirm_migration(work, "app", by="paula")
        confirm_migration(work, "app", by="sam")
        assert carry_on(work, server.api_url) == ["AwaitingDecision"]
        assert history(work).definition.version == "2"
        assert history(work).last(DocumentDrafted, deliverable="risk-log") is not None
        version = history(work).version("test-summary")
        assert version is not None and version.id == "app:test-report:v1", "what was journaled keeps its id"

        hand_in(work, "app", "erik")
        projects.judge_deliverable(work, "app", deliverable="app", by="cora")
        gates.submit_gate(work, "app", None, "paula")
        vote(work, "G2a", "ada")
        carry_on(work, server.api_url)
        gates.submit_gate(work, "app", "G2", "paula")
        for person in PEOPLE:
            vote(work, "G2", person)
        carry_on(work, server.api_url)
        submit(work, "G3")
        decide(work, "G3")
        assert carry_on(work, server.api_url)[-1] == "Closed"
        tells_of_the_move(work)
        assert_whole(work)


def refuse_bad_mappings(work: Workspace, folder: Path, to: Destination) -> None:
    """Names that nobody knows are told with their place; what has happened cannot be mapped away."""
    file = folder / "mapping.yaml"
    file.write_text("deliverables:\n  test-report: test-sumary\n")
    with pytest.raises(DefinitionError, match=r"mapping\.yaml:2:\d+: .*'test-sumary'.*'test-summary'"):
        plan_migration(work, "app", to._replace(mapping=file))
    gone = carrying.process().model_copy(update={"version": "2"})
    renamed = written(
        folder,
        gone.model_copy(update={"phases": tuple(p for p in gone.phases if p.id not in ("execution", "control"))}),
    )
    with pytest.raises(CannotMigrate, match="execution"):
        request_migration(work, "app", Destination(renamed), "Quicker.", by="paula")
    written(folder, second_edition())


def tells_of_the_move(work: Workspace) -> None:
    """The journal and the closure report say who moved the project, why, and what changed."""
    noted = [entry.action for entry in table(work, "journal") if entry.project == "app"]
    assert noted.index("migration-request") < noted.index("migration")
    report = next(one for one in history(work).all(ReportIssued) if one.report == "closure")
    text = (work.files.reports("app") / next(name for name in report.files if name.endswith(".md"))).read_text()
    for words in ("Architects look first.", "Gate G2a", "test-report is called test-summary", "Sam S."):
        assert words in text
