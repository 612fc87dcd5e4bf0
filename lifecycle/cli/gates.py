"""Commands around a gate: submit, look, decide, override, withdraw, resume, waive, clear a condition."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lifecycle.cli import given, review, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Gate, GateHere, Project, Reason
from lifecycle.cli.refusals import CHECK_FAILED, exit_code_of

if TYPE_CHECKING:
    from lifecycle.actions.gates import Decision

app = group("gate", "Gates: where people decide whether a project goes on.")

Dossier = Annotated[
    str | None, typer.Option(metavar="DIGEST", help="The dossier that was read. Default: the one that is open now.")
]

AFTER = {
    "go": ("worker", "project show {project}"),
    "conditional_go": ("project why {project}", "gate clear-condition {project} {gate}.{round}.1 --evidence TEXT"),
    "hold": ("gate resume {project} {gate} --reason TEXT",),
    "recycle": ("worker", "project why {project}"),
    "kill": ("worker", "project why {project}"),
}
"""What to do next after each outcome."""


@command(app, "submit", "phasegate gate submit website G0 --as priya.nair")
def submit(desk: Desk, project: Project, gate: GateHere = None) -> Answer:
    """Submit a gate. Its evidence is frozen in a dossier, and its approvers are asked to decide."""
    from lifecycle.actions.gates import submit_gate

    request = submit_gate(desk.work, project, gate, by=desk.person)
    who = words.joined(seat.person for seat in request.seats)
    text = f"{request.gate} of {project} is submitted, round {request.round}. Dossier: {request.digest}"
    waiting = f"Waiting for {who} to decide {request.gate}, due {request.due}."
    approver = words.line(request.seats[0].person)
    return Answer(request, f"{text}\n{waiting}").then(
        f"gate show {project} {request.gate}",
        f"gate decide {project} {request.gate} --vote approve --reason TEXT --as {approver}",
    )


@command(app, "show", "phasegate gate show website G0")
def show(desk: Desk, project: Project, gate: GateHere = None) -> Answer:
    """Show a gate and all that is needed to decide on it. Its question, criteria, evidence, votes, outcome."""
    from lifecycle.actions.views import gate_view

    view = gate_view(desk.work, project, gate)
    return Answer(view, review.page(view)).then(*review.ways_on(view))


@command(
    app,
    "decide",
    'phasegate gate decide website G0 --vote approve --reason "The case is clear" --as ingrid.solberg',
)
def decide(
    desk: Desk,
    project: Project,
    gate: Gate,
    *,
    vote: Annotated[Literal["approve", "approve_with_conditions", "reject", "abstain"], typer.Option(help="The vote.")],
    reason: Reason,
    propose: Annotated[
        Literal["hold", "recycle", "kill"] | None, typer.Option(help="What to do instead, with a reject.")
    ] = None,
    condition: Annotated[
        list[given.Condition] | None,
        typer.Option(
            parser=given.condition,
            metavar='"TEXT; OWNER; YYYY-MM-DD"',
            help="A condition of the approval: what, who, until when; may be repeated.",
        ),
    ] = None,
    dossier: Dossier = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="PERSON", help="In whose place. Default: your own seat, if any.")
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The same key gives the same answer again, and votes once.")
    ] = None,
) -> Answer:
    """Vote at a gate. When the votes add up to an outcome, it is recorded in the same moment."""
    from lifecycle.actions.gates import decide_gate
    from lifecycle.governance.voting import Ballot

    conditions = [{"text": c.text, "owner": c.owner, "due": c.due} for c in condition or ()]
    ballot = given.checked(
        Ballot,
        gate=gate,
        by=desk.person,
        choice=vote,
        reason=reason,
        proposal=propose,
        conditions=conditions,
        digest=dossier,
        seat=for_,
    )
    decision = decide_gate(desk.work, project, ballot, idempotency_key)
    return Answer(decision, words.line(decision.text)).then(*_after(decision))


@command(app, "approve", 'phasegate gate approve website/G1 --reason "All read" --as ingrid.solberg')
def approve(
    desk: Desk,
    gates: Annotated[list[str], typer.Argument(metavar="PROJECT/GATE...", help="The gates.", show_default=False)],
    reason: Reason,
) -> Answer:
    """Approve several gates at once. Each is a decision of its own; what is refused hinders no other."""
    from lifecycle.actions.gates import decide_gates
    from lifecycle.governance.voting import Ballot

    ballots = []
    for name in gates:
        project, slash, gate = name.partition("/")
        if not (project and slash and gate):
            raise typer.BadParameter(f"'{name}' is not a gate of a project. Write it like website/G1.")
        ballot = given.checked(Ballot, gate=gate, by=desk.person, choice="approve", reason=reason)
        ballots.append((project, ballot))
    answers = decide_gates(desk.work, ballots)
    rows = ((f"{a.project}/{a.gate}", "refused" if a.code else "voted", a.text) for a in answers)
    code = exit_code_of(answer.code for answer in answers if answer.code)
    return Answer(answers, words.table(("gate", "result", "what"), rows), code)


@command(app, "override", 'phasegate gate override website G3 --outcome go --reason "Flood" --as ingrid.solberg')
def override(
    desk: Desk,
    project: Project,
    gate: Gate,
    *,
    outcome: Annotated[Literal["go", "hold", "recycle", "kill"], typer.Option(help="The outcome to bring about.")],
    reason: Reason,
    dossier: Dossier = None,
) -> Answer:
    """Ask to decide a gate past its votes. For emergencies: a second person with that authority confirms it."""
    from lifecycle.actions.gates import request_override
    from lifecycle.governance.overrides import Override

    asked = request_override(desk.work, project, Override(gate, outcome, reason, dossier), by=desk.person)
    text = f"Override of {gate} of {project} asked for: {outcome}. It counts once a second person confirms it."
    return Answer(asked, text).then(f"gate confirm-override {project} {gate} --as PERSON")


@command(app, "confirm-override", "phasegate gate confirm-override website G3 --as viktor.larsen")
def confirm_override(desk: Desk, project: Project, gate: Gate, dossier: Dossier = None) -> Answer:
    """Confirm an override as a second person. The gate is decided, and marked as overridden in every report."""
    from lifecycle.actions.gates import confirm_override as confirm

    decided = confirm(desk.work, project, gate, by=desk.person, dossier=dossier)
    text = f"{gate} of {project} is decided by override: {decided.outcome}. Somebody else has to look into it."
    after = f"gate review-override {project} {gate} --finding TEXT --as PERSON"
    return Answer(decided, text).then("worker", after)


@command(app, "review-override", 'phasegate gate review-override website G3 --finding "It was right" --as mei.tanaka')
def review_override(
    desk: Desk,
    project: Project,
    gate: Gate,
    finding: Annotated[str, typer.Option(metavar="TEXT", help="What was found; it stays on record.")],
) -> Answer:
    """Look into an override that others made. What you found stays on record."""
    from lifecycle.actions.gates import review_override as look_back

    found = look_back(desk.work, project, gate, finding, by=desk.person)
    text = f"The override of {gate} of {project}, round {found.round}, was looked into by {words.line(found.by)}."
    return Answer(found, text).then(f"gate show {project} {gate}")


@command(app, "withdraw", "phasegate gate withdraw website G0 --as priya.nair")
def withdraw(desk: Desk, project: Project, gate: Gate) -> Answer:
    """Take a submitted gate back before its outcome. The votes given so far are dismissed."""
    from lifecycle.actions.gates import withdraw_gate

    returned = withdraw_gate(desk.work, project, gate, by=desk.person)
    text = f"{gate} of {project} is withdrawn, round {returned.round}."
    return Answer(returned, text).then(f"gate submit {project} {gate}")


@command(app, "resume", 'phasegate gate resume website G1 --reason "The budget is there" --as ingrid.solberg')
def resume(desk: Desk, project: Project, gate: Gate, reason: Reason) -> Answer:
    """End a hold. The review is open again at once, in a new round."""
    from lifecycle.actions.gates import resume_gate

    resumed = resume_gate(desk.work, project, gate, reason, by=desk.person)
    text = f"{gate} of {project} is resumed by {words.line(resumed.by)}."
    return Answer(resumed, text).then(f"gate show {project} {gate}")


@command(
    app, "waive", 'phasegate gate waive website G0 budget-named --reason "It is set on Monday" --as ingrid.solberg'
)
def waive(
    desk: Desk,
    project: Project,
    gate: Gate,
    criterion: Annotated[str, typer.Argument(metavar="CRITERION", help="The criterion's id.", show_default=False)],
    reason: Reason,
) -> Answer:
    """Let a criterion go, by the gate's authority. For this attempt only; later reports repeat the reason."""
    from lifecycle.actions.gates import waive_criterion

    waived = waive_criterion(desk.work, project, gate=gate, criterion=criterion, reason=reason, by=desk.person)
    text = f"{criterion} of {gate} is waived by {words.line(waived.by)} for attempt {waived.attempt}."
    return Answer(waived, text).then(f"project why {project}")


