"""Who is asking: personal tokens are issued, presented and ended; a token says what may be done with it."""

from lifecycle.actions.workspace import Workspace
from lifecycle.errors import NotFound
from lifecycle.records import tokens
from lifecycle.records.tokens import Scope, Token

ALL: tuple[Scope, ...] = ("read", "work", "decide")


def create_token(
    work: Workspace, person: str, *, by: str, label: str, scopes: tuple[Scope, ...] = ALL, days: int = 90
) -> tuple[Token, str]:
    """Issue a token for a person; the token, and its text, which nobody can show again."""
    with work.database.writing(by, work.now()) as store:
        token, text = tokens.issue(store.connection, person, label=label, scopes=scopes, days=days, now=store.now)
        told = f"{person}: {' '.join(scopes)}, until {token.expires}"
        store.note("token created", "", subject=f"token:{token.id}", note=told)
    return token, text


def revoke_token(work: Workspace, id: str, by: str) -> None:
    """End a token at once; NotFound when no living token has that id."""
    with work.database.writing(by, work.now()) as store:
        if not tokens.revoke(store.connection, id, store.now):
            raise NotFound("token that counts", id, (token.id for token in tokens.kept(store.connection)))
        store.note("token revoked", "", subject=f"token:{id}", note="revoked")


def tokens_of(work: Workspace, person: str | None = None) -> tuple[Token, ...]:
    """The tokens of a person, or of everybody."""
    with work.look() as store:
        return tuple(token for token in tokens.kept(store.connection) if person in (None, token.person))


def bearer(work: Workspace, text: str) -> Token:
    """The token that somebody presents; NotIdentified, with the remedy, when it does not count (any more)."""
    with work.look() as store:
        return tokens.counting(tokens.presented(store.connection, text), store.now)
