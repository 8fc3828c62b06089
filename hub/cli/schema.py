"""`bofast schema`: print the schema and the contracts, write them, and compare them with what is committed."""

from __future__ import annotations

import typer

from hub.app import rules
from hub.cli.output import Exit, err, fail
from hub.identity.model import Kind
from hub.plan import printed
from schema.build import SCHEMA


def show(party: str | None) -> None:
    kinds = [kind.value for kind in Kind]
    if party is not None and party not in kinds:
        fail(f"There is no kind of party {party}.", Exit.USAGE, hint=f"One of: {', '.join(kinds)}")
    typer.echo(_files()["schema.graphql" if party is None else f"contracts/{party}.graphql"], nl=False)


def write() -> None:
    files = _files()
    for difference in printed.differences(files):
        err.print(difference, markup=False)
    printed.write(files)
    err.print(f"{len(files)} files are in {printed.FOLDER.name}/")


def check() -> None:
    differences = printed.differences(_files())
    for difference in differences:
        err.print(difference, markup=False)
    if differences:
        fail("The schema differs from what is committed.", hint="If that is meant: bofast schema write")
    err.print("The schema and the contracts are as committed.")


def _files() -> dict[str, str]:
    known = rules()
    return printed.printed(SCHEMA.as_str(), known.contracts, known.catalogue)
