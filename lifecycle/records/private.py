"""Personal data, kept apart from what the journal's chain covers, so that it can be erased one day.

A record's body holds no full name of a person of the project, but a salted commitment in its place:
`{sha256:SHA256(salt || name)}`. Name and salt lie in a table of their own; with them goes the link. A body is
given its names back when it is read, or the words that the person was erased, and when. Ids of persons are
pseudonyms of the organisation and stay.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from lifecycle.errors import BadInput
from lifecycle.history import Record
from lifecycle.history.editions import ProcessDrafted, is_stream
from lifecycle.history.people import StaffingChanged
from lifecycle.history.work import ProjectStarted
from lifecycle.records.journal import stamp
from lifecycle.records.statements import Row, Statement, run, together
from lifecycle.records.tables import MessageRow, PersonalRow
from lifecycle.value import Value, canonical

MARK = re.compile(r"\{sha256:([0-9a-f]{64})\}")
outbox = MessageRow.__table__  # type: ignore[attr-defined]
personal = PersonalRow.__table__  # type: ignore[attr-defined]

_names = select(personal.c.text, personal.c.commitment).where(personal.c.text.is_not(None))
NAMES_OF_ALL, NAMES = Statement(_names), Statement(_names.where(personal.c.project == bindparam("project")))
"""The names of all people, or of a project's, that were not erased, each with its commitment."""
OWN = Statement(
    select(personal.c.commitment).where(
        *(personal.c[name] == bindparam(name) for name in ("project", "person", "text"))
    )
)
"""The commitment to a person's own name in a project; somebody else there may bear the same."""
KEPT = Statement(select(personal.c.text, personal.c.erased).where(personal.c.commitment == bindparam("commitment")))


class Kept(Value):
    """A person's name in a project, or what is left of it: the commitment, and when it was erased."""

    commitment: str
    project: str
    person: str
    salt: str | None
    text: str | None
    erased: str | None

    def holds(self) -> bool:
        """Whether the name and its salt are still those that were committed to."""
        try:
            return commitment(self.salt or "", self.text or "") == self.commitment
        except ValueError:  # a spoilt salt is no hexadecimal number
            return False


