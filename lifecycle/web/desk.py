"""Who is asking: every route wants a personal token, and acts as its owner, as far as it goes."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from lifecycle.actions import repeating
from lifecycle.actions.identity import bearer
from lifecycle.actions.repeating import V
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import NotIdentified
from lifecycle.web.problems import NO_CACHE, answer_to

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[ -~]+$",
        description="The same key gives the same answer again, and acts once. A key belongs to its person.",
        examples=["6b1f0c3e-website-G0"],
    ),
]


class Desk(NamedTuple):
    """Where a request is worked on: the records as far as the token allows, and the key of the request, if any."""

    work: Workspace
    person: str
    key: str | None = None

    def once(self, verb: str, project: str, what: dict[str, Any], kind: type[V], act: Callable[[Workspace], V]) -> V:
        """Act for this person, once for the request's key."""
        return repeating.once(self.work, repeating.Request(verb, project, self.person, what, self.key), kind, act)


class _Once(Request):
    """A request whose JSON says each thing once; of two that differ, nobody knows which is meant."""

    async def json(self) -> Any:
        """What the body says."""
        return json.loads(await self.body(), object_pairs_hook=_distinct)


class Route(APIRoute):
    """A route that first asks for a token, and whose errors become answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Handle a request between the two."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                request.state.desk = await run_in_threadpool(_signed_in, request)
                response = await handle(_Once(request.scope, request.receive))
            except Exception as error:
                return answer_to(error)
            response.headers.update(NO_CACHE)
            return response

        return answer


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"The field '{twice}' is there twice. Say it once.")
    return said


def _signed_in(request: Request) -> Desk:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise NotIdentified(
            "No token came with the request. Send yours as: Authorization: Bearer TOKEN. Whoever runs this "
            "installation issues one: phasegate token create PERSON"
        )
    work: Workspace = request.app.state.work
    token = bearer(work, text.strip())
    return Desk(replace(work, token=token), token.person)


async def _reader(request: Request) -> Desk:
    desk: Desk = request.state.desk
    return desk


async def _writer(request: Request, key: Key = None) -> Desk:
    desk: Desk = request.state.desk
    return desk._replace(key=key)


Reader = Annotated[Desk, Depends(_reader)]
Writer = Annotated[Desk, Depends(_writer)]
