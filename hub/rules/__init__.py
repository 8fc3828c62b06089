"""The rules: everything that policies and registers decide, worked out from one set of files before any connection.

files        which files make a set, and its digest
size         how large a policy may be, before anybody parses it
checks       what a set must stand before it is put in force
standing     the set that this process answers by, held against the one in force in the database
activation   how another set is put in force, for all processes at once
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from graphql import GraphQLSchema

from hub.gate import Gate, PolicyError
from hub.identity.model import Kind
from hub.identity.purposes import POLICIES, PurposeRegister
from hub.identity.register_files import RegisterError
from hub.operation.contract import prune
from hub.operation.population import scalars_of
from hub.plan.catalogue import Catalogue, CatalogueError, build_catalogue
from hub.plan.contracts import reach
from hub.plan.model import gate_model
from hub.rules.files import POLICY, digest_of, read_folder
from hub.rules.size import expect_readable
from hub.store.tables.columns import Table
from schema.build import SCHEMA
from schema.identifiers import Population

CORE: Final = "core.cedar"
UNREADABLE: Final = (PolicyError, RegisterError, CatalogueError)
"""What a set can be refused for: where it is, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the schema declares and one set of policies and registers says. `digest` names the set."""

    digest: str
    files: Mapping[str, str] = field(repr=False)
    schema: GraphQLSchema
    catalogue: Catalogue
    gate: Gate
    reached: Mapping[Kind, frozenset[str]]
    contracts: Mapping[Kind, GraphQLSchema]
    purposes: PurposeRegister

    def contracts_of(self, population: Population) -> Mapping[Kind, GraphQLSchema]:
        """The contracts of a service for these persons alone. `contracts` are those that are printed."""
        scalars = scalars_of(self.schema, population)
        return {kind: prune(self.schema, kept, scalars) for kind, kept in self.reached.items()}


def read_rules(files: Mapping[str, str]) -> Rules:
    """Read and check a set; whatever is unclear is refused. Raises `PolicyError`, `RegisterError`, `CatalogueError`."""
    expect_readable(files)
    schema = SCHEMA._schema  # noqa: SLF001 - Strawberry has no public name for it
    purposes = PurposeRegister.read(files)
    catalogue = _catalogue()
    policies = {name: text for name, text in files.items() if name.endswith(POLICY)}
    gate = Gate.load(gate_model(catalogue), policies, purposes.legal_bases.codes)
    _expect_core(gate)
    reached = {kind: reach(schema, catalogue, gate, gate.contract_class(kind)) for kind in Kind}
    return Rules(
        digest=digest_of(files),
        files=dict(files),
        schema=schema,
        catalogue=catalogue,
        gate=gate,
        reached=reached,
        contracts={kind: prune(schema, kept) for kind, kept in reached.items()},
        purposes=purposes,
    )


@cache
def rules(policies: Path = POLICIES) -> Rules:
    """The set that came with the program. What is in force may be another: see `standing`."""
    return read_rules(read_folder(policies))


@cache
def packaged_digest() -> str:
    """The digest of the set that came with the program, or nothing where that cannot even be read."""
    try:
        return digest_of(read_folder(POLICIES))
    except UNREADABLE:
        return ""


def _expect_core(gate: Gate) -> None:
    """Any other file that is left out takes something away. Without this one, everything is wider than it may be."""
    if not any(policy.file == CORE and policy.effect == "forbid" for policy in gate.policies):
        raise PolicyError(CORE, 1, "there is no forbid in this file; what nothing overrides must be in every set")


@cache
def _catalogue() -> Catalogue:
    """The same for every set: schema and tables are part of the program."""
    return build_catalogue(SCHEMA._schema, Table.metadata)  # noqa: SLF001 - see above


__all__ = [
    "CORE",
    "POLICIES",
    "UNREADABLE",
    "Rules",
    "digest_of",
    "packaged_digest",
    "read_folder",
    "read_rules",
    "rules",
]
