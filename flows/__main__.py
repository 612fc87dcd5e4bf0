"""The command `phasegate`: the lifecycle's commands, and those that run flows. Prefect is imported only inside them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lifecycle.cli.command import Answer, command
from lifecycle.cli.desk import Desk
from lifecycle.cli.main import app, run

Out = Annotated[Path, typer.Option(help="Folder for the reports.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port of the API; 0 takes a free one.")]
PrefectPort = Annotated[int, typer.Option(help="Port of Prefect's pages on 127.0.0.1; 0 takes a free one.")]


@command(app, "demo", "phasegate demo --out out")
def demo(desk: Desk, out: Out = Path("out")) -> Answer:
    """Live through the example program, with all its reports."""
    from flows.demo import perform

    return perform(desk, out)


@command(app, "up", "phasegate up --data .phasegate")
def up(desk: Desk, port: Port = 4280, prefect_port: PrefectPort = 4200) -> Answer:
    """Run what a team on one machine needs, the API included, until Ctrl-C."""
    from flows.runner import serve

    return serve(desk, port, prefect_port)


@command(app, "serve", "phasegate serve --port 4280")
def serve(
    desk: Desk,
    port: Port = 4280,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    behind_tls_proxy: Annotated[
        bool, typer.Option("--behind-tls-proxy", help="A proxy that speaks TLS stands before it.")
    ] = False,
) -> Answer:
    """Answer requests of other programs, until Ctrl-C. The API takes personal tokens only."""
    from lifecycle.web.serving import address, listening
    from lifecycle.web.serving import serve as answer_requests

    with listening(host, port, behind_tls_proxy=behind_tls_proxy) as at:
        print(f"The API is at {address(at)}/api/v1. Stop with Ctrl-C.", file=sys.stderr, flush=True)
        answer_requests(desk.served, at)
    return Answer({"stopped": True}, "Stopped.")


@command(app, "worker", "phasegate worker --data .phasegate")
def worker(desk: Desk) -> Answer:
    """Carry on once whatever is due, and leave."""
    from flows.runner import carry_on_once

    return carry_on_once(desk)


def main() -> None:
    """Run one command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
