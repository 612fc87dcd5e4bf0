"""What can be done with a deliverable: hand in a version, judge it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from lifecycle.actions import projects
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput
from lifecycle.history.work import DeliverableJudged, DeliverableSubmitted
from lifecycle.value import digest
from lifecycle.web.asked import Deliverable, HandedIn, Judged, Project
from lifecycle.web.desk import Route, Writer

router = APIRouter(route_class=Route, tags=["deliverables"])
DELIVERABLE = "/projects/{project}/deliverables/{deliverable}"

FILE = {
    "description": "The file itself, whatever its type is said to be; nothing hands in the draft.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}


async def _content(request: Request) -> bytes | None:
    return await request.body() or None


Content = Annotated[bytes | None, Depends(_content)]


@router.post(f"{DELIVERABLE}/versions", status_code=201, openapi_extra={"requestBody": FILE})
def submit_deliverable(
    desk: Writer,
    project: Project,
    deliverable: Deliverable,
    said: Annotated[HandedIn, Query()],
    content: Content,
) -> DeliverableSubmitted:
    """Hand in a version of a deliverable. It is kept under its SHA-256 and never changes."""
    if (said.file is None) != (content is None):
        raise BadInput("A file has a name and a content. Send both, ?file=NAME and the body, or neither for the draft.")

    def submit(work: Workspace) -> DeliverableSubmitted:
        if said.file is None or content is None:
            return projects.submit_deliverable(work, project, deliverable=deliverable, by=desk.person, note=said.note)
        return projects.submit_content(
            work, project, deliverable=deliverable, by=desk.person, note=said.note, file=said.file, content=content
        )

    what = {"deliverable": deliverable, **said.model_dump(), "sha256": digest(content) if content else None}
    return desk.once("submit deliverable", project, what, DeliverableSubmitted, submit)


@router.post(f"{DELIVERABLE}/judgements", status_code=201)
def accept_deliverable(desk: Writer, project: Project, deliverable: Deliverable, said: Judged) -> DeliverableJudged:
    """Accept a deliverable, or send it back. Judges its newest version by its quality criteria."""
    return desk.once(
        "judge deliverable",
        project,
        {"deliverable": deliverable, **said.model_dump(mode="json")},
        DeliverableJudged,
        lambda work: projects.judge_deliverable(work, project, deliverable=deliverable, by=desk.person, **dict(said)),
    )
