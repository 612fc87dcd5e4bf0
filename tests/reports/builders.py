"""The story of one project, told in records: the web shop, with everything a report can tell.

It was recycled once, went on under a condition, was changed once, and closed 11 days late within its
tolerance. `website()` is the whole story, `running()` the same project in the middle of its execution.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from lifecycle.history import SYSTEM, History, closing, control, gates, work
from lifecycle.history.charter import (
    Charter,
    Dependency,
    RiskEntry,
)
from lifecycle.history.work import QualityCheck
from lifecycle.planning.network import schedule
from lifecycle.program import ProgramStatus, consolidate, impact, summary
from lifecycle.status import status
from tests import builders
from tests.reports.story import HEAD, PEOPLE, Story, at, charter, finding, line, plan


def planning(story: Story) -> None:
    """Recycled in round 1, passed in round 2 with a waived criterion."""
    story.open(at(1, 5), "planning")
    risk = RiskEntry(
        title="The payment provider changes its interface",
        category="supplier",
        probability=3,
        impact=5,
        response="Test against its sandbox every week",
        owner="architect",
    )
    story.write(control.RiskRaised, at(1, 7), "eva.lang", number=1, risk=risk)
    story.deliver(at(1, 12), "plan", "eva.lang")
    asked: dict[str, Any] = {
        "findings": (finding("not met", detail="risks.high_without_response is 1"),),
        "metrics": {"risks.high": 1},
    }
    first = story.request(at(1, 13), "G1", date(2026, 1, 20), **asked)
    story.vote(at(1, 14), first, "cora.diaz", "reject", proposal="recycle", reason="Returns are not planned at all.")
    story.vote(at(1, 15), first, "anna.berg", "reject", proposal="recycle", reason="Come back with returns.")
    story.decide(at(1, 15), first, "anna.berg", "recycle")
    story.open(at(1, 15), "planning", 2)
    story.deliver(at(1, 22), "plan", "eva.lang", 2)
    drawn = plan()
    dates = schedule(drawn, date(2026, 2, 2))
    story.write(control.PlanSubmitted, at(1, 22), "eva.lang", number=1, plan=drawn, schedule=dates)
    waiver = {"gate": "G1", "attempt": 2, "criterion": "pace", "reason": "There is no progress to measure yet."}
    story.write(gates.CriterionWaived, at(1, 23), "anna.berg", **waiver)
    asked = {"findings": (finding(), finding("waived", criterion="pace", text="The pace is right", advisory=True))}
    second = story.request(at(1, 23), "G1", date(2026, 1, 30), attempt=2, **asked, metrics={"risks.high": 1})
    story.vote(at(1, 26), second, "cora.diaz")
    story.vote(at(1, 27), second, "anna.berg", reason="Now it is complete, returns included.")
    go = story.decide(at(1, 27), second, "anna.berg", "go")
    limits = story.history.charter.constraints
    fields = {"plan": drawn, "schedule": dates, "constraints": limits, "source": go.id}
    story.write(control.BaselineSet, at(1, 27), SYSTEM, number=1, **fields)


def execution(story: Story) -> None:
    """Half of the work, an exception, a change that moves the baseline, and a change that is refused."""
    story.open(at(1, 27), "execution")
    story.progress(at(2, 27), line("W10", 100, 31_500, date(2026, 2, 2), date(2026, 2, 24)))
    story.progress(
        at(3, 31),
        line("W20", 40, 52_000, date(2026, 2, 25)),
        line("W30", 70, 47_000, date(2026, 2, 25)),
    )
    breach = {"measure": "time", "status_date": date(2026, 3, 31), "forecast": "30 June 2026", "limit": "26 June 2026"}
    text = "The forecast finish of 30 June 2026 lies after the tolerated 26 June 2026."
    story.write(control.ExceptionRaised, at(3, 31), SYSTEM, number=1, **breach, text=text)
    story.write(
        control.IssueRaised,
        at(4, 1),
        "erik.holm",
        number=1,
        title="Test data is missing",
        severity="high",
        owner="customer",
    )
    story.write(
        control.ChangeRaised,
        at(4, 2),
        "eva.lang",
        number=1,
        title="Two more payment methods",
        reason="Customers in two countries do not own cards.",
    )
    sized = {"version": 1, "scope": "Two payment methods more", "cost": Decimal(18_000), "days": 14}
    story.write(control.ChangeAssessed, at(4, 7), "ada.okafor", number=1, **sized)
    granted = {
        "verdict": "modify",
        "reason": "One method now, the other after go-live.",
        "cost": Decimal(12_000),
        "days": 10,
    }
    moved = story.write(control.ChangeDecided, at(4, 9), "anna.berg", number=1, **granted)
    limits = story.history.charter.constraints
    new = limits.model_copy(
        update={
            "time": limits.time.model_copy(update={"finish": date(2026, 6, 22)}),
            "cost": limits.cost.model_copy(update={"budget": Decimal(252_000)}),
        }
    )
    drawn = plan(extra=6)
    fields = {"plan": drawn, "schedule": schedule(drawn, date(2026, 2, 2)), "constraints": new, "source": moved.id}
    story.write(control.BaselineSet, at(4, 9), SYSTEM, number=2, **fields)
    story.write(control.ExceptionEnded, at(4, 9), SYSTEM, number=1, cause=moved.id)
    story.write(
        control.ChangeRaised,
        at(4, 20),
        "cora.diaz",
        number=2,
        title="A second brand",
        reason="Marketing asks for it.",
        origin="external",
    )
    refused = {"verdict": "reject", "reason": "Outside the goal.", "cost": Decimal(0), "days": 0}
    story.write(control.ChangeDecided, at(4, 22), "anna.berg", number=2, **refused)


def delivery(story: Story) -> None:
    """The rest of the work; G2 goes on under a condition that is cleared."""
    story.progress(
        at(6, 8),
        line("W20", 100, 121_000, date(2026, 2, 25), date(2026, 5, 29)),
        line("W30", 100, 63_000, date(2026, 2, 25), date(2026, 4, 20)),
    )
    good = (QualityCheck(criterion="complete", met=True), QualityCheck(criterion="approved wording", met=True))
    story.deliver(at(6, 10), "app", "erik.holm", judge="cora.diaz", accepted=True, checks=good)
    story.deliver(at(6, 10), "test-report", "erik.holm")
    review = story.request(at(6, 11), "G2", date(2026, 6, 18), findings=(finding(),), metrics={"project.spi": 0.97})
    set_: dict[str, Any] = {
        "gate": "G2",
        "round": 1,
        "number": 1,
        "text": "Load test with 2,000 customers at once",
        "owner": "erik.holm",
    }
    asked = gates.ConditionText(text=set_["text"], owner="erik.holm", due=date(2026, 6, 30))
    story.vote(
        at(6, 12),
        review,
        "ada.okafor",
        "approve_with_conditions",
        reason="Good, but no load test.",
        conditions=(asked,),
    )
    story.vote(at(6, 15), review, "cora.diaz", reason="My team can work with it.")
    story.decide(at(6, 15), review, "cora.diaz", "conditional_go")
    story.write(gates.ConditionSet, at(6, 15), "ada.okafor", **set_, due=date(2026, 6, 30))
    story.open(at(6, 15), "closing")
    story.progress(at(6, 29), line("W40", 100, 39_500, date(2026, 6, 1), date(2026, 6, 26)))
    end = {"gate": "G2", "round": 1, "number": 1, "evidence": "2,300 customers, slowest page 1.2 s"}
    story.write(gates.ConditionCleared, at(6, 26), "ada.okafor", **end)


def ending(story: Story) -> None:
    """Judged, handed over, learned, released, closed; one deliverable changed after its gate."""
    story.deliver(at(6, 27), "test-report", "erik.holm", 2)
    story.write(control.IssueClosed, at(6, 27), "erik.holm", number=1, action="Test data was bought.")
    story.write(control.RiskClosed, at(6, 27), "ada.okafor", number=1, happened=False, note="The interface stayed.")
    story.write(work.HandedOver, at(6, 29), "eva.lang", deliverable="app", to="cora.diaz")
    story.write(closing.SuccessJudged, at(6, 30), "cora.diaz", criterion="speed", met=True, evidence="97 % in June")
    story.write(
        closing.SuccessJudged, at(6, 30), "cora.diaz", criterion="orders", met=False, evidence="0.8 % failed in June"
    )
    lesson = {"text": "Test data took six weeks to get.", "recommendation": "Order test data when planning begins."}
    story.write(closing.LessonRecorded, at(6, 30), "erik.holm", number=1, **lesson)
    left = {"text": "Second payment method", "owner": "cora.diaz", "due": date(2026, 10, 1)}
    story.write(closing.FollowOnAction, at(6, 30), "eva.lang", number=1, **left)
    story.deliver(at(6, 30), "final-report", "eva.lang")
    review = story.request(at(7, 1), "G3", date(2026, 7, 8))
    story.vote(at(7, 2), review, "anna.berg", reason="A good end.")
    story.decide(at(7, 2), review, "anna.berg", "go")
    for someone in PEOPLE:
        story.write(closing.PersonReleased, at(7, 2), "eva.lang", person=someone.id)
    story.write(closing.ProjectClosed, at(7, 3), SYSTEM, premature=False, journal_head=HEAD)


def told(*chapters: Any, of: Charter | None = None) -> History:
    """A history of the chapters named."""
    story = Story(of or charter())
    for chapter in chapters:
        chapter(story)
    return story.history


def website() -> History:
    return told(planning, execution, delivery, ending)


def running() -> History:
    return told(planning, execution)


MAP = (
    Dependency(id="D1", text="The shop calls the order interface", before="backend/W20", after="website/W40"),
    Dependency(id="D2", text="The app calls the order interface", before="backend/W20", after="app/W30"),
    Dependency(id="D3", text="The app opens shop pages", before="website/W90", after="app/W40"),
)


def backend(story: Story) -> None:
    """A project that runs late, with a gate waiting for its decision."""
    planning(story)
    story.open(at(1, 27), "execution")
    story.progress(at(3, 31), line("W10", 100, 30_000, date(2026, 2, 2), date(2026, 3, 20)))
    story.request(at(4, 1), "G2", date(2026, 4, 8))


def program(today: date = date(2026, 4, 24)) -> tuple[History, ProgramStatus]:
    """Three projects that share milestones; the backend is late, and the app's last run failed."""
    names = {"backend": "Order backend", "website": "Web shop relaunch", "app": "Mobile app"}
    members = {
        "backend": told(backend, of=charter(project="backend", title=names["backend"])),
        "website": running(),
        "app": told(planning, of=charter(project="app", title=names["app"])),
    }
    chartered = builders.program_charter(
        *MAP,
        projects=tuple(names),
        project="digital-platform",
        title="Digital platform",
        goal="Customers do all their business with us digitally.",
        people=PEOPLE,
        benefits=charter().benefits,
    )
    own = Story(chartered, None)
    own.open(at(1, 5), "planning")
    sums = [summary(h, status(h, today), f"{name}-objective") for name, h in members.items()]
    failures = {"app": "the plan file could not be read"}
    return own.history, consolidate(own.history, sums, impact(chartered, members), today, failures)
