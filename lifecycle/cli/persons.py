"""Commands about people as persons: their names can be erased from the records."""

from typing import Annotated

import typer

from lifecycle.cli import words
from lifecycle.cli.command import Answer, command, group
from lifecycle.cli.desk import Desk
from lifecycle.cli.options import Reason

app = group("person", "Persons: their names can be erased.")

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id.", show_default=False)]


@command(app, "erase", "phasegate person erase lukas.meyer --reason 'Asked for it' --as ingrid.solberg")
def erase(desk: Desk, person: Person, reason: Reason) -> Answer:
    """Erase a person's name. A second person confirms it.

    Both type the same command. It is refused while a project with the person is not closed. The id stays, since
    it says who decided what; reports show the date of the erasure in place of the name.
    """
    from lifecycle.actions.erasure import erase_person

    done = erase_person(desk.work, person, reason, desk.person)
    if done.state == "requested":
        again = words.following(f"person erase {person} --reason TEXT --as SECOND_PERSON")
        return Answer(done, words.paragraphs(f"Asked for: the name of {person} is still there.", again))
    said = [f"Erased: the name of {person}, in {words.joined(done.projects)}."]
    if done.reports:
        said.append(f"Reports filed again without it:\n{words.bullets(done.reports)}")
    if done.still_in:
        said.append(f"Handed in as evidence, and kept as it was, with the name in it:\n{words.bullets(done.still_in)}")
    if not done.swept:
        said.append("Another process still reads the database. Stop it, and type this command once more.")
    return Answer(done, words.paragraphs(*said))
