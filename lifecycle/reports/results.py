"""What was made and what stays: deliverables with their quality, lessons, follow-on actions, benefits."""

from datetime import date

from lifecycle.history import History
from lifecycle.history.closing import FollowOnAction, LessonRecorded
from lifecycle.history.work import DeliverableSubmitted, HandedOver
from lifecycle.process.definition import DeliverableDefinition
from lifecycle.reports import people
from lifecycle.status import DeliverableStatus, ProjectStatus
from lifecycle.value import Value

JUDGED = {"submitted": "not judged", "sent back": "SENT BACK", "missing": "MISSING"}


class DeliverableLine(Value):
    """A deliverable with its acceptance and handover; `sha256` is its newest version's."""

    deliverable: str
    title: str
    phase: str
    product: bool
    optional: bool
    state: str
    version: int
    sha256: str | None
    author: str | None
    accepted_by: str | None
    accepted: date | None
    handed_to: str | None
    handed: date | None
    record: str


class QualityLine(Value):
    """One quality criterion of a deliverable as it was judged."""

    deliverable: str
    title: str
    version: int
    criterion: str
    result: str
    judged_by: str
    reason: str | None
    record: str


class LessonLine(Value):
    """A lesson."""

    number: int
    text: str
    recommendation: str
    by: str
    record: str


class FollowOnLine(Value):
    """Something that stays to be done."""

    number: int
    text: str
    owner: str
    due: date
    record: str


class BenefitLine(Value):
    """A benefit that is measured after the end."""

    id: str
    text: str
    measure: str
    baseline: str
    target: str
    owner: str
    due: date
    monetary: bool
    record: str


def deliverables(history: History, status: ProjectStatus) -> tuple[DeliverableLine, ...]:
    """All deliverables in the order of the process; optional ones only when something was handed in."""
    return tuple(_deliverable(history, d) for d in status.deliverables if d.version or not d.optional)


def quality(history: History) -> tuple[QualityLine, ...]:
    """The quality criteria of each deliverable's newest judged version, one line each."""
    return tuple(line for item in history.definition.deliverables for line in _checks(history, item))


def lessons(history: History) -> tuple[LessonLine, ...]:
    """The lessons."""
    return tuple(
        LessonLine(
            number=lesson.number,
            text=lesson.text,
            recommendation=lesson.recommendation,
            by=people.name_of(history, lesson.by),
            record=lesson.id,
        )
        for lesson in history.all(LessonRecorded)
    )


def follow_on(history: History) -> tuple[FollowOnLine, ...]:
    """The actions that outlive the project, the earliest first."""
    actions = sorted(history.all(FollowOnAction), key=lambda action: (action.due, action.number))
    return tuple(
        FollowOnLine(
            number=action.number,
            text=action.text,
            owner=people.answerable(history, action.owner),
            due=action.due,
            record=action.id,
        )
        for action in actions
    )


def benefits(history: History) -> tuple[BenefitLine, ...]:
    """The benefits that the charter promises."""
    return tuple(
        BenefitLine(
            **benefit.model_dump(exclude={"owner"}),
            owner=people.answerable(history, benefit.owner),
            record=history.started.id,
        )
        for benefit in history.charter.benefits
    )


def _deliverable(history: History, status: DeliverableStatus) -> DeliverableLine:
    version = history.version(status.deliverable)
    judged = history.judgement(version) if version else None
    handed = history.last(HandedOver, deliverable=status.deliverable)
    accepted = judged if judged and judged.accepted else None
    return DeliverableLine(
        deliverable=status.deliverable,
        title=status.title,
        phase=history.definition.phase(status.phase).title,
        product=status.product,
        optional=status.optional,
        state=JUDGED.get(status.state, status.state),
        version=status.version,
        sha256=version.sha256 if version else None,
        author=people.name_of(history, version.by) if version else None,
        accepted_by=people.name_of(history, accepted.by) if accepted else None,
        accepted=accepted.at.date() if accepted else None,
        handed_to=people.answerable(history, handed.to) if handed else None,
        handed=handed.at.date() if handed else None,
        record=status.record or history.started.id,
    )


def _checks(history: History, item: DeliverableDefinition) -> tuple[QualityLine, ...]:
    versions = [v for v in history.all(DeliverableSubmitted) if v.deliverable == item.id]
    judged = next((j for v in reversed(versions) if (j := history.judgement(v))), None)
    if judged is None:
        return ()
    return tuple(
        QualityLine(
            deliverable=item.id,
            title=item.title,
            version=judged.version,
            criterion=check.criterion,
            result="met" if check.met else "NOT MET",
            judged_by=people.name_of(history, judged.by),
            reason=judged.reason,
            record=judged.id,
        )
        for check in judged.checks
    )
