"""A change is raised, assessed on three counts, and decided once by somebody else who may."""

from decimal import Decimal
from typing import Any, get_args

import pytest

from lifecycle.control.changes import (
    Impact,
    Origin,
    Ruling,
    assess,
    assessment,
    at_stake,
    decide,
    involved,
    open_changes,
    raise_change,
)
from lifecycle.errors import (
    BadInput,
    Conflict,
    NotAuthorised,
    NotFound,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.history import History
from lifecycle.history.control import ChangeDecided, ChangeRaised
from lifecycle.process.definition import Verdict
from tests.builders import activity, closed, day, decided, opened, plan, planned, started, stopped

IMPACT = Impact(scope="Two more screens.", cost=Decimal(8000), days=7)
ASKED = {"reason": "Customers ask for it.", "by": "cora"}


def running() -> History:
    return opened(planned(opened(started()), activity("A", 5)), "execution")


def raised(history: History | None = None, title: str = "Dark mode", **changes: Any) -> History:
    history = history or running()
    return history.and_then(raise_change(history, title, now=day(7), **(ASKED | changes)))


def assessed(history: History | None = None, impact: Impact = IMPACT, by: str = "erik") -> History:
    history = history or raised()
    return history.and_then(assess(history, 1, impact, by, day(8)))


def ruling(verdict: Verdict = "accept", **changes: Any) -> Ruling:
    return Ruling(verdict=verdict, **({"by": "sam", "reason": "Worth it."} | changes))


def ruled(history: History | None = None, of: Ruling | None = None, may: tuple[str, ...] = ("sam",)) -> ChangeDecided:
    return decide(history or assessed(), 1, of or ruling(), day(9), may)


# Raising


def test_a_change_is_raised_with_its_origin() -> None:
    found = raise_change(running(), "New law", reason="In force in May.", origin="external", by="cora", now=day(7))
    assert (found.id, found.origin, found.by, found.at) == ("app:change:1", "external", "cora", day(7))


def test_the_origins_are_those_that_a_record_knows() -> None:
    assert get_args(ChangeRaised.model_fields["origin"].annotation) == get_args(Origin)


def test_asking_for_the_same_again_is_the_request_there_is() -> None:
    history = raised()
    assert raised(history).all(ChangeRaised)[-1].number == 1
    assert raised(history, title="Light mode").all(ChangeRaised)[-1].number == 2
    assert raised(history, by="erik").all(ChangeRaised)[-1].number == 2


def test_asking_again_after_the_decision_is_a_new_request() -> None:
    history = assessed().and_then(ruled())
    assert raised(history).all(ChangeRaised)[-1].number == 2


def test_before_the_baseline_the_plan_itself_is_changed() -> None:
    with pytest.raises(TransitionNotAllowed, match="App has no baseline yet; change the plan itself"):
        raised(opened(started()))


def test_nothing_is_changed_in_a_project_that_ended() -> None:
    ended = running()
    for gate in ended.definition.gates:
        ended = decided(ended, gate.id)
    for history in (stopped(running()), closed(ended)):
        with pytest.raises(TransitionNotAllowed, match="App ended on 2026-01-05"):
            raised(history)
    with pytest.raises(TransitionNotAllowed, match="nothing is changed any more"):
        assessed(stopped(raised()))
    with pytest.raises(TransitionNotAllowed, match="nothing is changed any more"):
        ruled(stopped(assessed()))


# Assessing


def test_an_assessment_says_what_happens_to_scope_cost_and_time() -> None:
    found = assessment(assessed(), 1)
    assert found
    assert (found.id, found.by) == ("app:change:1:assessment:1", "erik")
    assert (found.scope, found.cost, found.days, found.plan) == ("Two more screens.", Decimal(8000), 7, None)


def test_the_same_assessment_again_is_the_one_there_is() -> None:
    history = assessed()
    assert assess(history, 1, IMPACT, "erik", day(9)) is assessment(history, 1)


def test_another_assessment_is_the_next_version() -> None:
    with_plan = IMPACT.model_copy(update={"plan": plan(activity("A", 9))})
    history = assessed(assessed(), with_plan)
    found = assessment(history, 1)
    assert found
    assert (found.version, found.plan) == (2, with_plan.plan)
    assert assess(history, 1, with_plan, "ada", day(9)).version == 3


def test_an_unknown_change_cannot_be_assessed_or_decided() -> None:
    with pytest.raises(NotFound, match=r"no change '7'\. Known: 1\."):
        assess(raised(), 7, IMPACT, "erik", day(8))
    with pytest.raises(NotFound, match="no change '1'"):
        ruled(running())
    with pytest.raises(NotFound, match="no change '1'"):
        at_stake(running(), 1, ruling())


def test_a_decided_change_is_not_assessed_again() -> None:
    with pytest.raises(Conflict, match=r"was accepted by Sam S\. on 2026-01-14"):
        assessed(assessed().and_then(ruled()))


# Deciding


@pytest.mark.parametrize(
    ("of", "granted"),
    [
        (ruling("accept"), (Decimal(8000), 7)),
        (ruling("reject"), (Decimal(0), 0)),
        (ruling("modify", cost=Decimal(5000), days=3), (Decimal(5000), 3)),
    ],
)
def test_a_verdict_says_what_is_granted(of: Ruling, granted: tuple[Decimal, int]) -> None:
    found = ruled(of=of)
    assert (found.id, found.verdict, found.reason) == ("app:change:1:decision", of.verdict, "Worth it.")
    assert (found.cost, found.days) == granted
    assert (found.by, found.at) == ("sam", day(9))


def test_the_newest_assessment_is_what_is_granted() -> None:
    history = assessed(assessed(), IMPACT.model_copy(update={"cost": Decimal(9000)}))
    assert ruled(history).cost == 9000


@pytest.mark.parametrize(
    ("of", "size"),
    [
        (ruling("accept"), (Decimal(8000), 7)),
        (ruling("reject"), (Decimal(8000), 7)),
        (ruling("modify", cost=Decimal(5000), days=9), (Decimal(8000), 9)),
        (ruling("modify", cost=Decimal(-9000), days=0), (Decimal(-9000), 7)),
    ],
)
def test_what_is_at_stake_is_the_larger_of_asked_and_granted(of: Ruling, size: tuple[Decimal, int]) -> None:
    assert at_stake(assessed(), 1, of) == size


def test_without_an_assessment_nothing_is_decided() -> None:
    with pytest.raises(TransitionNotAllowed, match="was not assessed"):
        ruled(raised())


def test_a_change_is_decided_once() -> None:
    history = assessed().and_then(ruled(of=ruling("modify", cost=Decimal(1), days=1)))
    with pytest.raises(Conflict, match=r"Change 1 was accepted in modified form by Sam S\. on 2026-01-14: Worth it\."):
        ruled(history)


@pytest.mark.parametrize(("by", "did"), [("cora", "raised"), ("erik", "assessed")])
def test_whoever_raised_or_assessed_it_may_not_decide(by: str, did: str) -> None:
    with pytest.raises(SeparationOfDuties, match=f"{did} change 1 and may not decide it"):
        ruled(of=ruling(by=by), may=("cora", "erik"))


def test_every_assessor_counts_as_involved() -> None:
    history = assessed(assessed(), IMPACT.model_copy(update={"days": 1}), "ada")
    assert involved(history, 1) == {"cora", "erik", "ada"}
    assert involved(raised(history, title="Other", by="paula"), 2) == {"paula"}


def test_only_those_with_the_authority_decide() -> None:
    with pytest.raises(NotAuthorised, match=r"Paula P\. may not decide change 1\. Those who may: Sam S\."):
        ruled(of=ruling(by="paula"))
    with pytest.raises(NotAuthorised, match="nobody in the project"):
        ruled(may=())


@pytest.mark.parametrize("figures", [{}, {"cost": Decimal(1)}, {"days": 1}])
def test_to_modify_is_to_name_cost_and_days(figures: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="say what is granted"):
        ruled(of=ruling("modify", **figures))


@pytest.mark.parametrize("figures", [{"cost": Decimal(1)}, {"days": 1}])
@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_only_modify_takes_figures(verdict: Verdict, figures: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=f"not for {verdict}"):
        ruled(of=ruling(verdict, **figures))


@pytest.mark.parametrize(
    ("cost", "days", "sentence"),
    [
        (-100_001, 0, "would leave no budget"),
        (0, -176, "out of the project"),
        (0, 4_000_000, "out of the project"),
    ],
)
def test_a_change_leaves_the_project_possible(cost: int, days: int, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        ruled(of=ruling("modify", cost=Decimal(cost), days=days))


def test_savings_are_changes_too() -> None:
    assert ruled(of=ruling("modify", cost=Decimal(-100_000), days=-175)).days == -175


def test_open_changes_are_those_that_nobody_has_decided() -> None:
    history = raised(assessed(), title="Light mode")
    assert [one.number for one in open_changes(history)] == [1, 2]
    assert [one.number for one in open_changes(history.and_then(ruled(history)))] == [2]
