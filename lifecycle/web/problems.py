"""What errors become over HTTP: a status, and the same code and sentence that the command line gives."""

import logging
import os
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, ValidationError
from starlette.exceptions import HTTPException

from lifecycle.actions.sentences import explained, sentences
from lifecycle.errors import (
    BadInput,
    BeyondToken,
    ClosureBlocked,
    Conflict,
    DefinitionError,
    KeyReused,
    LifecycleError,
    NotFound,
    NotIdentified,
    NotReady,
    OutOfTurn,
    RecordsBusy,
    RuleViolation,
    StorageError,
    TransitionNotAllowed,
)
from lifecycle.value import Value

STATUSES: tuple[tuple[type[LifecycleError], HTTPStatus], ...] = (
    (KeyReused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RecordsBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (Conflict, HTTPStatus.CONFLICT),
    (BeyondToken, HTTPStatus.FORBIDDEN),
    (NotIdentified, HTTPStatus.UNAUTHORIZED),
    *((kind, HTTPStatus.CONFLICT) for kind in (TransitionNotAllowed, OutOfTurn, NotReady, ClosureBlocked)),
    (RuleViolation, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (DefinitionError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BadInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StorageError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first kind that fits says the status; what fits none is a fault of ours, 500."""

WORDS = {
    HTTPStatus.UNAUTHORIZED: "No token, or one that does not count.",
    HTTPStatus.FORBIDDEN: "A rule says no, or the token is not for this.",
    HTTPStatus.NOT_FOUND: "There is nothing of that name.",
    HTTPStatus.CONFLICT: "It is not the time for this, somebody else was first, or the evidence is not what was read.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The request cannot be right, or its idempotency key was used for another one.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The records cannot be reached or written just now; try again with the same key.",
}
"""What each status means here, for the document that describes the API."""

HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="phasegate"'},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "2"},
}
MEDIA_TYPE = "application/problem+json"
NO_CACHE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""What every answer says: it is of this moment, and for this person."""

OUTSIDE = {HTTPStatus.BAD_REQUEST: "bad_input", HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large"}
"""Names of what goes wrong before an action is reached; the others bear the name of their status."""


class Problem(Value):
    """Why a request was not done (RFC 9457): `code` is the error's name for programs, `detail` says what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Conflict",
                    "status": 409,
                    "code": "already_voted",
                    "detail": "Ingrid Solberg has voted at G0 (round 1) already.",
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    problems: tuple[dict[str, Any], ...] = ()


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    int(status): {
        "description": words,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, words in WORDS.items()
}


def status_of(error: LifecycleError) -> HTTPStatus:
    """The status of a request that ended with this error."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def answer_to(error: Exception) -> JSONResponse:
    """The answer to a request that ended with an error, whichever it is."""
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        code = OUTSIDE.get(status, status.phrase.lower().replace(" ", "_"))
        return _response(status, code, str(error.detail), headers=dict(error.headers or {}))
    meant = _meant(error)
    status = status_of(meant)
    if isinstance(meant, BadInput) and not isinstance(error, LifecycleError | ValidationError | RequestValidationError):
        status = HTTPStatus.SERVICE_UNAVAILABLE  # the server's own files or database, which nobody named in a request
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        trace = error if os.environ.get("PHASEGATE_DEBUG") else None
        logging.getLogger("phasegate").error("%s", meant, exc_info=trace)
    problems = tuple(problem._asdict() for problem in getattr(meant, "problems", ()))
    return _response(status, meant.code, str(meant), problems=problems)


def _meant(error: Exception) -> LifecycleError:
    return BadInput(sentences(error)) if isinstance(error, RequestValidationError) else explained(error)


def _response(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    problems: tuple[dict[str, Any], ...] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    detail = detail.encode(errors="backslashreplace").decode()  # what is wrong may be half a character
    said = Problem(title=status.phrase, status=status, code=code, detail=detail, problems=problems)
    return JSONResponse(
        said.model_dump(mode="json", exclude=None if problems else {"problems"}),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**NO_CACHE, **HEADERS.get(status, {}), **(headers or {})},
    )
