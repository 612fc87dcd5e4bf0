"""Commands around personal tokens; whoever can write the data folder may issue them."""

from enum import StrEnum
from typing import Annotated

import typer

from lifecycle.cli import given, words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk

app = group("token", "Personal tokens: who is asking, and for what.")


class Scope(StrEnum):
    """What a token is for."""

    READ = "read"
    WORK = "work"
    DECIDE = "decide"


Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="What it is used for, to recognise it by.")]
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="For how many days it counts.")]
Scopes = Annotated[list[Scope] | None, typer.Option("--scope", help="What it may do; once for each. Default: all.")]
Person = Annotated[
    str, typer.Argument(parser=given.person, metavar="PERSON", help="Whose token it is.", show_default=False)
]
Id = Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id, as the list shows it.", show_default=False)]


@command(app, "create", "phasegate token create ingrid.solberg --label laptop --days 30")
def create(desk: Desk, person: Person, label: Label = "command line", days: Days = 90, scope: Scopes = None) -> Answer:
    """Issue a token. Its text is shown once; put it into PHASEGATE_TOKEN where the person works."""
    from lifecycle.actions.identity import ALL, create_token

    scopes = tuple(known for known in ALL if scope is None or known in scope)
    token, text = create_token(desk.records, person, by=desk.operator, label=label, scopes=scopes, days=days)
    said = f"Token {token.id} of {person} for {', '.join(scopes)}, until {token.expires}. It is shown only now:"
    return Answer({**token.model_dump(), "token": text}, words.paragraphs(said, text))


@command(app, "list", "phasegate token list")
def show(desk: Desk) -> Answer:
    """List all tokens: whose they are, what for, until when. Their secrets are kept nowhere."""
    from lifecycle.actions.identity import tokens_of

    found = tokens_of(desk.records)
    heads = ("token", "person", "label", "for", "until", "revoked")
    rows = ((t.id, t.person, t.label, ", ".join(t.scopes), t.expires, t.revoked or "") for t in found)
    return Answer(found, words.table(heads, rows) if found else "There are no tokens.")


@command(app, "revoke", "phasegate token revoke 5f0c9a1b2d3e")
def revoke(desk: Desk, token: Id) -> Answer:
    """End a token at once."""
    from lifecycle.actions.identity import revoke_token

    revoke_token(desk.records, token, desk.operator)
    return Answer({"revoked": token}, f"Token {token} does not count any more.")
