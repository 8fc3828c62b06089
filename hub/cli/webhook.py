"""The commands of `bofast webhook` and their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

webhook = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="For whoever receives calls of the hub: find out whether a call is genuine.",
)


@webhook.command()
def verify(
    headers: Annotated[Path, typer.Argument(help="A file with the headers of the call, one a line: name: value.")],
    body: Annotated[str, typer.Argument(help="The body, byte for byte as it came; - reads it from standard input.")],
    secret: Annotated[Path, typer.Option(help="A file that holds the secret (whsec_…), so that no shell keeps it.")],
    tolerance: Annotated[int, typer.Option(min=1, help="Seconds that the call may be old.")] = 300,
) -> None:
    """Say whether a call was signed with this secret, and not long ago.

    Ends with 0 when the call is genuine, 1 when it is not, 2 when a file cannot be read. Nothing is asked of anybody.

    Example: bofast webhook verify headers.txt body.json --secret secret.txt
    """
    from hub.cli.signatures import verify_call

    verify_call(headers, body, secret, tolerance)
