"""Tailoring: what a rule spares a project, and that no combination of rules breaks a process."""

from itertools import combinations

import pytest

from lifecycle.process.definition import ProcessDefinition, TailoringDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.leaving import Names, without
from lifecycle.process.soundness import problems
from lifecycle.process.tailoring import tailored, things
from lifecycle.rehearsal.moves import beginning
from lifecycle.rehearsal.staffing import staffed
from lifecycle.rehearsal.walk import walk
from tests.process.packs import PACKS, pack, templates


def combined(name: str) -> list[tuple[str, ...]]:
    """Every choice of rules of a pack, none included."""
    rules = [rule.id for rule in pack(name).tailoring]
    return [chosen for n in range(len(rules) + 1) for chosen in combinations(rules, n)]


EVERY = [pytest.param(name, rules, id=f"{name}-{'+'.join(rules)}") for name in PACKS for rules in combined(name)]


@pytest.mark.parametrize(("name", "rules"), EVERY)
def test_whatever_rules_are_chosen_the_process_is_sound_and_closure_is_in_reach(
    name: str, rules: tuple[str, ...]
) -> None:
    own = tailored(pack(name), rules)
    assert problems(own, templates()) == ()
    walked = walk(beginning(own := expand(own, {}), staffed(own)))
    assert (walked.stuck, walked.endless) == ((), ())


@pytest.mark.parametrize("name", PACKS)
def test_every_pack_has_rules_and_nobody_is_spared_of_what_is_mandatory(name: str) -> None:
    held = {thing.name for thing in things(pack(name)).values() if thing.mandatory}
    everything = tailored(pack(name), [rule.id for rule in pack(name).tailoring])
    assert len(pack(name).tailoring) >= 2
    assert held and held <= things(everything).keys()


def test_what_a_gate_asked_for_that_is_left_out_the_next_one_asks_for() -> None:
    own = tailored(pack("predictive"), ["small"])
    assert [gate.id for gate in own.phase("initiation").gates] == ["G1"]
    assert "business-case" in {item.id for item in own.deliverables_for("G1")}
    assert own.tailoring == ()


def test_a_rule_makes_documents_optional_and_criteria_advisory() -> None:
    rule = TailoringDefinition(
        id="easy", text="Easy.", when="risks.high == 0", make_optional=("stakeholder-register", "G0/budget-named"),
        leave_out=("G0/success-defined",),
    )  # fmt: skip
    process = pack("predictive").model_copy(update={"tailoring": (rule,)})
    own = tailored(process, ["easy"])
    assert next(item for item in own.deliverables if item.id == "stakeholder-register").optional
    assert {one.id: one.advisory for one in own.gate("G0").criteria} == {"budget-named": True, "first-risks": True}


def test_without_any_rule_nothing_is_left_out() -> None:
    assert tailored(pack("predictive"), []) == pack("predictive").model_copy(update={"tailoring": ()})


def test_a_phase_is_left_out_with_everything_in_it() -> None:
    left: ProcessDefinition = without(pack("predictive"), Names(phases={"monitoring"}, roles={"supplier"}))
    assert "work-performance-report" not in {item.id for item in left.deliverables}
    assert "supplier" not in {role.id for role in left.roles}
