"""The closure report: what the project was for, what became of it, who decided what on which evidence."""

from datetime import date, datetime
from typing import Any, Literal

from lifecycle.control.success import SuccessVerdict, Word
from lifecycle.history import History
from lifecycle.history.closing import SuccessJudged
from lifecycle.history.gates import GateDecided, ReviewRequested, VoteCast
from lifecycle.reports import conditions, figure, people, registers, results, words
from lifecycle.reports.conditions import ConditionLine, WaiverLine
from lifecycle.reports.earned import EarnedLine, earned
from lifecycle.reports.figure import Figure
from lifecycle.reports.head import Head, StripPhase, head, strip
from lifecycle.reports.lights import Colour
from lifecycle.reports.limits import LimitLine, final_limits
from lifecycle.reports.migrations import MigrationLine, migrations
from lifecycle.reports.people import Actor, PersonLine, Signature
from lifecycle.reports.registers import ChangeLine, ExceptionLine, IssueLine, RiskLine
from lifecycle.reports.results import BenefitLine, DeliverableLine, FollowOnLine, LessonLine, QualityLine
from lifecycle.reports.review import Flag, ReviewLine, all_flags, review_line
from lifecycle.reports.tailoring import TailoringLine, tailoring
from lifecycle.status import ProjectStatus
from lifecycle.value import Value

WORDS: dict[Word, str] = {
    "success": "Success",
    "partial": "Partial success",
    "failure": "Failure",
    "stopped early": "Stopped early",
}
COLOURS: dict[Word, Colour] = {"success": "green", "partial": "amber", "failure": "red", "stopped early": "red"}


class CriterionLine(Value):
    """A success criterion with its verdict."""

    id: str
    text: str
    measure: str
    verdict: Literal["met", "NOT MET", "not judged"]
    evidence: str | None
    by: str | None
    on: date | None
    record: str


class Premature(Value):
    """Why a project ended before its goal, and by whose decision."""

    how: str
    reason: str
    by: Actor
    on: date
    record: str


class ClosureReport(Value):
    """All that the closure report says."""

    head: Head
    premature: Premature | None
    goal: Figure
    need: Figure
    scope: Figure
    excluded: tuple[str, ...]
    tailoring: tuple[TailoringLine, ...]
    started: Figure
    ended: Figure | None
    ended_by: Actor | None
    strip: tuple[StripPhase, ...]
    moves: tuple[MigrationLine, ...]
    word: str
    colour: Colour
    summary: str
    limits: tuple[LimitLine, ...]
    criteria: tuple[CriterionLine, ...]
    criteria_met: int
    earned: tuple[EarnedLine, ...]
    reviews: tuple[ReviewLine, ...]
    waivers: tuple[WaiverLine, ...]
    conditions: tuple[ConditionLine, ...]
    flags: tuple[Flag, ...]
    changes: tuple[ChangeLine, ...]
    exceptions: tuple[ExceptionLine, ...]
    risks: tuple[RiskLine, ...]
    issues: tuple[IssueLine, ...]
    deliverables: tuple[DeliverableLine, ...]
    quality: tuple[QualityLine, ...]
    lessons: tuple[LessonLine, ...]
    follow_on: tuple[FollowOnLine, ...]
    benefits: tuple[BenefitLine, ...]
    people: tuple[PersonLine, ...]
    signatures: tuple[Signature, ...]
    journal_head: str


def closure_report(
    history: History, status: ProjectStatus, verdict: SuccessVerdict, journal_head: str, now: datetime
) -> ClosureReport:
    """Tell the whole project, from its goal to what stays to be done; `journal_head` seals what is told."""
    premature, lines, judged = _premature(history), final_limits(history, verdict), criteria(history)
    title = "Premature closure report" if premature else "Closure report"
    return ClosureReport(
        head=head(history, "closure", title, "final", now),
        premature=premature,
        strip=strip(status),
        moves=migrations(history),
        word=WORDS[verdict.word],
        colour=COLOURS[verdict.word],
        summary=_summary(lines, judged),
        limits=lines,
        criteria=judged,
        criteria_met=_met(judged),
        earned=earned(history, status.value),
        signatures=people.signatures(history),
        people=people.people(history),
        journal_head=journal_head,
        **_purpose(history),
        **_governance(history),
        **_registers(history, status),
    )


