"""What a project did without, by which rule of its process, and for which reason."""

from collections.abc import Sequence

from lifecycle.history import History
from lifecycle.history.work import Spared
from lifecycle.value import Value


class TailoringLine(Value):
    """A tailoring rule that a project follows: what it leaves out, what it makes optional, and why."""

    rule: str
    text: str
    left_out: str
    made_optional: str
    reason: str
    record: str


def tailoring(history: History) -> tuple[TailoringLine, ...]:
    """The rules that the project follows, in its charter's order."""
    return tuple(
        TailoringLine(
            rule=one.rule,
            text=one.text,
            left_out=_listed(one.left_out),
            made_optional=_listed(one.made_optional),
            reason=one.reason,
            record=history.rules.id,
        )
        for one in history.rules.tailored
    )


def _listed(things: Sequence[Spared]) -> str:
    """Things with their kind where it is not a document: `gate G0 Project authorisation, Risk report`."""
    return ", ".join(one.title if one.kind == "deliverable" else f"{one.kind} {one.name} {one.title}" for one in things)
