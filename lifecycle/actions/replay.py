"""What follows from the records, worked out once more and held against what stands beside them.

The list of projects and the inboxes, the outbox, the outcomes of gates, what was published, the names kept apart,
the files of evidence and reports: each of them follows from the records, so each change of one shows. One program,
or one project without one, is held in memory at a time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time
from itertools import groupby, zip_longest

from lifecycle.actions import names
from lifecycle.actions.presented import Presented
from lifecycle.actions.settling import expected
from lifecycle.governance.outcome import outcome
from lifecycle.history import History
from lifecycle.history.closing import ReportIssued
from lifecycle.history.editions import Editions
from lifecycle.history.gates import GateDecided, ReviewRequested
from lifecycle.history.work import DeliverableSubmitted
from lifecycle.records import days
from lifecycle.records.files import Files
from lifecycle.records.journal import Fault
from lifecycle.records.ledger import Ledger
from lifecycle.records.listing import Listing
from lifecycle.records.outbox import STARTS_FLOW

MAKES_NO_SENSE = (TypeError, ValueError, LookupError, AttributeError)
"""What is raised where rows hold what no version ever wrote."""
WAITS_FOR_OTHERS = ("open phase", "awaiting predecessor")
"""Which of the two is so depends on other projects, and is brought up to date when this one moves."""


class Spoilt(ValueError):
    """Rows that nobody of ours can have written: of other types, or no values of their kind. The message names them."""


def first_difference(ledger: Ledger, files: Files) -> Fault | None:
    """The first thing that does not follow from the records, with the number of the record that it concerns.

    Spoilt for rows of which nothing can be made.
    """
    return next(_differences(ledger, files), None)


def _differences(ledger: Ledger, files: Files) -> Iterator[Fault]:
    with reading("the outbox"):
        yield from _messages(ledger)
    with reading("the tokens"):
        yield from _tokens(ledger)
    with reading("the standard processes"):
        yield from _processes(ledger, files)
    with reading("the list of projects"):
        listed = {listing.id: listing for listing in ledger.store.listings()}
        yield from _strangers(ledger, listed)
    for _, group in groupby(sorted(listed.values(), key=_root), key=_root):
        own = Ledger(ledger.store.afresh())
        for listing in group:
            with reading(f"what is kept of '{listing.id}'"):
                yield from _of_project(own, listing, files)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Spoilt, with what was read, where nothing can be made of it."""
    try:
        yield
    except MAKES_NO_SENSE as error:
        raise Spoilt(f"{what} cannot be read: rows there are not as Phasegate writes them") from error


def _strangers(ledger: Ledger, listed: Mapping[str, Listing]) -> Iterator[Fault]:
    """Each project that was started is in the list, and nothing is kept of any other."""
    started = set(ledger.started())
    for project in sorted(listed.keys() ^ started):
        said = "is not in the list of projects" if project in started else "is in the list but was never started"
        yield Fault(seq=ledger.number_of(project), message=f"the project '{project}' {said}")
    for project in ledger.strangers():
        yield Fault(seq=0, message=f"names or inboxes of '{project}' are kept, but there is no such project")


def _root(listing: Listing) -> str:
    return listing.program or listing.id


def _messages(ledger: Ledger) -> Iterator[Fault]:
    """Every record after which flows have work has its message, and every message its record."""
    causes = ledger.identities(kind.kind for kind in STARTS_FLOW)
    for cause, message in zip_longest(causes, ledger.messages()):
        if cause != message:
            seq, name, project = min(one for one in (cause, message) if one is not None)
            said = "has no message to the flows" if cause == (seq, name, project) else "has a message but no cause"
            yield Fault(seq=seq, message=f"'{name}' {said}")
            return


def _tokens(ledger: Ledger) -> Iterator[Fault]:
    """Every token is kept as it was issued, and ended when the journal says so."""
    presented = Presented()
    for entry in ledger.of_installation():
        presented.hear(entry)
    for token in presented.differences(ledger.tokens()):
        yield Fault(seq=0, message=f"the {token.replace(':', ' ')} is not kept as it was issued or revoked")


def _processes(ledger: Ledger, files: Files) -> Iterator[Fault]:
    """What was published is what had been drafted, and the files of every draft are kept as they were."""
    for process in ledger.store.processes():
        editions = ledger.store.editions(process)
        for name, said in (*_publications(editions), *_sources(editions, files)):
            yield Fault(seq=ledger.number_of(name), message=said)


def _publications(editions: Editions) -> Iterator[tuple[str, str]]:
    for one in editions.all:
        if one.published and one.published.digest != one.draft.digest:
            yield one.published.id, f"what was published as {one.name} is not what had been drafted"


def _sources(editions: Editions, files: Files) -> Iterator[tuple[str, str]]:
    for draft in editions.drafts if files.keeps_evidence() else ():
        for name, sha256 in ((draft.file, draft.source), *draft.templates.items()):
            if files.checksum(files.evidence_place(sha256)) != sha256:
                yield draft.id, f"the file {name} of '{draft.id}' is missing or was changed"


def _of_project(ledger: Ledger, listing: Listing, files: Files) -> Iterator[Fault]:
    history = ledger.store.history(listing.id)
    newest = ledger.number_of(history.records[-1].id)
    seen = days.horizon(ledger.store.connection, listing.id)
    then = datetime.combine(seen.day, time(), UTC) if seen else ledger.store.now
    due, items, horizon = expected(ledger.store, listing.id, then)
    if not _same_line(due, listing) or seen != horizon:
        yield Fault(seq=newest, message=f"the line of '{listing.id}' in the list of projects is not what follows")
    if {*items} != {*ledger.inbox_of(listing.id)}:
        yield Fault(seq=newest, message=f"the inbox of '{listing.id}' is not what follows from its records")
    for name, said in (*_outcomes(history), *names.differences(history, ledger), *_files(history, files)):
        yield Fault(seq=ledger.number_of(name), message=said)


def _same_line(due: Listing, listing: Listing) -> bool:
    if due.state in WAITS_FOR_OTHERS and listing.state in WAITS_FOR_OTHERS and due.program is not None:
        due = due.model_copy(update={"state": listing.state, "phase": listing.phase})
    return due == listing


def _outcomes(history: History) -> Iterator[tuple[str, str]]:
    """The votes add up to the outcome that was written, or to none where none was."""
    for review in history.all(ReviewRequested):
        written = history.outcome(review)
        if written is not None and written.cause != "votes":
            continue
        added = outcome(review.policy, review.seats, history.votes(review), review.quorum)
        if added != (written.outcome if written else None):
            record: GateDecided | ReviewRequested = written or review
            yield record.id, f"the votes at '{review.id}' add up to {added or 'nothing'}, but that is not the outcome"


def _files(history: History, files: Files) -> Iterator[tuple[str, str]]:
    """Evidence and filed reports are what they were; what is kept elsewhere is not looked at."""
    if files.keeps_evidence():
        for version in history.all(DeliverableSubmitted):
            if files.checksum(files.evidence_place(version.sha256)) != version.sha256:
                yield version.id, f"the evidence of '{version.id}' is missing or was changed"
    if not files.keeps_reports(history.project):
        return
    folder = files.reports(history.project)
    newest = {
        name: (checksum, filed.id) for filed in history.all(ReportIssued) for name, checksum in filed.files.items()
    }
    for name, (checksum, filed) in newest.items():
        if files.checksum(folder / name) != checksum:
            yield filed, f"the report {name} of '{filed}' is missing or was changed"