@command(
    app,
    "clear-condition",
    'phasegate gate clear-condition website G2.1.1 --evidence "Her letter of 24 March" --as ingrid.solberg',
)
def clear_condition(
    desk: Desk,
    project: Project,
    condition: Annotated[str, typer.Argument(metavar="CONDITION", help="Its name, e.g. G2.1.1.", show_default=False)],
    evidence: Annotated[str, typer.Option(metavar="TEXT", help="What shows that it is met; with --waive, why not.")],
    waive: Annotated[bool, typer.Option("--waive", help="Let it go, by the gate's authority.")] = False,
) -> Answer:
    """Record that a condition is met, or let it go. The next gate is not decided while one is open."""
    from lifecycle.actions.gates import clear_condition as clear

    cleared = clear(desk.work, project, name=condition, evidence=evidence, by=desk.person, waive=waive)
    text = f"Condition {condition} of {project} is {'waived' if cleared.waived else 'cleared'}."
    return Answer(cleared, text).then(f"project why {project}")


@command(app, "deadlines", "phasegate gate deadlines")
def deadlines(
    desk: Desk,
    accept_clock: Annotated[
        bool, typer.Option("--accept-clock", help="The clock is right, although it would end many reviews at once.")
    ] = False,
) -> Answer:
    """Do what today's due dates demand. Reminders, escalations, holds; phasegate up does it by itself."""
    from lifecycle.actions.deadlines import pass_time

    passed = pass_time(desk.work, desk.person if accept_clock else None)
    if passed.doubt:
        return Answer(passed, "", CHECK_FAILED, passed.doubt)
    written = words.bullets(passed.records)
    return Answer(passed, f"Written:\n{written}" if written else "Today's due dates demand nothing more.")


def _after(decision: "Decision") -> tuple[str, ...]:
    """What to do next after a vote."""
    commands = AFTER.get(decision.outcome or "", ("gate show {project} {gate}",))
    return tuple(text.format_map(dict(decision)) for text in commands)
