"""Personal tokens as they are kept: a public id, and the SHA-256 of a secret that nobody keeps."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from lifecycle.errors import NotIdentified
from lifecycle.records.journal import stamp
from lifecycle.records.tables import TokenRow
from lifecycle.value import Value

Scope = Literal["read", "work", "decide"]
PREFIX = "pg"
rows = TokenRow.__table__  # type: ignore[attr-defined]


class Token(Value):
    """A personal token, without its secret: whose it is, what it is for, and until when it counts (UTC)."""

    id: str
    person: str
    label: str
    scopes: tuple[Scope, ...]
    created: str
    expires: str
    revoked: str | None = None


def issue(
    connection: Connection, person: str, *, label: str, scopes: tuple[Scope, ...], days: int, now: datetime
) -> tuple[Token, str]:
    """Keep a new token; the token, and the text that its owner needs, which is shown only now."""
    secret = secrets.token_urlsafe(32)
    token = Token(
        id=secrets.token_hex(6),
        person=person,
        label=label,
        scopes=scopes,
        created=stamp(now),
        expires=stamp(now + timedelta(days=days)),
    )
    values = token.model_dump() | {"scopes": " ".join(scopes), "secret": _digest(secret)}
    connection.execute(insert(rows), values)
    return token, f"{PREFIX}_{token.id}_{secret}"


def presented(connection: Connection, text: str) -> Token | None:
    """The token whose text this is, revoked and expired ones included; None when there is none."""
    if not text.isascii():  # none of ours; and half a character is no text that a database could look for
        return None
    prefix, _, rest = text.partition("_")
    id, _, secret = rest.partition("_")
    row = connection.execute(select(rows).where(rows.c.id == id)).mappings().first()
    if prefix != PREFIX or row is None or not hmac.compare_digest(row["secret"], _digest(secret)):
        return None
    return _token(dict(row))


def counting(token: Token | None, now: datetime) -> Token:
    """The token, where it counts at this moment; NotIdentified, with the remedy, where it does not (any more)."""
    remedy = "Ask for a new one: phasegate token create"
    if token is None:
        raise NotIdentified(f"This token is not known here. {remedy}")
    if token.revoked:
        raise NotIdentified(f"The token '{token.label}' of {token.person} was revoked on {token.revoked}. {remedy}")
    if token.expires <= stamp(now):
        raise NotIdentified(f"The token '{token.label}' of {token.person} expired on {token.expires}. {remedy}")
    return token


def require_counting(connection: Connection, id: str, now: datetime) -> None:
    """NotIdentified unless the token still counts; nobody revokes it before this transaction ends."""
    query = select(rows).where(rows.c.id == id).with_for_update(read=True)
    row = connection.execute(query).mappings().first()
    counting(_token(dict(row)) if row else None, now)


def kept(connection: Connection) -> tuple[Token, ...]:
    """All tokens ever issued, oldest first."""
    query = select(rows).order_by(rows.c.created, rows.c.id)
    return tuple(_token(dict(row)) for row in connection.execute(query).mappings())


def revoke(connection: Connection, id: str, now: datetime) -> bool:
    """End a token; False when there is none of that id, or it was ended before."""
    ending = update(rows).where(rows.c.id == id, rows.c.revoked.is_(None)).values(revoked=stamp(now))
    return bool(connection.execute(ending).rowcount)


def _token(row: dict[str, str]) -> Token:
    fields = {name: row[name] for name in Token.model_fields}
    return Token.model_validate(fields | {"scopes": row["scopes"].split()})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