def commitment(salt: str, text: str) -> str:
    """The commitment to a text: SHA-256 of salt and text; the salt is given in hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def pattern(texts: Iterable[str]) -> re.Pattern[str]:
    """What finds these texts as whole words, the longest first."""
    return re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in sorted(texts, key=len, reverse=True)))


def spellings(name: str) -> set[str]:
    """A name as it stands in files: a letter with its accent may be one character there, or two."""
    return {name, normalize("NFC", name), normalize("NFD", name)}


def replaced(value: Any, found: re.Pattern[str], instead: Mapping[str, str], key: str = "") -> Any:
    """Plain data with texts replaced in its values. A single word stays, as ids are, unless it is a `name`."""
    if isinstance(value, dict):
        return {name: replaced(item, found, instead, name) for name, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, found, instead, key) for item in value]
    if isinstance(value, str) and (key == "name" or " " in value):
        return found.sub(lambda hit: instead[hit[0]], value)
    return value


class Privacy:
    """The names of the people of projects, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open transaction."""
        self._connection = connection
        self._marks: dict[str, dict[str, str]] = {}
        self._shown: dict[str, str] = {}

    def learn(self, project: str, names: Iterable[Row]) -> None:
        """Know the names of a project's people, as `NAMES` finds them."""
        self._marks[project] = {name: _mark(commitment) for name, commitment in names}

    def hidden(self, record: Record) -> str:
        """The body of a record without names; those of a project that begins are kept here first.

        BadInput when it holds what looks like a commitment: read back, it would be taken for a name.
        """
        body = canonical(record).decode()
        if "{sha256:" in body and (found := MARK.search(body)):
            raise BadInput(
                f"In the records, {found[0][:16]}…}} stands for somebody's name. Write it without the braces."
            )
        if isinstance(record, ProcessDrafted):  # what is published never changes, whoever bears a word of it as a name
            return body
        if isinstance(record, ProjectStarted):
            return self._begun(record, json.loads(body))
        if isinstance(record, StaffingChanged) and record.name != record.person:
            body = canonical(json.loads(body) | {"name": self._joined(record)}).decode()
        return self.hidden_text((record.project,), body)

    def hidden_text(self, projects: Iterable[str], text: str) -> str:
        """A text of JSON without the names of the people of these projects; in a standard process, of all of them."""
        for project in projects:
            marks = self._marks_of(project)
            if any(_quoted(name) in text for name in marks):
                text = canonical(replaced(json.loads(text), pattern(marks), marks)).decode()
        return text

    def revealed(self, body: str) -> str:
        """A body, or another text of JSON, with names in it, as far as they were not erased."""
        if "{sha256:" not in body:
            return body
        unknown = set(MARK.findall(body)) - self._shown.keys()
        if unknown:
            found = together(self._connection, *((KEPT, {"commitment": one}) for one in unknown))
            self._shown |= {one: _shown(*rows[0]) if rows else "" for one, rows in zip(unknown, found, strict=True)}
        return MARK.sub(lambda hit: self._shown[hit[1]] or hit[0], body)

    def kept(self, person: str) -> Iterator[Kept]:
        """A person's name in each of their projects, or what is left of it."""
        return self._select(personal.c.person == person)

    def kept_of(self, project: str) -> Iterator[Kept]:
        """The names of a project's people, or what is left of them."""
        return self._select(personal.c.project == project)

    def without(self, person: str, projects: Collection[str], instead: str) -> Callable[[str], str]:
        """What writes other words in place of a person's names, in texts of these projects.

        What others there are called stays: longer names that hold this one, and the same name.
        """
        mine = personal.c.person == person
        query = select(mine, personal.c.text).where(
            personal.c.text.is_not(None), mine | personal.c.project.in_(projects)
        )
        rows = self._connection.execute(query).all()
        others = {name for own, name in rows if not own}
        gone = {spelling for own, name in rows if own for spelling in spellings(name)} - others
        found = pattern(gone | others)
        return lambda text: found.sub(lambda hit: instead if hit[0] in gone else hit[0], text)

    def erase(self, person: str, now: datetime) -> None:
        """Delete a person's names and their salts; the commitments stay, and nobody can tell to what."""
        mine = (personal.c.person == person) & personal.c.text.is_not(None)
        gone = {"salt": None, "text": None, "erased": stamp(now)}
        self._connection.execute(update(personal).where(mine).values(**gone))
        told = outbox.c.project.in_(select(personal.c.project).where(personal.c.person == person))
        self._connection.execute(update(outbox).where(told).values(last_error=None))
        self._marks.clear()
        self._shown.clear()

    def _begun(self, started: ProjectStarted, plain: dict[str, Any]) -> str:
        """Commit to the names of a project's people, each with a salt. A name that is no more than the id is none."""
        rows = [_committed(started.project, one.id, one.name) for one in started.charter.people if one.name != one.id]
        if rows:
            self._connection.execute(insert(personal), rows)
        self._marks.pop(started.project, None)
        own = {str(row["person"]): _mark(str(row["commitment"])) for row in rows}
        for person in plain["charter"]["people"]:
            person["name"] = own.get(person["id"], person["name"])
        return self.hidden_text((started.project,), canonical(plain).decode())

    def _joined(self, change: StaffingChanged) -> str:
        """What stands for the name of somebody who joins, committed to unless it was before."""
        known = run(self._connection, OWN, {"project": change.project, "person": change.person, "text": change.name})
        if known:
            return _mark(known[0][0])
        row = _committed(change.project, change.person, change.name)
        self._marks_of(change.project).setdefault(change.name, _mark(row["commitment"]))
        self._connection.execute(insert(personal), row)
        return _mark(row["commitment"])

    def _marks_of(self, project: str) -> dict[str, str]:
        if project not in self._marks:
            query = NAMES_OF_ALL if is_stream(project) else NAMES  # who writes about a process may name anybody
            self.learn(project, run(self._connection, query, {"project": project}))
        return self._marks[project]

    def _select(self, which: ColumnElement[bool]) -> Iterator[Kept]:
        query = select(personal).where(which).order_by(personal.c.project, personal.c.person)
        for row in self._connection.execute(query).mappings():
            yield Kept.model_validate(dict(row))


def _committed(project: str, person: str, name: str) -> dict[str, str]:
    salt = secrets.token_hex(16)
    return {
        "commitment": commitment(salt, name),
        "project": project,
        "person": person,
        "salt": salt,
        "text": name,
    }


def _mark(of: str) -> str:
    return f"{{sha256:{of}}}"


def _shown(text: str | None, erased: str | None) -> str:
    """What stands between quotation marks in place of a commitment: the name, or that it was erased, and when."""
    return _quoted(text if text is not None else f"erased on {str(erased)[:10]}")


def _quoted(text: str) -> str:
    """A text as it stands between the quotation marks of JSON."""
    return encode_basestring(text)[1:-1]
