"""The command line: `bofast`. Each command opens the rooms that it needs, when it needs them."""

from hub.cli.commands import app


def main() -> None:
    """The entry point of the distribution."""
    app()


__all__ = ["app", "main"]
