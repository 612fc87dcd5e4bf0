"""What the approvers decide on, and how two such pictures differ."""

from collections.abc import Iterable, Iterator, Mapping

from lifecycle.governance.readiness import PLAN, findings
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
    plan = history.current_plan
    return Dossier(
        project=history.project,
        gate=gate,
        round=round,
        evidence=evidence(history, gate),
        findings=findings(history, gate, facts),
        metrics=dict(facts),
        open_items=tuple(_open_items(history)),
        plan=digest(plan.plan) if plan else None,
    )


def difference(old: Dossier, new: Dossier) -> tuple[str, ...]:
    """Say what moved: the pinned evidence, the plan that becomes the baseline, and the results of mandatory criteria.

    Figures may tick on and advisory findings may turn without making a dossier stale: nobody was asked to
    decide on them alone. A mandatory criterion that turns does, in either direction.
    """
    return (*evidence_moved(old.evidence, new.evidence), *_plan_moved(old, new), *_results_moved(old, new))


def evidence(history: History, gate: str) -> tuple[Evidence, ...]:
    """The newest versions of the deliverables that a gate needs."""
    versions = ((item.id, history.version(item.id)) for item in history.definition.deliverables_for(gate))
    return tuple(
        Evidence(
            deliverable=name,
            version=version.version,
            sha256=version.sha256,
            author=version.by,
            accepted=history.accepted(name),
        )
        for name, version in versions
        if version
    )


def evidence_moved(old: Iterable[Evidence], new: Iterable[Evidence]) -> Iterator[str]:
    """Say which deliverables were added or are another version than the pinned one."""
    before = {item.deliverable: item for item in old}
    for item in new:
        pinned = before.get(item.deliverable)
        if pinned is None:
            yield f"{item.deliverable} was added: version {item.version} by {item.author}."
        elif (pinned.version, pinned.sha256) != (item.version, item.sha256):
            versions = f"version {pinned.version} became version {item.version}"
            yield f"{item.deliverable} changed: {versions} by {item.author}."


def _open_items(history: History) -> Iterator[str]:
    for raised, ended in _RAISED_AND_ENDED:
        over = {record.number for record in history.all(ended)}
        yield from (record.id for record in history.all(raised) if record.number not in over)
    yield from (condition.id for condition in history.open_conditions)


def _plan_moved(old: Dossier, new: Dossier) -> Iterator[str]:
    """A gate that asks for a plan makes it the baseline: that one, and no other."""
    if old.plan != new.plan and any(finding.criterion == PLAN for finding in new.findings):
        yield "The plan that becomes the baseline changed."


def _results_moved(old: Dossier, new: Dossier) -> Iterator[str]:
    before = {finding.criterion: finding.result for finding in old.findings}
    for finding in new.findings:
        was = before.get(finding.criterion)
        if not finding.advisory and was != finding.result:
            yield f"'{finding.text}' was {was or 'not asked'} and is now {finding.result}."
