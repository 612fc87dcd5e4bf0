"""What the approvers decide on, and how two such pictures differ."""

from collections.abc import Iterator, Mapping

from lifecycle.governance.readiness import findings
from lifecycle.history import History, Numbered
from lifecycle.history.control import (
    ChangeDecided,
    ChangeRaised,
    ExceptionEnded,
    ExceptionRaised,
    IssueClosed,
    IssueRaised,
    RiskClosed,
    RiskRaised,
)
from lifecycle.history.gates import Dossier, Evidence, Fact
from lifecycle.value import digest

_RAISED_AND_ENDED: tuple[tuple[type[Numbered], type[Numbered]], ...] = (
    (RiskRaised, RiskClosed),
    (IssueRaised, IssueClosed),
    (ChangeRaised, ChangeDecided),
    (ExceptionRaised, ExceptionEnded),
)


def dossier(history: History, gate: str, facts: Mapping[str, Fact], round: int) -> Dossier:
    """Put together what is to be decided on now. A figure that is no number (NaN) will have no digest."""
    plan = history.plan
    return Dossier(
        project=history.project,
        gate=gate,
        round=round,
        evidence=tuple(_evidence(history, gate)),
        findings=findings(history, gate, facts),
        metrics=dict(facts),
        open_items=tuple(_open_items(history)),
        plan=digest(plan.plan) if plan else None,
    )


def difference(old: Dossier, new: Dossier) -> tuple[str, ...]:
    """Say what moved: the pinned evidence, and the results of mandatory criteria.

    Figures may tick on and advisory findings may turn without making a dossier stale: nobody was asked to
    decide on them alone. A mandatory criterion that turns does, in either direction.
    """
    return (*_evidence_moved(old, new), *_results_moved(old, new))


def _evidence(history: History, gate: str) -> Iterator[Evidence]:
    for item in history.definition.deliverables_for(gate):
        version = history.version(item.id)
        if version:
            yield Evidence(
                deliverable=item.id,
                version=version.version,
                sha256=version.sha256,
                author=version.by,
                accepted=history.accepted(item.id),
            )


def _open_items(history: History) -> Iterator[str]:
    for raised, ended in _RAISED_AND_ENDED:
        over = {record.number for record in history.all(ended)}
        yield from (record.id for record in history.all(raised) if record.number not in over)
    yield from (condition.id for condition in history.open_conditions)


def _evidence_moved(old: Dossier, new: Dossier) -> Iterator[str]:
    before = {item.deliverable: item for item in old.evidence}
    for item in new.evidence:
        pinned = before.get(item.deliverable)
        if pinned is None:
            yield f"{item.deliverable} was added: version {item.version} by {item.author}."
        elif (pinned.version, pinned.sha256) != (item.version, item.sha256):
            versions = f"version {pinned.version} became version {item.version}"
            yield f"{item.deliverable} changed: {versions} by {item.author}."


def _results_moved(old: Dossier, new: Dossier) -> Iterator[str]:
    before = {finding.criterion: finding.result for finding in old.findings}
    for finding in new.findings:
        was = before.get(finding.criterion)
        if not finding.advisory and was != finding.result:
            yield f"'{finding.text}' was {was or 'not asked'} and is now {finding.result}."
