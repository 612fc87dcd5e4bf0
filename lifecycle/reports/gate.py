"""The gate report: one review with its dossier, its votes, its outcome, and what is new since the round before."""

from datetime import datetime

from lifecycle.errors import NotFound
from lifecycle.governance.dossier import difference
from lifecycle.history import History
from lifecycle.history.gates import ReviewRequested
from lifecycle.process.facts import FACTS
from lifecycle.reports.conditions import ConditionLine, WaiverLine, conditions, waivers
from lifecycle.reports.head import Head, head
from lifecycle.reports.people import answerable
from lifecycle.reports.review import ReviewLine, review_line
from lifecycle.value import Value


class MetricLine(Value):
    """A figure of the project as it stood at submission; `before` is that of the earlier round."""

    name: str
    meaning: str
    value: str
    before: str | None


class GateReport(Value):
    """All that a gate report says; `rounds` is how often the phase may be attempted, however often it is submitted."""

    head: Head
    goal: str
    approvers: tuple[str, ...]
    chair: str | None
    rounds: int
    review: ReviewLine
    metrics: tuple[MetricLine, ...]
    open_items: tuple[str, ...]
    plan: str | None
    waivers: tuple[WaiverLine, ...]
    earlier_round: int | None
    differences: tuple[str, ...]
    open_conditions: tuple[ConditionLine, ...]


def gate_report(history: History, gate: str, round: int | None, now: datetime) -> GateReport:
    """Tell one review of a gate, the newest when no round is named; NotFound when there was none."""
    review = _review(history, gate, round)
    before = history.last(ReviewRequested, gate=gate, round=review.round - 1)
    definition = history.definition_at(review).gate(gate)
    return GateReport(
        head=head(history, "gate", "Gate report", f"{gate}-{review.round}", now),
        goal=history.charter.goal,
        approvers=tuple(answerable(history, role) for role in definition.approvers),
        chair=answerable(history, definition.chair) if definition.chair else None,
        rounds=definition.rounds,
        review=review_line(history, review),
        metrics=_metrics(review, before),
        open_items=review.dossier.open_items,
        plan=review.dossier.plan,
        waivers=tuple(w for w in waivers(history, gate) if w.attempt == review.attempt),
        earlier_round=before.round if before else None,
        differences=difference(before.dossier, review.dossier) if before else (),
        open_conditions=tuple(c for c in conditions(history) if not c.ended and c.gate != gate),
    )


def _review(history: History, gate: str, round: int | None) -> ReviewRequested:
    rounds = [review for review in history.all(ReviewRequested) if review.gate == gate]
    wanted = next((review for review in reversed(rounds) if round in (None, review.round)), None)
    if wanted is None:
        name = gate if round is None else f"{gate}, round {round}"
        known = (f"{review.gate}, round {review.round}" for review in history.all(ReviewRequested))
        raise NotFound("review of gate", name, known)
    return wanted


def _metrics(review: ReviewRequested, before: ReviewRequested | None) -> tuple[MetricLine, ...]:
    """The facts that were known, in the order of their names."""
    earlier = before.dossier.metrics if before else {}
    return tuple(
        MetricLine(
            name=name,
            meaning=_meaning(name),
            value=_word(value),
            before=_word(earlier[name]) if name in earlier else None,
        )
        for name, value in sorted(review.dossier.metrics.items())
        if value is not None
    )


def _meaning(name: str) -> str:
    known = FACTS.get(name)
    return f"{known.meaning} ({known.unit})" if known else name


def _word(value: bool | int | float | str | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)
