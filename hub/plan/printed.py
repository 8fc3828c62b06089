"""The schema and the contracts as text: printed, committed beside the types and compared, so that changes show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from hub.identity.model import Kind
from hub.operation.contract import breaking_changes, print_contract
from hub.plan.catalogue import Catalogue

FOLDER = Path(__file__).parents[2] / "schema"
_MARKS = """
directive @category(name: DataCategory!) on FIELD_DEFINITION
directive @source(name: Source!) on OBJECT
"""


def printed(unified: str, contracts: Mapping[Kind, GraphQLSchema], catalogue: Catalogue) -> dict[str, str]:
    """Every printed file by its name below `schema/`. `unified` is the whole schema as its types print it."""
    files = {"schema.graphql": unified.strip() + "\n"}
    for kind, contract in contracts.items():
        files[f"contracts/{kind.value}.graphql"] = contract_text(contract, catalogue)
    return files


def contract_text(contract: GraphQLSchema, catalogue: Catalogue) -> str:
    """One contract, with the category of each guarded field and the source of each type."""
    categories = {
        f"{entry.name}.{name}": field.category
        for entry in catalogue.types.values()
        for name, field in entry.fields.items()
    }
    sources = {entry.name: entry.declared.source.name for entry in catalogue.types.values()}
    return print_contract(contract, categories, sources)


def differences(files: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """What is printed but not committed so, with the changes that would break a client, in words."""
    found: list[str] = []
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            found.append(f"{name} is not committed")
        elif (committed := path.read_text(encoding="utf-8")) != text:
            found.append(f"{name} differs from what is committed")
            found += [f"{name}: breaking: {change}" for change in _breaking(committed, text)]
    return found


def _breaking(old: str, new: str) -> list[str]:
    return breaking_changes(_built(old), _built(new))


def _built(text: str) -> GraphQLSchema:
    marks = "" if "directive @category" in text else _MARKS + "enum DataCategory { ANY }\nenum Source { ANY }\n"
    return build_schema(text + marks, assume_valid=True, assume_valid_sdl=True)


def write(files: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Write them where they are committed."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
