"""Deliverables: handed in by anybody, judged by somebody else, handed over once accepted."""

import pytest

from lifecycle.errors import (
    BadInput,
    NotAuthorised,
    NotFound,
    RuleViolation,
    SeparationOfDuties,
    TransitionNotAllowed,
)
from lifecycle.governance import deliverables
from lifecycle.governance.deliverables import Judgement, Submission
from lifecycle.history import History
from lifecycle.value import digest
from tests.builders import (
    PEOPLE,
    START,
    charter,
    closed,
    day,
    finished,
    judged,
    lesson,
    opened,
    person,
    released,
    started,
    stopped,
    submitted,
)


def with_app() -> History:
    """Execution runs and Erik has handed in the app."""
    return submitted(opened(started(), "execution"), "app", "erik")


# Submitting


def test_each_submission_is_the_next_version_with_its_author() -> None:
    file = Submission(deliverable="app", file="app.zip", sha256=digest(b"2"), size=1, note="Faster.")
    second = deliverables.submit(with_app(), file, "ada", day(3))
    assert (second.id, second.by, second.version, second.note) == ("app:app:v2", "ada", 2, "Faster.")


def test_anybody_in_the_project_hands_in_and_strangers_do_not() -> None:
    for member in PEOPLE:
        assert submitted(opened(started()), "plan", member.id).version("plan")
    with pytest.raises(NotAuthorised, match=r"stranger does not belong to App. People: Paula P."):
        submitted(opened(started()), "plan", "stranger")


def test_an_unknown_deliverable_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"no deliverable 'poem'.*app, final-report, manual, plan"):
        submitted(opened(started()), "poem", "erik")


def test_nothing_is_handed_in_for_a_phase_that_has_not_begun() -> None:
    with pytest.raises(TransitionNotAllowed, match="'App' belongs to execution, which has not begun"):
        submitted(opened(started()), "app", "erik")
    with pytest.raises(TransitionNotAllowed, match="'Quality log' belongs to execution"):
        submitted(opened(started()), "quality-log", "erik")


def test_a_phase_beside_an_open_one_takes_its_deliverables() -> None:
    assert submitted(opened(started(), "execution"), "quality-log", "erik").version("quality-log")


def test_an_earlier_phase_still_takes_new_versions() -> None:
    history = submitted(opened(started()), "plan", "paula")
    again = submitted(opened(history, "execution"), "plan", "paula").version("plan")
    assert again
    assert again.version == 2


def test_a_closed_project_takes_nothing() -> None:
    with pytest.raises(TransitionNotAllowed, match="App was closed on 2026-01-05"):
        submitted(finished(), "plan", "paula")


def test_a_stopped_project_takes_what_it_still_owes_and_nothing_new() -> None:
    history = stopped(opened(started()))
    assert submitted(history, "final-report", "paula").version("final-report")
    with pytest.raises(TransitionNotAllowed):
        submitted(history, "app", "erik")


# Judging


def test_a_deliverable_that_meets_every_criterion_is_accepted() -> None:
    verdict = deliverables.judge(with_app(), Judgement(deliverable="app"), "cora", day(4))
    assert (verdict.id, verdict.accepted) == ("app:app:v1:acceptance", True)
    assert [(check.criterion, check.met) for check in verdict.checks] == [
        ("complete", True),
        ("approved wording", True),
    ]


def test_one_criterion_that_is_not_met_sends_it_back() -> None:
    verdict = deliverables.judge(with_app(), Judgement(deliverable="app", not_met=("complete",)), "cora", START)
    assert not verdict.accepted
    assert [check.met for check in verdict.checks] == [False, True]


def test_it_goes_back_for_a_reason_alone_and_never_for_none() -> None:
    back = Judgement(deliverable="app", send_back=True, reason="The colours hurt.")
    verdict = deliverables.judge(with_app(), back, "cora", START)
    assert (verdict.accepted, verdict.reason) == (False, "The colours hurt.")
    with pytest.raises(RuleViolation, match="Say why 'App' goes back"):
        deliverables.judge(with_app(), Judgement(deliverable="app", send_back=True), "cora", START)


def test_only_its_own_quality_criteria_count() -> None:
    with pytest.raises(BadInput, match=r"'shiny' is no quality criterion of 'App'.*complete; approved wording"):
        deliverables.judge(with_app(), Judgement(deliverable="app", not_met=("shiny",)), "cora", START)


@pytest.mark.parametrize("outsider", ["sam", "paula", "stranger"])
def test_only_its_acceptor_judges(outsider: str) -> None:
    with pytest.raises(NotAuthorised, match="may not judge 'App': that takes the role Customer"):
        judged(with_app(), "app", outsider)


def test_its_author_never_judges_even_as_the_acceptor() -> None:
    history = submitted(opened(started(), "execution"), "app", "cora")
    with pytest.raises(SeparationOfDuties, match=r"Cora C. is an author of 'App'"):
        judged(history, "app", "cora")
    both = charter(people=(*PEOPLE[:4], person("erik", "engineer", "customer")))
    with pytest.raises(SeparationOfDuties):
        judged(submitted(opened(started(both), "execution"), "app", "erik"), "app", "erik")


def test_there_must_be_something_to_judge() -> None:
    with pytest.raises(TransitionNotAllowed, match="'App' was not submitted yet"):
        judged(opened(started(), "execution"), "app", "cora")


def test_a_version_is_judged_once() -> None:
    with pytest.raises(TransitionNotAllowed, match=r"Version 1 of 'App' was accepted by Cora C. already"):
        judged(judged(with_app(), "app", "cora"), "app", "cora")
    back = judged(with_app(), "app", "cora", not_met=("complete",))
    with pytest.raises(TransitionNotAllowed, match="was sent back by Cora"):
        judged(back, "app", "cora")
    assert judged(submitted(back, "app", "erik"), "app", "cora").accepted("app")


def test_nothing_is_judged_in_a_closed_project() -> None:
    history = released(lesson(submitted(stopped(with_app()), "final-report", "paula")))
    with pytest.raises(TransitionNotAllowed, match="was closed"):
        judged(closed(history, "paula"), "app", "cora")


# Handing over


def test_an_accepted_deliverable_goes_to_a_person_of_the_project() -> None:
    history = judged(with_app(), "app", "cora")
    handed = deliverables.hand_over(history, "app", "cora", "paula", day(5))
    assert (handed.id, handed.to, handed.by) == ("app:app:handover", "cora", "paula")
    with pytest.raises(NotFound, match="no person in the project 'stranger'"):
        deliverables.hand_over(history, "app", "stranger", "paula", START)
    with pytest.raises(NotAuthorised):
        deliverables.hand_over(history, "app", "cora", "stranger", START)


def test_what_is_not_accepted_is_not_handed_over() -> None:
    with pytest.raises(TransitionNotAllowed, match="'App' is not accepted yet"):
        deliverables.hand_over(with_app(), "app", "cora", "paula", START)


def test_a_deliverable_is_handed_over_once() -> None:
    history = judged(with_app(), "app", "cora")
    history = history.and_then(deliverables.hand_over(history, "app", "cora", "paula", START))
    with pytest.raises(TransitionNotAllowed, match=r"handed over to Cora C. on 2026-01-05"):
        deliverables.hand_over(history, "app", "sam", "paula", START)
