"""Automated steps in a process: told apart, told in the words of the process, and refused where they make no sense."""

import pytest
from pydantic import ValidationError

from lifecycle.history.charter import Charter
from lifecycle.process.comparison import differences
from lifecycle.process.definition import ProcessDefinition, StepDefinition
from lifecycle.process.drawing import svg
from lifecycle.process.expansion import expand
from lifecycle.process.leaving import Names, without
from lifecycle.process.markdown import markdown
from lifecycle.process.mermaid import mermaid
from lifecycle.process.picture import picture
from lifecycle.process.soundness import problems
from lifecycle.rehearsal.assumptions import Assumptions
from lifecycle.rehearsal.simulation import rehearse
from tests.automated import step, with_steps
from tests.builders import charter, definition, deliverable, execution, gate, phase, planning, wind_up


def told(process: ProcessDefinition) -> list[tuple[object, str]]:
    return [(item.loc[3:], item.message) for item in problems(process, ())]


def beside(*steps: StepDefinition) -> ProcessDefinition:
    return definition(planning(), execution(), phase("control", beside="execution", steps=steps), wind_up())


def staged(*steps: StepDefinition) -> ProcessDefinition:
    return definition(planning(), execution(repeat="stage", steps=steps), wind_up())


@pytest.mark.parametrize(
    "process",
    [
        with_steps(step("a"), step("b", gate="G1", documents=True)),
        beside(step("a", gate="G2")),
        staged(step("a", documents=True)),
    ],
)
def test_sound_steps(process: ProcessDefinition) -> None:
    assert told(process) == []


@pytest.mark.parametrize(
    ("process", "loc", "message"),
    [
        (with_steps(step("a"), step("a")), (1, "id"), "step 'a' stands here a second time"),
        (with_steps(step("a", gate="G2")), (0, "gate"), "gate 'G2' does not end phase 'planning'; its gates are G1"),
        (beside(step("a", gate="X")), (0, "gate"), "gate 'X' does not end phase 'execution'; its gates are G2"),
        (with_steps(step("a", owner="boss")), (0, "owner"), "there is no role 'boss'"),
        (staged(step("a" * 62)), (0, "id"), "this repeats and its stages add their number; shorten it to 61"),
        (staged(step("a"), step("a-2")), (1, "id"), "'a-2' is what a stage of 'a' will be called"),
        (
            definition(
                planning(deliverables=(deliverable("x", "manager", "sponsor", optional=True),),
                         steps=(step("a", documents=True),)),
                wind_up(),
            ),
            (0, "documents"),
            "nothing that it could read has to be submitted for gate 'G1'",
        ),
    ],
)  # fmt: skip
def test_steps_that_make_no_sense_are_refused(process: ProcessDefinition, loc: object, message: str) -> None:
    assert [(place, text[: len(message)]) for place, text in told(process)] == [(loc, message)]


@pytest.mark.parametrize("run", ["scan", "a.b", "a:b:c", "a b:c", ":f", "a:", "1a:f", "a:1f", "../a:f", "a.:f"])
def test_an_entry_point_is_a_module_and_a_function(run: str) -> None:
    with pytest.raises(ValidationError):
        step("a", run=run)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, [1], {"a": 1}, None])
def test_parameters_are_plain(value: object) -> None:
    with pytest.raises(ValidationError):
        step("a", parameters={"a": value})


def test_steps_of_a_stage_carry_its_number() -> None:
    grown = expand(staged(step("a", gate="G2"), step("b")), {"execution": 2})
    assert [(one.id, one.title, one.gate) for one in grown.phase("execution-2").steps] == [
        ("a-2", "A 2", "G2-2"),
        ("b-2", "B 2", None),
    ]
    assert [one.id for one in grown.steps_for("G2-1")] == ["a-1", "b-1"]


def test_pictures_and_pages_show_steps() -> None:
    process = with_steps(step("scan", title="Security scan"), step("links"))
    shown = picture(process)
    assert "automated: Security scan, Links" in svg(shown)
    assert "<br>automated: Security scan, Links" in mermaid(shown)
    assert "Automated steps in Planning: Security scan, Links." in [*shown.sentences]
    assert "| scan | Security scan | planning | odd:scan | engineer |  |" in markdown(process)


def test_a_comparison_tells_of_steps() -> None:
    old, new = with_steps(step("scan")), with_steps(step("scan", timeout_seconds=20, run="odd:look"), step("links"))
    assert [f"{one.kind} {one.name}: {one.text}" for one in differences(old, new)] == [
        "step scan: runs: odd:scan -> odd:look",
        "step scan: seconds at most: 300 -> 20",
        "step links: added: Links (planning)",
    ]
    named = with_steps(step("look", title="Scan", run="odd:scan"))
    assert [one.text for one in differences(old, named)] == ["renamed from 'scan'"]


def test_a_step_does_not_change_because_its_gate_or_role_has_another_name() -> None:
    def named(name: str) -> ProcessDefinition:
        steps = (step("scan", gate=name),)
        return definition(planning(gates=(gate(name, "customer", title="Go"),), steps=steps), execution(), wind_up())

    assert [(one.kind, one.change) for one in differences(named("G1"), named("P1"))] == [("gate", "renamed")]


def test_a_rehearsal_lets_steps_pass() -> None:
    process = with_steps(step("scan"), step("read", documents=True))
    people: Charter = charter()
    found = rehearse(process, people, Assumptions(), runs=20, seed=1)
    assert found.sound
    assert found.closed > 0


def test_a_step_whose_gate_is_left_out_belongs_to_the_next_one() -> None:
    two = (gate("G0", "sponsor"), gate("G1", "sponsor"))
    process = definition(planning(gates=two, steps=(step("a", gate="G0"), step("b"))), execution(), wind_up())
    left = without(process, Names(gates=["G0"]))
    assert [one.id for one in left.steps_for("G1")] == ["a", "b"]
    last = without(process, Names(gates=["G1"]))
    assert [one.id for one in last.steps_for("G0")] == ["a", "b"]
