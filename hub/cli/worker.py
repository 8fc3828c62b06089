"""One of the workers of `bofast serve --workers N`. It reads its settings anew, so that a reload takes changed ones."""

from __future__ import annotations

import typer

from hub import settings as reading
from hub.cli.faults import CANNOT_START, reasons
from hub.cli.output import Exit
from hub.cli.running import serve_until_stopped
from hub.edge.lifeline import Lifeline


def run_worker(inherited: str) -> None:
    """`inherited` is what the supervisor left it. Why it does not start is told by its line, and by nobody else."""
    lifeline = Lifeline.inherited(inherited)
    try:
        serve_until_stopped(reading.production(), lifeline.listener, lifeline=lifeline)
    except CANNOT_START as error:
        lifeline.refuse(reasons(error))
        raise typer.Exit(Exit.FAILED) from None
