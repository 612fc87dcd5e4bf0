from collections.abc import Iterator
from typing import Any

import pytest

from lifecycle.control.success import verdict
from lifecycle.history import History, closing, gates
from lifecycle.reports.closure import ClosureReport, closure_report
from lifecycle.reports.figure import Figure
from lifecycle.status import status
from lifecycle.value import Value
from tests import builders as small
from tests.reports.builders import planning, running, told, website
from tests.reports.story import HEAD, NOW, Story, at, charter


def report(history: History) -> ClosureReport:
    return closure_report(history, status(history, NOW.date()), verdict(history), HEAD, NOW)


@pytest.fixture(scope="module")
def whole() -> ClosureReport:
    return report(website())


def values(value: Any) -> Iterator[Value]:
    """Every value inside a value."""
    if isinstance(value, Value):
        yield value
        for name in type(value).model_fields:
            yield from values(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from values(item)


def test_every_figure_and_line_names_a_record_of_the_history(whole: ClosureReport) -> None:
    history = website()
    named = [value for value in values(whole) if getattr(value, "record", None)]
    assert len([value for value in named if isinstance(value, Figure)]) > 20
    assert [value for value in named if not history.has(value.record)] == []  # type: ignore[attr-defined]


def test_it_says_what_the_project_was_for(whole: ClosureReport) -> None:
    assert whole.head.title == "Closure report"
    assert whole.goal.text.startswith("Customers of all five countries")
    assert whole.need.text.startswith("The old shop fails")
    assert whole.excluded == ("Mobile app",)


def test_it_holds_time_cost_and_scope_against_what_was_approved(whole: ClosureReport) -> None:
    time, cost, scope = whole.limits
    assert (time.planned.value, time.approved.value) == ("2026-06-12", "2026-06-22")
    assert (time.actual and time.actual.value, time.verdict) == ("2026-07-03", "within tolerance")
    assert (time.approved.record, time.actual and time.actual.record) == ("website:baseline:2", "website:closure")
    assert (cost.actual and cost.actual.value, cost.difference and cost.difference.value) == ("255000", "3000")
    assert (scope.actual and scope.actual.text, scope.verdict) == ("1 accepted", "within the limit")


def test_its_bars_share_one_scale(whole: ClosureReport) -> None:
    gauge = whole.limits[1].gauge
    assert gauge is not None
    planned, approved, actual = (bar.share for bar in gauge.bars)
    assert planned < approved == gauge.limit < actual < gauge.tolerated < 1


def test_it_judges_each_success_criterion_with_evidence(whole: ClosureReport) -> None:
    assert [(line.id, line.verdict, line.evidence, line.by) for line in whole.criteria] == [
        ("speed", "met", "97 % in June", "Cora Díaz"),
        ("orders", "NOT MET", "0.8 % failed in June", "Cora Díaz"),
    ]
    assert (whole.word, whole.colour, whole.criteria_met) == ("Partial success", "amber", 1)
    assert whole.summary.endswith("1 of 2 success criteria met.")


def test_it_tells_every_decision_by_round_with_names_roles_reasons_and_evidence(whole: ClosureReport) -> None:
    assert [(r.gate, r.round, r.outcome) for r in whole.reviews] == [
        ("G1", 1, "Recycle"),
        ("G1", 2, "Go"),
        ("G2", 1, "Conditional go"),
        ("G3", 1, "Go"),
    ]
    first, _, conditional, _ = whole.reviews
    assert [(v.voter.name, v.seat, v.choice, v.proposal, v.reason) for v in first.votes] == [
        ("Cora Díaz", "Customer representative", "Reject", "recycle", "Returns are not planned at all."),
        ("Anna Berg", "Sponsor", "Reject", "recycle", "Come back with returns."),
    ]
    assert [(e.title, e.version, e.author, len(e.sha256)) for e in conditional.evidence] == [
        ("App", 1, "Erik Holm", 64),
        ("Test report", 1, "Erik Holm", 64),
    ]
    assert conditional.policy == "at least 2 of 3 seats approve"
    assert conditional.absent == ("Anna Berg (Sponsor)",)


def test_a_condition_says_who_cleared_it_and_on_what(whole: ClosureReport) -> None:
    (condition,) = whole.conditions
    assert (condition.name, condition.owner, condition.state) == ("G2.1.1", "Erik Holm", "cleared")
    assert (condition.ended_by, condition.evidence) == ("Ada Okafor", "2,300 customers, slowest page 1.2 s")


def test_a_waiver_and_a_change_of_evidence_are_loud(whole: ClosureReport) -> None:
    (waiver,) = whole.waivers
    assert (waiver.gate, waiver.by.name, waiver.by.roles) == ("G1", "Anna Berg", "Sponsor")
    (flag,) = whole.flags
    assert flag.text == (
        "Test report: Erik Holm submitted version 2 on 27 June 2026, after G2 had been passed on version 1."
    )


def test_a_change_tells_its_effect_on_the_baseline(whole: ClosureReport) -> None:
    granted, refused = whole.changes
    assert (granted.state, granted.decided_by) == ("Accepted in modified form", "Anna Berg")
    assert "Baseline 2: finish 22 June 2026, budget EUR" in granted.effect
    assert (refused.state, refused.asked, refused.effect) == ("Rejected", None, "Baseline unchanged")


def test_it_lists_what_was_made_learned_and_left(whole: ClosureReport) -> None:
    app = next(item for item in whole.deliverables if item.product)
    assert (app.accepted_by, app.handed_to) == ("Cora Díaz", "Cora Díaz")
    assert [(line.criterion, line.result) for line in whole.quality] == [
        ("complete", "met"),
        ("approved wording", "met"),
    ]
    assert [lesson.by for lesson in whole.lessons] == ["Erik Holm"]
    assert [(action.owner, action.text) for action in whole.follow_on] == [("Cora Díaz", "Second payment method")]
    assert [(benefit.owner, benefit.target) for benefit in whole.benefits] == [("Sponsor (Anna Berg)", "52 %")]
    assert all(person.released and person.released_by == "Eva Lang" for person in whole.people)


def test_risks_issues_and_exceptions_say_how_they_ended(whole: ClosureReport) -> None:
    assert [(risk.score, risk.state, risk.note) for risk in whole.risks] == [
        (15, "did not happen", "The interface stayed.")
    ]
    assert [(issue.state, issue.action) for issue in whole.issues] == [
        ("closed on 27 June 2026", "Test data was bought.")
    ]
    assert [exception.state for exception in whole.exceptions] == ["ended on 9 April 2026 by website:change:1:decision"]


def test_the_sponsor_and_the_manager_sign_over_the_journal_head(whole: ClosureReport) -> None:
    assert [person.name for person in whole.signatures] == ["Anna Berg", "Eva Lang"]
    assert whole.journal_head == HEAD


def test_a_stopped_project_gets_a_premature_closure_report_with_the_reason() -> None:
    made = report(small.stopped(small.opened(small.started())))
    assert made.head.title == "Premature closure report"
    assert made.premature is not None
    assert (made.premature.how, made.premature.reason) == ("Stopped outside any gate", "No longer wanted.")
    assert (made.premature.by.name, made.word) == ("Sam S.", "Stopped early")


def test_a_killed_project_names_the_gate_and_those_who_were_against_it() -> None:
    def killed(story: Story) -> None:
        story.open(at(1, 5), "planning")
        review = story.request(at(1, 13), "G1", at(1, 20).date())
        story.vote(at(1, 14), review, "cora.diaz")
        story.vote(at(1, 15), review, "anna.berg", "reject", proposal="kill", reason="The need is gone.")
        story.decide(at(1, 15), review, "anna.berg", "kill")

    made = report(told(killed))
    assert made.premature is not None
    assert made.premature.how == "Ended at gate G1"
    assert made.premature.reason == "Anna Berg: The need is gone."
    assert made.reviews[0].ending == "Kill"


def test_what_is_not_known_is_never_called_reached() -> None:
    made = report(small.opened(small.started(charter())))
    time, cost, scope = made.limits
    assert (time.verdict, cost.verdict) == ("not known yet", "not known yet")
    assert scope.verdict == "OUTSIDE TOLERANCE"
    assert [line.verdict for line in made.criteria] == ["not judged", "not judged"]
    assert (made.word, made.ended, made.earned) == ("Failure", None, ())
    assert made.people[0].released is None


def test_an_open_project_says_what_is_open() -> None:
    made = report(running())
    assert [risk.open for risk in made.risks] == [True]
    assert [issue.state for issue in made.issues] == ["open"]


def test_reviews_that_ended_without_an_outcome_say_why() -> None:
    def returned(story: Story) -> None:
        story.open(at(1, 5), "planning")
        for day, cause in ((13, "withdrawn"), (14, "stale")):
            review = story.request(at(1, day), "G1", at(1, 20).date())
            key = {"gate": "G1", "round": review.round, "cause": cause}
            story.write(gates.ReviewReturned, at(1, day), "eva.lang", **key)
        story.request(at(1, 15), "G1", at(1, 22).date())

    endings = [review.ending for review in report(told(returned)).reviews]
    assert endings == ["Withdrawn by the submitter", "Returned: its evidence changed", "Awaiting decision"]


def test_a_hold_says_who_resumed_it() -> None:
    def held(story: Story) -> None:
        story.open(at(1, 5), "planning")
        review = story.request(at(1, 13), "G1", at(1, 20).date())
        story.decide(at(1, 15), review, "anna.berg", "hold")
        again = {"gate": "G1", "round": 1, "reason": "The budget is back."}
        story.write(gates.GateResumed, at(2, 1), "anna.berg", **again)

    (review,) = report(told(held)).reviews
    assert review.ending == "Hold, resumed by Anna Berg on 1 February 2026: The budget is back."


def test_an_open_and_a_waived_condition_are_told_apart() -> None:
    def conditions(story: Story) -> None:
        planning(story)
        for number, due in ((1, at(3, 1)), (2, at(3, 2))):
            key = {"gate": "G1", "round": 2, "number": number, "text": "Do it", "owner": "erik.holm"}
            story.write(gates.ConditionSet, at(1, 27), "anna.berg", **key, due=due.date())
        end = {"gate": "G1", "round": 2, "number": 2, "evidence": "Not needed.", "waived": True}
        story.write(gates.ConditionCleared, at(2, 1), "anna.berg", **end)

    made = report(told(conditions))
    assert [condition.state for condition in made.conditions] == ["OPEN", "WAIVED"]
    assert [condition.state for condition in made.reviews[1].conditions] == ["OPEN", "WAIVED"]


def test_somebody_from_outside_keeps_the_name_that_was_written() -> None:
    def outside(story: Story) -> None:
        story.write(
            closing.FollowOnAction, at(2, 1), "eva.lang", number=1, text="T", owner="Legal", due=at(3, 1).date()
        )

    assert report(told(outside)).follow_on[0].owner == "Legal"
