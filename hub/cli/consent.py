"""The commands of `bofast consent` and their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

consent = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Receipts of consents: verify one, and change the key that they are signed with.",
)


@consent.command()
def verify(
    file: Annotated[str, typer.Argument(help="The receipt, as it was handed out; - reads it from standard input.")],
    keys: Annotated[
        str | None,
        typer.Option(help="The hub's published keys: a file, or an address. A running demo's if left out."),
    ] = None,
) -> None:
    """Say whether a receipt is genuine, and what it says, in plain words.

    With a file of keys nothing is asked of anybody: fetch /.well-known/jwks.json once, from the hub itself, and keep
    it. Old keys stay in it.

    Ends with 0 when the receipt is genuine, 1 when it is not, 2 when a file cannot be read, 3 when no keys were
    reached.

    Example: bofast consent verify receipt.json --keys jwks.json
    """
    from hub.cli.receipts import verify_receipt

    verify_receipt(file, keys)


@consent.command("rotate-key")
def rotate_key(
    data: Annotated[
        Path | None,
        typer.Option(help="The data folder of a running demo, in place of BOFAST_RECEIPT_KEYS and DATABASE_URL."),
    ] = None,
) -> None:
    """Sign receipts with a new key from now on, without a restart.

    The old private key is destroyed. Its public part stays published, and what it signed still verifies.
    """
    from hub.cli.receipts import rotate

    rotate(data)
