"""The names kept apart, held against the records: each was committed to by a record, and erased by one or not at all.

Commitments come from two kinds of record: a project's start, for all its people, and staffing, for who joins. What is
kept beside them must be those very names, each of that very person, and gone from the moment that an erasure says.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from lifecycle.history import History
from lifecycle.history.closing import PersonErased
from lifecycle.history.people import StaffingChanged
from lifecycle.history.work import ProjectStarted
from lifecycle.records.journal import stamp
from lifecycle.records.ledger import Ledger
from lifecycle.records.private import MARK, Kept

TELLING = {ProjectStarted, StaffingChanged, PersonErased}
"""The kinds of record that keep a name apart, or erase one."""


class Committed(NamedTuple):
    """What a record says of a name: whose it is, and when it was erased; None while it is kept."""

    record: str
    person: str
    erased: str | None = None

    def borne_out(self, kept: Kept | None) -> bool:
        """Whether what is kept is this person's name, or what this erasure left of it."""
        if kept is None or (kept.person, kept.erased) != (self.person, self.erased):
            return False
        return kept.holds() if self.erased is None else (kept.text, kept.salt) == (None, None)


def differences(history: History, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """The names of a project that are not what its records say; each with the record that it concerns."""
    kept = {one.commitment: one for one in ledger.store.private.kept_of(history.project)}
    told = _told(history, ledger)
    for commitment, said in told.items():
        if not said.borne_out(kept.get(commitment)):
            yield (
                said.record,
                f"a name in '{history.project}' is not the one that was recorded, or not as it was erased",
            )
    if kept.keys() - told.keys():
        yield history.project, f"a name in '{history.project}' belongs to no record"


def _told(history: History, ledger: Ledger) -> dict[str, Committed]:
    """What the records say of each commitment, in their order; an erasure is of what was committed to before it."""
    told: dict[str, Committed] = {}
    for record in (one for one in history.records if type(one) in TELLING):
        if isinstance(record, PersonErased):
            gone = {of: one for of, one in told.items() if one.person == record.person and one.erased is None}
            told |= {of: one._replace(erased=stamp(record.at)) for of, one in gone.items()}
        else:
            own = _commitments(json.loads(ledger.body_of(record.id)))
            told = {of: Committed(record.id, person) for of, person in own} | told
    return told


def _commitments(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The commitments in the body of a start or of a change of staff, each with the person whose name it stands for."""
    people = body["charter"]["people"] if "charter" in body else [{"id": body["person"], "name": body["name"]}]
    for one in people:
        if mark := MARK.fullmatch(one["name"]):
            yield mark[1], one["id"]
