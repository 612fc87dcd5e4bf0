"""What was reached: the success criteria held against the facts."""

from datetime import datetime

from lifecycle.errors import NotFound, TransitionNotAllowed
from lifecycle.governance.people import present
from lifecycle.history import History, utc
from lifecycle.history.closing import SuccessJudged


def judge(history: History, criterion: str, *, met: bool, evidence: str, by: str, now: datetime) -> SuccessJudged:
    """Judge a success criterion of the charter, once, by anybody in the project."""
    present(history, by)
    known = [item.id for item in history.charter.success_criteria]
    if criterion not in known:
        raise NotFound("success criterion", criterion, known)
    if judged := history.last(SuccessJudged, criterion=criterion):
        word, who = "met" if judged.met else "not met", history.charter.name_of(judged.by)
        raise TransitionNotAllowed(f"{criterion} was judged {word} by {who} on {judged.at.date()}.")
    return SuccessJudged(project=history.project, at=utc(now), by=by, criterion=criterion, met=met, evidence=evidence)
