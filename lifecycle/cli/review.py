"""A gate as a page of text: what is asked, on which evidence, who has voted, what came of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lifecycle.cli import words

if TYPE_CHECKING:
    from lifecycle.actions.views import GateView
    from lifecycle.history.gates import ReviewRequested
    from lifecycle.process.definition import GateDefinition

DELIVERABLE = "deliverable."
"""What the criterion of a deliverable begins with."""


def page(view: "GateView") -> str:
    """A gate with all that is needed to decide on it."""
    head = f"{view.gate.id} of {view.project}: {words.line(view.gate.title)}\n{words.line(view.gate.question)}"
    return words.paragraphs(
        head,
        words.fields(dict(_facts(view))),
        _criteria(view),
        _evidence(view.review) if view.review else "",
        _votes(view, view.review) if view.review else "",
        _asked(view),
    )


def _facts(view: "GateView") -> Iterator[tuple[str, object]]:
    yield "State", view.state.replace("_", " ")
    yield "Policy", _rule(view.gate)
    yield "Approver roles", ", ".join(view.gate.approvers)
    if view.review:
        yield "Round", view.review.round
        yield "Submitted", f"{words.day(view.review.at)} by {view.review.by}, due {view.review.due}"
        yield "Dossier", view.review.digest
    if view.outcome:
        past = f" by OVERRIDE, confirmed by {view.outcome.by}" if view.outcome.cause == "override" else ""
        yield "Outcome", f"{view.outcome.outcome.replace('_', ' ')} on {words.day(view.outcome.at)}{past}"
    yield "Open conditions", ", ".join(view.open_conditions)


def policy(asked: object) -> str:
    """How many approvals a gate takes, in words."""
    least = getattr(asked, "at_least", None)
    words_ = {"all": "all approve", "any": "one approves", "in_order": "all approve, one after the other"}
    return f"at least {least} approve" if least else words_[str(asked)]


def _rule(gate: "GateDefinition") -> str:
    """Everything by which the votes of a gate are counted, in words."""
    quorum = f"; {gate.quorum} have to vote" if gate.quorum else ""
    veto = f"; veto: {', '.join(gate.veto)}" if gate.veto else ""
    return f"{policy(gate.policy)}{quorum}{veto}"


def _criteria(view: "GateView") -> str:
    """Every finding but the optional deliverables that nobody has submitted; those are only named."""
    left_out = [
        f for f in view.findings if f.advisory and f.result == "not met" and f.criterion.startswith(DELIVERABLE)
    ]
    rows = (
        (f"{f.result}{' (advisory)' if f.advisory else ''}", f.text, f.owner, f.detail, f.criterion)
        for f in view.findings
        if f not in left_out
    )
    table = words.table(("result", "what", "owner", "detail", "criterion"), rows)
    names = ", ".join(f.criterion.removeprefix(DELIVERABLE) for f in left_out)
    return f"{table}\nOptional and not submitted: {names}." if names else table


def _evidence(review: "ReviewRequested") -> str:
    pinned = review.dossier.evidence
    rows = ((e.deliverable, e.version, e.author, "yes" if e.accepted else "no", e.sha256[:12]) for e in pinned)
    return words.table(("evidence", "version", "author", "accepted", "sha-256"), rows) if pinned else ""


def _votes(view: "GateView", review: "ReviewRequested") -> str:
    given = {vote.seat: vote for vote in view.votes}
    rows = []
    for seat in review.seats:
        vote = given.get(seat.person)
        choice = vote.choice.replace("_", " ") if vote else _silence(view, seat.person)
        instead = f" (by {vote.by})" if vote and vote.by != seat.person else ""
        proposal = f", proposes {vote.proposal}" if vote and vote.proposal else ""
        rows.append((seat.person, seat.role, f"{choice}{proposal}{instead}", words.day(vote.at if vote else None),
                     vote.reason if vote else ""))  # fmt: skip
    return words.table(("approver", "role", "vote", "on", "reason"), rows)


def _asked(view: "GateView") -> str:
    """The conditions that the votes attach, for whoever votes after them."""
    rows = [(asked.text, asked.owner, asked.due, vote.by) for vote in view.votes for asked in vote.conditions]
    return words.table(("condition", "owner", "due", "asked by"), rows) if rows else ""


def _silence(view: "GateView", person: str) -> str:
    if view.outcome:
        return "did not vote"
    return "vacant" if person in view.vacant else "to vote"


def ways_on(view: "GateView") -> tuple[str, ...]:
    """The commands that carry a gate on."""
    project, gate = view.project, view.gate.id
    left = [seat.person for seat in view.review.seats] if view.review else []
    voted = {vote.seat for vote in view.votes}
    left = [person for person in left if person not in (*voted, *view.vacant)]
    if view.state == "awaiting decision" and left:
        digest = view.review.digest if view.review else ""
        vote = f"gate decide {project} {gate} --vote approve --reason TEXT --dossier {digest} --as {left[0]}"
        return (words.line(vote),)
    if view.state == "preparing":
        return (f"project why {project}", f"gate submit {project} {gate}")
    if view.state == "on hold":
        return (f"gate resume {project} {gate} --reason TEXT",)
    return (f"project show {project}",)
