"""The past in the names of today: ids stay, fields follow, and every question is asked with the new names."""

import types
import typing
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import pytest

from lifecycle.governance import review
from lifecycle.governance.deadlines import demanded
from lifecycle.history import KINDS, History
from lifecycle.history.control import RiskRaised
from lifecycle.history.gates import ConditionSet, GateDecided, ReviewReminded, VoteCast
from lifecycle.history.history import OF_MOVES, RECENT
from lifecycle.history.migration import ProjectMigrated
from lifecycle.history.renaming import NAMED, OF_A_GATE, OWNED_BY_ROLES, in_new_names
from lifecycle.history.work import PhaseOpened
from lifecycle.process.definition import ProcessDefinition
from lifecycle.process.migration import NameMap
from lifecycle.process.renaming import with_new_names
from lifecycle.progress import next_step
from lifecycle.value import Value
from tests.builders import (
    START,
    charter,
    cleared,
    day,
    decided,
    deliverable,
    execution,
    lesson,
    opened,
    patient,
    planning,
    prepared,
    requested,
    started,
    submitted,
    voted,
    wind_up,
)
from tests.moves import CONTROL, moved, version

NEW: Mapping[str, Any] = {
    "phases": {"planning": "prepare", "execution": "build"},
    "gates": {"G1": "GP", "G2": "GB"},
    "deliverables": {"plan": "project-plan"},
    "roles": {"engineer": "builder"},
    "criteria": {"G1/responses": "answers"},
}


def renamed() -> ProcessDefinition:
    """Version 2, in which nearly everything has another name."""
    return with_new_names(version(), NameMap.model_validate(NEW).names)


def conditional() -> History:
    """Gate G1 was passed on a condition, and the work has begun."""
    return opened(decided(started(), "G1", "conditional_go"), "execution")


def test_ids_stay_what_was_journaled_and_names_become_those_of_today() -> None:
    before = conditional()
    after = moved(before, renamed(), **NEW)
    assert [one.id for one in after.records[: len(before)]] == [one.id for one in before.records]
    opening, decision = after.all(PhaseOpened)[0], after.all(GateDecided)[0]
    assert (opening.id, opening.phase) == ("app:planning:1", "prepare")
    assert (decision.id, decision.gate, decision.phase) == ("app:G1:1:outcome", "GP", "prepare")
    found = after.review("GP")
    assert found is not None
    assert (found.dossier.gate, found.dossier.evidence[0].deliverable) == ("GP", "project-plan")
    assert [one.criterion for one in found.dossier.findings][::4] == ["deliverable.project-plan", "pace"]
    assert "answers" in [one.criterion for one in found.dossier.findings]
    erik = after.charter.person("erik")
    assert erik and erik.roles == ("builder",)


def test_every_question_is_asked_with_the_new_names() -> None:
    after = moved(conditional(), renamed(), **NEW)
    assert after.phase and after.phase.phase == "build"
    assert after.version("project-plan") is not None
    assert after.outcome(after.review("GP")) is not None  # type: ignore[arg-type]
    assert [(one.name, one.first_name) for one in after.open_conditions] == [
        ("GP.1.1", "G1.1.1"),
        ("GP.1.2", "G1.1.2"),
    ]
    assert cleared(cleared(after, "GP.1.1"), "G1.1.2").open_conditions == ()
    assert getattr(next_step(after), "gate", None) == "GB"


def test_what_follows_gets_keys_of_its_own() -> None:
    """The next version, the next round and the next attempt go on counting, whatever they are called."""
    after = moved(decided(started(), "G1", "recycle"), renamed(), **NEW)
    again = submitted(opened(after, "prepare", attempt=2), "project-plan", "paula")
    assert again.newest.id == "app:project-plan:v2"
    assert again.all(PhaseOpened)[-1].id == "app:prepare:2"
    assert requested(again, "GP").newest.id == "app:GP:2"


def test_what_was_written_once_is_not_written_again_under_another_name() -> None:
    before = requested(prepared(started(process=patient()), "G1"), "G1")
    reminder = demanded(before, day(5))
    before = before.and_then(*reminder)
    first = planning()
    gate_ = patient().gate("G1").model_copy(update={"id": "GP"})
    after = moved(before, version(first.model_copy(update={"gates": (gate_,)}), execution(), wind_up()))
    assert [one.id for one in reminder] == ["app:G1:1:reminder:5"]
    assert after.has("app:G1:1:reminder:5") and after.has("app:GP:1:reminder:5")
    assert demanded(after, day(5)) == ()
    assert isinstance(demanded(after, day(9))[0], ReviewReminded)


def test_a_history_is_the_same_whether_it_was_lived_or_read() -> None:
    before = conditional()
    after = moved(before, renamed(), **NEW)
    written = (*before.records, *after.records[len(before) :])
    read = History(written)
    assert read.records == after.records
    assert History(written[:3]).and_then(*written[3:]).records == after.records
    assert (read.definition, read.charter) == (after.definition, after.charter)


