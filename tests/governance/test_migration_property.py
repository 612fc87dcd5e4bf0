"""Whatever move is let through can be lived: closure is in reach from every state, and no record's id comes twice.

Projects stand anywhere that their process can bring them; the other version is the same process with random edits.
"""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from lifecycle.governance import migration
from lifecycle.governance.roster import dead_gates
from lifecycle.governance.staffing import behind
from lifecycle.governance.unmappable import unsound
from lifecycle.history import History
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.expansion import expand
from lifecycle.process.tailoring import tailored
from lifecycle.rehearsal.moves import NOW, beginning
from lifecycle.rehearsal.staffing import bare, cast_of
from lifecycle.rehearsal.walk import walk
from tests.builders import definition, deliverable, execution, gate, phase, planning, wind_up
from tests.moves import wish
from tests.process.packs import pack

Plain = dict[str, Any]
Edit = Callable[[Plain, Random], Plain]
"""A process as plain data, changed in place; the mapping that goes with it."""


def two_gated() -> ProcessDefinition:
    """The small process, whose execution has two gates, and a trial before its end."""
    own = execution(gates=(gate("G2", "sponsor", "customer", policy="any"), gate("G2b", "architect", "sponsor")))
    trial = phase("trial", gates=(gate("G4", "customer"),), deliverables=(deliverable("log", "engineer", "customer"),))
    beside = phase("control", beside="execution", deliverables=(deliverable("minutes", "manager", "sponsor"),))
    return definition(planning(), own, beside, trial, wind_up())


@cache
def lives(name: str) -> tuple[History, ...]:
    """One history for each state that a process can bring a project to."""
    standard = two_gated() if name == "small" else tailored(pack(name), ())
    expanded = expand(standard, {one.id: 2 for one in standard.phases if one.repeat})
    return tuple(walk(beginning(expanded, cast_of(expanded, 3))).histories.values())


def _any_gate(plain: Plain, dice: Random) -> tuple[Plain, int]:
    phase_ = dice.choice([one for one in plain["phases"] if one["gates"]])
    return phase_, dice.randrange(len(phase_["gates"]))


def add_gate(plain: Plain, dice: Random) -> Plain:
    phase_, place = _any_gate(plain, dice)
    new = phase_["gates"][place] | {"id": f"N{dice.randrange(9)}", "title": "New", "criteria": []}
    phase_["gates"].insert(place + dice.randrange(2), new)
    return {"past": [new["id"]]} if dice.random() < 0.3 else {}


def drop_gate(plain: Plain, dice: Random) -> Plain:
    phase_, place = _any_gate(plain, dice)
    gone = phase_["gates"].pop(place)["id"]
    for item in phase_["deliverables"]:
        item["gate"] = None if item["gate"] == gone else item["gate"]
    return {}


def add_phase(plain: Plain, dice: Random) -> Plain:
    model = dice.choice([one for one in plain["phases"] if one["gates"] and not one["closing"]])
    gates = [model["gates"][0] | {"id": "NP", "title": "New too"}]
    new = model | {"id": "new", "title": "New", "gates": gates, "deliverables": [], "products": False}
    plain["phases"].insert(dice.randrange(len(plain["phases"])), new)
    return {"past": ["new"]} if dice.random() < 0.3 else {}


def drop_phase(plain: Plain, dice: Random) -> Plain:
    gone = dice.choice([one["id"] for one in plain["phases"] if not one["closing"]])
    plain["phases"] = [one for one in plain["phases"] if gone not in (one["id"], one["beside"])]
    return {}


def swap_phases(plain: Plain, dice: Random) -> Plain:
    phases = plain["phases"]
    one, other = dice.randrange(len(phases)), dice.randrange(len(phases))
    phases[one], phases[other] = phases[other], phases[one]
    return {}


def rename_gate(plain: Plain, dice: Random) -> Plain:
    phase_, place = _any_gate(plain, dice)
    gate_ = phase_["gates"][place]
    old, new = gate_["id"], dice.choice(["R1", "R2", "G1", "G2", "G4"])
    gate_["id"] = new
    for item in phase_["deliverables"]:
        item["gate"] = new if item["gate"] == old else item["gate"]
    return {"gates": {old: new}}


def rename_phase(plain: Plain, dice: Random) -> Plain:
    phase_ = dice.choice(plain["phases"])
    old, new = phase_["id"], dice.choice(["moved", "planning", "trial"])
    for other in plain["phases"]:
        other["beside"] = new if other["beside"] == old else other["beside"]
    phase_["id"] = new
    return {"phases": {old: new}}


