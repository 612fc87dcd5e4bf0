"""What can be done at a gate. Each request adds one record; the address says which kind."""

from fastapi import APIRouter

from lifecycle.actions import gates
from lifecycle.actions.gates import Decision
from lifecycle.governance.overrides import Override
from lifecycle.governance.voting import Ballot
from lifecycle.history.gates import (
    ConditionCleared,
    CriterionWaived,
    GateDecided,
    GateResumed,
    ReviewRequested,
    ReviewReturned,
)
from lifecycle.history.people import OverrideRequested, OverrideReviewed
from lifecycle.web.asked import (
    Because,
    Clearance,
    Condition,
    Gate,
    LookBack,
    Nothing,
    OverrideWish,
    Project,
    Read,
    Vote,
    Waiver,
    digest_of,
)
from lifecycle.web.desk import Route, Writer

router = APIRouter(route_class=Route, tags=["gates"])
GATE = "/projects/{project}/gates/{gate}"


@router.post(f"{GATE}/reviews", status_code=201)
def submit_gate(desk: Writer, project: Project, gate: Gate, nothing: Nothing | None = None) -> ReviewRequested:
    """Submit a gate. Its evidence is frozen in a dossier, and its approvers are asked to decide."""
    return desk.once(
        "submit gate",
        project,
        {"gate": gate},
        ReviewRequested,
        lambda work: gates.submit_gate(work, project, gate, desk.person),
    )


@router.post(f"{GATE}/votes", status_code=201)
def decide_gate(desk: Writer, project: Project, gate: Gate, vote: Vote, read: Read = None) -> Decision:
    """Vote at a gate. When the votes add up to an outcome, it is recorded in the same moment."""
    ballot = Ballot(gate=gate, by=desk.person, digest=digest_of(read), **dict(vote))
    return gates.decide_gate(desk.work, project, ballot, desk.key)


@router.post(f"{GATE}/withdrawals", status_code=201)
def withdraw_gate(desk: Writer, project: Project, gate: Gate, nothing: Nothing | None = None) -> ReviewReturned:
    """Take a submitted gate back before its outcome. The votes given so far are dismissed."""
    return desk.once(
        "withdraw gate",
        project,
        {"gate": gate},
        ReviewReturned,
        lambda work: gates.withdraw_gate(work, project, gate, desk.person),
    )


@router.post(f"{GATE}/resumptions", status_code=201)
def resume_gate(desk: Writer, project: Project, gate: Gate, said: Because) -> GateResumed:
    """End a hold. The review is open again at once, in a new round."""
    return desk.once(
        "resume gate",
        project,
        {"gate": gate, **said.model_dump()},
        GateResumed,
        lambda work: gates.resume_gate(work, project, gate, said.reason, desk.person),
    )


@router.post(f"{GATE}/waivers", status_code=201)
def waive_criterion(desk: Writer, project: Project, gate: Gate, waiver: Waiver) -> CriterionWaived:
    """Let a criterion go, by the gate's authority. For this attempt only; later reports repeat the reason."""
    return desk.once(
        "waive criterion",
        project,
        {"gate": gate, **waiver.model_dump()},
        CriterionWaived,
        lambda work: gates.waive_criterion(work, project, gate=gate, by=desk.person, **dict(waiver)),
    )


@router.post(f"{GATE}/overrides", status_code=201)
def override_gate(
    desk: Writer, project: Project, gate: Gate, wish: OverrideWish, read: Read = None
) -> OverrideRequested:
    """Ask to decide a gate past its votes. For emergencies: a second person with that authority confirms it."""
    asked = Override(gate, wish.outcome, wish.reason, digest_of(read))
    return desk.once(
        "request override",
        project,
        asked._asdict(),
        OverrideRequested,
        lambda work: gates.request_override(work, project, asked, desk.person),
    )


@router.post(f"{GATE}/overrides/confirmations", status_code=201)
def confirm_override(
    desk: Writer, project: Project, gate: Gate, nothing: Nothing | None = None, read: Read = None
) -> GateDecided:
    """Confirm an override as a second person. The gate is decided, and marked as overridden in every report."""
    digest = digest_of(read)
    return desk.once(
        "confirm override",
        project,
        {"gate": gate, "digest": digest},
        GateDecided,
        lambda work: gates.confirm_override(work, project, gate, desk.person, digest),
    )


@router.post(f"{GATE}/overrides/findings", status_code=201)
def review_override(desk: Writer, project: Project, gate: Gate, said: LookBack) -> OverrideReviewed:
    """Look into an override that others made. What you found stays on record."""
    return desk.once(
        "review override",
        project,
        {"gate": gate, **said.model_dump()},
        OverrideReviewed,
        lambda work: gates.review_override(work, project, gate, said.finding, desk.person),
    )


@router.post("/projects/{project}/conditions/{condition}/clearances", status_code=201)
def clear_condition(desk: Writer, project: Project, condition: Condition, said: Clearance) -> ConditionCleared:
    """Record that a condition is met, or let it go. The next gate is not decided while one is open."""
    return desk.once(
        "clear condition",
        project,
        {"condition": condition, **said.model_dump()},
        ConditionCleared,
        lambda work: gates.clear_condition(work, project, name=condition, by=desk.person, **dict(said)),
    )
