"""The application: its routes, what it says of itself, and its limits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lifecycle.actions.workspace import Workspace
from lifecycle.web import deciding, handing, looking
from lifecycle.web.problems import DOCUMENTED, Problem, answer_to

ROOT = "/api/v1"
LARGEST = 1024 * 1024
"""Bytes that the body of a request may have."""
THREADS = 10
"""Requests worked on at once, and so the connections that a server of records has to keep for this process."""

DESCRIPTION = """\
Projects through their gates, with the nouns and the rules of the command line `phasegate`, and the same answers.

- **Who asks.** Every request carries a personal token: `Authorization: Bearer TOKEN`. It acts as its owner, and no
  further than its scopes: `read` looks, `work` hands in and submits, `decide` decides.
- **Twice is once.** A POST with an `Idempotency-Key` may be sent again, after a broken connection or a 503: it acts
  once and gets the same answer. Another request with that key is 422, and the first stands. Others may have the same.
- **What was read.** A gate's `ETag` names the dossier. Sent as `If-Match` with a vote, the vote counts for that dossier
  only; otherwise it is 409, `evidence_changed`.
- **What goes wrong** is `application/problem+json`, with the code and the sentence that the command line gives.
"""
TAGS = [
    {"name": "look", "description": "Scope `read`."},
    {"name": "gates", "description": "Scope `work` to submit and withdraw, `decide` for everything else."},
    {"name": "deliverables", "description": "Scope `work` to hand in, `decide` to judge."},
]
TOKEN = HTTPBearer(
    auto_error=False, scheme_name="token", description="A personal token: `phasegate token create PERSON`."
)


def application(work: Workspace) -> FastAPI:
    """The API on these records."""
    app = _Application(
        title="Phasegate",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{ROOT}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_tags=TAGS,
        lifespan=_few_threads,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.work = work
    for part in (looking, deciding, handing):
        app.include_router(part.router, prefix=ROOT, responses=DOCUMENTED, dependencies=[Security(TOKEN)])
    app.add_middleware(_Limited)
    app.add_exception_handler(HTTPException, _elsewhere)
    return app


class _Application(FastAPI):
    """An application whose document knows what a problem is."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return document


@asynccontextmanager
async def _few_threads(_app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def _elsewhere(request: Request, error: Exception) -> Response:
    """The answer where there is no route, or none for this method."""
    if isinstance(error, HTTPException) and error.status_code == HTTPStatus.NOT_FOUND:
        said = f"There is nothing at {request.url.path}. What there is says {ROOT}/openapi.json."
        return answer_to(HTTPException(HTTPStatus.NOT_FOUND, said))
    return answer_to(error)


class _Limited:
    """Reads no more of a body than is allowed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST:
                raise HTTPException(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"A request may have {LARGEST // 1024} KiB, and this one has more. A larger deliverable is handed "
                    "in with the command line: phasegate project submit-deliverable",
                )
            return message

        await self._app(scope, counted, send)
