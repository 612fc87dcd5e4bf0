"""Nobody can say that they did not know: who is expected to do what."""

from datetime import date, timedelta
from decimal import Decimal

from lifecycle.control.changes import Impact, assess, raise_change
from lifecycle.governance import review
from lifecycle.history import History
from lifecycle.progress import next_step
from lifecycle.status import Awaited, awaited
from tests.builders import (
    PEOPLE,
    START,
    activity,
    charter,
    cleared,
    decided,
    finished,
    judged,
    opened,
    person,
    planned,
    prepared,
    requested,
    started,
    stopped,
    submitted,
    voted,
)

TODAY = START.date()


def waiting(history: History, today: date = TODAY) -> tuple[Awaited, ...]:
    return awaited(history, next_step(history), today)


def short(history: History) -> list[tuple[str, str, str]]:
    return [(one.person, one.what, one.subject) for one in waiting(history)]


def test_before_the_first_phase_it_is_the_engines_turn() -> None:
    assert waiting(started()) == ()


def test_while_a_gate_is_prepared_owners_hand_in_and_the_manager_submits() -> None:
    assert waiting(opened(started())) == (
        Awaited(person="paula", what="submit", subject="plan", text="Hand in Plan"),
        Awaited(person="paula", what="submit", subject="G1", text="Submit G1 Gate G1, round 1"),
    )


def test_what_was_handed_in_waits_for_its_acceptance() -> None:
    history = submitted(opened(started()), "plan", "paula")
    first = waiting(history)[0]
    assert (first.person, first.what, first.subject) == ("sam", "accept", "plan")
    assert first.text == "Accept Plan, version 1, or send it back"
    assert short(judged(history, "plan", "sam")) == [("paula", "submit", "G1")]


def test_what_was_sent_back_waits_for_its_owner_again() -> None:
    history = judged(submitted(opened(started()), "plan", "paula"), "plan", "sam", send_back=True, reason="Thin.")
    assert waiting(history)[0].text == "Hand in Plan again: it was sent back"


def test_nobody_is_asked_to_accept_what_they_wrote() -> None:
    people = (*PEOPLE, person("sara", "sponsor"))
    history = submitted(opened(started(charter(people=people))), "plan", "sara")
    assert short(history)[0] == ("sam", "accept", "plan")


def test_optional_deliverables_are_asked_of_nobody() -> None:
    subjects = [subject for _, _, subject in short(opened(decided(started(), "G1"), "execution"))]
    assert subjects == ["app", "test-report", "G2"]


def test_a_gate_that_submits_itself_is_got_ready_by_the_manager() -> None:
    history = opened(decided(decided(started(), "G1"), "G2"), "closing")
    assert waiting(history)[-1].text == "Get ready for G3 Gate G3, round 1"


def test_a_review_waits_for_those_who_have_not_voted_with_its_due_date() -> None:
    history = requested(prepared(started(), "G1"), "G1")
    assert [one[0] for one in short(history) if one[1] == "decide"] == ["sam", "cora"]
    assert {one.due for one in waiting(history) if one.what == "decide"} == {review_due(history)}
    voted_once = voted(history, "G1", "cora")
    assert [one for one in short(voted_once) if one[1] == "decide"] == [("sam", "decide", "G1")]


def review_due(history: History) -> date:
    found = history.review("G1")
    assert found
    return found.due


def test_what_is_past_its_date_says_so() -> None:
    history = requested(prepared(started(), "G1"), "G1")
    due = review_due(history)
    texts = {one.text for one in waiting(history, due)}
    assert texts == {"Decide G1 Gate G1, round 1"}
    late = {one.text for one in waiting(history, due + timedelta(days=1))}
    assert late == {f"Decide G1 Gate G1, round 1 (overdue since {due})"}


def test_a_step_that_is_asked_about_another_moment_waits_for_nobody() -> None:
    history = requested(prepared(started(), "G1"), "G1")
    step = next_step(history)
    back = history.and_then(review.withdraw(history, "G1", "paula", START))
    assert awaited(back, step, TODAY) == ()


def test_a_held_gate_waits_for_its_authority_but_not_for_its_submitter() -> None:
    history = decided(started(), "G1", "hold")
    assert short(history) == [("sam", "resume", "G1"), ("cora", "resume", "G1")]
    assert waiting(history)[0].text == "Resume G1 Gate G1, on hold since round 1"
    both = tuple(person("paula", "manager", "customer") if one.id == "paula" else one for one in PEOPLE)
    held = decided(started(charter(people=both)), "G1", "hold")
    assert [one[0] for one in short(held)] == ["sam", "cora"]


def test_a_stopped_project_waits_for_what_it_owes_and_for_its_manager() -> None:
    history = stopped(opened(started()))
    assert short(history) == [("paula", "submit", "final-report"), ("paula", "close", "app")]
    assert waiting(history)[-1].text == "Wind up and close App"


def test_an_open_condition_waits_for_its_owner_and_for_those_who_may_clear_it() -> None:
    history = decided(started(), "G1", "conditional_go")
    name = history.open_conditions[0].name
    found = [one for one in waiting(history) if one.subject == name]
    assert [(one.person, one.subject) for one in found] == [("erik", name), ("sam", name), ("cora", name)]
    assert found[0].text == f"Meet condition {name}: Write the tests."
    assert found[1].text == f"Clear condition {name} once Erik E. has met it"
    assert {one.what for one in found} == {"clear condition"}
    assert {one.due for one in found} == {date(2026, 2, 27)}
    settled = history
    for condition in history.open_conditions:
        settled = cleared(settled, condition.name)
    assert "clear condition" not in {one.what for one in waiting(settled)}


def with_change() -> History:
    history = opened(planned(decided(started(), "G1"), activity("A", 5)), "execution")
    return history.and_then(raise_change(history, "Dark mode", reason="Asked for.", by="cora", now=START))


def changes_of(history: History) -> list[tuple[str, str, str]]:
    return [(one.person, one.what, one.text) for one in waiting(history) if "change" in one.what]


def test_a_change_is_assessed_by_the_manager_then_decided_by_those_who_may() -> None:
    history = with_change()
    assert changes_of(history) == [("paula", "assess change", "Assess change 1: Dark mode")]
    small = Impact(scope="A theme.", cost=Decimal(100), days=1)
    by_erik = history.and_then(assess(history, 1, small, "erik", START))
    assert [one[:2] for one in changes_of(by_erik)] == [("paula", "decide change"), ("sam", "decide change")]
    by_paula = history.and_then(assess(history, 1, small, "paula", START))
    assert changes_of(by_paula) == [("sam", "decide change", "Decide change 1: Dark mode")]
    large = history.and_then(assess(history, 1, small.model_copy(update={"days": 50}), "erik", START))
    assert [one[0] for one in changes_of(large)] == ["sam"]


def test_nobody_decides_changes_of_a_stopped_project() -> None:
    assert changes_of(stopped(with_change())) == []


def test_an_ended_project_waits_for_nobody() -> None:
    assert waiting(finished()) == ()
