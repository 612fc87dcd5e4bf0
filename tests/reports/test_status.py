from datetime import date, timedelta
from typing import Any

import pytest

from lifecycle.history import History, closing, control
from lifecycle.history.charter import RiskEntry
from lifecycle.reports.earned import curve
from lifecycle.reports.lights import lights
from lifecycle.reports.status import StatusReport, status_report
from lifecycle.status import Awaited, status
from tests import builders as small
from tests.reports.builders import delivery, execution, planning, running, told
from tests.reports.story import Story, at, charter, line

NOW = at(4, 24)


def report(history: History, **changes: Any) -> StatusReport:
    return status_report(history, status(history, NOW.date()).model_copy(update=changes), NOW)


def colours(history: History, **changes: Any) -> dict[str, tuple[str, str]]:
    known = status(history, NOW.date()).model_copy(update=changes)
    return {light.dimension: (light.colour, light.reason) for light in lights(history, known)}


def test_it_sums_the_project_up_in_a_sentence() -> None:
    made = report(running())
    assert made.summary == (
        "The project is in Execution, preparing its gate: at risk overall, 1 of 5 activities done,"
        " forecast finish 25 May 2026 (28 days early)."
    )


def test_before_the_first_phase_there_is_nothing_to_forecast() -> None:
    made = report(small.started(charter()))
    assert (
        made.summary
        == "The project is about to begin its next phase: on track overall, 0 of 0 activities done, no forecast yet."
    )
    assert (made.work.done, made.work.milestones, made.curve) == ((), (), None)


def test_lights_say_why() -> None:
    seen = colours(running())
    assert seen["Overall"] == ("amber", "At risk in cost and risk.")
    assert seen["Time"] == ("green", "The forecast finish is 28 days early; tolerance 14 days.")
    assert seen["Cost"][0] == "amber"
    assert seen["Scope"] == ("green", "No change is undecided and nothing was sent back.")
    assert seen["Risk"] == ("amber", "1 high risk (The payment provider changes its interface), with a response.")


@pytest.mark.parametrize(("late", "colour"), [(0, "green"), (14, "amber"), (15, "red")])
def test_time_is_green_in_the_limit_amber_in_tolerance_red_beyond(late: int, colour: str) -> None:
    assert colours(running(), days_late=late)["Time"][0] == colour


def test_a_forecast_that_is_past_is_not_on_track_while_nobody_reports() -> None:
    late = {"as_of": date(2026, 9, 1)}
    seen = colours(running(), **late)
    assert seen["Time"] == ("amber", "The forecast of 25 May 2026 is past; nothing was reported since 31 March 2026.")
    assert colours(running(), **late, days_late=99)["Time"][0] == "red"
    assert colours(running(), **late, activities_done=5)["Time"][0] == "green"
    silent = small.planned(small.opened(small.started()), small.activity("A", 5))
    assert colours(silent, **late)["Time"][1].endswith("2026 is past; nothing was reported yet.")


def test_nothing_known_is_grey_and_nothing_bad_is_green() -> None:
    seen = colours(small.started(charter()))
    assert (seen["Time"][0], seen["Cost"][0], seen["Risk"][0], seen["Overall"]) == (
        "grey",
        "grey",
        "green",
        ("green", "On track as far as known; not set: time and cost."),
    )


def test_an_undecided_change_and_a_deliverable_sent_back_put_scope_at_risk() -> None:
    def asked(story: Story) -> None:
        story.write(control.ChangeRaised, at(4, 23), "eva.lang", number=3, title="More", reason="Why not?")

    def refused(story: Story) -> None:
        story.deliver(at(4, 23), "app", "erik.holm", judge="cora.diaz", accepted=False, reason="Too slow.")

    assert colours(told(planning, execution, asked))["Scope"] == ("amber", "1 change request undecided.")
    assert colours(told(planning, execution, refused))["Scope"] == ("amber", "Sent back: App.")


def test_a_high_risk_without_a_response_is_red() -> None:
    def risky(story: Story) -> None:
        fields: dict[str, Any] = {
            "title": "Nobody knows",
            "category": "people",
            "probability": 5,
            "impact": 5,
            "owner": "manager",
        }
        story.write(control.RiskRaised, at(4, 1), "eva.lang", number=2, risk=RiskEntry(**fields))

    assert colours(told(planning, risky))["Risk"] == ("red", "1 high risk (Nobody knows) without a response.")


def test_work_is_split_into_done_and_due() -> None:
    def finished(story: Story) -> None:
        done = line("W20", 100, 110_000, date(2026, 2, 25), date(2026, 4, 20))
        story.progress(at(4, 23), done, line("W90", 100, 0, date(2026, 4, 23), date(2026, 4, 23)))

    made = report(told(planning, execution, finished))
    assert [(item.activity, item.finish) for item in made.work.done] == [
        ("W20", date(2026, 4, 20)),
        ("W90", date(2026, 4, 23)),
    ]
    assert [item.activity for item in made.work.next] == ["W30"]
    assert made.work.next[0].percent == 70
    assert [(item.name, item.state) for item in made.work.milestones] == [("Shop accepted", "reached")]


