"""How projects hang together: the effect of each shared milestone, and a picture of who waits for whom."""

from collections.abc import Iterable, Sequence
from datetime import date

from lifecycle.history.charter import Dependency, ProgramCharter
from lifecycle.program import Impact, ProjectSummary
from lifecycle.program.dependencies import ends, in_order
from lifecycle.reports import words
from lifecycle.reports.lights import Colour
from lifecycle.value import Value


class ImpactLine(Value):
    """A shared milestone: when it was planned, when it comes, and what that does to the project after it."""

    dependency: str
    text: str
    before: str
    milestone: str
    after: str
    activity: str
    planned: date
    expected: date | None
    slip: str
    needed_by: date
    effect: str
    colour: Colour


class Node(Value):
    """A project in the picture; columns run from left to right, predecessors first, rows from top to bottom."""

    project: str
    title: str
    column: int
    row: int
    colour: Colour
    word: str


class Edge(Value):
    """An arrow from one project to another, with the dependencies it stands for; `around` others between them."""

    before: int
    after: int
    label: str
    colour: Colour
    around: bool


class DependencyMap(Value):
    """The picture: nodes, and edges between them by their positions in `nodes`; `caption` says it in words."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    columns: int
    rows: int
    caption: str


def impact_line(impact: Impact, titles: dict[str, str]) -> ImpactLine:
    """Tell one shared milestone."""
    return ImpactLine(
        dependency=impact.dependency,
        text=impact.text,
        before=titles.get(impact.predecessor, impact.predecessor),
        milestone=impact.milestone_name,
        after=titles.get(impact.successor, impact.successor),
        activity=impact.activity_name,
        planned=impact.planned,
        expected=impact.expected,
        slip="will not come" if impact.slip is None else words.late(impact.slip),
        needed_by=impact.needed_by,
        effect=_effect(impact),
        colour=impact_colour(impact),
    )


def impact_colour(impact: Impact) -> Colour:
    """Red when the successor's finish moves out or the milestone never comes, amber when it only slips."""
    if impact.expected is None or (impact.effect or 0) > 0:
        return "red"
    return "amber" if (impact.slip or 0) > 0 else "green"


def dependency_map(
    charter: ProgramCharter, projects: Sequence[ProjectSummary], lights: dict[str, tuple[Colour, str]]
) -> DependencyMap | None:
    """The picture of a program's dependencies; None when its projects need nothing of each other."""
    links = [link for link in charter.dependencies if _known(link, projects)]
    if not links:
        return None
    columns = _columns(charter, links, [project.project for project in projects])
    nodes = _nodes(projects, columns, lights)
    place = {node.project: number for number, node in enumerate(nodes)}
    return DependencyMap(
        nodes=nodes,
        edges=_edges(links, place, nodes),
        columns=max(node.column for node in nodes) + 1,
        rows=max(node.row for node in nodes) + 1,
        caption=_caption(links),
    )


def coloured(picture: DependencyMap | None, impacts: Iterable[Impact]) -> DependencyMap | None:
    """The picture with its arrows in the colours of what the milestones do."""
    if picture is None:
        return None
    order: tuple[Colour, ...] = ("grey", "green", "amber", "red")
    worst: dict[tuple[str, str], Colour] = {}
    for impact in impacts:
        pair = (impact.predecessor, impact.successor)
        worst[pair] = max(worst.get(pair, "grey"), impact_colour(impact), key=order.index)
    names = [node.project for node in picture.nodes]
    edges = (
        edge.model_copy(update={"colour": worst.get((names[edge.before], names[edge.after]), "grey")})
        for edge in picture.edges
    )
    return picture.model_copy(update={"edges": tuple(edges)})


def _effect(impact: Impact) -> str:
    if impact.effect is None:
        return "none any more: the project is closed" if impact.expected else "cannot be met as planned"
    if impact.effect == 0:
        used = words.days(impact.slack_used)
        return f"none; {used} of slack used" if impact.slack_used else "none"
    return f"finish moves by {words.days(impact.effect, signed=True)}"


def _known(link: Dependency, projects: Sequence[ProjectSummary]) -> bool:
    names = {project.project for project in projects}
    return {end.project for end in ends(link)} <= names


def _columns(charter: ProgramCharter, links: Sequence[Dependency], names: Sequence[str]) -> dict[str, int]:
    """One column to the right of the furthest predecessor."""
    columns = dict.fromkeys(names, 0)
    for name in in_order(charter, names):
        befores = [ends(link)[0].project for link in links if ends(link)[1].project == name]
        columns[name] = max((columns[before] + 1 for before in befores), default=0)
    return columns


def _nodes(
    projects: Sequence[ProjectSummary], columns: dict[str, int], lights: dict[str, tuple[Colour, str]]
) -> tuple[Node, ...]:
    rows = [0] * (max(columns.values()) + 1)
    nodes = []
    for project in projects:
        column = columns[project.project]
        colour, word = lights[project.project]
        fields = {"project": project.project, "title": project.title, "colour": colour, "word": word}
        nodes.append(Node(**fields, column=column, row=rows[column]))  # type: ignore[arg-type]
        rows[column] += 1
    return tuple(nodes)


def _edges(links: Sequence[Dependency], place: dict[str, int], nodes: Sequence[Node]) -> tuple[Edge, ...]:
    labels: dict[tuple[int, int], list[str]] = {}
    for link in links:
        before, after = ends(link)
        labels.setdefault((place[before.project], place[after.project]), []).append(link.id)
    return tuple(
        Edge(
            before=before,
            after=after,
            label=", ".join(names),
            colour="grey",
            around=nodes[after].column - nodes[before].column > 1,
        )
        for (before, after), names in labels.items()
    )


def _caption(links: Sequence[Dependency]) -> str:
    each = (f"{ends(link)[1].project} waits for {ends(link)[0].project} ({link.id})" for link in links)
    return f"Dependencies: {'; '.join(each)}"