def test_a_second_move_gives_names_once_more() -> None:
    before = conditional()
    back: Mapping[str, Any] = {
        "phases": {"prepare": "planning", "build": "execution"},
        "gates": {"GP": "G1", "GB": "G2"},
        "deliverables": {"project-plan": "plan"},
        "roles": {"builder": "engineer"},
        "criteria": {"GP/answers": "responses"},
    }
    second = moved(moved(before, renamed(), **NEW), version(version="3"), **back)
    assert second.records[: len(before)] == before.records
    assert second.definition_at(before.records[0]).version == "1"
    moves = second.all(ProjectMigrated)
    assert second.definition_at(second.records[len(before) + 1]).version == "1"
    assert second.definition_at(moves[1]).version == "2"
    assert [gate_.id for gate_ in second.definition_at(moves[1]).gates] == ["G1", "G2", "G3"]


def test_the_rules_of_then_are_there_in_the_names_of_today() -> None:
    before = conditional()
    own = execution()
    strict = own.model_copy(update={"gates": (own.gates[0].model_copy(update={"title": "Strict"}),)})
    new = with_new_names(version(planning(), strict, CONTROL, wind_up()), NameMap.model_validate(NEW).names)
    after = moved(before, new, **NEW)
    then = after.definition_at(after.all(VoteCast)[0])
    assert (then.version, then.gate("GB").title) == ("1", "Gate G2")
    assert (after.definition.version, after.definition.gate("GB").title) == ("2", "Strict")
    assert before.definition_at(before.newest) is before.definition


def test_a_decision_after_a_move_still_costs_the_same() -> None:
    """The past is looked at once; what is added afterwards is added as before."""
    after = moved(conditional(), renamed(), **NEW)
    past = after._past
    for _ in range(RECENT - 1):
        after = lesson(after)
    assert after._past is past


def names_a_thing(kind: Any, seen: frozenset[Any] = frozenset()) -> set[tuple[type, str]]:
    """The fields below a value that hold names of things of a process."""
    found: set[tuple[type, str]] = set()
    for name, field in kind.model_fields.items():
        if name in NAMED or name in ("owner", "criterion"):
            found.add((kind, name))
        for inner in _inside(field.annotation):
            if inner not in seen and inner is not ProcessDefinition:
                found |= names_a_thing(inner, seen | {kind})
    return found


def _inside(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return [annotation]
    if get_origin(annotation) in (types.UnionType, typing.Union, tuple, dict, typing.Annotated):
        return [inner for one in get_args(annotation) for inner in _inside(one)]
    return []


def test_every_record_that_names_a_thing_of_the_process_follows() -> None:
    """A new record with an owner or a criterion has to say whose that is."""
    kinds = [kind for kind in KINDS.values() if kind not in OF_MOVES and not kind.kind.startswith("process-")]
    fields = set[tuple[type, str]]().union(*map(names_a_thing, kinds))
    owners = {kind.__name__ for kind, name in fields if name == "owner" and not issubclass(kind, OWNED_BY_ROLES)}
    criteria = {kind.__name__ for kind, name in fields if name == "criterion" and not issubclass(kind, OF_A_GATE)}
    assert owners == {"ConditionSet", "ConditionText", "DeliverableDefinition"}
    assert criteria == {"QualityCheck", "SuccessJudged"}
    assert len(fields) > 30


def test_persons_and_what_the_charter_calls_its_own_keep_their_names() -> None:
    names = {("role", "erik"): "x", ("criterion", "G1/used"): "G1/y"}
    condition = conditional().all(ConditionSet)[0]
    assert in_new_names(condition, names) is condition
    item = deliverable("app", "engineer", "customer", gate="G2")
    renamed_ = in_new_names(charter(deliverables=(item,), stages={"execution": 2}), {
        ("deliverable", "app"): "product", ("gate", "G2"): "GB", ("phase", "execution-1"): "build-1",
    })  # fmt: skip
    assert (renamed_.deliverables[0].id, renamed_.deliverables[0].gate) == ("product", "GB")
    assert renamed_.stages == {"build": 2}


@pytest.mark.parametrize("role", ["engineer", "sponsor"])
def test_whose_a_risk_is_follows_its_role(role: str) -> None:
    from lifecycle.history.charter import RiskEntry

    risk = RiskEntry(title="Rain", category="external", probability=1, impact=1, owner=role)
    raised = RiskRaised(project="app", at=START, by="sam", number=1, risk=risk)
    assert in_new_names(raised, {("role", "engineer"): "builder"}).risk.owner == {"engineer": "builder"}.get(role, role)


def test_a_review_that_is_open_goes_on_under_its_new_name() -> None:
    before = requested(prepared(cleared(cleared(conditional(), "G1.1.1"), "G1.1.2"), "G2"), "G2")
    after = moved(before, renamed(), **NEW)
    assert review.waiting(after, "GB").id == "app:G2:1"
    done = voted(voted(after, "GB", "sam"), "GB", "ada")
    assert done.newest.id == "app:GB:1:outcome"
    assert getattr(next_step(done), "phase", None) == "closing"