def test_what_should_be_finished_by_now_is_marked_among_what_is_due() -> None:
    history, day = running(), at(6, 1)
    due = status_report(history, status(history, day.date()), day).work.next
    assert {item.activity: item.overdue for item in due} == {"W20": True, "W30": True, "W40": True, "W90": True}
    assert {item.activity: item.overdue for item in report(history).work.next} == {"W30": True, "W20": False}


def test_milestones_say_how_far_they_slip() -> None:
    (milestone,) = report(running()).work.milestones
    assert (milestone.planned, milestone.expected) == (date(2026, 5, 8), date(2026, 5, 25))
    assert (milestone.slip, milestone.words, milestone.state) == (17, "17 days late", "due")


def test_a_milestone_past_its_date_is_overdue() -> None:
    history = running()
    late = status_report(history, status(history, date(2026, 5, 20)), at(5, 20))
    assert late.work.milestones[0].state == "overdue"


def test_a_milestone_without_dates_has_no_slip() -> None:
    dates = status(running(), NOW.date()).schedule
    assert dates is not None
    without = dates.model_copy(update={"activities": dates.activities[:4]})
    (milestone,) = report(running(), schedule=without, forecast=None).work.milestones
    assert (milestone.slip, milestone.words) == (None, "–")


def test_the_period_begins_with_the_last_status_report_at_most_thirty_days_ago() -> None:
    def issued(story: Story) -> None:
        fields = {"report": "status", "subject": "2026-04-10", "files": {}}
        story.write(closing.ReportIssued, at(4, 10), "phasegate", **fields)

    assert report(running()).since == NOW.date() - timedelta(days=30)
    assert report(told(planning, execution, issued)).since == date(2026, 4, 10)


def test_decisions_needed_come_with_the_earliest_due_first() -> None:
    def wanted(subject: str, due: date | None) -> Awaited:
        return Awaited(person="anna.berg", what="decide", subject=subject, text=f"Decide {subject}", due=due)

    asked = (wanted("G4", None), wanted("G3", date(2026, 4, 30)), wanted("G2", date(2026, 4, 20)))
    made = report(running(), awaited=asked)
    assert [(item.text, item.overdue) for item in made.decisions] == [
        ("Decide G2", True),
        ("Decide G3", False),
        ("Decide G4", False),
    ]
    assert made.decisions[0].who == "Anna Berg"


def test_only_what_is_open_is_shown() -> None:
    made = report(told(planning, execution, delivery))
    assert (made.exceptions, made.changes, made.conditions) == ((), (), ())
    assert [issue.number for issue in made.issues] == [1]


def test_the_five_highest_risks_are_shown_and_the_others_counted() -> None:
    def many(story: Story) -> None:
        for number in range(2, 9):
            fields: dict[str, Any] = {
                "title": f"R{number}",
                "category": "cost",
                "probability": 1,
                "impact": 2,
                "owner": "manager",
            }
            story.write(control.RiskRaised, at(2, 1), "eva.lang", number=number, risk=RiskEntry(**fields))

    made = report(told(planning, many))
    assert [risk.number for risk in made.risks] == [1, 2, 3, 4, 5]
    assert made.risks_left_out == 3


def test_earned_value_is_read_with_its_names() -> None:
    read = {item.short: item.figure.value for item in report(running()).earned}
    assert (read["BAC"], read["EV"], read["AC"]) == ("240000.00", "116000.00", "130500.00")
    assert read["CPI"] == "0.8889"


def test_the_curve_runs_from_nothing_to_the_whole_budget() -> None:
    drawn = curve(running())
    assert drawn is not None
    assert (drawn.planned[-1].x, drawn.planned[-1].y) == (1.0, 1.0)
    assert [point.y for point in drawn.earned] == sorted(point.y for point in drawn.earned)
    assert drawn.caption.startswith("On 31 March 2026: planned EUR")


def test_the_strip_shows_phases_gates_and_what_runs_beside() -> None:
    strip = report(running()).strip
    assert [(phase.title, phase.tone) for phase in strip] == [
        ("Planning", "done"),
        ("Execution", "now"),
        ("Closing", "ahead"),
    ]
    assert (strip[0].words, strip[1].beside, strip[0].gates[0].words) == ("passed, attempt 2", ("Control",), "go")


def test_a_product_not_yet_accepted_is_work_in_progress() -> None:
    scope = report(running()).limits[2]
    assert (scope.verdict, scope.actual_is) == ("in progress", "so far")
