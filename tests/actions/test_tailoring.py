"""A project that chooses tailoring rules: what it does without, and why, is on record wherever somebody looks."""

from pathlib import Path
from typing import Any

import pytest

from lifecycle.actions import audit, projects
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import DefinitionError
from lifecycle.history.charter import Charter, TailoringChoice
from lifecycle.history.work import ProjectStarted
from lifecycle.process.definition import TailoringDefinition
from lifecycle.reports.tailoring import tailoring
from tests import builders
from tests.workspaces import carry_on, charter_file, history, workspace

RULES = (
    TailoringDefinition(
        id="short", text="Short ones.", when="project.duration_days <= 400 && people.total > 1",
        leave_out=("test-report", "G1/no-risk"),
    ),
    TailoringDefinition(id="cheap", text="Cheap ones.", when="project.budget < 10", make_optional=("test-report",)),
    TailoringDefinition(id="grouped", text="Programs.", when="program.projects < 3", make_optional=("test-report",)),
    TailoringDefinition(id="calm", text="Calm.", when="project.highest_risk < 25", make_optional=("final-report",)),
)  # fmt: skip


def tailorable(folder: Path) -> Workspace:
    planning = builders.planning(
        gates=(builders.gate("G1", "sponsor", "customer", baseline=True,
                             criteria=(builders.criterion("no-risk", "risks.high == 0"),)),)
    )  # fmt: skip
    process = builders.definition(planning, builders.execution(), builders.wind_up())
    return workspace(folder, process.model_copy(update={"tailoring": RULES}))


def choosing(*rules: str, **changes: Any) -> Charter:
    return builders.charter(
        tailoring=tuple(TailoringChoice(rule=rule, reason=f"It is {rule}.") for rule in rules), **changes
    )


def test_a_project_gets_the_tailored_process_and_the_record_says_what_and_why(tmp_path: Path) -> None:
    work = tailorable(tmp_path)
    started = projects.start_project(work, charter_file(tmp_path, choosing("short", "calm")), "sam")

    assert started == history(work).last(ProjectStarted)
    assert "test-report" not in {item.id for item in started.definition.deliverables}
    assert started.definition.gate("G1").criteria == ()
    assert started.definition.tailoring == ()
    short, calm = started.tailored
    assert (short.rule, short.reason, short.read["people.total"]) == ("short", "It is short.", len(builders.PEOPLE))
    assert [(one.kind, one.name) for one in short.left_out] == [
        ("deliverable", "test-report"),
        ("criterion", "G1/no-risk"),
    ]
    assert [one.name for one in calm.made_optional] == ["final-report"]
    assert calm.read == {"project.highest_risk": 0}
    carry_on(work)
    assert audit.verify(work).fault is None


def test_the_closure_report_repeats_what_was_left_out_and_why(tmp_path: Path) -> None:
    work = tailorable(tmp_path)
    projects.start_project(work, charter_file(tmp_path, choosing("short")), "sam")

    (line,) = tailoring(history(work))
    assert (line.rule, line.reason, line.record) == ("short", "It is short.", "app")
    assert line.left_out.startswith("Test report, criterion G1/no-risk ")


def told(work: Workspace, file: Path) -> list[str]:
    with pytest.raises(DefinitionError) as refusal:
        projects.start_project(work, file, "sam")
    return [problem.message for problem in refusal.value.problems]


def test_a_rule_that_is_not_for_this_project_is_refused_with_its_condition_and_what_was_read(tmp_path: Path) -> None:
    work = tailorable(tmp_path)
    file = charter_file(tmp_path, choosing("shrt", "cheap", "short", "short", "grouped"))

    assert told(work, file) == [
        "there is no tailoring rule 'shrt' in 'small'; did you mean 'short'?",
        "rule 'cheap' is for projects with project.budget < 10; here project.budget is 100000. "
        "Leave it out, or change the charter",
        "rule 'short' stands here a second time; keep one",
        "rule 'grouped' is for projects with program.projects < 3; here program.projects is not known. "
        "Leave it out, or change the charter",
    ]
    with work.look() as store:
        assert tuple(store.projects()) == ()
    assert told(workspace(tmp_path / "other"), file)[0] == (
        "there is no tailoring rule 'shrt' in 'small'; its rules are none"
    )


def test_a_refused_rule_is_told_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "charter.yaml"
    plain = builders.charter(plan=None).model_dump_json(exclude_none=True, exclude_defaults=True)
    file.write_text(plain[:-1] + ',\n"tailoring":\n  [{"rule": "cheap", "reason": "No money"}]}\n')
    with pytest.raises(DefinitionError) as refusal:
        projects.start_project(tailorable(tmp_path), file, "sam")
    assert [(problem.line, problem.column) for problem in refusal.value.problems] == [(3, 13)]


def test_a_product_cannot_wait_for_a_gate_that_is_left_out(tmp_path: Path) -> None:
    execution = builders.execution()
    first = builders.gate("G1a", "sponsor")
    execution = execution.model_copy(update={"gates": (first, *execution.gates), "products": True})
    rule = TailoringDefinition(id="short", text="Short.", when="people.total > 0", leave_out=("G1a",))
    process = builders.definition(builders.planning(), execution, builders.wind_up())
    work = workspace(tmp_path, process.model_copy(update={"tailoring": (rule,)}))
    product = builders.deliverable("extra", "engineer", "customer", product=True, gate="G1a")
    anywhere = builders.deliverable("other", "engineer", "customer", product=True)

    assert told(work, charter_file(tmp_path, choosing("short", deliverables=(product, anywhere)))) == [
        "gate 'G1a' is left out by a tailoring rule; name another one, or leave this out"
    ]
