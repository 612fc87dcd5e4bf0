"""Personal tokens as the journal tells of them: to whom each was issued, for what, until when, and that it was ended.

An entry behind which a token stands must be its owner's, and no later than the token counted.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from lifecycle.history import SYSTEM
from lifecycle.records.journal import Field
from lifecycle.records.ledger import TOKEN_CREATED, TOKEN_REVOKED
from lifecycle.records.tokens import Token

ISSUED = re.compile(r"(?P<person>.*): (?P<scopes>[a-z ]*)(?:, until (?P<expires>\S+))?", re.DOTALL)
"""What the entry of a new token says of it; earlier versions did not say until when."""
PATIENCE = timedelta(minutes=1)
"""So long after a token's end an entry may still come from somebody who presented it before, and waited to write."""


class Issued(NamedTuple):
    """A token as its entries tell of it; moments are UTC text."""

    person: str
    scopes: str
    created: str
    expires: str | None
    revoked: str | None = None

    def describes(self, token: Token) -> bool:
        """Whether a token that is kept is the one that was issued."""
        told = Issued(token.person, " ".join(token.scopes), token.created, token.expires, token.revoked)
        return told == (self if self.expires else self._replace(expires=token.expires))


class Presented:
    """The tokens of a journal, as one goes through it."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.tokens: dict[str, Issued] = {}

    def hear(self, entry: Mapping[str, Field]) -> None:
        """Remember what an entry tells of a token, if it does."""
        token, at = str(entry["object"]), str(entry["at"])
        if entry["action"] == TOKEN_CREATED and (said := ISSUED.fullmatch(str(entry["note"]))):
            self.tokens[token] = Issued(said["person"], said["scopes"], at, said["expires"])
        elif entry["action"] == TOKEN_REVOKED and token in self.tokens:
            self.tokens[token] = self.tokens[token]._replace(revoked=at)

    def objection(self, entry: Mapping[str, Field]) -> str | None:
        """What is wrong with the token behind an entry: it is not its actor's, or it did not count any more."""
        seq, name, actor = entry["seq"], str(entry["login"]), entry["actor"]
        token = self.tokens.get(name)
        if token is None:
            return f"entry {seq} names {name}, which was never issued"
        if actor not in (token.person, SYSTEM) or token.scopes == "read":
            return f"entry {seq} is by {actor} with {name}, which was given to {token.person} for {token.scopes}"
        if any(_well_after(str(entry["at"]), end) for end in (token.revoked, token.expires) if end):
            return f"entry {seq} was written with {name} after that had been revoked or had expired"
        return None

    def differences(self, kept: Mapping[str, Token]) -> Iterator[str]:
        """The tokens that are kept otherwise than the journal tells, or that only one of the two knows."""
        for name in sorted(self.tokens.keys() | kept.keys()):
            if not (name in self.tokens and name in kept and self.tokens[name].describes(kept[name])):
                yield name


def _well_after(at: str, end: str) -> bool:
    try:
        return at > end and datetime.fromisoformat(at) > datetime.fromisoformat(end) + PATIENCE
    except ValueError:  # it is no moment at all
        return True
