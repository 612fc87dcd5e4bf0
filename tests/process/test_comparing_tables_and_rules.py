"""What changed in decision tables, tailoring rules and marks is told in words, and a renamed rule is the same rule."""

from lifecycle.process.comparison import differences
from lifecycle.process.definition import (
    CriterionDefinition,
    ProcessDefinition,
    RowDefinition,
    TableDefinition,
    TailoringDefinition,
)
from lifecycle.process.markdown import markdown
from tests.builders import criterion, definition, execution, gate, planning, wind_up

RULE = TailoringDefinition(
    id="tiny", text="Tiny.", when="people.total < 3", leave_out=("G1/no-risk", "plan"), make_optional=("G1/no-risk",)
)
TABLE = TableDefinition(rows=(RowDefinition(when="risks.high > 2", then="not met"),), otherwise="met")


def process(
    *rules: TailoringDefinition, name: str = "no-risk", item: str = "plan", at: str = "G1"
) -> ProcessDefinition:
    asked = gate(
        at,
        "sponsor",
        "customer",
        title="Gate",
        baseline=True,
        criteria=(criterion(name, "risks.high == 0", text="Calm."),),
    )
    first = planning(gates=(asked,))
    plan = first.deliverables[0].model_copy(update={"id": item})
    return definition(
        first.model_copy(update={"deliverables": (plan,)}), execution(), wind_up(), tailoring=rules, separate=()
    )


def told(old: ProcessDefinition, new: ProcessDefinition) -> list[str]:
    return [f"{one.kind} {one.name}: {one.text}" for one in differences(old, new)]


def test_a_rule_is_added_changed_and_renamed() -> None:
    assert told(process(), process(RULE)) == ["tailoring tiny: added: Tiny."]
    easier = RULE.model_copy(update={"leave_out": ("plan",), "when": "people.total < 4"})
    assert told(process(RULE), process(easier)) == [
        "tailoring tiny: when: people.total < 3 -> people.total < 4",
        "tailoring tiny: leave out: removed G1/no-risk",
    ]
    assert told(process(RULE), process(RULE.model_copy(update={"id": "small"}))) == [
        "tailoring small: renamed from 'tiny'"
    ]


def test_a_rule_about_renamed_things_has_not_changed() -> None:
    moved = RULE.model_copy(update={"leave_out": ("A1/no-risk", "road"), "make_optional": ("A1/no-risk",)})
    assert told(process(RULE), process(moved, item="road", at="A1")) == [
        "deliverable road: renamed from 'plan'",
        "gate A1: renamed from 'G1'",
    ]
    calm = RULE.model_copy(update={"leave_out": ("G1/calm", "plan"), "make_optional": ("G1/calm",)})
    assert told(process(RULE), process(calm, name="calm")) == ["criterion G1/calm: renamed from 'no-risk'"]


def test_an_expression_that_became_a_table_is_told_in_words_and_stands_on_the_page() -> None:
    asked = CriterionDefinition(id="no-risk", text="c", table=TABLE, owner="manager")
    old = process()
    new = definition(
        planning(gates=(gate("G1", "sponsor", "customer", baseline=True, criteria=(asked,)),)), execution(), wind_up()
    )
    found = told(old, new)
    assert "criterion G1/no-risk: table: none -> unique of: risks.high > 2 -> not met; otherwise met" in found
    assert "unique of: risks.high \\> 2" in markdown(new)


def test_roles_kept_apart_and_marks_are_told() -> None:
    apart = process().model_copy(update={"separate": (("sponsor", "manager"),)})
    assert told(process(), apart) == ["process small: separate: none -> sponsor and manager"]
    marked = process().model_copy(
        update={"authority": tuple(row.model_copy(update={"mandatory": True}) for row in process().authority[2:])}
    )
    assert "authority stop: sponsor -> sponsor (mandatory)" in told(process(), marked)