def criteria(history: History) -> tuple[CriterionLine, ...]:
    """The success criteria with their verdicts."""
    return tuple(_criterion(history, c.id, c.text, c.measure) for c in history.charter.success_criteria)


def _met(judged: tuple[CriterionLine, ...]) -> int:
    return sum(line.verdict == "met" for line in judged)


def _summary(lines: tuple[LimitLine, ...], judged: tuple[CriterionLine, ...]) -> str:
    """One sentence of the verdict's reasons."""
    each = [f"{line.measure.lower()} {line.verdict.lower()} ({_difference(line)})" for line in lines]
    met = f"{_met(judged)} of {words.counted(len(judged), 'success criterion', 'success criteria')} met"
    return words.sentence(words.listed([*each, met]))


def _difference(line: LimitLine) -> str:
    return line.difference.text if line.difference else "no actual figure"


def _purpose(history: History) -> dict[str, Any]:
    source, charter, closed = history.started.id, history.charter, history.closed
    return {
        "goal": figure.quoted(charter.goal, source),
        "need": figure.quoted(charter.need, source),
        "scope": figure.quoted(history.constraints.scope.statement, (history.baseline or history.started).id),
        "excluded": history.constraints.scope.excluded,
        "tailoring": tailoring(history),
        "started": figure.day(history.started.at.date(), source),
        "ended": figure.day(closed.at.date(), closed.id) if closed else None,
        "ended_by": people.by(history, closed) if closed else None,
    }


def _governance(history: History) -> dict[str, Any]:
    return {
        "reviews": tuple(review_line(history, review) for review in history.all(ReviewRequested)),
        "waivers": conditions.waivers(history),
        "conditions": conditions.conditions(history),
        "flags": all_flags(history),
        "changes": registers.changes(history),
        "exceptions": registers.exceptions(history),
        "risks": registers.risks(history),
        "issues": registers.issues(history),
    }


def _registers(history: History, status: ProjectStatus) -> dict[str, Any]:
    return {
        "deliverables": results.deliverables(history, status),
        "quality": results.quality(history),
        "lessons": results.lessons(history),
        "follow_on": results.follow_on(history),
        "benefits": results.benefits(history),
    }


def _criterion(history: History, id: str, text: str, measure: str) -> CriterionLine:
    judged = history.last(SuccessJudged, criterion=id)
    return CriterionLine(
        id=id,
        text=text,
        measure=measure,
        verdict=("met" if judged.met else "NOT MET") if judged else "not judged",
        evidence=judged.evidence if judged else None,
        by=people.name_of(history, judged.by) if judged else None,
        on=judged.at.date() if judged else None,
        record=(judged or history.started).id,
    )


def _premature(history: History) -> Premature | None:
    stopped = history.stopped
    if stopped is None:
        return None
    how = f"Ended at gate {stopped.gate}" if isinstance(stopped, GateDecided) else "Stopped outside any gate"
    return Premature(
        how=how,
        reason=_kill_reasons(history, stopped) if isinstance(stopped, GateDecided) else stopped.reason,
        by=people.by(history, stopped),
        on=stopped.at.date(),
        record=stopped.id,
    )


def _kill_reasons(history: History, decided: GateDecided) -> str:
    """What those said who voted against going on."""
    votes = [v for v in history.all(VoteCast) if (v.gate, v.round) == (decided.gate, decided.round)]
    against = [v for v in votes if v.choice == "reject"] or votes
    return " ".join(f"{people.name_of(history, vote.by)}: {vote.reason}" for vote in against)
