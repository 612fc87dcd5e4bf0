"""Erasing a person's name: from the records, the reports that were filed, and the drafts.

The chain never covered the name, so it still verifies. What people handed in as evidence stays as it is: it is
bound by its digest to decisions; the answer names the files that still hold the name.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from shutil import rmtree
from typing import Literal

from lifecycle.actions.reporting import file_again, without
from lifecycle.actions.workspace import Workspace
from lifecycle.errors import BadInput, NotFound, SeparationOfDuties, TransitionNotAllowed
from lifecycle.history import Record
from lifecycle.history.closing import ErasureRequested, PersonErased
from lifecycle.records.files import write_whole
from lifecycle.records.private import pattern, spellings
from lifecycle.records.store import Store
from lifecycle.value import Value


class Erasure(Value):
    """How far an erasure is; `still_in` are files of evidence that hold the name.

    `swept` says whether the database's files are rid of it too; while others still read, they are not.
    """

    person: str
    state: Literal["requested", "erased"]
    projects: tuple[str, ...]
    reports: tuple[str, ...] = ()
    still_in: tuple[str, ...] = ()
    swept: bool = False


def erase_person(work: Workspace, person: str, reason: str, by: str) -> Erasure:
    """Ask that a person's name be erased, or confirm what somebody else asked for: then it is gone.

    It takes two people, neither of them the person, and only once all projects with them are closed. Asked again
    afterwards, it finishes what was interrupted, and sweeps once more what the database may have left in its files.
    """
    with work.look() as store:
        kept = [*store.private.kept(person)]
        names = {one.text for one in kept if one.text is not None}
        projects = tuple(dict.fromkeys(one.project for one in kept if one.text is not None or not names))
        asked = _request(store, person, projects)
    if not kept:
        raise NotFound("person whose name is on record", person)
    if not names:
        _put_in_place(work, person)
        return Erasure(person=person, state="erased", projects=projects, swept=work.database.scrub())
    if pattern(names).search(reason):
        raise BadInput("The reason would keep the name that is to be erased. Give one without it.")
    if asked is None:
        return _request_erasure(work, person, projects, reason=reason, by=by)
    return _erase(work, asked, projects, names=names, by=by)


def _request_erasure(work: Workspace, person: str, projects: tuple[str, ...], *, reason: str, by: str) -> Erasure:
    with work.change("erase person", projects[0], by) as store:
        _require_possible(store, person, projects, by)
        for project in projects:
            number = store.history(project).next_number(ErasureRequested)
            store.append(
                ErasureRequested(project=project, at=store.now, by=by, number=number, person=person, reason=reason)
            )
    return Erasure(person=person, state="requested", projects=projects)


def _erase(work: Workspace, asked: ErasureRequested, projects: tuple[str, ...], *, names: set[str], by: str) -> Erasure:
    """Reports are put in place after the commit: a crash before it leaves all as it was, one after it is made good."""
    person, instead = asked.person, f"erased on {work.today()}"
    with work.change("erase person", projects[0], by) as store:
        _require_possible(store, person, projects, by)
        if asked.by == by:
            raise SeparationOfDuties(f"{by} asked for this already. Somebody else has to confirm it.")
    _rewrite_drafts(work, person, instead)
    rmtree(work.files.reports_without(person), ignore_errors=True)
    again = file_again(work, person, instead, work.files.reports_without(person))
    with work.change("erase person", projects[0], by) as store:
        _require_possible(store, person, projects, by)
        store.append(*again, *_erasures(store, asked, projects, by))
        store.erase(person)
    _put_in_place(work, person)
    return Erasure(
        person=person,
        state="erased",
        projects=projects,
        reports=tuple(sorted(name for filed in again for name in filed.files)),
        still_in=tuple(str(file) for file in _holding(work.files.data / "evidence", names)),
        swept=work.database.scrub(),
    )


def _erasures(store: Store, asked: ErasureRequested, projects: tuple[str, ...], by: str) -> Iterator[Record]:
    for project in projects:
        yield PersonErased(
            project=project, at=store.now, by=by, person=asked.person, requested_by=asked.by, reason=asked.reason
        )


def _request(store: Store, person: str, projects: tuple[str, ...]) -> ErasureRequested | None:
    """Who asked for the erasure, if anybody did."""
    found = (store.glance(project).last(ErasureRequested, person=person) for project in projects)
    return next((request for request in found if request), None)


def _require_possible(store: Store, person: str, projects: tuple[str, ...], by: str) -> None:
    if by == person:
        raise SeparationOfDuties(f"{by} cannot have their own name erased. Somebody else asks, and a second confirms.")
    bound = [project for project in projects if store.history(project).closed is None]
    if bound:
        raise TransitionNotAllowed(f"{person} is bound in {', '.join(bound)}. Names are erased after the closure.")


def _put_in_place(work: Workspace, person: str) -> None:
    """Let the reports without the name replace those that hold it."""
    for file in _files(work.files.reports_without(person)):
        file.replace(work.files.reports(file.parent.name) / file.name)
    rmtree(work.files.reports_without(person), ignore_errors=True)


def _rewrite_drafts(work: Workspace, person: str, instead: str) -> None:
    """Drafts are nobody's record: the name in them is replaced."""
    with work.look() as store:
        folders = {project: work.files.drafts(project) for project in store.projects()}
        clean = {project: without(store, person, project, instead) for project in folders if folders[project].exists()}
    for project, cleaned in clean.items():
        for file in _files(folders[project]):
            before = file.read_text(errors="surrogateescape")
            if (after := cleaned(before)) != before:
                write_whole(file, after.encode(errors="surrogateescape"))


def _holding(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """The files below a folder that hold one of the names."""
    wanted = [spelling.encode() for name in names for spelling in spellings(name)]
    for file in _files(folder):
        content = file.read_bytes()
        if any(name in content for name in wanted):
            yield file


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.is_file()]
