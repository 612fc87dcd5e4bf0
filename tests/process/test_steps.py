"""Automated steps in the PMO's language."""

from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.process.comparison import differences
from lifecycle.process.definition import ProcessDefinition, StepDefinition
from lifecycle.process.drawing import svg
from lifecycle.process.markdown import markdown
from lifecycle.process.mermaid import mermaid
from lifecycle.process.picture import picture
from lifecycle.process.soundness import problems
from lifecycle.process.steps import STEPS, step_facts
from tests.builders import criterion, definition, execution, gate, phase, planning, step, wind_up


def process(*steps: StepDefinition, **changes: Any) -> ProcessDefinition:
    return definition(planning(steps=steps, **changes), execution(), wind_up())


def told(found: ProcessDefinition) -> list[tuple[Any, ...]]:
    return [(*one.loc[2:], one.message) for one in problems(found, ())]


def test_a_good_step_has_no_problem() -> None:
    assert told(process(step("scan", gate="G1", facts={"holes": "holes"}))) == []
    beside = phase("control", beside="execution", steps=(step("scan", gate="G2", after="hand-in"),))
    assert told(definition(planning(), execution(), beside, wind_up())) == []


def test_what_makes_no_sense_is_told_with_its_place() -> None:
    bad = process(
        step("scan", gate="G2"),
        step("scan", owner="enginer"),
        step("tell", owner="x", facts={"passed": "whether it has"}),
    )
    assert told(bad) == [
        ("steps", 0, "gate", "gate 'G2' does not end phase 'planning'; its gates are G1"),
        ("steps", 1, "id", "step 'scan' stands here a second time; give each step a name of its own"),
        ("steps", 1, "owner", "there is no role 'enginer'; did you mean 'engineer'?"),
        ("steps", 2, "owner", "there is no role 'x'; the roles are architect, customer, engineer, manager, sponsor"),
        ("steps", 2, "facts", "passed", "[key]", "every step says whether it has passed; leave 'passed' out"),
    ]


def test_a_step_beside_a_phase_that_is_not_there_has_no_gates() -> None:
    stray = phase("control", beside="nowhere", steps=(step("scan", gate="G2"),))
    messages = [message for *_, message in told(definition(planning(), execution(), stray, wind_up()))]
    assert "gate 'G2' does not end phase 'nowhere'; its gates are none" in messages


def test_a_phase_has_a_bearable_number_of_steps() -> None:
    many = process(*(step(f"scan-{n}") for n in range(STEPS + 1)))
    assert told(many) == [
        ("steps", f"a phase has at most {STEPS} automated steps; let 'planning' take several checks in one")
    ]


def test_a_criterion_may_only_ask_for_what_a_step_reports() -> None:
    def asking(expression: str) -> list[tuple[Any, ...]]:
        gates = (gate("G1", "sponsor", criteria=(criterion("safe", expression),)),)
        found = problems(process(step("link-check", facts={"broken": "links"}), gates=gates), ())
        return [(one.line, one.column, one.message) for one in found]

    assert asking("step.link_check.passed && step.link_check.broken == 0") == []
    assert asking("1 > 0 &&\n  step.link_check.brokn == 0") == [
        (
            2,
            3,
            "there is no fact 'step.link_check.brokn'; did you mean 'step.link_check.broken'? "
            "(`phasegate process facts` lists them)",
        )
    ]
    assert asking("step.link_check.broken")[0][2].startswith("the expression must be true or false")


def test_the_facts_of_steps_are_listed_with_their_meaning() -> None:
    found = step_facts(process(step("link-check", title="Links", facts={"broken": "dead links"})))
    assert [(fact.name, fact.type, fact.meaning) for fact in found] == [
        ("step.link_check.passed", "bool", "Links: the step has passed"),
        ("step.link_check.broken", "number", "Links: dead links"),
    ]


@pytest.mark.parametrize(
    "wrong", [{"id": "Scan"}, {"run": "os.system"}, {"run": "a b:c"}, {"timeout_seconds": 0}, {"retries": 11}]
)
def test_a_step_of_another_form_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        step(**({"id": "scan"} | wrong))


def test_parameters_stand_in_the_file_under_with() -> None:
    plain = {"id": "scan", "title": "Scan", "owner": "pm", "run": "a:b", "with": {"most": 3, "deep": True, "of": "x"}}
    read = StepDefinition.model_validate(plain)
    assert read.parameters == {"most": 3, "deep": True, "of": "x"}
    assert StepDefinition.model_validate(read.model_dump()) == read


def test_the_pictures_name_the_steps_of_a_phase() -> None:
    control = phase("control", beside="execution", steps=(step("watch", title="Watch"),))
    shown = picture(definition(planning(steps=(step("scan", title="Scan <all>"),)), execution(), control, wind_up()))
    assert "Planning has automated steps: Scan <all>." in shown.sentences
    assert "Control has automated steps: Watch." in shown.sentences
    assert "\u2699 automated: Scan &lt;all&gt;" in svg(shown)
    assert "automated: Scan #60;all#62;" in mermaid(shown)
    assert 'b1_0("Control<br>automated: Watch")' in mermaid(shown)


def test_the_page_lists_the_steps() -> None:
    page = markdown(process(step("scan", advisory=True)))
    assert "## Automated steps" in page
    assert "| scan | Scan | planning | after opening | engineer | lifecycle.automation.documents:links | yes |" in page
    assert "## Automated steps" not in markdown(process())


def test_what_changed_about_steps_is_told() -> None:
    old = process(step("scan", timeout_seconds=60), step("look", title="Look"), step("gone"))
    new = process(step("scan", after="hand-in", retries=1), step("peek", title="Look"))
    assert [(one.name, one.text) for one in differences(old, new)] == [
        ("scan", "runs after: opening -> hand-in"),
        ("scan", "seconds it may take: 60 -> 300"),
        ("scan", "retries: 2 -> 1"),
        ("peek", "renamed from 'look'"),
        ("gone", "removed: Gone (planning)"),
    ]
