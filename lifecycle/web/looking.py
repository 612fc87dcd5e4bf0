"""What can be looked at: the inbox, projects, and gates."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from lifecycle.actions import views
from lifecycle.actions.processes import Followed, followed
from lifecycle.actions.views import GateView, Why
from lifecycle.records.listing import InboxItem, Listing
from lifecycle.status import ProjectStatus
from lifecycle.web.asked import Gate, Project
from lifecycle.web.desk import Reader, Route

router = APIRouter(route_class=Route, tags=["look"])


class ProjectView(ProjectStatus):
    """The whole picture of a project on one day, and the process it follows."""

    process: Followed


@router.get("/inbox")
def inbox(
    desk: Reader, everybody: Annotated[bool, Query(description="What waits for everybody, not only for you.")] = False
) -> tuple[InboxItem, ...]:
    """What waits for you, oldest due date first."""
    return views.inbox(desk.work, None if everybody else desk.person)


@router.get("/projects")
def list_projects(desk: Reader) -> tuple[Listing, ...]:
    """All projects and programs with their states."""
    return views.project_list(desk.work)


@router.get("/projects/{project}")
def show_project(desk: Reader, project: Project) -> ProjectView:
    """How a project stands: phase strip, dates, money, deliverables, and who is waited for."""
    status = views.project_status(desk.work, project)
    return ProjectView(**dict(status), process=followed(desk.work, project))


@router.get("/projects/{project}/why")
def why(desk: Reader, project: Project) -> Why:
    """Why its gate is not open: everything that is missing, whose it is, and who is waited for."""
    return views.why(desk.work, project)


@router.get("/projects/{project}/gates/{gate}")
def show_gate(desk: Reader, project: Project, gate: Gate, response: Response) -> GateView:
    """A gate with all that is needed to decide on it. Its ETag names the dossier; send it with your vote."""
    view = views.gate_view(desk.work, project, gate)
    if view.review:
        response.headers["ETag"] = f'"{view.review.digest}"'
    return view
