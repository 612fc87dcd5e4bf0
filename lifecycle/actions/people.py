"""The verbs about people: delegate a vote, take that back, join, get other roles, leave."""

from lifecycle.actions.workspace import Workspace
from lifecycle.governance import delegations, staffing
from lifecycle.governance.delegations import Deputy
from lifecycle.history.charter import Member
from lifecycle.history.people import DelegationGranted, DelegationRevoked, StaffingChanged


def grant_delegation(work: Workspace, project: str, deputy: Deputy, by: str) -> DelegationGranted:
    """Let somebody else vote in one's seat for a time."""
    with work.change("grant delegation", project, by) as store:
        granted = delegations.grant(store.history(project), by, deputy, store.now)
        store.append(granted)
    return granted


def revoke_delegation(work: Workspace, project: str, number: int, reason: str, by: str) -> DelegationRevoked:
    """End a delegation before its time; it holds no more from the next vote on."""
    with work.change("revoke delegation", project, by) as store:
        revoked = delegations.revoke(store.history(project), number, by, reason, store.now)
        store.append(revoked)
    return revoked


def delegations_of(work: Workspace, project: str) -> tuple[DelegationGranted, ...]:
    """The delegations of a project that nobody has revoked and that are not over."""
    with work.look() as store:
        today = store.now.date()
        return tuple(one for one in delegations.standing(store.history(project)) if one.last >= today)


def assign_person(work: Workspace, project: str, member: Member, reason: str, by: str) -> StaffingChanged:
    """Let a person join the project with these roles, or hold these from now on."""
    with work.change("assign person", project, by) as store:
        changed = staffing.assign(store.history(project), member, by, reason, store.now)
        store.append(changed)
    return changed


def remove_person(work: Workspace, project: str, person: str, reason: str, by: str) -> StaffingChanged:
    """Let a person leave the project."""
    with work.change("remove person", project, by) as store:
        changed = staffing.leave(store.history(project), person, by, reason, store.now)
        store.append(changed)
    return changed


def people_of(work: Workspace, project: str) -> tuple[Member, ...]:
    """Who is in a project now, with their roles."""
    with work.look() as store:
        return store.history(project).charter.people
