"""One line in the list of projects with what time brings there, and one line in an inbox."""

from datetime import date

from lifecycle.value import Value


class Listing(Value):
    """A project in the list: its state in plain words, the phase and gate it is at, and since when (UTC)."""

    id: str
    title: str
    process: str
    level: str
    program: str | None
    state: str
    phase: str | None
    gate: str | None
    since: str


class Horizon(Value):
    """What time brings to a project, seen from a day: when it next changes something, and when a review goes on hold.

    None is never. Until that day the project's line in the list and its lines in the inboxes stay right by themselves.
    """

    day: date
    due: date | None
    hold: date | None


class InboxItem(Value):
    """Something a person is expected to do."""

    project: str
    person: str
    what: str
    subject: str
    text: str
    due: date | None


class Message(Value):
    """Something happened after which a project's flows have work; `id` is the record that caused it, of this `kind`."""

    id: str
    kind: str | None
    seq: int
    project: str
    attempts: int
