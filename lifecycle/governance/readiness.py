"""Why is this gate not open? Every criterion looked at, and whose the gaps are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from lifecycle.governance import steps
from lifecycle.governance.people import gate_of, named, titled
from lifecycle.history import History
from lifecycle.history.charter import Charter, Member
from lifecycle.history.gates import CriterionWaived, Fact, Finding
from lifecycle.history.work import DeliverableSubmitted, PhaseOpened
from lifecycle.process import tables
from lifecycle.process.definition import CriterionDefinition, DeliverableDefinition

PLAN = "plan"
"""The criterion of a gate that sets the baseline: there is a plan to set."""


def findings(history: History, gate: str, facts: Mapping[str, Fact]) -> tuple[Finding, ...]:
    """Look at everything a gate asks: its deliverables and automated steps, the open conditions, then its criteria.

    Open conditions are advisory here: they do not hold back the submission, they hold back the decision.
    """
    asked = gate_of(history, gate).criteria
    found = (
        *(_delivered(history, item) for item in history.definition.deliverables_for(gate)),
        *(steps.finding(history, gate, step) for step in history.definition.steps_for(gate)),
        *_planned(history, gate),
        _conditions(history),
        *(_answered(criterion, facts) for criterion in asked),
    )
    return tuple(_with_waiver(history, gate, finding) for finding in found)


def gaps(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """The mandatory findings that are neither met nor waived: what keeps the gate shut."""
    return tuple(f for f in found if not f.advisory and f.result in ("not met", "unknown"))


def attempt_of(history: History, gate: str) -> int:
    """The current attempt of the phase that ends at this gate; 1 before it began."""
    opened = history.last(PhaseOpened, phase=history.definition.phase_of_gate(gate).id)
    return opened.attempt if opened else 1


def persons_asked(charter: Charter, finding: Finding) -> tuple[Member, ...]:
    """The people a gap waits for: the holders of its owner role."""
    return charter.holders(finding.owner)


def in_words(history: History, finding: Finding) -> str:
    """A finding as one sentence with its owner."""
    persons = named(history.charter, (person.id for person in persons_asked(history.charter, finding)))
    why = f" ({finding.detail})" if finding.detail else ""
    return f"{finding.text}: {finding.result}{why}; {titled(history.definition, (finding.owner,))}: {persons}"


def _delivered(history: History, item: DeliverableDefinition) -> Finding:
    """A deliverable must be there, of whichever attempt, and not sent back; a product must be accepted."""
    version = history.version(item.id)
    met, detail = _state(history, version, item)
    waits_for_acceptance = version and not met and not history.judgement(version)
    return Finding(
        criterion=f"deliverable.{item.id}",
        text=f"{item.title} is {'accepted' if item.product else 'submitted'}",
        result="met" if met else "not met",
        owner=item.acceptance.by if waits_for_acceptance else item.owner,
        advisory=item.optional,
        detail=detail,
        read={"version": version.version if version else None},
    )


def _state(history: History, version: DeliverableSubmitted | None, item: DeliverableDefinition) -> tuple[bool, str]:
    if version is None:
        return False, "nothing was submitted yet"
    judged = history.judgement(version)
    if judged and not judged.accepted:
        return False, f"version {version.version} was sent back"
    if item.product and not judged:
        return False, f"version {version.version} waits to be accepted"
    return True, f"version {version.version} by {history.charter.name_of(version.by)}"


def _planned(history: History, gate: str) -> Iterator[Finding]:
    """A gate that sets the baseline needs a plan to set."""
    if gate_of(history, gate).baseline:
        yield Finding(
            criterion=PLAN,
            text="A plan has been drawn up for the baseline",
            result="met" if history.plan else "not met",
            owner=history.definition.manager,
            detail="" if history.plan else "import one with: phasegate plan import",
            read={"plan.submitted": history.plan is not None},
        )


def _conditions(history: History) -> Finding:
    waiting = history.open_conditions
    each = (f"{c.name} ({history.charter.name_of(c.owner)}, due {c.due})" for c in waiting)
    return Finding(
        criterion="conditions",
        text="No condition of an earlier gate is open",
        result="not met" if waiting else "met",
        owner=history.definition.manager,
        advisory=True,
        detail=", ".join(each),
        read={"conditions.open": len(waiting)},
    )


def _answered(criterion: CriterionDefinition, facts: Mapping[str, Fact]) -> Finding:
    answer = tables.answer(criterion, facts)
    result: Literal["met", "not met", "unknown"] = answer.result
    return Finding(
        criterion=criterion.id,
        text=criterion.text,
        result=result,
        owner=criterion.owner,
        advisory=criterion.advisory,
        detail=answer.detail,
        read=answer.read,
    )


def _with_waiver(history: History, gate: str, finding: Finding) -> Finding:
    """Only a gap can be waived; what is met, or met later on, counts as met."""
    attempt = attempt_of(history, gate)
    waiver = history.last(CriterionWaived, gate=gate, attempt=attempt, criterion=finding.criterion)
    if waiver is None or not gaps((finding,)):
        return finding
    detail = f"waived by {history.charter.name_of(waiver.by)}: {waiver.reason}"
    return finding.model_copy(update={"result": "waived", "detail": detail})
