"""`bofast schema`: print the schema and the contracts, and compare them with what is committed."""

from __future__ import annotations

from pathlib import Path

import typer
from graphql import build_schema

import schema
from hub.app import rules
from hub.cli.output import Exit, err, fail
from hub.identity.model import Kind
from hub.operation.contract import breaking_changes, print_contract
from hub.plan.catalogue import Catalogue
from schema.build import SCHEMA

FOLDER = Path(schema.__file__).parent
WHOLE = "schema.graphql"


def show(party: str | None) -> None:
    kinds = [kind.value for kind in Kind]
    if party is not None and party not in kinds:
        fail(f"There is no kind of party {party}.", Exit.USAGE, hint=f"One of: {', '.join(kinds)}")
    typer.echo(read_outs()[WHOLE if party is None else _contract_file(party)], nl=False)


def check(*, write: bool) -> None:
    """Ends with 1 where a file differs. A breaking change is named whether or not the files are written anew."""
    differing = {name: text for name, text in read_outs().items() if _committed(name) != text}
    for name, text in differing.items():
        for change in _breaking(_committed(name), text):
            err.print(f"breaking in schema/{name}: {change}", markup=False)
        if write:
            (FOLDER / name).parent.mkdir(exist_ok=True)
            (FOLDER / name).write_text(text, encoding="utf-8")
        err.print(f"schema/{name} {'was written' if write else 'differs from what the code prints'}", markup=False)
    if differing and not write:
        fail(
            "The schema differs from what is committed.", hint="Look at the changes, then: bofast schema check --write"
        )


def read_outs() -> dict[str, str]:
    """The texts of the whole schema and of each contract, by file."""
    known = rules()
    categories, sources = _categories(known.catalogue), _sources(known.catalogue)
    contracts = {
        _contract_file(kind.value): print_contract(contract, categories, sources)
        for kind, contract in known.contracts.items()
    }
    return {WHOLE: SCHEMA.as_str().strip() + "\n", **contracts}


def _contract_file(party: str) -> str:
    return f"contracts/{party}.graphql"


def _categories(catalogue: Catalogue) -> dict[str, str]:
    return {
        f"{entry.name}.{field.name}": field.category
        for entry in catalogue.types.values()
        for field in entry.fields.values()
    }


def _sources(catalogue: Catalogue) -> dict[str, str]:
    return {entry.name: entry.declared.source.name for entry in catalogue.types.values()}


def _committed(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _breaking(old: str, new: str) -> list[str]:
    if not old:
        return []
    before, after = (build_schema(text, assume_valid_sdl=True) for text in (old, new))
    return breaking_changes(before, after)