def rename_deliverable(plain: Plain, dice: Random) -> Plain:
    item = dice.choice([item for one in plain["phases"] for item in one["deliverables"]])
    old, item["id"] = item["id"], dice.choice(["paper", "plan", "log"])
    return {"deliverables": {old: item["id"]}}


def move_deliverable(plain: Plain, dice: Random) -> Plain:
    source = dice.choice([one for one in plain["phases"] if one["deliverables"]])
    item = source["deliverables"].pop(dice.randrange(len(source["deliverables"])))
    dice.choice(plain["phases"])["deliverables"].append(item | {"gate": None})
    return {}


def add_deliverable(plain: Plain, dice: Random) -> Plain:
    model = dice.choice([item for one in plain["phases"] for item in one["deliverables"]])
    home = dice.choice(plain["phases"])
    home["deliverables"].append(model | {"id": "extra", "gate": None, "premature": dice.random() < 0.5})
    return {}


def change_rules(plain: Plain, dice: Random) -> Plain:
    phase_, place = _any_gate(plain, dice)
    gate_ = phase_["gates"][place]
    gate_["policy"] = dice.choice(["all", "any", "in_order", {"at_least": 2}])
    gate_["rounds"] = dice.randrange(1, 4)
    gate_["approvers"] = dice.sample([role["id"] for role in plain["roles"]], 2)
    gate_["chair"], gate_["veto"], gate_["waiver_by"] = None, [], None
    return {}


EDITS: Sequence[Edit] = (
    add_gate, drop_gate, add_phase, drop_phase, swap_phases, rename_gate, rename_phase, rename_deliverable,
    move_deliverable, add_deliverable, change_rules,
)  # fmt: skip


def edited(old: ProcessDefinition, dice: Random, most: int) -> tuple[ProcessDefinition, Plain]:
    """Another version of a project's process, with the mapping that goes with it."""
    plain: Plain = old.model_dump(mode="json")
    mapping: Plain = {}
    for _ in range(dice.randint(1, most)):
        for field, more in dice.choice(EDITS)(plain, dice).items():
            mapping[field] = [*mapping.get(field, []), *more] if field == "past" else mapping.get(field, {}) | more
    return ProcessDefinition.model_validate(plain | {"version": "2"}), mapping


def lived_on(history: History, new: ProcessDefinition, mapping: Plain) -> str:
    """Try to move a project; when it may, everything that can happen afterwards ends well."""
    if [*unsound(new)]:
        return "unsound"
    wanted = wish(history, bare(new), **mapping)
    plan = migration.plan(history, wanted)
    if plan.refusals:
        return "refused"
    managers = migration._managers(history)
    asked = migration.request(history, wanted, reason="Better.", by=managers[0], now=NOW)
    before = history.and_then(asked)
    confirming = migration.confirmers(before, managers[0])
    after = before.and_then(*migration.confirm(before, confirming[0], NOW))
    assert [one.id for one in after.records[: len(before)]] == [one.id for one in before.records]
    assert History([*before.records, *after.records[len(before) :]]).records == after.records
    assert dead_gates(after.definition, after.charter, behind(after)) == ()
    found = walk(after)
    assert (found.stuck, found.endless) == ((), ())
    for end in found.histories.values():
        ids = [record.id for record in end.records]
        assert len(ids) == len(set(ids))
    return "moved"


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_every_move_that_is_let_through_can_still_reach_closure(place: int, seed: int) -> None:
    states, dice = lives("small"), Random(seed)
    history = states[place % len(states)]
    event(lived_on(history, *edited(history.definition, dice, 3)))


def test_the_dice_move_projects_and_refuse_to() -> None:
    """The property above would be empty if hardly any move were let through, or hardly any refused."""
    dice, states = Random(7), lives("small")
    found = [lived_on(one, *edited(one.definition, dice, 3)) for one in dice.sample(states, 20) for _ in range(3)]
    assert found.count("moved") > 8
    assert found.count("refused") > 8


@pytest.mark.parametrize("name", ["predictive", "prince2-style"])
def test_projects_of_a_pack_can_reach_closure_after_every_move(name: str) -> None:
    dice, states = Random(11), lives(name)
    found = [lived_on(one, *edited(one.definition, dice, 2)) for one in dice.sample(states, 12)]
    assert "moved" in found
